"""The vote of 432 homes once more, each act on the pages: ballots, mandates, doors, papers, the public count.

What every home does and what has to come out is that of `tests/voting/four_hundred*.py`. Every other act is done in a
browser that runs no scripts. Sales and the printing of the papers are told to the house directly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from council.accounts import sessions
from council.accounts.model import Device
from council.accounts.tables import OwnerClaim, Residency
from council.files import store
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.settings import Settings
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import paper_return_queries
from council.voting.model import Choice
from council.voting.paper import Returned
from tests.journeys.house import House
from tests.people import LONG_AGO
from tests.voting.four_hundred import WHY, World, announced, decided, read, reload, room_of, telephone, voted
from tests.voting.four_hundred_told import RULES, Get, by_hand, every_paper_says, outcome_of
from tests.voting.motions import AFTER, OPENS

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

TELLING = "follow_majority"
"""Of the rules about silence the one that changes the outcome; `make sweep` drives the vote under each."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("silence", sorted(RULES) if metafunc.config.getoption("--every-view") else [TELLING])


@dataclass
class OnThePages(World):
    """`with_scripts` and `without`: two phones that are handed round; `tokens` are the log-ins, by person."""

    house: House = field(init=False)
    phones: list[Page] = field(default_factory=list)
    tokens: dict[int, str] = field(default_factory=dict)
    acts: int = 0

    @property
    def here(self) -> str:
        return f"{self.house.address}/c/garden/motions/{self.motion.id}"

    async def opened(self, browser: Browser, house: House) -> None:
        """The owners' accounts are verified, and the phones are there."""
        self.house = house
        homes = {room["code"]: room["id"] for room in await fetch("SELECT id, code FROM unit")}
        mine = {"community_id": self.people.community_id}
        await Residency.insert(
            *(
                Residency(person_id=owner.person_id, unit_id=homes[room_of(index)], began_at=LONG_AGO, **mine)
                for index, owner in enumerate(self.owners)
            )
        )
        await OwnerClaim.insert(
            *(
                OwnerClaim(
                    person_id=owner.person_id,
                    owner_id=min(owner.owner_ids),
                    claimed_at=LONG_AGO,
                    verified_at=LONG_AGO,
                    verified_by=900001,
                    verified_by_name="测试甲",
                    verified_how="identity",
                    **mine,
                )
                for owner in self.owners
            )
        )
        for scripts in (True, False):
            context = await browser.new_context(
                locale="zh-CN", java_script_enabled=scripts, viewport={"width": 390, "height": 844}
            )
            self.phones.append(await context.new_page())

    def now(self) -> datetime:
        return self.house.set_instant(super().now())

    async def phone(self, actor: Actor, *, scripts: bool | None = None) -> Page:
        """One of the two phones in this person's hand."""
        self.acts += 1
        page = self.phones[self.acts % 2 if scripts is None else 1 - scripts]
        if actor.person_id not in self.tokens:
            started = await sessions.start(actor.person_id, device=Device.OTHER, is_own_phone=True, now=OPENS)
            self.tokens[actor.person_id] = started.token
        await page.context.clear_cookies()
        await page.context.add_cookies(
            [{"name": "council", "value": self.tokens[actor.person_id], "url": self.house.address}]
        )
        return page

    # what people do

    async def votes(self, index: int, choice: Choice, *, by: Actor | None = None) -> None:
        page = await self.phone(by or self.owners[index])
        self.now()
        await page.goto(f"{self.here}/ballot?voter={self.of(index)}")
        if "这一户已经投过票" in await page.inner_text("main"):
            raise Refused("ballot.already_cast")
        which = page.locator(f"[name=voter][type=radio][value={self.of(index)}]")
        if await which.count():
            await which.check(force=True)
        await page.locator(f"[name=choice][value={choice.value}]").check(force=True)
        await page.click("#ballot .main")
        await page.click("[form=cast].main")
        await expect(page.locator("main h1")).to_contain_text("投票成功")

    async def takes(self, serial: str, at: datetime) -> Returned:
        page = await self.phone(self.people.dana)
        self.house.set_instant(at)
        if not page.url.endswith("/paper/returns"):
            await page.goto(f"{self.here}/paper/returns")
        await page.fill("#return [name=serial]", serial)
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        (row,) = await fetch("SELECT key FROM paper_return WHERE serial = {}", serial)
        taken = await paper_return_queries.return_by_key(self.people.community_id, row["key"])
        assert taken is not None
        return taken

    async def gives(self, index: int, holder: str) -> None:
        page = await self.phone(self.owners[index])
        self.now()
        await page.goto(f"{self.here}/proxy")
        await page.fill("#give-form [name=holder_name]", self.people.actors[holder].name)
        await page.fill("#give-form [name=holder_phone]", telephone(self.people, holder))
        await page.locator("#give-form [name=agreed]").check(force=True)
        await page.click("#give-form .main")
        await expect(page.locator("main")).to_contain_text("委托成功")

    async def delivers(self, indexes: Iterable[int]) -> None:
        rooms = [room_of(index) for index in indexes]
        board = f"{self.house.address}/c/garden/board/1-2?motion={self.motion.id}"
        for room in rooms:
            frank = await self.phone(self.people.frank, scripts=False)
            self.now()
            await frank.goto(board)
            await frank.click(f"#r{room.rpartition('-')[2]}")
            await frank.click("#result")
            await expect(frank.locator("#home")).to_contain_text("已记为送达")
        dana = await self.phone(self.people.dana)
        self.now()
        while True:
            await dana.goto(f"{self.here}/deliveries")
            ticks = dana.locator("#ids [name=ids]")
            if not await ticks.count():
                break
            for tick in await ticks.all():
                await tick.check(force=True)
            await dana.click("#ids [value=confirm]")
            await dana.wait_for_load_state()

    async def reads(self, counter: str, papers: Iterable[tuple[Returned, str]]) -> None:
        typed = {paper.serial: what for paper, what in papers}
        page = await self.phone(self.people.actors[counter], scripts=counter == "erin")
        self.house.set_instant(AFTER)
        await page.goto(f"{self.here}/paper/keying")
        for done in range(1, len(typed) + 1):
            serial = re.sub(r"\s", "", await page.inner_text("#keying .big"))
            await expect(page.locator("[name=mark]")).to_be_focused()
            for key in typed.pop(serial):
                await page.keyboard.press(key)
            if counter != "erin":
                await page.keyboard.press("Enter")
            await expect(page.locator("main .kicker").first).to_contain_text(f"您已看 {done} 张", timeout=15_000)
            await page.wait_for_load_state()
        assert not typed

    async def decides(self, return_id: int, typed: str) -> None:
        assert typed in {"1", "2", "3"}
        ken = await self.phone(self.people.ken)
        await ken.goto(f"{self.here}/paper/disputes")
        await ken.select_option("select[name=mark]", {"1": "agree", "2": "oppose", "3": "abstain"}[typed])
        await ken.fill("textarea[name=why]", WHY)
        await ken.click(f"#decide-{return_id} .main")
        await expect(ken.locator("main")).not_to_contain_text("第 2 次")

    async def certifies(self) -> None:
        for officer in (self.people.erin, self.people.frank):
            page = await self.phone(officer)
            await page.goto(f"{self.here}/count")
            await page.click("#certify .main")
            await page.wait_for_load_state()


def getting(context: BrowserContext, house: House) -> Get:
    async def get(path: str) -> bytes:
        answer = await context.request.get(house.address + path)
        assert answer.status == 200, path
        return await answer.body()

    return get


async def test_every_paper_says_the_same(
    db: AnyEngine, browser: Browser, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str], silence: str
) -> None:
    house.set_instant(OPENS)
    store.use(Settings.from_env(house.environment).files)
    world = await announced(OnThePages, unreturned_major=silence)
    assert isinstance(world, OnThePages)
    house.start()
    await world.opened(browser, house)
    await voted(world)
    assert sorted(world.refused) == sorted(["ballot.already_cast", *["late"] * 7])
    await read(world)
    await decided(world)
    await world.certifies()
    await reload(world)
    wanted = by_hand(world, silence)
    assert outcome_of(world, wanted) == RULES[silence]
    stranger = await browser.new_context(locale="zh-CN")
    erin = await world.phone(world.people.erin)
    await every_paper_says(
        world,
        wanted,
        RULES[silence],
        public=getting(stranger, house),
        officer=getting(erin.context, house),
        tmp_path=tmp_path,
        capsys=capsys,
    )
