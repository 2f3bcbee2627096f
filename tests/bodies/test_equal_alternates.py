"""Alternates who are equal in persons and area follow each other by a witnessed lot, never by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bodies import alternates, entries
from council.bodies.duties import DutyKind, duties
from council.bodies.model import Ending
from council.bodies.papers import Drawing, Leaving
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from tests.bodies.ground import DAY, Committee, committee, election, established, ground, on_paper, scan
from tests.fixtures.client import browser, submit
from tests.people import Garden, garden, sign_in
from tests.voting.motions import AFTER

SOON = AFTER + DAY
WITNESSES = ("居委会 王", "业主 李")


async def with_equals(people: Garden) -> Committee:
    """Alice and Ivan are equal behind Grace, Heidi and Judy; Heidi's seat is vacant."""
    names = ("grace", "heidi", "judy", "alice", "ivan")
    motion = await election(people, names, chosen=(18, 17, 14, 13, 13))
    given = await ground(people, await established(people, motion))
    await on_paper(people, given.id, Leaving(given.members["heidi"], Ending.RESIGNED, SOON), SOON)
    return given


async def test_a_lot_says_who_is_next(db: AnyEngine) -> None:
    people = await garden()
    given = await with_equals(people)
    body = await given.body()
    assert {each.name for each in body.equals} == {"Alice", "Ivan"}
    assert [each.kind for each in duties(body, SOON) if each.kind in {DutyKind.LOT, DutyKind.FILL}] == [DutyKind.LOT]
    for name in ("alice", "ivan"):
        with pytest.raises(Refused, match=r"body\.lot_first"):
            await alternates.step_up(actor=people.dana, body_id=given.id, member_id=given.members[name], now=SOON)
    last = body.alternates[-1]
    other = body.alternates[0]
    paper = Drawing((last.id, other.id), WITNESSES, SOON)
    entry_id = await entries.record(
        actor=people.dana, body_id=given.id, paper=paper, scan_id=await scan(people), key=new_id(), now=SOON
    )
    with pytest.raises(Refused, match=r"body\.second_person"):
        await entries.confirm(actor=people.dana, entry_id=entry_id, now=SOON)
    with pytest.raises(Refused, match=r"body\.lot_first"):
        await alternates.step_up(actor=people.dana, body_id=given.id, member_id=last.id, now=SOON)
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON)
    assert [each.id for each in (await given.body()).alternates] == [last.id, other.id]
    with pytest.raises(Refused, match=r"body\.not_next"):
        await alternates.step_up(actor=people.dana, body_id=given.id, member_id=other.id, now=SOON)
    await alternates.step_up(actor=people.dana, body_id=given.id, member_id=last.id, now=SOON)
    assert last.name in {each.name for each in (await given.body()).sitting}


async def test_a_lot_has_its_whole_order_two_witnesses_and_its_day(db: AnyEngine) -> None:
    people = await garden()
    given = await with_equals(people)
    both = tuple(each.id for each in (await given.body()).equals)
    for paper, wrong in (
        (Drawing(both[:1], WITNESSES, SOON), {"drawn": "lot.whole_order"}),
        (Drawing(both, ("王", "王"), SOON), {"witness_b": "lot.two_witnesses"}),
        (Drawing(both, WITNESSES, SOON + DAY), {"drawn_on": "body.day_ahead"}),
        (Drawing(both, WITNESSES, AFTER - 2 * DAY), {"drawn_on": "body.before_the_election"}),
    ):
        with pytest.raises(Invalid) as refused:
            await on_paper(people, given.id, paper, SOON)
        assert refused.value.errors == wrong
    with pytest.raises(Invalid) as bare:
        await on_paper(people, given.id, Drawing(both, WITNESSES, SOON), SOON, with_scan=False)
    assert bare.value.errors == {"scan_file": "form.file_missing"}


async def test_a_drawing_is_taken_back_by_another_with_a_reason_and_stays_to_be_seen(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: Callable[[datetime], None]
) -> None:
    at(SOON)
    people = await garden()
    given = await with_equals(people)
    first, second = (each.id for each in (await given.body()).equals)
    key, scan_id = new_id(), await scan(people)

    async def record(actor: Actor) -> int:
        paper = Drawing((first, second), WITNESSES, SOON)
        return await entries.record(actor=actor, body_id=given.id, paper=paper, scan_id=scan_id, key=key, now=SOON)

    entry_id = await record(people.dana)
    with pytest.raises(Refused, match=r"lot\.own_record"):
        await entries.withdraw(actor=people.dana, entry_id=entry_id, now=SOON, reason="名字写反了")
    with pytest.raises(Refused, match=r"body\.not_yours"):
        await entries.withdraw(actor=people.gina, entry_id=entry_id, now=SOON, reason="名字写反了")
    with pytest.raises(Refused, match=r"lot\.candidate"):
        candidate = replace(people.erin, name="Ivan")
        await entries.withdraw(actor=candidate, entry_id=entry_id, now=SOON, reason="名字写反了")
    with pytest.raises(Invalid) as bare:
        await entries.withdraw(actor=people.erin, entry_id=entry_id, now=SOON)
    assert bare.value.errors == {"why_not": "lot.reason_needed"}
    paper = f"/c/garden/desk/bodies/papers/{entry_id}"
    await sign_in(client, people.dana)
    assert 'id="withdraw"' not in (await client.get(paper)).text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(paper)
        assert (await submit(erin, page, "#withdraw", why_not="")).status_code == 422
        assert (await submit(erin, page, "#withdraw", why_not="名字写反了，见证人看过。")).status_code == 303
    (taken_back,) = [each for each in (await given.body()).entries if each.is_redrawn]
    assert (taken_back.withdrawn_by_name, taken_back.withdrawn_reason) == ("Erin", "名字写反了，见证人看过。")
    assert taken_back.said["order"] == [first, second]
    assert await record(people.dana) == entry_id
    async with browser(app) as anybody:
        shown = (await anybody.get(f"/c/garden/bodies/{given.id}")).text
        assert ("名字写反了，见证人看过。" in shown, WITNESSES[0] in shown) == (True, False)
    key = new_id()
    again = await record(people.dana)
    for address in (f"/c/garden/desk/bodies/papers/{again}", f"/c/garden/desk/bodies/{given.id}"):
        shown = (await client.get(address)).text
        assert (address, "名字写反了，见证人看过。" in shown) == (address, True)
    await entries.confirm(actor=people.erin, entry_id=again, now=SOON)
    assert [each.id for each in (await given.body()).alternates] == [first, second]


async def test_no_lot_where_the_figures_say_who_is_next(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    only = tuple(each.id for each in (await given.body()).alternates)
    with pytest.raises(Refused, match=r"body\.no_equals"):
        await on_paper(people, given.id, Drawing(only, WITNESSES, SOON), SOON)
