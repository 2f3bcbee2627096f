"""Running `council …` as its own process, the way people do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COUNCIL = (sys.executable, "-m", "council")


def environment(**settings: str) -> dict[str, str]:
    """This process's without any setting of Council, and those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNCIL_")}
    kept.pop("DATABASE_URL", None)
    return kept | settings


def council(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COUNCIL, *words),
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
