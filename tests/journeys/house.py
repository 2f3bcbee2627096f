"""A whole Council for a journey: its own process, its own database, its own clock."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from council.kernel.clock import CHINA

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@dataclass
class House:
    """The served application. `now` is what its clock file says, in courtyard time."""

    folder: Path
    database_url: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    environment: dict[str, str] = field(default_factory=dict, repr=False)
    locale: str = "zh-CN"
    """What the story's people read; they find in English what the story tells in Chinese."""
    scripts: bool = True
    """Whether their browsers run scripts."""

    def __post_init__(self) -> None:
        self.port = free_port()
        self.clock = self.folder / "now"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")},
            "COUNCIL_ENV": "test",
            "COUNCIL_DATA": str(self.folder / "data"),
            "COUNCIL_BASE_URL": self.address,
            "COUNCIL_NOW_FILE": str(self.clock),
            "DATABASE_URL": self.database_url,
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def set_clock(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """Moves the house's present to this courtyard time."""
        return self.set_instant(datetime(year, month, day, hour, minute, tzinfo=CHINA))

    def set_instant(self, now: datetime) -> datetime:
        new = self.clock.with_suffix(".new")
        new.write_text(now.isoformat(), encoding="utf-8")
        new.replace(self.clock)
        return now

    def council(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`council …` on this house's database."""
        return subprocess.run(
            [sys.executable, "-m", "council", *words],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> None:
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "council", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError((self.folder / "server.log").read_text())
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self) -> None:
        """Ends the process group that was started, workers included."""
        if self.process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
                self.process.wait(timeout=10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None

    def log(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
