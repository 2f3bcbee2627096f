"""Delivery sheets: who stands where, what is on the paper, and one photograph that records up to twelve homes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.storage.database import AnyEngine
from council.voting import delivery_queries
from council.voting.delivery import Channel
from council.voting.delivery_queries import Door
from council.voting.delivery_sheets import find, sheets
from tests import pdf
from tests.files.pictures import picture
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.doors import confirm, record
from tests.voting.motions import AFTER, DURING, opened
from tests.voting.test_board import BOARD

PICTURE = {"photo": ("sheet.jpg", picture(size=(120, 90)), "image/jpeg")}


def door(code: str, voter: int) -> Door:
    return Door(hash(code), code, 7000, voter, f"v{voter}", False, False)


def test_every_voter_once_at_a_door_in_a_stairwell() -> None:
    """An owner of a parking space and two flats stands at the lower flat; whoever owns only a shop, at the shop."""
    made = sheets(
        [
            door("2-1-1001", 1),
            door("2-1-902", 1),
            door("地库--B001", 1),
            door("1-1-101", 2),
            door("1--S10", 3),
            door("1--S2", 4),
        ]
    )
    assert [(each.number, each.entrance, each.codes) for each in made] == [
        (1, "1-1", ("1-1-101",)),
        (2, "1-", ("1--S2", "1--S10")),
        (3, "2-1", ("2-1-902",)),
    ]
    assert next(row.others for each in made for row in each.rows if row.code == "2-1-902") == 2


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(101, 3412), st.integers(1, 60)), max_size=120))
def test_however_many_homes_nobody_is_left_out_or_asked_twice(homes: list[tuple[int, int, int]]) -> None:
    doors = [door(f"{building}-1-{room}", voter) for building, room, voter in homes]
    made = sheets(doors)
    listed = [row.roll_voter_id for each in made for row in each.rows]
    assert sorted(listed) == sorted({voter for _, _, voter in homes})
    assert all(1 <= len(each.rows) <= 12 for each in made)
    assert [each.number for each in made] == list(range(1, len(made) + 1))
    assert all(find(made, each.number) is each for each in made)
    assert find(made, 0) is None
    assert find(made, len(made) + 1) is None
    assert made == sheets(doors), "the same sheet whenever it is printed"


def at(motion_id: int, path: str = "") -> str:
    return f"/c/garden/motions/{motion_id}/deliveries/sheets{path}"


@pytest.mark.parametrize(("locale", "heading"), [("zh-CN", "送达签收表"), ("en", "Delivery sheet")])
async def test_what_is_on_the_paper(db: AnyEngine, enter, clock, tmp_path: Path, locale: str, heading: str) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    frank = await enter(people.frank, locale)
    answer = await frank.get(at(motion.id, "?format=pdf"))
    assert answer.headers["content-type"] == "application/pdf"
    file = tmp_path / "sheets.pdf"
    file.write_bytes(answer.content)
    text = pdf.read(file.read_bytes())
    assert text.count("\f") == 1, "twelve homes are one page"
    for word in (heading, "1号楼1单元加装电梯", f"{motion.id}-1", motion.text_sha256[:4]):
        assert word in text
    for room in ("101", "102", "201", "602"):
        assert len(re.findall(rf"\b{room}\b|{room}室", text)) == 1
    assert "业主1-1-102" not in text, "no names"
    assert (await frank.get(at(motion.id, "?format=pdf&entrance=1-1"))).status_code == 200
    assert (await frank.get(at(motion.id, "?format=pdf&entrance=9-9"))).status_code == 404
    listed = await frank.get(at(motion.id))
    assert f'href="{at(motion.id, "/1")}"' in listed.text


async def records(people: Garden, motion_id: int) -> list[tuple[str, int | None, bool]]:
    found = await delivery_queries.deliveries(people.community_id, motion_id)
    return [(each.unit_code, each.sheet, each.is_waiting) for each in found if each.channel is Channel.SHEET]


async def test_one_photograph_records_those_who_signed_and_they_wait(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await confirm(people.dana, motion, await record(people.frank, motion, "101"))
    clock(DURING)
    frank, dana = await enter(people.frank), await enter(people.dana)
    page = await frank.get(at(motion.id, "/1"))
    offered = re.findall(r'name="units" value="([^"]+)"', page.text)
    assert len(offered) == 11, "101 has its papers"
    assert "checked" not in page.text, "nobody has signed before somebody has looked"
    lacking = await submit(frank, page, "#signed", units=["1-1-102"])
    assert lacking.status_code == 422
    assert "请拍一张已签名的签收表" in lacking.text
    nobody = await submit(frank, page, "#signed", files=PICTURE)
    assert nobody.status_code == 422
    assert "请至少勾选一户" in nobody.text
    assert "刚才选的照片还在" in nobody.text
    done = await submit(frank, nobody, "#signed", units=["1-1-102", "1-1-201", "1-1-202"])
    assert done.status_code == 303
    assert (await submit(frank, nobody, "#signed", units=["1-1-102", "1-1-201", "1-1-202"])).status_code == 303
    assert await records(people, motion.id) == [(f"1-1-{room}", 1, True) for room in ("102", "201", "202")]
    listed = await dana.get(f"/c/garden/motions/{motion.id}/deliveries")
    assert len(re.findall(r"<img [^>]*/photo", listed.text)) == 1, "one photograph for all of them"
    ids = re.findall(r'name="ids" value="(\d+)"', listed.text)
    assert len(ids) == 3
    await submit(dana, listed, "#ids", button="act=return", ids=[ids[2]], why="这一行没有签名")
    listed = await dana.get(f"/c/garden/motions/{motion.id}/deliveries")
    await submit(dana, listed, "#ids", button="act=confirm", ids=ids[:2])
    board = await frank.get(f"{BOARD}?motion={motion.id}")
    drawn = {room: state for state, room in re.findall(r'class="room (\w+)" id="r(102|201|202)"', board.text)}
    assert drawn == {"102": "sent", "201": "sent", "202": "none"}


async def test_other_ticks_in_the_same_form_are_told(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    frank = await enter(people.frank)
    page = await frank.get(at(motion.id, "/1"))
    first = await submit(frank, page, "#signed", files=PICTURE, units=["1-1-102"])
    assert first.status_code == 303
    again = await submit(frank, page, "#signed", files=PICTURE, units=["1-1-102", "1-1-201"])
    assert again.status_code == 409
    assert await records(people, motion.id) == [("1-1-102", 1, True)]
    assert (await submit(frank, again, "#signed", units=["1-1-201"])).status_code == 303
    assert len(await records(people, motion.id)) == 2


async def test_whose_sheets_these_are(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    clock(DURING)
    for who, status in (("grace", 403), ("erin", 403), ("ken", 403), ("charlie", 404)):
        one = await enter(people.actors[who])
        for path in ("", "/1", "?format=pdf"):
            assert (await one.get(at(motion.id, path))).status_code == status
        assert (await one.post(at(motion.id, "/1"), data={})).status_code == status
    gina = await enter(people.gina)
    page = await gina.get(at(motion.id, "/1"))
    assert page.status_code == 200
    assert '<form method="post" action="/c/garden/motions' not in page.text
    assert (await gina.post(at(motion.id, "/1"), data={})).status_code == 403
    frank = await enter(people.frank)
    for path in ("/2", "/0", "/999"):
        assert (await frank.get(at(motion.id, path))).status_code == 404
    forged = await frank.get(at(motion.id, "/1"))
    token = re.search(r'name="_csrf" value="([^"]+)"', forged.text)
    assert token is not None
    sent = {"_csrf": token[1], "key": "A" * 27, "units": ["1-2-101"]}
    assert (await frank.post(at(motion.id, "/1"), data=sent, files=PICTURE)).status_code == 422
    clock(AFTER)
    assert "投票已截止" in (await frank.get(at(motion.id, "/1"))).text
