"""Who is in the story, what the pages told them, and how a station is asserted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from playwright.async_api import Browser, expect

from tests.journeys.house import House
from tests.journeys.lift.neighbours import Neighbour, Staff
from tests.journeys.phone import Phone, phone
from tests.journeys.quiet import Quiet
from tests.journeys.slips import ReadSlip
from tests.journeys.tongue import found_in

C = "/c/courtyard"
TITLE = "1号楼1单元加装一部电梯"

Somebody: TypeAlias = Phone | Quiet


@dataclass
class Story:
    house: House
    browser: Browser
    folder: Path
    staff: dict[str, Phone] = field(default_factory=dict)
    people: dict[str, Somebody] = field(default_factory=dict)
    slips: list[ReadSlip] = field(default_factory=list)
    proposal: str = ""
    """The proposal's path, "/c/courtyard/proposals/1"; the motion's alike."""
    motion: str = ""
    receipts: list[Path] = field(default_factory=list)

    async def at_work(self, member: Staff) -> Phone:
        """Their browser, logged in."""
        if member.role not in self.staff:
            one = await phone(self.browser, self.house, member.name)
            await one.log_in(member.phone)
            self.staff[member.role] = one
        return self.staff[member.role]

    async def with_phone(self, one: Neighbour) -> Phone:
        """A browser of their own; somebody who came by plain HTTP before logs in there."""
        known = self.people.get(one.name)
        if isinstance(known, Phone):
            return known
        fresh = await phone(self.browser, self.house, one.name)
        if known is not None:
            await fresh.log_in(one.phone)
        fresh.number = one.phone
        self.people[one.name] = fresh
        return fresh

    def __getitem__(self, one: Neighbour) -> Somebody:
        return self.people[one.name]

    async def stepper(self, who: Phone, station: str, *, missing: str, acts: str, until: str = "") -> None:
        """The proposal's page says what this station still lacks, who must act and until when."""
        await who.go(self.proposal)
        now = who.page.locator(".steps li.now", has=who.page.get_by_role("heading", name=who.words(station))).first
        words = re.sub(r"\s+", " ", await now.inner_text()) if await now.count() else ""
        for each in (station, missing, acts, until):
            if not found_in(words, who.words(each)):
                raise AssertionError(await who.account(f"the stepper says {words!r}, not {each!r}"))

    async def open_job(self, who: Phone, kind: str, words: str) -> None:
        """A job of the desk's queue, opened in its place."""
        await who.go(f"{C}/desk")
        job = who.page.locator(f'li.job > a[href*="open={kind}-"]').filter(has_text=words).first
        await who.tap(job)
        await expect(who.page.locator("li.job.open")).to_contain_text(words)
