"""Versions: one records, a second confirms, from its day on it holds; a motion keeps what held at its notice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from council.audit import queries as log
from council.bylaws import queries, service
from council.bylaws.model import SourceKind, Standing
from council.files import store
from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.model import Change, Channel, Unreturned
from tests.bylaws.drafts import confirmed, draft, proposed, said
from tests.people import NOW, Garden, garden
from tests.voting.motions import opened


@pytest.fixture
async def people(db: AnyEngine, tmp_path) -> Garden:
    store.use(tmp_path / "files")
    return await garden(online_counts=False)


async def change_at(people: Garden, now=NOW) -> str:
    return (await queries.procedure(people.community_id, now)).change.value


async def test_two_people(people: Garden) -> None:
    version_id = await proposed(people, *said(change="once"))
    assert await change_at(people) == "none"
    with pytest.raises(Refused) as refused:
        await service.confirm(actor=people.dana, version_id=version_id, now=NOW)
    assert (refused.value.code, refused.value.forbidden) == ("bylaws.second_person", True)
    await service.confirm(actor=people.erin, version_id=version_id, now=NOW)
    held = (await queries.procedure(people.community_id, NOW)).change
    assert (held.value, held.source.kind, held.source.clause, held.source.page) == (
        *("once", SourceKind.BYLAWS, "第3条 原文如此", 3),
    )
    kinds = [record.kind for record in await log.records(people.community_id)]
    assert kinds == ["bylaws.proposed", "bylaws.confirmed"]
    (version,) = await queries.versions(people.community_id)
    assert (version.number, version.proposed_by_name, version.confirmed_by_name) == (1, "Dana", "Erin")
    assert version.scan_sha256 == (await fetch("SELECT sha256 FROM stored_file"))[0]["sha256"]


async def test_the_database_itself_wants_two_people(people: Garden) -> None:
    version_id = await proposed(people)
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute(
            "UPDATE bylaws_version SET confirmed_by = proposed_by, confirmed_by_name = 'x', confirmed_at = {}"
            " WHERE id = {}",
            *(NOW, version_id),
        )


async def test_a_later_day_does_not_hold_before_it(people: Garden) -> None:
    await confirmed(people, *said(change="once"))
    day = date(2026, 4, 1)
    later = await confirmed(people, *said(change="until_close"), effective_from=local_midnight(day))
    first = local_midnight(day)
    assert await change_at(people, first - timedelta(microseconds=1)) == "once"
    assert await change_at(people, first) == "until_close"
    newer, older = await queries.versions(people.community_id)
    held = await queries.in_force(people.community_id, NOW)
    assert (newer.id, newer.standing(held, NOW), older.standing(held, NOW)) == (
        *(later, Standing.LATER, Standing.IN_FORCE),
    )
    held = await queries.in_force(people.community_id, first)
    assert (newer.standing(held, first), older.standing(held, first)) == (Standing.IN_FORCE, Standing.PAST)


async def test_what_was_confirmed_late_did_not_hold_before(people: Garden) -> None:
    version_id = await proposed(people, *said(change="once"))
    await service.confirm(actor=people.erin, version_id=version_id, now=NOW + timedelta(days=3))
    assert await change_at(people, NOW + timedelta(days=2)) == "none"
    assert await change_at(people, NOW + timedelta(days=3)) == "once"


async def test_a_newer_version_replaces_the_whole_of_the_older(people: Garden) -> None:
    await confirmed(people, *said(change="once", extension_days=15))
    await confirmed(people, *said(change="until_close"))
    held = await queries.procedure(people.community_id, NOW)
    assert (held.change.value, held.extension_days.value) == ("until_close", 0)
    assert len(await queries.versions(people.community_id)) == 2


async def test_a_version_cannot_begin_before_the_last_one(people: Garden) -> None:
    await confirmed(people)
    with pytest.raises(Invalid) as invalid:
        await proposed(people, effective_from=local_midnight(date(2026, 2, 20)))
    assert invalid.value.errors == {"effective_from": "bylaws.before_the_last"}


@pytest.mark.parametrize(
    ("clauses", "changed", "errors"),
    [
        ({"online_counts": "yes"}, {"profile": "beijing"}, {"value_online_counts": "bylaws.profile_forbids"}),
        ({"dissent": "yes"}, {}, {"value_dissent": "bylaws.profile_forbids"}),
        ({"notice_days": 7, "change": "once"}, {}, {"value_notice_days": "bylaws.below_law"}),
        ({"signatures": 1}, {}, {"value_signatures": "bylaws.no_such_value"}),
        ({"proxy_cap": 9}, {"profile": "beijing"}, {"value_proxy_cap": "bylaws.above_profile"}),
        ({"change": "once"}, {"adopted_on": NOW + timedelta(days=1)}, {"adopted_on": "bylaws.not_adopted_yet"}),
        (
            {"change": "once"},
            {"effective_from": local_midnight(date(2026, 1, 31))},
            {"effective_from": "bylaws.before_adoption"},
        ),
    ],
)
async def test_what_law_and_profile_forbid_is_not_recorded(people: Garden, clauses, changed, errors) -> None:
    with pytest.raises(Invalid) as invalid:
        await proposed(people, *said(**clauses), **changed)
    assert invalid.value.errors == errors
    assert await queries.versions(people.community_id) == []


async def test_one_version_waits_at_a_time(people: Garden) -> None:
    first = await proposed(people)
    with pytest.raises(Refused, match=r"bylaws\.waiting"):
        await proposed(people, by="erin")
    await service.withdraw(actor=people.dana, version_id=first, now=NOW)
    second = await proposed(people, by="erin")
    numbers = {row["id"]: row["number"] for row in await fetch("SELECT id, number FROM bylaws_version")}
    assert numbers == {first: 1, second: 2}


async def test_two_desks_at_once_make_one_version(people: Garden) -> None:
    answers = await asyncio.gather(
        proposed(people), proposed(people, *said(change="once"), by="erin"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "int"]
    assert len(await fetch("SELECT id FROM bylaws_version")) == 1


async def test_confirm_and_withdraw_at_once(people: Garden) -> None:
    version_id = await proposed(people)
    answers = await asyncio.gather(
        service.confirm(actor=people.erin, version_id=version_id, now=NOW),
        service.withdraw(actor=people.dana, version_id=version_id, now=NOW),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


async def test_after_the_end_nothing_changes(people: Garden) -> None:
    version_id = await confirmed(people)
    for act, actor in ((service.confirm, people.erin), (service.withdraw, people.dana)):
        with pytest.raises(Refused, match=r"bylaws\.closed"):
            await act(actor=actor, version_id=version_id, now=NOW)


async def test_a_double_tap_is_one_version_and_other_words_are_refused(people: Garden) -> None:
    wanted = await draft(people)
    first = await service.propose(actor=people.dana, draft=wanted, now=NOW)
    assert await service.propose(actor=people.dana, draft=wanted, now=NOW) == first
    for changed in (
        {"title": "别的规则"},
        {"clauses": said(change="once")},
        {"profile": "beijing", "clauses": said(change="once")},
    ):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await service.propose(actor=people.dana, draft=replace(wanted, **changed), now=NOW)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await service.propose(actor=people.erin, draft=wanted, now=NOW)
    assert len(await fetch("SELECT id FROM bylaws_setting")) == 1


@pytest.mark.parametrize("name", ["alice", "frank", "gina"])
async def test_others_do_not_decide(people: Garden, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await proposed(people, by=name)
    assert (refused.value.code, refused.value.forbidden) == ("bylaws.not_yours", True)
    version_id = await proposed(people)
    for act in (service.confirm, service.withdraw):
        with pytest.raises(Refused) as second:
            await act(actor=people.actors[name], version_id=version_id, now=NOW)
        assert second.value.forbidden
    with pytest.raises(NotFound):
        await service.confirm(actor=people.erin, version_id=999999, now=NOW)


async def test_another_communitys_scan_is_not_found(people: Garden) -> None:
    wanted = await draft(people, key=new_id())
    await execute("UPDATE stored_file SET community_id = {}", people.orchard_id)
    with pytest.raises(NotFound):
        await service.propose(actor=people.dana, draft=wanted, now=NOW)


async def test_a_motion_keeps_the_procedure_of_its_notice(people: Garden) -> None:
    before = await opened(people, title="1号楼1单元加装电梯之一")
    version_id = await confirmed(
        people, *said(online_counts="yes", change="once", unreturned="abstain", unreturned_major="follow_majority")
    )
    after = await opened(people, title="1号楼1单元加装电梯之二")
    fund = await opened(people, title="更换单元门禁对讲主机", kind=Kind.FUND_USE)
    assert (before.ruleset.change, before.counted, before.procedure.version_id) == (Change.NONE, (), None)
    assert (after.ruleset.change, after.counted, after.procedure.version_id) == (
        *(Change.ONCE, (Channel.ONLINE,), version_id),
    )
    assert (after.ruleset.unreturned, fund.ruleset.unreturned) == (Unreturned.FOLLOW_MAJORITY, Unreturned.ABSTAIN)
    source = after.procedure.change.source
    assert (source.title, source.clause, source.page) == ("花园小区业主大会议事规则", "第4条 原文如此", 4)
    await confirmed(people, *said(change="until_close"))
    (row,) = await fetch("SELECT procedure, ruleset FROM motion WHERE id = {}", after.id)
    assert '"once"' in row["procedure"]
    assert '"change":"once"' in row["ruleset"]
