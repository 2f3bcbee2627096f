"""Each gate: met, not yet, failed; and every deadline one second on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from council.pathways import gates
from council.pathways.facts import (
    Answered,
    Certification,
    Consent,
    Decision,
    Facts,
    Feasibility,
    Funding,
    Leg,
    Objections,
    Official,
    Result,
    leg_of,
)
from council.pathways.model import ActorKind, Caller, GateName, GateReport, GateStatus, Kind, Preset
from council.pathways.periods import days_left, earliest_opening, period_end, planned_closing, result_notice_end
from council.pathways.presets import load
from council.pathways.vote import vote

from .cases import ACCEPTED, CERTIFIED, CLOSED, CONSENTED, FILED, NOTICED, POSTED, SECOND, STARTED, TALKED, VOTED, at

LIFT = load(Kind.ELEVATOR)
MATTER = load(Kind.RESIDENT_MATTER)
POLL = load(Kind.OPINION_POLL)
MET, NOT_YET, FAILED = GateStatus


def codes(report: GateReport) -> list[str]:
    return [note.code for note in report.missing]


def test_every_gate_has_its_function():
    assert list(gates.GATES) == list(GateName)
    assert all(GATE(LIFT, CLOSED, at(4, 1)).gate is name for name, GATE in gates.GATES.items())


# endorsement


def test_endorsement_counts_households_against_the_preset():
    matter = replace(FILED, endorsed=2)
    short = gates.endorsement(MATTER, matter, at(1, 12))
    assert (short.status, short.who, short.progress) == (NOT_YET, ActorKind.RESIDENTS, (2, 3))
    assert short.missing[0].details == {"households": 1}
    enough = gates.endorsement(MATTER, replace(matter, endorsed=3, endorsed_at=at(1, 12)), at(1, 12))
    assert (enough.status, enough.done_at, enough.progress) == (MET, at(1, 12), (3, 3))
    assert gates.endorsement(LIFT, FILED, at(1, 12)).done_by == "Alice"


def test_a_caller_needs_no_endorsements_where_the_preset_says_so():
    called = replace(FILED, scope_households=430, called_by=Caller.CONVENER)
    assert gates.endorsement(load(Kind.GOVERNANCE), called, at(1, 12)).done.code == "done.endorsement.convener"
    assert gates.endorsement(load(Kind.GOVERNANCE), replace(called, called_by=Caller.PARTY), at(1, 12)).progress == (
        1,
        86,
    )
    assert gates.endorsement(load(Kind.COMMON_PARTS), called, at(1, 12)).status is NOT_YET


# feasibility


def test_feasibility_wants_an_answer_and_its_document():
    waiting = gates.feasibility(LIFT, FILED, at(1, 12))
    assert (waiting.status, waiting.who) == (NOT_YET, ActorKind.DEPARTMENT)
    bare = gates.feasibility(LIFT, replace(FILED, feasibility=Feasibility(True, at(1, 12), "Office")), at(1, 12))
    assert (bare.status, codes(bare), bare.who_name) == (NOT_YET, ["missing.feasibility.document"], "Office")
    no = gates.feasibility(LIFT, replace(FILED, feasibility=Feasibility(False, at(1, 12), "Office")), at(1, 12))
    assert (no.status, codes(no), no.done_at) == (FAILED, ["missing.feasibility.not_feasible"], at(1, 12))
    yes = gates.feasibility(LIFT, replace(FILED, feasibility=Feasibility(True, at(1, 12), "Office", "GA-7")), at(1, 12))
    assert (yes.status, yes.done.details) == (MET, {"document": "GA-7"})


# acceptance


def test_the_secretary_has_three_days():
    due = at(1, 15)
    on_time = gates.acceptance(LIFT, FILED, due - SECOND)
    assert (on_time.who, on_time.until, codes(on_time)) == (ActorKind.SECRETARY, due, ["missing.acceptance"])
    assert codes(gates.acceptance(LIFT, FILED, due)) == ["missing.acceptance.late"]
    later = replace(FILED, endorsed_at=at(1, 20, 23, 59, 59))
    assert gates.acceptance(LIFT, later, at(1, 20)).until == at(1, 24)


def test_the_secretarys_days_run_only_when_nothing_else_is_waited_for():
    found = replace(FILED, feasibility=Feasibility(True, at(2, 3, 9), "Office", "GA-7"))
    waited = gates.acceptance(LIFT, found, at(2, 3, 10))
    assert (waited.until, codes(waited)) == (at(2, 7), ["missing.acceptance"])
    assert codes(gates.acceptance(LIFT, found, at(2, 7))) == ["missing.acceptance.late"]
    # whichever came last: the neighbours or the technical answer
    endorsed = replace(found, endorsed_at=at(2, 5, 20))
    assert gates.acceptance(LIFT, endorsed, at(2, 5, 21)).until == at(2, 9)
    # a kind that asks for no technical answer is not helped by one
    assert gates.acceptance(POLL, found, at(2, 3, 10)).until == at(1, 15)


def test_acceptance_is_accepted_returned_or_merged():
    def answered(decision: Decision) -> GateReport:
        return gates.acceptance(LIFT, replace(FILED, answered=Answered(decision, at(1, 13), "Dana", "why")), at(1, 14))

    assert (answered(Decision.ACCEPTED).status, answered(Decision.ACCEPTED).done_by) == (MET, "Dana")
    returned = answered(Decision.RETURNED)
    assert (returned.status, returned.who, returned.who_name) == (NOT_YET, ActorKind.PROPOSER, "Alice")
    assert (answered(Decision.MERGED).status, codes(answered(Decision.MERGED))) == (
        FAILED,
        ["missing.acceptance.merged"],
    )


# deliberation


def test_deliberation_runs_its_days_to_midnight():
    last = gates.deliberation(LIFT, TALKED, at(1, 21) - SECOND)
    assert (last.status, last.who, last.until) == (NOT_YET, ActorKind.NOBODY, at(1, 21))
    assert codes(last) == ["missing.deliberation.last_day"]
    over = gates.deliberation(LIFT, TALKED, at(1, 21))
    assert (over.status, over.done_at, over.progress) == (MET, at(1, 21), (6, 6))


def test_an_open_question_names_who_owes_the_answer_and_until_when():
    report = gates.deliberation(LIFT, ACCEPTED, at(1, 20))
    assert codes(report) == ["missing.deliberation.answers", "missing.deliberation.last_day"]
    assert report.missing[0].details == {"questions": 1, "asked": 6, "answered": 5}
    assert [note.until for note in report.missing] == [at(2, 6), at(1, 21)]
    assert (report.who, report.who_name, report.until) == (ActorKind.DEPARTMENT, "Design office", at(2, 6))
    assert gates.deliberation(LIFT, ACCEPTED, at(3, 1)).status is NOT_YET
    nobody = replace(ACCEPTED, deliberation=replace(ACCEPTED.deliberation, due_at=None, due_from=None))
    assert gates.deliberation(LIFT, nobody, at(3, 1)).who is ActorKind.SECRETARY


def test_what_was_put_to_nobody_is_named_and_holds_nothing_up():
    loose = replace(TALKED, deliberation=replace(TALKED.deliberation, put_to_nobody=1))
    report = gates.deliberation(LIFT, loose, at(1, 20))
    assert (report.who, report.who_name, report.until) == (ActorKind.ASKED, None, at(1, 21))
    assert [note.code.split(".")[1] for note in report.missing] == ["deliberation"]
    assert gates.deliberation(LIFT, TALKED, at(1, 20)).who is ActorKind.NOBODY
    assert gates.deliberation(LIFT, loose, at(1, 21)).status is MET
    # somebody who owes an answer comes first, and a fixed text is asked nothing any more
    owed = replace(ACCEPTED, deliberation=replace(ACCEPTED.deliberation, put_to_nobody=1))
    assert gates.deliberation(LIFT, owed, at(1, 20)).who is ActorKind.DEPARTMENT
    noticed = replace(loose, notice_published_at=at(1, 19))
    assert gates.deliberation(LIFT, noticed, at(1, 20)).who is ActorKind.NOBODY


def test_a_question_after_the_notice_holds_nothing_up():
    asked = replace(ACCEPTED, notice_published_at=at(2, 13, 9))
    assert gates.deliberation(LIFT, asked, at(2, 13, 9) - SECOND).status is NOT_YET
    assert gates.deliberation(LIFT, asked, at(2, 13, 9)).status is MET


def test_a_meeting_where_the_community_asks_for_one():
    preset = replace(LIFT, is_meeting_needed=True)
    report = gates.deliberation(preset, TALKED, at(2, 1))
    assert (codes(report), report.who) == (["missing.deliberation.meeting"], ActorKind.SECRETARY)
    held = replace(TALKED, deliberation=replace(TALKED.deliberation, meeting_held_at=at(1, 20)))
    assert gates.deliberation(preset, held, at(2, 1)).status is MET


def test_no_discussion_yet_and_none_asked_for():
    assert codes(gates.deliberation(LIFT, FILED, at(1, 12))) == ["missing.deliberation.not_open"]
    days = replace(LIFT.days, deliberation=0)
    assert gates.deliberation(replace(LIFT, days=days), TALKED, at(1, 13, 10)).status is MET


# notice


def test_the_notice_is_public_for_fifteen_whole_days():
    assert earliest_opening(LIFT, at(2, 13, 9)) == at(3, 1)
    assert gates.notice(LIFT, TALKED, at(2, 13)).who is ActorKind.CONVENER
    assert gates.notice(MATTER, TALKED, at(2, 13)).who is ActorKind.SECRETARY
    assert gates.notice(LIFT, NOTICED, at(2, 13, 9) - SECOND).missing[0].code == "missing.notice"
    first, last = gates.notice(LIFT, NOTICED, at(2, 13, 9)), gates.notice(LIFT, NOTICED, at(3, 1) - SECOND)
    assert (first.missing[0].details, codes(last)) == ({"days": 15}, ["missing.notice.last_day"])
    assert (last.status, last.who, last.until) == (NOT_YET, ActorKind.NOBODY, at(3, 1))
    over = gates.notice(LIFT, NOTICED, at(3, 1))
    assert (over.status, over.done_at) == (MET, at(3, 1))


@pytest.mark.parametrize(("opens", "status"), [(at(3, 1) - SECOND, FAILED), (at(3, 1), MET)])
def test_a_vote_that_opens_before_the_notice_has_run_is_void(opens, status):
    early = replace(NOTICED, motion=replace(NOTICED.motion, opens_at=opens))
    assert gates.notice(LIFT, early, at(3, 2)).status is status


def test_the_neighbourhood_committee_is_told_of_an_owners_vote():
    untold = replace(NOTICED, is_neighbourhood_told=False)
    assert codes(gates.notice(LIFT, untold, at(3, 2))) == ["missing.notice.neighbourhood"]
    assert gates.notice(MATTER, untold, at(3, 2)).status is MET


# vote


def test_the_vote_opens_and_closes_to_the_second():
    waiting = vote(LIFT, NOTICED, at(3, 1, 9) - SECOND)
    assert (codes(waiting), waiting.who, waiting.until) == (["missing.vote.opens"], ActorKind.NOBODY, at(3, 1, 9))
    for moment in (at(3, 1, 9), at(3, 15, 18)):
        opened = vote(LIFT, VOTED, moment)
        assert (codes(opened), opened.who, opened.until) == (["missing.vote.open"], ActorKind.OWNERS, at(3, 15, 18))
    closed = vote(LIFT, VOTED, at(3, 15, 18) + SECOND)
    assert (closed.status, closed.who, closed.progress) == (NOT_YET, ActorKind.COUNTERS, (0, 2))
    assert closed.missing[0].details == {"signatures": 2}
    assert planned_closing(LIFT, at(3, 1, 9)) == at(3, 16)


def test_while_open_only_turnout_is_told():
    motion = replace(NOTICED.motion, turnout=(5, 8), missing_area_dm2=21460)
    report = vote(LIFT, replace(NOTICED, motion=motion), at(3, 5))
    assert codes(report) == ["missing.vote.open", "missing.vote.turnout", "missing.vote.turnout_area"]
    assert (report.missing[1].details, report.missing[2].details) == ({"persons": 3}, {"area": "214.60"})
    assert report.progress == (5, 8)
    assert vote(MATTER, NOTICED, at(3, 5)).who is ActorKind.RESIDENTS


def test_no_motion_a_cancelled_one_and_one_not_counted_yet():
    assert codes(vote(LIFT, TALKED, at(2, 1))) == ["missing.vote.no_motion"]
    cancelled = vote(LIFT, replace(NOTICED, motion=replace(NOTICED.motion, cancelled_at=at(3, 2))), at(3, 3))
    assert (cancelled.status, codes(cancelled), cancelled.done_at) == (FAILED, ["missing.vote.cancelled"], at(3, 2))
    assert codes(vote(LIFT, NOTICED, at(3, 16))) == ["missing.vote.counting"]


def test_a_rejected_vote_names_every_leg_that_failed():
    legs = (leg_of("participants", "roll", "persons"), leg_of("agree", "participants", "area"))
    motion = replace(NOTICED.motion, result=Result.REJECTED, failed_legs=legs)
    report = vote(LIFT, replace(NOTICED, motion=motion), at(3, 16))
    assert (report.status, report.done_at) == (FAILED, at(3, 15, 18))
    assert codes(report) == ["missing.vote.leg.turnout_persons", "missing.vote.leg.agree_area"]
    assert leg_of("agree", "roll", "persons") is Leg.ALL_AGREE
    assert leg_of("oppose", "roll", "area") is Leg.OPPOSE_AREA
    with pytest.raises(ValueError):
        leg_of("abstain", "roll", "area")
    for result, code in [
        (Result.REJECTED, "missing.vote.rejected"),
        (Result.UNDETERMINED, "missing.vote.undetermined"),
    ]:
        bare = vote(LIFT, replace(NOTICED, motion=replace(NOTICED.motion, result=result)), at(3, 16))
        assert (bare.status, codes(bare)) == (FAILED, [code])


@pytest.mark.parametrize(
    ("signed", "status"),
    [
        (Certification(1, 2, None, ("Erin",)), NOT_YET),
        (Certification(1, 2, at(3, 15, 20), ("Erin",)), NOT_YET),
        (Certification(2, 2, None, ("Erin", "Frank")), NOT_YET),
        (Certification(2, 2, at(3, 15, 20), ("Erin", "Frank")), MET),
    ],
)
def test_a_passed_vote_waits_for_its_signatures(signed, status):
    report = vote(LIFT, replace(VOTED, motion=replace(VOTED.motion, certification=signed)), at(3, 16))
    assert report.status is status
    assert report.done_by == ("Erin、Frank" if status is MET else None)


def advisory(official: Official | None) -> Facts:
    return replace(CERTIFIED, motion=replace(CERTIFIED.motion, is_advisory=True, official=official))


def test_an_advisory_count_never_meets_the_gate_but_the_official_result_does():
    waiting = vote(LIFT, advisory(None), at(12, 31))
    assert (waiting.status, codes(waiting), waiting.who) == (NOT_YET, ["missing.vote.official"], ActorKind.CONVENER)
    passed = vote(LIFT, advisory(Official(True, at(3, 20), "Dana")), at(3, 21))
    assert (passed.status, passed.done_at, passed.done.code) == (MET, at(3, 20), "done.vote.official")
    rejected = vote(LIFT, advisory(Official(False, at(3, 20), "Dana")), at(3, 21))
    assert (rejected.status, codes(rejected)) == (FAILED, ["missing.vote.official_rejected"])
    lost_online = replace(CERTIFIED.motion, is_advisory=True, result=Result.REJECTED)
    assert vote(LIFT, replace(CERTIFIED, motion=lost_online), at(3, 21)).status is NOT_YET


@pytest.mark.parametrize("official", [None, Official(True, at(3, 20), "Dana")])
def test_a_poll_ends_without_ever_being_met(official):
    report = vote(POLL, advisory(official), at(12, 31))
    assert (report.status, codes(report), report.who) == (NOT_YET, ["missing.vote.poll_over"], ActorKind.NOBODY)


# consent


@pytest.mark.parametrize(
    ("consent", "status", "code"),
    [
        (None, NOT_YET, "missing.consent.unknown"),
        (Consent(0), MET, "done.consent.none"),
        (Consent(2, 1), NOT_YET, "missing.consent"),
        (Consent(2, 2, at=at(3, 1)), MET, "done.consent"),
        (Consent(2, 1, 1), FAILED, "missing.consent.refused"),
    ],
)
def test_consent_is_every_named_unit(consent, status, code):
    report = gates.consent(LIFT, replace(CERTIFIED, consent=consent), at(3, 16))
    assert report.status is status
    assert [report.done.code] if report.done else codes(report) == [code]


# result notice and objections


def test_the_result_is_public_for_fifteen_whole_days():
    end = at(4, 1)
    assert result_notice_end(LIFT, at(3, 16, 9)) == end
    assert codes(gates.result_notice(LIFT, CONSENTED, at(3, 16))) == ["missing.result_notice"]
    last = gates.result_notice(LIFT, POSTED, end - SECOND)
    assert (last.status, last.until, codes(last)) == (NOT_YET, end, ["missing.result_notice.last_day"])
    over = gates.result_notice(LIFT, POSTED, end)
    assert (over.status, over.done_at) == (MET, end)


def test_objections_are_closed_once_none_can_come_any_more():
    waiting = gates.objections(LIFT, POSTED, at(4, 2))
    assert (waiting.status, waiting.who, waiting.until) == (NOT_YET, ActorKind.SECRETARY, at(3, 27))
    assert waiting.progress == (0, 1)
    early = gates.objections(LIFT, CLOSED, at(4, 1) - SECOND)
    assert (early.status, codes(early), early.until) == (NOT_YET, ["missing.objections.period"], at(4, 1))
    over = gates.objections(LIFT, CLOSED, at(4, 1))
    assert (over.status, over.done_at, over.done.details) == (MET, at(4, 1), {"objections": 1})
    late = replace(CLOSED, objections=Objections(total=1, closed_at=at(4, 5)))
    assert gates.objections(LIFT, late, at(4, 6)).done_at == at(4, 5)
    assert (
        gates.objections(LIFT, replace(CLOSED, objections=Objections()), at(4, 1)).done.code == "done.objections.none"
    )
    assert codes(gates.objections(LIFT, CONSENTED, at(4, 1))) == ["missing.objections.period"]


def test_an_upheld_objection_fails_the_gate_even_while_the_notice_runs():
    upheld = replace(POSTED, objections=Objections(total=3, waiting=1, upheld=1, closed_at=at(3, 25)))
    report = gates.objections(LIFT, upheld, at(3, 26))
    assert (report.status, codes(report), report.progress) == (FAILED, ["missing.objections.upheld"], (2, 3))


# start and funding


def test_starting_is_an_act():
    assert gates.start(LIFT, CLOSED, at(12, 31)).who is ActorKind.SECRETARY
    started = gates.start(LIFT, STARTED, at(4, 1, 9))
    assert (started.status, started.done_at, started.done_by) == (MET, at(4, 1, 9), "Dana")
    assert codes(gates.start(load(Kind.GOVERNANCE), CLOSED, at(12, 31))) == ["missing.effect"]


@pytest.mark.parametrize(
    ("funding", "status"), [(None, NOT_YET), (Funding(10, 9), NOT_YET), (Funding(10, 10), MET), (Funding(), MET)]
)
def test_everyone_who_pays_signs(funding, status):
    assert gates.funding(LIFT, replace(STARTED, funding=funding), at(4, 9)).status is status


@pytest.mark.parametrize(
    ("now", "left"), [(at(1, 13), 7), (at(1, 19), 1), (at(1, 20), 0), (at(1, 21) - SECOND, 0), (at(2, 1), 0)]
)
def test_days_left_are_those_after_today(now, left):
    assert days_left(now, at(1, 21)) == left  # 24:00 of the 20th
    assert days_left(now, at(1, 20, 18)) == left


def test_a_period_has_all_its_days_left_on_the_day_it_begins():
    began = at(1, 13, 22)
    assert days_left(began, period_end(began, 7)) == 7


def test_on_the_last_day_the_gates_say_that_it_is_the_last():
    end = period_end(at(1, 13), LIFT.days.notice)
    eve = gates.notice(LIFT, replace(NOTICED, notice_published_at=at(1, 13)), end - timedelta(days=1, seconds=1))
    last = gates.notice(LIFT, replace(NOTICED, notice_published_at=at(1, 13)), end - SECOND)
    assert [note.details.get("days") for note in eve.missing] == [1]
    assert codes(last) == ["missing.notice.last_day"]
    assert last.until == end


def test_presets_are_read_not_assumed():
    shorter: Preset = replace(LIFT, days=replace(LIFT.days, notice=3, result=1))
    assert gates.notice(shorter, NOTICED, at(2, 17)).status is MET
    assert gates.result_notice(shorter, POSTED, at(3, 18)).status is MET
