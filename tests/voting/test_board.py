"""The building board: rooms in their places, who sees who took part and when, and that a tower stays light."""

from __future__ import annotations

import re
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.registry.model import Unit
from council.registry.rollfile.model import Status, Use
from council.registry.tables import Entrance as EntranceTable
from council.registry.tables import Unit as UnitTable
from council.storage import database
from council.storage.database import AnyEngine
from council.voting.board import RoomState, chart, floor_of
from tests.people import LONG_AGO, Garden, garden
from tests.voting.motions import AFTER, DURING, cast, opened

BOARD = "/c/garden/board/1-1"


def unit(unit_id: int, room: str, floor: int | None = None) -> Unit:
    return Unit(unit_id, 1, 1, f"1-1-{room}", "1", "1", room, floor, 7000, None, Use.DWELLING, Status.OCCUPIED)


@pytest.mark.parametrize(
    ("room", "told", "floor"),
    [
        ("502", None, 5),
        ("3412", None, 34),
        ("1001", None, 10),
        ("502A", None, 5),
        ("502", 6, 6),
        ("S1", 1, None),
        ("商01", None, None),
        ("B101", None, None),
        ("地下室3", -1, None),
        ("1", None, None),
        ("500", None, None),
        ("0502", None, None),
        ("10001", None, None),
        ("５０２", None, None),
        ("", None, None),
    ],
)
def test_the_floor_of_a_room(room: str, told: int | None, floor: int | None) -> None:
    assert floor_of(room, told) == floor


@given(st.integers(1, 99), st.integers(1, 99))
def test_every_room_number_finds_its_floor(floor: int, place: int) -> None:
    assert floor_of(f"{floor}{place:02}") == floor


@given(st.lists(st.text(max_size=6), max_size=40), st.sampled_from([None, *RoomState]))
def test_every_unit_stands_on_the_chart_once(rooms: list[str], show: RoomState | None) -> None:
    units = [unit(number, room) for number, room in enumerate(rooms)]
    states = {each.id: list(RoomState)[each.id % 4] for each in units}
    drawn = chart(units, states, show=show)
    placed = [room.unit.id for _, row in drawn.floors for room in row] + [room.unit.id for room in drawn.others]
    assert sorted(placed) == [each.id for each in units if show is None or states[each.id] is show]
    assert [floor for floor, _ in drawn.floors] == sorted({floor for floor, _ in drawn.floors}, reverse=True)


def test_rooms_stand_from_left_to_right_as_people_count() -> None:
    drawn = chart([unit(n, room) for n, room in enumerate(["1002", "1001", "901", "S10", "S2", "地下室3"])], {})
    assert [(floor, [each.unit.room for each in row]) for floor, row in drawn.floors] == [
        (10, ["1001", "1002"]),
        (9, ["901"]),
    ]
    assert [each.unit.room for each in drawn.others] == ["S2", "S10", "地下室3"]


def rooms(text: str) -> dict[str, str]:
    """State by room, as the page draws them."""
    return {number: state for state, number in re.findall(r'class="room (\w+)" id="r([^"]+)"', text)}


async def voted(people: Garden) -> int:
    """An open vote of entrance 1-1 where Grace and Heidi took part."""
    motion = await opened(people)
    for who in (people.grace, people.heidi):
        await cast(who, motion)
    return motion.id


async def test_while_it_is_open_only_those_who_go_from_door_to_door_see_who_is_missing(
    db: AnyEngine, enter, clock
) -> None:
    people = await garden()
    await voted(people)
    clock(DURING)
    for who in ("dana", "frank", "gina"):
        page = await (await enter(people.actors[who])).get(BOARD)
        drawn = rooms(page.text)
        assert len(drawn) == 12
        assert {room for room, state in drawn.items() if state == "in"} == {"102", "201"}
        assert "12\xa0户中已有 2\xa0户参与" in page.text
        assert "同意" not in page.text
    for who in ("grace", "erin", "bob", "leo", "ken"):
        page = await (await enter(people.actors[who])).get(BOARD)
        assert set(rooms(page.text).values()) == {"plain"}
        assert "已参与" not in page.text
    assert (await (await enter(people.charlie)).get(BOARD)).status_code == 404


async def test_after_the_closing_those_on_the_roll_see_what_the_participation_page_shows(
    db: AnyEngine, enter, clock, client: httpx.AsyncClient
) -> None:
    people = await garden()
    motion_id = await voted(people)
    clock(AFTER)
    address = f"{BOARD}?motion={motion_id}"
    for who in ("grace", "erin", "frank"):
        drawn = rooms((await (await enter(people.actors[who])).get(address)).text)
        assert sum(state == "in" for state in drawn.values()) == 2
    for who in ("ken", "leo", "charlie"):
        assert (await (await enter(people.actors[who])).get(address)).status_code == 404
    assert (await client.get(address)).status_code == 303
    # nothing is open any more: by itself the board shows the homes, and leads on to the vote
    page = await (await enter(people.grace)).get(BOARD)
    assert set(rooms(page.text).values()) == {"plain"}
    assert f'href="?motion={motion_id}"' in page.text
    listed = await (await enter(people.grace)).get(f"/c/garden/motions/{motion_id}/participation")
    assert f'href="/c/garden/board/1-1?motion={motion_id}"' in listed.text


async def test_the_legend_filters(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    await voted(people)
    clock(DURING)
    frank = await enter(people.frank)
    page = await frank.get(f"{BOARD}?show=none")
    assert set(rooms(page.text).values()) == {"none"}
    assert len(rooms(page.text)) == 10
    assert 'href="?show=in"' in page.text
    assert 'href="?room=302&amp;show=none"' in page.text or 'href="?show=none&amp;room=302"' in page.text


async def test_a_room_opens_what_the_visitor_may_know(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    await voted(people)
    clock(DURING)
    frank = await (await enter(people.frank)).get(f"{BOARD}?room=102")
    assert "业主1-1-102" in frank.text
    assert f"/desk/people/units/{people.units['1-1-102']}" in frank.text
    erin = await (await enter(people.erin)).get(f"{BOARD}?room=102")
    assert "业主1-1-102" in erin.text
    assert "/desk/people/units/" not in erin.text
    ken = await (await enter(people.ken)).get(f"{BOARD}?room=102")
    assert "业主1-1-102" not in ken.text
    assert "㎡" not in ken.text
    assert "/desk/" not in ken.text
    part = await (await enter(people.frank)).get(
        f"{BOARD}?room=102", headers={"HX-Request": "true", "HX-Boosted": "true", "HX-Target": "home"}
    )
    assert "<html" not in part.text
    assert "业主1-1-102" in part.text


async def test_other_entrances_and_other_places(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    await voted(people)
    clock(DURING)
    frank = await enter(people.frank)
    shops = await frank.get("/c/garden/board/1-")
    assert list(rooms(shops.text)) == ["S1"]
    assert "商铺、车位和其他" in shops.text
    assert 'href="/c/garden/board/1-2"' in shops.text
    for address in ("/c/garden/board/9-1", "/c/garden/board/1", f"{BOARD}?motion=999", "/c/garden/board/%00"):
        assert (await frank.get(address)).status_code == 404
    assert (await (await enter(people.ken)).get("/c/garden/board")).headers["location"] == "/c/garden/board/1-2"
    assert (await frank.get("/c/garden/board")).headers["location"] == "/c/garden/board/1-1"


async def test_a_vote_of_another_entrance_is_not_on_this_board(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion_id = await voted(people)
    clock(DURING)
    frank = await enter(people.frank)
    assert set(rooms((await frank.get("/c/garden/board/1-2")).text).values()) == {"plain"}
    assert (await frank.get(f"/c/garden/board/1-2?motion={motion_id}")).status_code == 404


async def test_a_tower_of_34_floors_is_light_and_asks_no_more(db: AnyEngine, enter, clock, monkeypatch) -> None:
    people = await garden()
    clock(DURING)
    frank = await enter(people.frank)
    asked: list[str] = []
    run = database.current().run

    async def counted(sql: str, *args: object, **more: object) -> object:
        asked.append(sql)
        return await run(sql, *args, **more)

    monkeypatch.setattr(database.current(), "run", counted)
    await frank.get(BOARD)
    few = len(asked)
    entrance = EntranceTable(community_id=people.community_id, building_id=people.building_id, number="9")
    entrance_id = (await EntranceTable.insert(entrance))[0]["id"]
    homes = [(floor, f"{floor}{place:02}") for floor in range(1, 35) for place in range(1, 13)]
    for start in range(0, len(homes), 100):
        await UnitTable.insert(*(_home(people, entrance_id, *home) for home in homes[start : start + 100]))
    asked.clear()
    page = await frank.get("/c/garden/board/1-9")
    assert len(asked) == few
    assert len(rooms(page.text)) == 408
    assert list(rooms(page.text))[:2] == ["3401", "3402"]
    assert 'href="#f34"' in page.text
    assert len(zlib.compress(page.content, 5)) <= 15 * 1024


def _home(people: Garden, entrance_id: int, floor: int, room: str) -> UnitTable:
    return UnitTable(
        community_id=people.community_id,
        building_id=people.building_id,
        entrance_id=entrance_id,
        code=f"1-9-{room}",
        room=room,
        floor=floor,
        area_dm2=7000,
        built_area_dm2=None,
        use="dwelling",
        status="occupied",
        note="",
        added_at=LONG_AGO,
        changed_at=LONG_AGO,
    )
