"""The prepared world, served by a process of its own, and its pages fetched as one person or another."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import fasteners
import httpx

from tests.fixtures.client import submit
from tests.journeys.house import ROOT, House
from tests.looks.stops import Stop
from tests.looks.world import NOW

LANGUAGES = {"zh": "zh-CN", "en": "en"}
_FACT = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Look:
    """What one stop answered in one language: shown in a browser at `address`, with these headers; `taps` is what is
    tapped there."""

    stop: Stop
    address: str
    status: int
    headers: dict[str, str]
    text: str
    taps: str = ""


@dataclass
class World:
    house: House
    facts: dict[str, str]

    def address(self, text: str) -> str:
        """The words with their facts filled in: "<motion cctv>" → "8"."""
        return _FACT.sub(lambda found: self.facts[found[1]], text)

    def cookie(self, who: str) -> str:
        """The session of "garden zhou"; "" for somebody whom nobody knows."""
        return "" if who == "anybody" else self.facts[f"session {who}"]

    async def look(self, stop: Stop, language: str) -> Look:
        """The page as this person gets it. AssertionError when it is not the one that the catalogue promises."""
        async with self._client(stop.who, language) as client:
            answer = await self._answer(client, stop)
        kind = answer.headers.get("content-type", "")
        assert answer.status_code == stop.status, f"{stop.name}: {answer.status_code} {answer.headers.get('location')}"
        assert kind.startswith("text/html"), f"{stop.name}: {kind}"
        kept = {name: value for name, value in answer.headers.items() if name in _KEPT}
        return Look(stop, str(answer.url), answer.status_code, kept, answer.text, self.address(stop.taps))

    async def _answer(self, client: httpx.AsyncClient, stop: Stop) -> httpx.Response:
        path = self.address(stop.path)
        if stop.raw is not None:
            return await client.request(stop.method or "POST", path, content=stop.raw, headers=self._form())
        page = await client.get(path)
        if not stop.form:
            return page
        assert page.status_code == 200, f"{stop.name}: the form's page answers {page.status_code}"
        return await submit(client, page, self.address(stop.form), **stop.fields)

    def _form(self) -> dict[str, str]:
        """As a browser sends a form of one of our own pages."""
        return {**_FORM, "Origin": self.house.address}

    def _client(self, who: str, language: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.house.address,
            headers={"Accept-Language": LANGUAGES[language]},
            cookies={"council": self.cookie(who)} if who != "anybody" else None,
            timeout=30,
            transport=httpx.AsyncHTTPTransport(verify=False),  # plain HTTP: no certificates to read for every person
        )


_KEPT = ("content-type", "content-security-policy")
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def prepared(shared: Path) -> Path:
    """The world's folder, made by whoever needs it first; nobody serves this one."""
    with fasteners.InterProcessLock(shared / "looks-lock"):
        folder = shared / "looks"
        if not (folder / "facts.json").exists():
            shutil.rmtree(folder, ignore_errors=True)  # one that failed half-way
            folder.mkdir()
            made = subprocess.run(
                [sys.executable, "-m", "tests.looks.world", str(folder)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert made.returncode == 0, made.stderr[-3000:]
    return folder


@contextmanager
def served(prepared_folder: Path, folder: Path) -> Iterator[World]:
    """A copy of the world in `folder`, served until the end."""
    shutil.copytree(prepared_folder, folder / "data")
    house = House(folder, f"sqlite:///{folder / 'data' / 'council.db'}")
    house.clock.write_text(NOW.isoformat(), encoding="utf-8")
    house.start()
    try:
        yield World(house, json.loads((folder / "data" / "facts.json").read_text(encoding="utf-8")))
    finally:
        house.stop()
