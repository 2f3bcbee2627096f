"""The posted notice: one sheet while its text fits, else one sheet and an annex; page and PDF say the same."""

from __future__ import annotations

import re

import httpx
import pytest

from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting.press import TEXT_LINES, lines_of
from tests.people import garden
from tests.voting.motions import draft, filed, open_filed

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
