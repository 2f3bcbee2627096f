"""The plan of a fund vote: made by one person, confirmed by another, locked with the text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.funds import planning, queries, service
from council.funds.model import Account, Basis, Duty, Source, SourceKind
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.progress import fund_plans
from council.progress import service as progress
from council.proposals import queries as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import queries as voting
from tests.funds.plans import COST, confirmed_plan, fund_matter, hand_in, plan_draft, planned
from tests.people import NOW, Garden, garden
from tests.voting.changing import called_off
from tests.voting.motions import draft, open_filed

NOTICE = NOW + timedelta(minutes=5)


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden()


async def test_the_draws_are_the_sum_home_by_home(people: Garden) -> None:
    proposal_id = await fund_matter(people)
    others = (Source(SourceKind.SUBSIDY, "", 1_000_001), Source(SourceKind.OTHER, "广告收入", 2))
    plan = await planned(people, proposal_id, others=others)
    lines = await queries.draws(people.community_id, plan.id)
    assert (plan.total_fen, plan.draw_fen, plan.units) == (COST, COST - 1_000_003, 12)
    assert sum(each.draw_fen for each in lines) == plan.draw_fen
    assert plan.area_dm2 == sum(each.area_dm2 for each in lines)
    assert [each.kind for each in plan.sources] == [SourceKind.FUND, SourceKind.SUBSIDY, SourceKind.OTHER]
    for each in lines:
        assert abs(each.draw_fen * plan.area_dm2 - plan.draw_fen * each.area_dm2) < plan.area_dm2
    assert plan.sha256 == planning.digest(plan.total_fen, plan.sources, plan.basis, lines)
    assert not plan.is_confirmed


async def test_what_each_account_lacks(people: Garden) -> None:
    share = COST // 12
    await hand_in(people, f"1-1-101,{share},100\n1-1-102,10.00,\n1-1-201,***,\n1-1-202,未建账,\n1-1-301,60000,200000\n")
    await execute("UPDATE unit SET status = 'unsold' WHERE id = {}", people.units["1-1-302"])
    plan = await planned(people, await fund_matter(people))
    lines = {each.code: each for each in await queries.draws(people.community_id, plan.id)}
    duties = {code: lines[code].duty for code in ("1-1-101", "1-1-102", "1-1-201", "1-1-202", "1-1-301", "1-1-302")}
    assert list(duties.values()) == [
        *(Duty.NOTHING, Duty.TOP_UP, Duty.UNKNOWN, Duty.OPEN, Duty.RENEW, Duty.DEVELOPER),
    ]
    assert lines["1-1-102"].shortfall_fen == lines["1-1-102"].draw_fen - 1000
    assert lines["1-1-202"].shortfall_fen == lines["1-1-202"].draw_fen
    assert (lines["1-1-401"].state, lines["1-1-401"].shortfall_fen) == (Account.MISSING, 0)
    assert (lines["1-1-302"].state, lines["1-1-302"].balance_fen) == (Account.DEVELOPER, None)


def test_three_tenths_of_the_first_deposit() -> None:
    """Measures art. 17: below 30 % it is to be renewed; exactly 30 % is not below."""
    line = replace(_LINE, balance_fen=130, draw_fen=100, first_fen=100)
    assert line.duty is Duty.NOTHING
    assert replace(line, balance_fen=129).duty is Duty.RENEW
    assert replace(line, balance_fen=100, first_fen=None).duty is Duty.NOTHING
    assert replace(line, balance_fen=99).duty is Duty.TOP_UP


_LINE = planning.Draw(1, "1-1-101", 100, 100, Account.KNOWN, 100, None)


async def test_two_people(people: Garden) -> None:
    plan = await planned(people, await fund_matter(people))
    with pytest.raises(Refused) as refused:
        await fund_plans.confirm(actor=people.erin, plan_id=plan.id, now=NOW)
    assert (refused.value.code, refused.value.forbidden) == ("fund.second_person", True)
    with pytest.raises(Refused, match=r"fund\.office_only"):
        await fund_plans.confirm(actor=people.gina, plan_id=plan.id, now=NOW)
    await fund_plans.confirm(actor=people.dana, plan_id=plan.id, now=NOW)
    assert (await queries.plan(people.community_id, plan.id)).is_confirmed
    with pytest.raises(Refused, match=r"fund\.plan_closed"):
        await fund_plans.confirm(actor=people.dana, plan_id=plan.id, now=NOW)
    assert [each.kind for each in await log.records(people.community_id)] == ["fund.planned", "fund.confirmed"]
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute("UPDATE fund_plan SET confirmed_by = proposed_by WHERE id = {}", plan.id)


async def test_the_same_form_again_is_the_same_plan(people: Garden) -> None:
    proposal_id = await fund_matter(people)
    key = new_id()
    first = await planned(people, proposal_id, key=key)
    assert (await planned(people, proposal_id, key=key)).id == first.id
    for changed in ({"by": people.dana}, {"basis": Basis.BUILT}):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await planned(people, proposal_id, key=key, **changed)
    with pytest.raises(Refused, match=r"fund\.plan_there"):
        await planned(people, proposal_id)
    await fund_plans.withdraw(actor=people.dana, plan_id=first.id, now=NOW)
    with pytest.raises(Refused, match=r"fund\.plan_closed"):
        await fund_plans.withdraw(actor=people.dana, plan_id=first.id, now=NOW)
    assert (await planned(people, proposal_id)).id != first.id


async def test_what_no_plan_can_say(people: Garden) -> None:
    proposal_id = await fund_matter(people)
    for changed, errors in (
        ({"total": COST - 1}, {"total": "fund.total_differs"}),
        ({"others": (Source(SourceKind.SUBSIDY, "", COST),)}, {"total": "fund.sources_exceed"}),
        ({"basis": Basis.BUILT}, {"basis": "fund.built_unknown"}),
    ):
        with pytest.raises(Invalid) as wrong:
            await planned(people, proposal_id, **changed)
        assert wrong.value.errors == errors
    await execute("UPDATE unit SET use = 'parking' WHERE community_id = {}", people.community_id)
    with pytest.raises(Invalid) as empty:
        await planned(people, proposal_id)
    assert empty.value.errors == {"": "fund.nobody_shares"}
    with pytest.raises(Refused, match=r"fund\.not_this_kind"):
        await planned(people, await fund_matter(people, kind=Kind.COMMON_PARTS))


async def test_by_built_area_where_it_is_known(people: Garden) -> None:
    await execute("UPDATE unit SET built_area_dm2 = area_dm2 + 1000 WHERE community_id = {}", people.community_id)
    plan = await planned(people, await fund_matter(people), basis=Basis.BUILT)
    lines = await queries.draws(people.community_id, plan.id)
    (sums,) = await fetch("SELECT SUM(built_area_dm2) AS built FROM unit WHERE code LIKE '1-1-%'")
    assert (plan.area_dm2, sum(each.draw_fen for each in lines)) == (sums["built"], COST)


async def test_the_plan_is_in_the_text_that_is_locked(people: Garden) -> None:
    proposal_id = await fund_matter(people)
    plan = await confirmed_plan(people, proposal_id)
    motion = await open_filed(people, proposal_id, draft(people), now=NOTICE)
    assert motion.plan_id == plan.id
    assert planning.grouped(plan.sha256) in motion.text
    assert "总费用：￥628,460.00" in motion.text
    (opened,) = [each for each in await log.records(people.community_id) if each.kind == "motion.opened"]
    assert f'"plan_sha256":"{plan.sha256}"' in opened.body
    for act in (fund_plans.withdraw, fund_plans.confirm):
        with pytest.raises(Refused, match=r"fund\.plan_locked"):
            await act(actor=people.dana, plan_id=plan.id, now=NOTICE)
    with pytest.raises(Refused, match=r"fund\.plan_locked"):
        await fund_plans.draft(actor=people.erin, proposal_id=proposal_id, draft=plan_draft(), now=NOTICE)
    await called_off(people, motion.id, reason="方案要改，另行公告", now=NOTICE)
    await fund_plans.withdraw(actor=people.dana, plan_id=plan.id, now=NOTICE)
    other = await planned(people, proposal_id, others=(Source(SourceKind.SUBSIDY, "", 1),))
    assert (await voting.motion(people.community_id, motion.id)).plan_id == plan.id != other.id


async def test_no_notice_without_a_confirmed_plan_of_today(people: Garden) -> None:
    proposal_id = await fund_matter(people)
    publish = {
        "actor": people.dana,
        "proposal_id": proposal_id,
        "seen_version": 1,
        "draft": draft(people),
        "now": NOTICE,
    }
    await execute("UPDATE thread SET opened_at = {}", NOW - timedelta(days=60))
    await execute("UPDATE proposal SET preset = REPLACE(preset, '\"endorsement\",', '')")
    with pytest.raises(Refused, match=r"fund\.plan_missing"):
        await progress.publish_motion(**publish)
    plan = await planned(people, proposal_id)
    with pytest.raises(Refused, match=r"fund\.plan_waiting"):
        await progress.publish_motion(**publish)
    await execute("UPDATE unit SET area_dm2 = area_dm2 + 1 WHERE id = {}", people.units["1-1-101"])
    with pytest.raises(Refused, match=r"fund\.plan_stale"):
        await fund_plans.confirm(actor=people.dana, plan_id=plan.id, now=NOW)
    await execute("UPDATE unit SET area_dm2 = area_dm2 - 1 WHERE id = {}", people.units["1-1-101"])
    await fund_plans.confirm(actor=people.dana, plan_id=plan.id, now=NOW)
    await execute("UPDATE unit SET area_dm2 = area_dm2 + 1 WHERE id = {}", people.units["1-1-101"])
    with pytest.raises(Refused, match=r"fund\.plan_stale"):
        await progress.publish_motion(**publish)
    await execute("UPDATE unit SET area_dm2 = area_dm2 - 1 WHERE id = {}", people.units["1-1-101"])
    motion_id = await progress.publish_motion(**publish)
    assert (await voting.motion(people.community_id, motion_id)).plan_id == plan.id


async def test_another_communitys_plan_is_not_found(people: Garden) -> None:
    plan = await planned(people, await fund_matter(people))
    with pytest.raises(NotFound):
        await queries.plan(people.orchard_id, plan.id)
    with pytest.raises(NotFound):
        await fund_plans.confirm(actor=people.charlie, plan_id=plan.id, now=NOW)


async def test_balances_are_taken_in_once_and_replaced_by_the_next_table(people: Garden) -> None:
    key = new_id()
    first = await hand_in(people, "1-1-101,5,\n1-1-102,7,\n", key=key)
    assert await hand_in(people, "1-1-101,5,\n1-1-102,7,\n", key=key) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await hand_in(people, "1-1-101,6,\n", key=key)
    await hand_in(people, "1-1-101,9,\n1-9-999,1,\n")
    held = await queries.balances(people.community_id)
    assert {unit: each.balance_fen for unit, each in held.items()} == {
        people.units["1-1-101"]: 900,
        people.units["1-1-102"]: 700,
    }
    last = await queries.last_import(people.community_id)
    assert last is not None
    assert [(each.line, each.code) for each in last.faults] == [(3, "fund.row.unknown_home")]
    with pytest.raises(Invalid) as bad:
        await hand_in(people, "1-9-999,1,\n")
    assert bad.value.errors == {"file": "fund.no_good_row"}
    with pytest.raises(Invalid) as ahead:
        await hand_in(people, "1-1-101,5,\n", as_of=NOW + timedelta(days=1))
    assert ahead.value.errors == {"as_of": "fund.day_ahead"}
    for who in (people.alice, people.gina):
        with pytest.raises(Refused, match=r"fund\.office_only"):
            await hand_in(people, "1-1-101,5,\n", by=who)


async def test_an_older_table_takes_nothing_newer_away(people: Garden) -> None:
    await hand_in(people, "1-1-101,5,\n1-1-102,7,\n")
    old = NOW - timedelta(days=30)
    with pytest.raises(Invalid) as older:
        await hand_in(people, "1-1-102,6,\n1-1-201,8,\n", as_of=old)
    assert older.value.errors == {"as_of": "fund.older_table"}
    assert people.units["1-1-201"] not in await queries.balances(people.community_id)
    await hand_in(people, "1-1-201,8,\n", as_of=old)
    # the day itself may have been typed wrong: the very same table again says another
    await hand_in(people, "1-1-101,5,\n1-1-102,7,\n", as_of=NOW - timedelta(days=1))
    held = await queries.balances(people.community_id)
    assert held[people.units["1-1-102"]].as_of == NOW - timedelta(days=1)
    assert held[people.units["1-1-201"]].as_of == old


async def test_each_line_of_a_plan_has_the_day_of_its_own_balance(people: Garden) -> None:
    await hand_in(people, "1-1-101,5,\n", as_of=NOW - timedelta(days=30))
    await hand_in(people, "1-1-102,7,\n")
    plan = await planned(people, await fund_matter(people))
    days = {each.code: each.as_of for each in await queries.draws(people.community_id, plan.id)}
    assert (days["1-1-101"], days["1-1-102"], days["1-1-201"]) == (NOW - timedelta(days=30), NOW, None)


async def test_the_whole_community_shares(people: Garden) -> None:
    proposal_id = await fund_matter(people, scope=Scope(ScopeKind.COMMUNITY))
    plan = await planned(people, proposal_id)
    units, is_parking_counted = await service.sharing_units(
        await proposals.proposal(people.community_id, proposal_id), NOW
    )
    assert (plan.units, is_parking_counted) == (25, False)
    assert {each.code for each in units} == {each.code for each in await queries.draws(people.community_id, plan.id)}
