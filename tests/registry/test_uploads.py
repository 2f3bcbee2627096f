"""From a file to the register in the browser: looked at, mended, confirmed once."""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar
from openpyxl import load_workbook

from council.audit import queries as log
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.kernel.scope import Scope, ScopeKind
from council.registry import mending, queries, upload_queries, uploads
from council.registry.rollfile.reading import read_roll
from council.storage import sql
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.fixtures.client import browser, submit
from tests.people import NOW, Garden, garden, sign_in
from tests.registry.desk import (
    DESK,
    LIN,
    PERSONAL,
    at_desk,
    codes,
    confirm,
    facts,
    hand_over,
    new_id,
    roll_of,
    row,
    row_states,
    sample_bytes,
    staged,
    words,
)


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


async def test_nothing_takes_effect_before_the_confirmation(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    before = await codes(people.community_id)
    address = await staged(client, sample_bytes("courtyard-24.csv"), "courtyard-24.csv")
    page = await client.get(address)
    told = facts(page.text)
    # The garden has 24 homes of the same codes and a shop that the file does not name.
    assert (told["新增"], told["有变化"], told["没有变化"], told["要改的行"]) == ("0", "24", "0", "0")
    assert told["名册里有、这份表格里没有"] == "1"
    assert "业主1-1-101" in words(page)
    assert "吴博敏" in words(page)
    assert await codes(people.community_id) == before
    answer = await confirm(client, address)
    assert answer.headers["location"] == f"{address}?said=roll.confirmed"
    unit = await queries.unit_by_code(people.community_id, "1-1-101")
    assert unit is not None
    assert unit.area_dm2 == 8983
    assert await codes(people.community_id) == before
    assert set((await row_states()).values()) == {"applied"}
    # The copy of the file is gone with the last open row: the register has what it said.
    assert {one["cells"] for one in await fetch("SELECT cells FROM roll_upload_row")} == {"[]"}
    assert (await client.get(f"{address}/file")).status_code == 404
    assert "已导入" in words(await client.get(address))


async def test_each_fault_is_told_by_row_and_column(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, sample_bytes("messy-48.csv"), "messy-48.csv")
    page = await client.get(address)
    assert facts(page.text)["要改的行"] == "6"
    assert "第 10 行" in words(page)
    assert "专有部分面积没有填" in words(page)
    assert "（读到：八十九）" in words(page)
    assert "这套房与第 18 行重复" in words(page)
    assert "1.38E+10" in words(page)  # a warning, among what to check
    states = await row_states()
    assert [number for number, state in states.items() if state == "faulty"] == [10, 13, 16, 19, 25, 37]


async def test_the_file_taken_back_has_its_faults_coloured(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, sample_bytes("messy-48.csv"), "messy-48.csv")
    answer = await client.get(f"{address}/file")
    assert answer.headers["content-disposition"].endswith("messy-48.xlsx")
    page = load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    assert page.cell(10, 5).fill.start_color.rgb == "FFFFB3A7"
    assert page.cell(9, 5).fill.fill_type is None
    assert page.cell(13, 5).value == "八十九"
    again = read_roll("messy-48.xlsx", answer.content)
    assert sorted({problem.row for problem in again.errors}) == [10, 13, 16, 19, 25, 37]


async def test_a_row_is_mended_in_place(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area="八十九"), row(**LIN)))
    page = await client.get(address)
    still = await submit(client, page, "#mend-2", r2c3="九十")
    assert still.headers["location"] == f"{address}?said=row.still_faulty#row-2"
    page = await client.get(address)
    assert "（读到：九十）" in words(page)  # what was typed is kept
    done = await submit(client, page, "#mend-2", r2c3="89.53")
    assert done.headers["location"] == f"{address}?said=row.mended"
    assert await row_states() == {2: "waiting", 3: "waiting"}
    await confirm(client, address)
    unit = await queries.unit_by_code(people.community_id, "1-1-101")
    assert unit is not None
    assert unit.area_dm2 == 8953


async def test_htmx_swaps_the_row_and_the_effect(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area=""), row(**LIN)))
    page = await client.get(address)
    asks = {"HX-Request": "true"}
    still = await submit(client, page, "#mend-2", headers=asks, r2c3="x")
    assert still.status_code == 200
    assert '<article class="slip" id="row-2">' in words(still)
    assert 'hx-swap-oob="true"' in words(still)
    assert "<html" not in words(still)
    done = await submit(client, page, "#mend-2", headers=asks, r2c3="89.53")
    assert "第 2 行改好了" in words(done)
    assert facts(done.text)["要改的行"] == "0"
    # The fragment's own confirmation names the new effect.
    answer = await submit(client, done, "#confirm")
    assert answer.headers["location"].endswith("said=roll.confirmed")


async def test_good_rows_take_effect_and_the_faulty_ones_wait(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    entrance = people.entrance_scope
    address = await staged(client, roll_of(row(area="90.00"), row(**LIN, area="")))
    assert await queries.unresolved_rows(people.community_id, entrance) == 0
    await confirm(client, address)
    assert await row_states() == {2: "applied", 3: "faulty"}
    assert await queries.unresolved_rows(people.community_id, entrance) == 1
    other = Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"])
    assert await queries.unresolved_rows(people.community_id, other) == 0
    assert "有 1 行要改" in words(await client.get(f"{DESK}/register"))
    # Mended now, it takes effect at once.
    page = await client.get(address)
    answer = await submit(client, page, "#mend-3", r3c3="77.00")
    assert answer.headers["location"] == f"{address}?said=row.mended"
    unit = await queries.unit_by_code(people.community_id, "1-1-102")
    assert unit is not None
    assert unit.area_dm2 == 7700
    assert await queries.unresolved_rows(people.community_id, entrance) == 0
    assert {one["cells"] for one in await fetch("SELECT cells FROM roll_upload_row")} == {"[]"}


async def test_a_row_of_an_unknown_building_holds_every_scope(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(), row(building="东边那栋", area="")))
    await confirm(client, address)
    for scope in (people.entrance_scope, people.building_scope, Scope(ScopeKind.COMMUNITY)):
        assert await queries.unresolved_rows(people.community_id, scope) == 1


async def test_a_row_is_dropped_with_a_reason(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(), row(owner="又一人", identity="", phone="")))
    page = await client.get(address)
    refused = await submit(client, page, "#drop-3")
    assert refused.status_code == 422
    assert "请写几个字说明原因" in words(refused)
    assert await row_states() == {2: "waiting", 3: "faulty"}
    answer = await submit(client, page, "#drop-3", reason="重复录入")
    assert answer.headers["location"] == f"{address}?said=row.dropped"
    assert await row_states() == {2: "waiting", 3: "dropped"}
    assert "重复录入" in words(await client.get(address))
    (kept,) = await fetch("SELECT closed_by_name, closed_reason, cells FROM roll_upload_row WHERE row_number = 3")
    assert kept == {"closed_by_name": "Dana", "closed_reason": "重复录入", "cells": "[]"}


async def test_dropping_one_of_two_settles_the_other(people: Garden) -> None:
    roll = read_roll("roll.csv", roll_of(row(), row(owner="又一人", identity="", phone="")))
    upload_id = await _stage(people.dana, roll)
    await mending.drop_row(actor=people.dana, upload_id=upload_id, number=2, reason="旧的", now=NOW)
    assert await row_states() == {2: "dropped", 3: "waiting"}


async def test_a_row_mended_later_does_not_overwrite_its_double(people: Garden) -> None:
    roll = read_roll("roll.csv", roll_of(row(room="", area="50"), row(area="90.00")))
    upload_id = await _stage(people.dana, roll)
    shown = await uploads.preview(actor=people.dana, upload_id=upload_id)
    await uploads.confirm(actor=people.dana, upload_id=upload_id, seen=shown.seen, now=NOW)
    texts = ["1", "1", "101", "50", "别人", "", ""]
    mended = await mending.mend_row(actor=people.dana, upload_id=upload_id, number=2, texts=texts, now=NOW)
    assert not mended.is_good
    unit = await queries.unit_by_code(people.community_id, "1-1-101")
    assert unit is not None
    assert unit.area_dm2 == 9000


async def _stage(
    actor: Actor,
    roll: object,
    key: str | None = None,
    *,
    digest: str = "ab" * 32,
    area_heading: str | None = None,
) -> int:
    return await uploads.stage(
        actor=actor,
        key=key or new_id(),
        name="roll.csv",
        roll=roll,
        digest=digest,
        area_heading=area_heading,
        now=NOW,
    )


async def test_two_confirm_at_once_and_one_takes_effect(people: Garden) -> None:
    upload_id = await _stage(people.dana, read_roll("roll.csv", sample_bytes("courtyard-24.csv")))
    shown = await uploads.preview(actor=people.dana, upload_id=upload_id)
    answers = await asyncio.gather(
        *(uploads.confirm(actor=people.dana, upload_id=upload_id, seen=shown.seen, now=NOW) for _ in range(4))
    )
    assert sum(answer is not None for answer in answers) == 1
    kinds = [record.kind for record in await log.records(people.community_id)]
    assert kinds == ["roll.staged", "roll.applied", "roll.confirmed"]


async def test_two_uploads_of_one_file_confirmed_at_once(people: Garden) -> None:
    """The second sees a register that has moved on, and says so instead of writing over it."""
    roll = read_roll("roll.csv", sample_bytes("courtyard-24.csv"))
    ids = [await _stage(people.dana, roll) for _ in range(2)]
    seen = [(await uploads.preview(actor=people.dana, upload_id=each)).seen for each in ids]
    answers = await asyncio.gather(
        *(uploads.confirm(actor=people.dana, upload_id=a, seen=b, now=NOW) for a, b in zip(ids, seen, strict=True)),
        return_exceptions=True,
    )
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert [one.code for one in refused] == ["upload.moved_on"]
    assert len(await fetch("SELECT id FROM owner WHERE name = '吴博敏'")) == 1


async def test_a_colleague_mended_a_row_meanwhile(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area=""), row(**LIN)))
    page = await client.get(address)
    await submit(client, page, "#mend-2", r2c3="89.53")
    late = await submit(client, page, "#confirm")
    assert late.status_code == 409
    assert "再看一遍" in words(late)
    assert await row_states() == {2: "waiting", 3: "waiting"}
    assert (await confirm(client, address)).headers["location"].endswith("said=roll.confirmed")
    again = await submit(client, page, "#confirm")
    assert again.headers["location"].endswith("said=roll.confirmed_before")


async def test_a_double_tap_uploads_once(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/roll")
    files = {"file": ("roll.csv", roll_of(row()), "text/csv")}
    first, second = [await submit(client, page, "#upload", files=files) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert len(await upload_queries.summaries(people.community_id)) == 1


async def test_a_used_key_with_another_roll_or_from_somebody_else_is_refused(people: Garden) -> None:
    roll, key = read_roll("roll.csv", roll_of(row())), new_id()
    first = await _stage(people.dana, roll, key)
    assert await _stage(people.dana, roll, key) == first
    for changes in ({"digest": "cd" * 32}, {"area_heading": "建筑面积"}, {"actor": colleague(people)}):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await _stage(**({"actor": people.dana, "roll": roll, "key": key} | changes))
    assert [one.id for one in await upload_queries.summaries(people.community_id)] == [first]


def colleague(people: Garden) -> Actor:
    """A second secretary."""
    return replace(people.dana, person_id=people.erin.person_id, name=people.erin.name)


async def test_another_file_in_a_form_that_was_sent_is_asked_for_again(
    people: Garden, client: httpx.AsyncClient
) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/roll")
    await submit(client, page, "#upload", files={"file": ("a.csv", roll_of(row()), "text/csv")})
    files = {"file": ("b.csv", roll_of(row(**LIN)), "text/csv")}
    again = await submit(client, page, "#upload", files=files)
    assert (again.status_code, "请再选一次这份文件" in words(again)) == (409, True)
    assert (await submit(client, again, "#upload", files=files)).status_code == 303
    assert {one.name for one in await upload_queries.summaries(people.community_id)} == {"a.csv", "b.csv"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("roll.csv", b"", "还没有选文件"),
        ("roll.csv", b"\xef\xbb\xbf,,,", "文件是空的"),
        ("wrong-heading.csv", None, "找不到这些列：楼栋、单元、房号、专有部分面积、业主姓名"),
        ("roll.xlsx", b"PK\x03\x04 nothing", "表格"),
        ("roll.pdf", b"%PDF-1.4 nothing", "不认识这种文件"),
        ("roll.xlsx", b"\xd0\xcf\x11\xe0 old", "旧版 .xls"),
    ],
)
async def test_what_cannot_be_read_is_told_and_not_kept(
    people: Garden, client: httpx.AsyncClient, name: str, data: bytes | None, said: str
) -> None:
    await at_desk(client, people)
    answer = await hand_over(client, sample_bytes(name) if data is None else data, name)
    assert answer.status_code == 422
    assert said in words(answer)
    assert await fetch("SELECT id FROM roll_upload") == []


async def test_too_large_a_file_is_not_even_read(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    answer = await hand_over(client, b"1" * 11_000_000)
    assert answer.status_code == 413
    assert await fetch("SELECT id FROM roll_upload") == []


async def test_built_area_is_taken_only_when_told(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    data = "楼栋,单元,房号,建筑面积,业主姓名\n1,1,101,108.69,吴博敏\n".encode()
    asked = await hand_over(client, data)
    assert asked.status_code == 422
    assert "哪一列是专有部分面积" in words(asked)
    assert await fetch("SELECT id FROM roll_upload") == []
    answer = await submit(
        client, asked, "#upload", files={"file": ("roll.csv", data, "text/csv")}, area_heading="建筑面积"
    )
    address = answer.headers["location"].partition("?")[0]
    page = await client.get(address)
    assert "专有部分面积取自“建筑面积”一列" in words(page)
    await confirm(client, address)
    unit = await queries.unit_by_code(people.community_id, "1-1-101")
    assert unit is not None
    assert unit.area_dm2 == 10869


async def test_set_aside(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row()))
    page = await client.get(address)
    answer = await submit(client, page, "#discard")
    assert answer.headers["location"] == f"{DESK}/roll?said=roll.discarded"
    assert {one["cells"] for one in await fetch("SELECT cells FROM roll_upload_row")} == {"[]"}
    late = await submit(client, page, "#confirm")
    assert late.status_code == 409
    assert "没有生效" in words(await client.get(address))
    assert (await submit(client, page, "#discard")).status_code == 303


async def test_an_entrance_typed_by_hand(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/roll/grid")
    empty = await submit(client, page, "#grid", building="3", entrance="1")
    assert empty.status_code == 422
    nowhere = await submit(client, page, "#grid", room1="101", area1="89.53", owner1="甲")
    assert nowhere.status_code == 422
    assert 'value="101"' in words(nowhere)
    answer = await submit(
        client, page, "#grid", building="3", entrance="1",
        room1="101", area1="89.53", owner1="甲一、乙二", phone1="17000000001",
        room2="102", area2="八十", owner2="丙三",
        room12="601", area12="60", owner12="丁四", use12="storage",
    )  # fmt: skip
    address = answer.headers["location"].partition("?")[0]
    assert await row_states() == {1: "waiting", 2: "faulty", 12: "waiting"}
    await submit(client, await client.get(address), "#mend-2", r2c3="80.00")
    await confirm(client, address)
    assert {"3-1-101", "3-1-102", "3-1-601"} <= await codes(people.community_id)
    unit = await queries.unit_by_code(people.community_id, "3-1-601")
    assert unit is not None
    assert (unit.use, unit.area_dm2) == ("storage", 6000)


async def test_other_rows_in_a_form_that_was_sent_are_kept_and_may_be_sent(
    people: Garden, client: httpx.AsyncClient
) -> None:
    await at_desk(client, people)
    page = await client.get(f"{DESK}/roll/grid")
    typed = {"building": "3", "entrance": "1", "room1": "101", "area1": "89.53", "owner1": "甲一"}
    first, second = [await submit(client, page, "#grid", **typed) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    again = await submit(client, page, "#grid", **(typed | {"entrance": "2", "owner1": "乙二"}))
    assert (again.status_code, "还没有交" in words(again), 'value="乙二"' in again.text) == (409, True, True)
    other = await submit(client, again, "#grid")
    assert (other.status_code, other.headers["location"] != first.headers["location"]) == (303, True)
    assert {one.name for one in await upload_queries.summaries(people.community_id)} == {"3-1", "3-2"}


async def test_a_warned_row_can_be_opened_and_mended_too(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(phone="1.38E+10")))
    page = await client.get(f"{address}/rows/2")
    assert "科学计数法" in words(page)
    await submit(client, page, "#mend-2", r2c6="17000066510")
    await confirm(client, address)
    owners = [one for one in await queries.owners(people.community_id) if one.name == "吴博敏"]
    assert [one.phones for one in owners] == [("17000066510",)]


async def test_too_long_a_cell_is_refused_and_given_back(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area="")))
    answer = await submit(client, await client.get(address), "#mend-2", r2c4="长" * 2001)
    assert answer.status_code == 422
    assert "最多 2000 个字" in words(answer)
    assert "长" * 2001 in words(answer)
    asks = {"HX-Request": "true"}
    part = await submit(client, await client.get(address), "#mend-2", headers=asks, r2c4="长" * 2001)
    assert part.status_code == 422
    assert "<html" not in part.text
    assert 'id="row-2"' in part.text
    (kept,) = await fetch("SELECT cells FROM roll_upload_row")
    assert json.loads(kept["cells"])[4] == "吴博敏"


# who may


@pytest.mark.parametrize("path", ["", "/grid", "/{id}", "/{id}/rows/2", "/{id}/file"])
async def test_the_ladder(people: Garden, app: Litestar, client: httpx.AsyncClient, path: str) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area="")))
    url = f"{DESK}/roll" + path.replace("{id}", address.rpartition("/")[2])
    assert (await client.get(url)).status_code == 200
    for name, status in (("alice", 403), ("erin", 403), ("frank", 403), ("gina", 403), ("charlie", 404)):
        async with browser(app) as other:
            await sign_in(other, people.actors[name])
            assert (await other.get(url)).status_code == status, name
    async with browser(app) as nobody:
        assert (await nobody.get(url)).headers["location"].startswith("/login?next=")
    assert (await client.put(url)).status_code == 405
    assert (await client.get(url.replace(address.rpartition("/")[2], "999999"))).status_code == (
        404 if "{id}" in path else 200
    )


@pytest.mark.parametrize("path", ["/confirm", "/discard", "/rows/2", "/rows/2/drop"])
async def test_another_communitys_upload_is_not_there(
    people: Garden, app: Litestar, client: httpx.AsyncClient, path: str
) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(area=""), row(**LIN)))
    token = {"_csrf": _token(await client.get(f"{DESK}/roll")), "reason": "因为", "seen": "x"}
    elsewhere = address.replace("/c/garden/", "/c/orchard/")
    assert (await client.post(elsewhere + path, data=token)).status_code == 404
    await fetch(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, 'secretary', {}, {}, 'x') RETURNING id",
        *(people.dana.person_id, people.orchard_id, NOW),
    )
    assert (await client.post(elsewhere + path, data=token)).status_code == 404
    assert (await client.post(address + "/rows/99", data=token)).status_code == 404
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get("/me")
        assert (await erin.post(address + path, data={**token, "_csrf": _token(page)})).status_code == 403
    assert (await client.post(address + path, data={"seen": "x"})).status_code == 403  # no token
    assert await row_states() == {2: "faulty", 3: "waiting"}


def _token(page: httpx.Response) -> str:
    return page.text.partition('name="_csrf" value="')[2].partition('"')[0]


async def test_the_log_tells_of_rolls_without_people(people: Garden, client: httpx.AsyncClient) -> None:
    await at_desk(client, people)
    address = await staged(client, roll_of(row(), row(**LIN, area="")))
    await submit(client, await client.get(address), "#drop-3", reason="林文已经搬走")
    await confirm(client, address)
    bodies = "".join(record.body for record in await log.records(people.community_id))
    for personal in (*PERSONAL, "吴博敏", "林文"):
        assert personal not in bodies
    assert (await log.verify(people.community_id)).holds


async def test_a_preview_asks_as_often_for_one_row_as_for_thirty(
    people: Garden, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_desk(client, people)
    few = await staged(client, roll_of(row(area="")))
    many = await staged(client, roll_of(*(row(room=str(n), area="") for n in range(101, 131))))
    seen: list[str] = []
    plain = sql.compiled

    def counted(text: str, *rest: object) -> str:
        seen.append(text)
        return plain(text, *rest)

    monkeypatch.setattr(sql, "compiled", counted)
    counts = []
    for address in (few, many):
        seen.clear()
        page = await client.get(address)
        assert page.status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert "第 21 至" not in words(page)
    assert "第 1 至 20 条，共 30 条" in words(page)
    assert "第 21 至 30 条" in words(await client.get(f"{many}?faulty=21"))


async def test_one_roll_sent_from_two_tabs_at_once_waits_once(people: Garden) -> None:
    key, roll = new_id(), read_roll("roll.csv", sample_bytes("courtyard-24.csv"))
    answers = await asyncio.gather(*(_stage(people.dana, roll, key) for _ in range(3)))
    assert len(set(answers)) == 1
    assert len(await fetch("SELECT id FROM roll_upload")) == 1
    assert len(await fetch("SELECT id FROM roll_upload_row")) == len(roll.lines) - 1
    assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'roll.staged'")) == 1
