"""A home on the roll of a running vote is sold by two people of the office, and its co-owners' voter named by two."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.files import queries as files
from council.files import store
from council.files.model import Holder
from council.kernel.actor import Actor, Role
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.progress.desk import JobKind, Turn, turn_of
from council.progress.desk_jobs import jobs
from council.registry import queries as registry
from council.registry import transfer_queries
from council.registry.editing import fingerprint
from council.registry.rollfile.model import OwnerKind, RollOwner
from council.registry.transfer import TransferDraft
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import transfers
from tests.fixtures.client import submit
from tests.people import Garden, add_person, garden, live_in, verify_owner
from tests.voting.holders import claim, scanned
from tests.voting.motions import AFTER, DURING, cast, certified, opened
from tests.voting.test_standing import sell

HOME = "1-1-102"
NUMBER = "990101195006190591"
SCAN = {"document": ("合同.pdf", b"%PDF-1.4 deed\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Garden:
    monkeypatch.setattr(store, "_current", [])
    store.use(tmp_path / "files")
    return await garden()


async def seen(people: Garden, room: str) -> str:
    unit = await registry.unit(people.community_id, people.units[room])
    held = (await registry.holdings_of(people.community_id, [unit.id]))[unit.id]
    return fingerprint(unit, *[await registry.owner(people.community_id, one.owner_id) for one in held])


async def names(people: Garden, room: str = HOME) -> list[tuple[str, bool]]:
    held = (await registry.holdings_of(people.community_id, [people.units[room]]))[people.units[room]]
    return [(one.name, one.is_representative) for one in held]


async def drafted(
    people: Garden, room: str = HOME, *buyers: str, identity: str | None = None, owner: str = "", key: str = ""
) -> TransferDraft:
    return TransferDraft(
        key or new_id(),
        people.units[room],
        local_midnight(local_date(DURING)),
        "二手房过户，已看不动产权证",
        await seen(people, room),
        buyers=[RollOwner(name, identity, (), OwnerKind.NATURAL) for name in buyers],
        owner_id=people.owners[owner] if owner else None,
    )


async def recorded(people: Garden, draft: TransferDraft, now: datetime = DURING) -> int:
    file_id = await scanned(people.dana, now)
    return await transfers.record(actor=people.dana, draft=draft, file_id=file_id, now=now)


async def alone(people: Garden, room: str, *buyers: str, now: datetime) -> None:
    await transfers.sell_alone(
        actor=people.dana,
        unit_id=people.units[room],
        buyers=[RollOwner(name, None, (), OwnerKind.NATURAL) for name in buyers],
        reason="过户",
        seen=await seen(people, room),
        now=now,
    )


async def kinds(like: Sequence[str] = ("transfer.%", "unit.sold")) -> list[str]:
    rows = await fetch("SELECT kind FROM log_record WHERE kind LIKE {} OR kind LIKE {} ORDER BY seq", *like)
    return [row["kind"] for row in rows]


async def account_of(people: Garden, owner_name: str, room: str) -> Actor:
    held = (await registry.holdings_of(people.community_id, [people.units[room]]))[people.units[room]]
    person_id = await add_person(owner_name)
    await live_in(people, person_id, room)
    await verify_owner(people, person_id, next(one.owner_id for one in held if one.name == owner_name))
    people.actors[owner_name] = Actor(person_id, owner_name, people.community_id)
    return await people.refreshed(owner_name)


async def test_the_seller_casts_until_the_second_yes_and_the_buyer_afterwards(people: Garden) -> None:
    motion, other = await opened(people), await opened(people, title="另一件事")
    draft = await drafted(people, HOME, "钱新")
    transfer_id = await recorded(people, draft)
    assert await recorded(people, draft) == transfer_id, "the same form is the same record"
    assert await names(people) == [("业主1-1-102", True)]
    done = await cast(await people.refreshed("grace"), motion)
    assert done.state == "in_force"
    results = await asyncio.gather(
        *(transfers.confirm(actor=people.frank, transfer_id=transfer_id, now=DURING) for _ in range(3)),
        return_exceptions=True,
    )
    assert sorted(str(each) for each in results if each is not None) == ["transfer.moved_on"] * 2
    assert await names(people) == [("钱新", True)]
    assert await kinds() == ["transfer.recorded", "unit.sold", "transfer.confirmed"]
    assert (await people.refreshed("grace")).owner_ids == frozenset()
    with pytest.raises(Refused, match=r"ballot\."):
        await cast(await people.refreshed("grace"), other)
    assert (await cast(await account_of(people, "钱新", HOME), other)).state == "in_force"
    (ballot,) = await fetch("SELECT state FROM ballot WHERE id = {}", done.ballot_id)
    assert ballot["state"] == "in_force", "what the seller cast stands"
    found = await transfer_queries.transfer(people.community_id, transfer_id)
    assert (found.confirmed_by_name, found.recorded_by_name) == ("Frank", "Dana")
    assert await files.held_by(await files.stored_file(people.community_id, found.file_id)) == {Holder.APART}


async def test_one_alone_sells_no_home_on_a_running_roll(people: Garden) -> None:
    await alone(people, "1-1-301", "孙一", now=DURING)
    assert await names(people, "1-1-301") == [("孙一", True)], "no vote runs"
    motion = await opened(people)
    for now in (motion.notice_at + timedelta(hours=1), DURING, AFTER):
        with pytest.raises(Refused, match=r"transfer\.needs_second"):
            await alone(people, HOME, "钱新", now=now)
    assert await names(people) == [("业主1-1-102", True)], "nothing of it is kept"
    assert (await people.refreshed("grace")).owner_ids
    transfer_id = await recorded(people, await drafted(people, HOME, "钱新"), AFTER)
    await certified(people, motion)
    with pytest.raises(Refused, match=r"transfer\.needs_second"):
        await alone(people, HOME, "赵二", now=AFTER)
    await transfers.withdraw(actor=people.dana, transfer_id=transfer_id, reason="填错了买方", now=AFTER)
    await alone(people, HOME, "赵二", now=AFTER)
    assert await names(people) == [("赵二", True)]


async def test_a_vote_that_is_over_without_a_count_holds_nothing(people: Garden) -> None:
    motion = await opened(people)
    unit_id = people.units[HOME]
    assert await transfers.running_with(people.community_id, unit_id, AFTER) == [motion.id]
    await execute("UPDATE motion SET is_advisory = TRUE")
    assert await transfers.running_with(people.community_id, unit_id, DURING) == [motion.id]
    assert await transfers.running_with(people.community_id, unit_id, AFTER) == []
    await execute("UPDATE motion SET cancelled_at = {}, cancelled_by_name = 'x', cancel_reason = 'x'", DURING)
    assert await transfers.running_with(people.community_id, unit_id, DURING) == []


async def test_nobody_whom_it_is_about_confirms(people: Garden) -> None:
    await opened(people)
    await execute("UPDATE owner SET identity_number = {} WHERE id = {}", NUMBER, people.owners["1-1-201"])
    transfer_id = await recorded(people, await drafted(people, HOME, "Buyer Bu", identity=NUMBER))

    async def refused(actor: Actor) -> str:
        with pytest.raises(Refused) as why:
            await transfers.confirm(actor=actor, transfer_id=transfer_id, now=DURING)
        return why.value.code

    assert await refused(people.dana) == "transfer.second_person"
    for other in (people.erin, people.gina, people.grace):
        assert await refused(other) == "transfer.desk_only"
    seller, buyer = people.owners[HOME], people.owners["1-1-201"]
    for own in (
        replace(people.frank, owner_ids=frozenset({seller})),
        replace(people.frank, claimed_owner_ids=frozenset({seller})),
        replace(people.frank, unit_ids=frozenset({people.units[HOME]})),
        replace(people.frank, owner_ids=frozenset({buyer})),
        replace(people.frank, name="BuyerBu"),
    ):
        assert await refused(own) == "halt.own_matter"
    assert await refused(replace(people.frank, owner_ids=frozenset({people.owners["1-1-302"]}))) == "halt.recused"
    with pytest.raises(NotFound):
        await transfers.confirm(
            actor=replace(people.frank, community_id=people.orchard_id), transfer_id=transfer_id, now=DURING
        )
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute(
            "UPDATE transfer SET confirmed_by = recorded_by, confirmed_by_name = 'x', confirmed_at = {}", DURING
        )
    assert await names(people) == [("业主1-1-102", True)]
    await transfers.confirm(actor=people.frank, transfer_id=transfer_id, now=DURING)
    assert await names(people) == [("Buyer Bu", True)]


async def test_declined_with_a_reason(people: Garden) -> None:
    await opened(people)
    transfer_id = await recorded(people, await drafted(people, HOME, "钱新", identity=NUMBER))
    with pytest.raises(Refused, match=r"transfer\.waiting"):
        await recorded(people, await drafted(people, HOME, "赵二"))
    with pytest.raises(Refused, match=r"transfer\.desk_only"):
        await transfers.withdraw(actor=people.erin, transfer_id=transfer_id, reason="不对", now=DURING)
    own = replace(people.frank, owner_ids=frozenset({people.owners[HOME]}))
    with pytest.raises(Refused, match=r"halt\.own_matter"):
        await transfers.withdraw(actor=own, transfer_id=transfer_id, reason="不对", now=DURING)
    await transfers.withdraw(actor=people.frank, transfer_id=transfer_id, reason="扫描件是另一套房", now=DURING)
    for again in (
        transfers.confirm(actor=people.frank, transfer_id=transfer_id, now=DURING),
        transfers.withdraw(actor=people.dana, transfer_id=transfer_id, reason="不对", now=DURING),
    ):
        with pytest.raises(Refused, match=r"transfer\.moved_on"):
            await again
    (row,) = await fetch("SELECT buyers, withdrawn_words, withdrawn_by_name FROM transfer")
    assert (row["withdrawn_words"], row["withdrawn_by_name"]) == ("扫描件是另一套房", "Frank")
    assert NUMBER not in row["buyers"], "numbers of people who bought nothing are not kept"
    assert await names(people) == [("业主1-1-102", True)]
    await recorded(people, await drafted(people, HOME, "赵二"))


async def test_what_cannot_be_is_not_kept(people: Garden) -> None:
    await opened(people)
    draft = await drafted(people, HOME, "钱新")
    with pytest.raises(Invalid) as early:
        await recorded(people, replace(draft, dated_on=DURING + timedelta(days=1)))
    assert early.value.errors == {"dated_on": "transfer.day_ahead"}
    with pytest.raises(Refused, match=r"register\.moved_on"):
        await recorded(people, replace(draft, seen="x"))
    with pytest.raises(Refused, match=r"registry\.secretary_only"):
        await transfers.record(actor=people.frank, draft=draft, file_id=await scanned(people.frank), now=DURING)
    with pytest.raises(NotFound):
        await transfers.record(actor=people.dana, draft=draft, file_id=0, now=DURING)
    assert await fetch("SELECT id FROM transfer") == []
    transfer_id = await recorded(people, draft)
    await execute(
        "UPDATE staff_role SET ended_at = {}, ended_by_name = 'x' WHERE person_id = {}", DURING, people.dana.person_id
    )
    with pytest.raises(Refused, match=r"transfer\.recorder_left"):
        await transfers.confirm(actor=people.frank, transfer_id=transfer_id, now=DURING)
    assert (await transfer_queries.transfer(people.community_id, transfer_id)).is_waiting, "nothing of it is kept"
    assert await names(people) == [("业主1-1-102", True)]


async def test_who_casts_for_buyers_is_named_by_two(people: Garden) -> None:
    motion = await opened(people)
    first, second = await sell(people, HOME, "甲一", "乙二")
    people.owners["乙二"] = min(second.owner_ids)
    with pytest.raises(Refused, match=r"transfer\.needs_second"):
        await transfers.represent_alone(
            actor=people.dana, unit_id=people.units[HOME], owner_id=people.owners["乙二"], reason="推选", now=DURING
        )
    with pytest.raises(NotFound):
        await recorded(people, await drafted(people, HOME, owner="1-1-101"))
    transfer_id = await recorded(people, await drafted(people, HOME, owner="乙二"))
    with pytest.raises(Refused, match=r"ballot\.not_representative"):
        await cast(second, motion)
    await transfers.confirm(actor=people.frank, transfer_id=transfer_id, now=DURING)
    assert await names(people) == [("甲一", False), ("乙二", True)]
    with pytest.raises(Refused, match=r"ballot\.not_representative"):
        await cast(first, motion)
    assert (await cast(second, motion)).state == "in_force"


async def test_one_records_it_on_the_page_the_other_finds_it(people: Garden, enter, client, clock) -> None:
    motion = await opened(people)
    clock(DURING)
    unit_id = people.units[HOME]
    home = f"/c/garden/desk/register/{unit_id}"
    dana, frank, erin = await enter(people.dana), await enter(people.frank, "en"), await enter(people.erin)
    typed = {"owners": "钱新", "identities": NUMBER, "phones": "17000000002", "reason": "二手房过户"}
    bare = await submit(dana, await dana.get(f"{home}/sale"), "#sale", **typed)
    assert (bare.status_code, "二手房过户" in bare.text) == (422, True)
    typed["dated_on"] = f"{DURING:%Y-%m-%d}"
    sent = await submit(dana, bare, "#sale", files=SCAN, **typed)
    assert sent.status_code == 303, sent.text
    there = sent.headers["location"].partition("?")[0]
    assert await names(people) == [("业主1-1-102", True)]
    for path in (home, "/c/garden/desk/holders", f"/c/garden/motions/{motion.id}/roll"):
        assert f'href="{there}"' in (await dana.get(path)).text, path
    shown = (await erin.get(home)).text
    assert ("等第二个人确认" in shown, f'href="{there}"' in shown) == (True, False)
    for path in (there, there + "/scan"):
        assert (await erin.get(path)).status_code == 403
    own = (await dana.get(there)).text
    assert ('action="' + there + '/confirm"' in own, NUMBER in own) == (False, True)
    (job,) = [each for each in await jobs(people.frank, DURING) if each.kind is JobKind.HOLDERS]
    assert (turn_of(people.frank, job), turn_of(people.dana, job)) == (Turn.MINE, Turn.OTHERS)
    page = await frank.get(there)
    assert (await frank.get(there + "/scan")).status_code == 200
    bare = await submit(frank, page, "#withdraw", reason="")
    assert bare.status_code == 422
    done = await submit(frank, page, "#confirm")
    assert done.headers["location"] == f"{there}?said=transfer.confirmed"
    assert await names(people) == [("钱新", True)]
    (row,) = await fetch("SELECT identity_number FROM owner WHERE name = '钱新'")
    assert row["identity_number"] == NUMBER
    after = await frank.get(there)
    assert (NUMBER in after.text, 'id="confirm"' in after.text) == (False, False)
    assert f'href="{there}"' not in (await dana.get(home)).text


async def test_a_co_owner_is_named_on_the_page(people: Garden, enter, clock) -> None:
    await opened(people)
    clock(DURING)
    address = f"/c/garden/desk/register/{people.units['1-1-401']}/representative"
    dana, frank = await enter(people.dana), await enter(people.frank)
    page = await dana.get(address)
    typed = {"owner": people.owners["co"], "reason": "共有人书面推选", "dated_on": f"{DURING:%Y-%m-%d}"}
    bare = await submit(dana, page, "#edit", **typed)
    assert (bare.status_code, "共有人书面推选" in bare.text) == (422, True)
    sent = await submit(dana, page, "#edit", files=SCAN, **typed)
    there = sent.headers["location"].partition("?")[0]
    assert [is_one for _, is_one in await names(people, "1-1-401")] == [True, False]
    assert (await submit(frank, await frank.get(there), "#confirm")).status_code == 303
    assert [is_one for _, is_one in await names(people, "1-1-401")] == [False, True]
    same = await submit(dana, await dana.get(address), "#edit", owner=people.owners["co"], reason="共有人书面推选")
    assert same.headers["location"].endswith("register.same")


async def test_whom_it_is_about_reads_nothing_of_it_at_the_desk(people: Garden, enter, clock) -> None:
    await opened(people)
    clock(DURING)
    transfer_id = await recorded(people, await drafted(people, HOME, "钱新", identity=NUMBER))
    await claim(people, "frank", HOME)
    assert (await people.refreshed("frank")).has(Role.GRID_WORKER)
    frank, there = await enter(people.frank), f"/c/garden/desk/transfers/{transfer_id}"
    page = await frank.get(there)
    assert (page.status_code, NUMBER in page.text, 'id="confirm"' in page.text) == (200, False, False)
    assert (await frank.get(there + "/scan")).status_code == 403
    stranger = await enter(people.charlie)
    assert (await stranger.get(there)).status_code == 404
