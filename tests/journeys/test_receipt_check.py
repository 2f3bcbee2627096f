"""A receipt is checked in the browser: what it finds, what it says, and that the file goes nowhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from council.audit import cosigned, keys, notes, queries, receipts
from council.audit.notes import Kind, VerifierKey
from council.audit.receipts import Receipt
from council.settings import Settings
from council.storage.database import AnyEngine
from council.voting import ballot_box
from council.voting.model import Choice
from tests.journeys.house import House
from tests.people import garden
from tests.voting.motions import DURING, cast, opened

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_kind", ["sqlite"], indirect=True)]

WITNESS_SEED = bytes(range(32))
WITNESS = VerifierKey("witness.example", Kind.WITNESS, notes.public_of(WITNESS_SEED))
OLD = "delete Object.hasOwn; delete Array.prototype.at; delete String.prototype.replaceAll;"
"""What Chromium 86 and Safari 14 do not have."""


@dataclass
class Check:
    page: Page
    receipt: Receipt
    """Grace's, sealed, signed by log and witness."""
    r: int
    sent: list[str]
    errors: list[str]

    async def of(self, text: str, folder: Path) -> str:
        """What the page says of this file, once it has judged it."""
        path = folder / "mine.tlog-proof"
        path.write_text(text, encoding="utf-8")
        if not await self.page.is_visible("#file"):
            await self.page.click("details:has(#receipt-form) summary")
        await self.page.set_input_files("#file", str(path))
        self.sent.clear()
        await self.page.evaluate("document.getElementById('check-said').hidden = true")
        await self.page.click("[data-here]")
        await self.page.wait_for_selector("#check-said:not([hidden])")
        return await self.page.inner_text("#check-said")


@pytest.fixture
async def check(db: AnyEngine, house: House, browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Check]:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion, "oppose")
    await cast(people.heidi, motion, "agree")
    house.environment["COUNCIL_WITNESSES"] = f"http://witness.example {WITNESS}"
    settings = Settings.from_env(house.environment | {"COUNCIL_NOW_FILE": ""})
    host = settings.base_url.removeprefix("http://")
    signer = await keys.signer(
        people.community_id, host=host, slug="garden", secret=settings.secret.encode(), now=DURING
    )
    recorded = await queries.inclusion(people.community_id, mine.log_seq)
    point = signer.checkpoint(recorded.size, recorded.root)
    line = notes.cosign(point.text, name=WITNESS.name, seed=WITNESS_SEED, at=DURING)
    await cosigned.keep(people.community_id, point, WITNESS.name, line, DURING)
    signed = point.with_lines([line]).signatures
    house.set_clock(2026, 3, 21)
    house.start()
    context = await browser.new_context(locale="zh-CN", service_workers="block")
    page = await context.new_page()
    await page.add_init_script(getattr(request, "param", OLD))
    found = Check(
        page,
        receipts.receipt(recorded, origin=signer.origin, signatures=signed),
        (await ballot_box.openings(motion, mine.ballot_id, Choice.OPPOSE, frozenset()))[0][1],
        [],
        [],
    )
    page.on("request", lambda each: found.sent.append(each.url))
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    await page.goto(f"{house.address}/c/garden/verify")
    yield found
    await context.close()


async def test_what_holds_is_told_and_what_was_not_checked(check: Check, tmp_path: Path) -> None:
    said = await check.of(receipts.to_text(check.receipt), tmp_path)
    for words in (
        "凭证属实",
        "这条记录一个字没改",
        f"{check.receipt.seq + 1}",
        "witness.example",
        "没有核对的",
        "证明不了",
    ):
        assert words in said
    assert "锁定的选择" not in said
    assert check.sent == [], "the file goes nowhere"
    said = await check.of(receipts.to_text(check.receipt.opened("oppose", check.r)), tmp_path)
    assert "凭证属实" in said
    assert "文件里写的选择，正是这一票锁定的选择" in said
    assert "反对" not in said
    assert (check.sent, check.errors) == ([], [])


async def test_what_does_not_hold_is_found_as_the_server_finds_it(check: Check, tmp_path: Path) -> None:
    mine, key = check.receipt, check.receipt.signatures
    other = notes.sign(mine.checkpoint.text, name=mine.origin, seed=bytes(32))
    forged = {
        "凭证里写的选择，不是这一票锁定的选择": [mine.opened("agree", check.r), mine.opened("oppose", check.r + 1)],
        "文件被改动过": [
            replace(mine, record=mine.record.replace('"seq":', '"seq" :')),
            replace(mine, path=mine.path[::-1] + mine.path),
            replace(mine, seq=mine.seq - 1),
            replace(mine, root=bytes(32)),
            replace(mine, size=mine.size * 2),
        ],
        "没有本小区存证的签名": [
            replace(mine, signatures=()),
            replace(mine, signatures=key[1:]),
            replace(mine, signatures=(other,)),
            replace(mine, origin="evil.example/c/garden/log", signatures=(other,)),
        ],
        "凭证上的签名不对": [
            replace(mine, origin="evil.example/c/garden/log"),
            replace(mine, signatures=(key[0][:-12] + "AAAAAAAAAAA=", key[1])),
            replace(mine, signatures=(key[0], key[1].replace(key[1][-20:-10], "A" * 10))),
        ],
    }
    for words, files in forged.items():
        for file in files:
            said = await check.of(receipts.to_text(file), tmp_path)
            assert words in said, (file, said)
            assert "凭证属实" not in said
    for nonsense in ("hello", "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\na\n1\nAA==\n"):
        assert "这不是凭证文件" in await check.of(nonsense, tmp_path)
    assert check.sent == []


@pytest.mark.parametrize("check", ["delete window.BigInt;"], indirect=True)
async def test_an_old_browser_lets_the_server_check(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "mine.tlog-proof"
    path.write_text(receipts.to_text(check.receipt), encoding="utf-8")
    await check.page.click("details:has(#receipt-form) summary")
    assert not await check.page.is_visible("[data-here]")
    await check.page.set_input_files("#file", str(path))
    async with check.page.expect_navigation():
        await check.page.click("#receipt-form > button")
    assert "您这一票已如实记入" in await check.page.inner_text("main")
