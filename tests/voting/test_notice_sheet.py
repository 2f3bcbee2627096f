"""The posted notice: one sheet while its text fits, else one sheet and an annex; page and PDF say the same."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import timedelta

import httpx
import pytest

from council.audit import queries as log
from council.storage.crew import Crew
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import counting, notice_pages
from council.voting.press import TEXT_LINES, lines_of
from council.web import sheets
from tests.people import garden
from tests.voting.motions import AFTER, certified, draft, filed, open_filed
from tests.voting.test_pages_motion import voted

PARAGRAPH = "四到六层有五位老人下楼难，急救担架进不去，希望在单元门北侧加装一部六层六站的电梯。"
TITLE = "1号楼1单元加装电梯并同步改造门厅坡道、信报箱、单元门禁和北侧管线的工程方案及费用分摊办法"


def pages(data: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", data))


def test_a_chinese_sign_takes_the_room_of_two() -> None:
    assert lines_of(["好" * 40]) == 1
    assert lines_of(["好" * 41]) == 2
    assert lines_of(["a" * 80, "", "b"]) == 3


async def notice(client: httpx.AsyncClient, body: str, title: str = "") -> tuple[str, bytes]:
    """The page and the PDF of an announcement whose matter reads like this."""
    people = await garden()
    proposal_id = await filed(people, title=title)
    await execute("UPDATE proposal_version SET body = {} WHERE proposal_id = {}", body, proposal_id)
    motion = await open_filed(people, proposal_id, draft(people))
    address = f"/c/garden/motions/{motion.id}/notice"
    return (await client.get(address)).text, (await client.get(address + "?format=pdf")).content


@pytest.mark.parametrize("count", [1, (TEXT_LINES - 2) // 2])
async def test_a_text_of_ordinary_length_stands_on_one_sheet(
    db: AnyEngine, client: httpx.AsyncClient, count: int
) -> None:
    page, pdf = await notice(client, "\n".join([PARAGRAPH] * count), TITLE)
    assert page.count(PARAGRAPH) == count
    assert "附件" not in page
    assert pages(pdf) == 1


async def test_a_long_text_goes_into_an_annex(db: AnyEngine, client: httpx.AsyncClient) -> None:
    page, pdf = await notice(client, "\n".join([PARAGRAPH * 3] * 10), TITLE)
    sheet, _, annex = page.partition('<section class="annex">')
    assert PARAGRAPH not in sheet
    assert "全文见附件" in sheet
    assert annex.count(PARAGRAPH) == 30
    digest = re.search(r"附件：表决文本全文（校验码 (.+?)）", annex)
    assert digest is not None
    assert digest[1] in sheet
    assert pages(pdf) in {2, 3}


def beside(text: str) -> str:
    """The line about the log: beside the QR, and with the whole check code on a line of its own under the result."""
    found = re.search(r"本告示是存证记录第 [\d,]+ 条，(?:到此为止全部记录的)?校验码 [^<]+", text.replace("\xa0", " "))
    assert found is not None
    return found[0]


async def test_a_sheet_printed_again_is_the_one_on_the_wall(db: AnyEngine, client: httpx.AsyncClient, clock) -> None:
    people = await garden()
    motion = await voted(people)
    address = f"/c/garden/motions/{motion.id}/notice"
    sheet = re.compile(r'<article class="a4">.*?</article>', re.S)
    posted = (await client.get(address)).text
    opened = await log.notice(motion.community_id, "motion.opened", motion.id, motion.notice_at)
    assert opened is not None
    assert f"第 {opened.seq + 1} 条" in beside(posted)
    assert (await log.head(motion.community_id)).size > opened.seq + 1
    await certified(people, motion)
    clock(AFTER)
    result = (await client.get(address)).text
    assert "两位计票人已签字确认" in result
    assert beside(result) != beside(posted)
    printed = await log.notice(motion.community_id, "motion.certified", motion.id, AFTER)
    assert printed is not None
    whole = (await log.root_at(motion.community_id, printed.seq + 1)).hex()
    assert beside(result).endswith(" ".join(whole[at : at + 8] for at in range(0, 64, 8)))
    assert pages((await client.get(address + "?format=pdf")).content) == 1
    page = f"/c/garden/motions/{motion.id}"
    assert "两位计票人已签字确认" in (await client.get(page)).text
    await counting.certify(actor=people.ken, motion_id=motion.id, now=AFTER + timedelta(hours=1))
    clock(AFTER + timedelta(hours=2))
    assert "计票人、监票人已签字确认" in (await client.get(page)).text
    # The scrutineer's later signature does not change what was posted.
    assert sheet.findall((await client.get(address)).text) == sheet.findall(result)
    # What hung before the vote is still there, word for word, without the result.
    again = (await client.get(address + "?of=vote")).text
    assert sheet.findall(again) == sheet.findall(posted)
    assert "经统计" not in again
    assert f"{address}?of=vote" in result
    pdf = await client.get(address + "?of=vote&format=pdf")
    assert pdf.content.startswith(b"%PDF")
    assert f"notice-garden-{motion.id}-vote.pdf" in pdf.headers["content-disposition"]


@pytest.mark.parametrize(("is_on_paper", "said"), [(False, "网上投票"), (True, "网上投票或者投纸质票")])
async def test_a_notice_says_how_ballots_are_given(
    db: AnyEngine, client: httpx.AsyncClient, is_on_paper: bool, said: str
) -> None:
    people = await garden()
    motion = await open_filed(people, await filed(people), draft(people, is_on_paper=is_on_paper))
    page = (await client.get(f"/c/garden/motions/{motion.id}/notice")).text.replace("\xa0", " ")
    period = page.partition("表决时间")[2].partition("</tr>")[0]
    assert re.sub(r"<[^>]+>", "", period).strip().endswith("，" + said)
    assert ("填好纸质票" in page) is is_on_paper


async def test_so_many_sheets_wait_and_whoever_comes_then_is_asked_to_return(
    db: AnyEngine, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await garden()
    motion = await open_filed(people, await filed(people), draft(people))
    goes_on = threading.Event()

    def slowly(*_: object) -> bytes:
        assert goes_on.wait(20)
        return b"%PDF-1.7"

    monkeypatch.setattr(notice_pages, "printed", slowly)
    monkeypatch.setattr(sheets, "_crew", Crew("sheets", threads=1, places=3, retry_after=10))
    address = f"/c/garden/motions/{motion.id}/notice"
    asking = [asyncio.create_task(client.get(address + "?format=pdf")) for _ in range(7)]
    refused: set[asyncio.Task[httpx.Response]] = set()
    try:
        async with asyncio.timeout(15):
            while len(refused) < 4:
                refused, _ = await asyncio.wait(asking, timeout=0.05)
        assert (await client.get(address)).status_code == 200, "the page itself waits for no sheet"
    finally:
        goes_on.set()
    answers = await asyncio.gather(*asking)
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [503] * 4
    assert {task.result().headers["retry-after"] for task in refused} == {"10"}
    assert (await client.get(address + "?format=pdf")).content == b"%PDF-1.7", "there is room again"
