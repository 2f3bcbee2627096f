"""The whole way: one lift from the first wish to work on site, then what holds for any facts at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.pathways.facts import (
    Answered,
    Consent,
    Decision,
    Deliberation,
    Facts,
    Feasibility,
    Objections,
    Official,
    Result,
)
from council.pathways.model import ActorKind, GateName, Kind, Note, Stage
from council.pathways.pathway import Ending, State, walk
from council.pathways.presets import all_presets, load

from .cases import (
    ACCEPTED,
    CERTIFIED,
    CLOSED,
    CONSENTED,
    FEASIBLE,
    FILED,
    FUNDED,
    NOTICED,
    POSTED,
    STARTED,
    TALKED,
    VOTED,
    at,
)

LIFT = load(Kind.ELEVATOR)
MATTER = load(Kind.RESIDENT_MATTER)
POLL = load(Kind.OPINION_POLL)


@pytest.mark.parametrize(
    ("facts", "now", "gate", "who", "stage"),
    [
        (FILED, at(1, 11, 10), "feasibility", "department", None),
        (FEASIBLE, at(1, 12, 12), "acceptance", "secretary", None),
        (ACCEPTED, at(1, 25), "deliberation", "department", "initiated"),
        (TALKED, at(1, 20), "deliberation", "nobody", "initiated"),
        (TALKED, at(2, 12), "notice", "convener", "initiated"),
        (NOTICED, at(2, 20), "notice", "nobody", "initiated"),
        (NOTICED, at(3, 1, 8), "vote", "nobody", "initiated"),
        (NOTICED, at(3, 10), "vote", "owners", "initiated"),
        (VOTED, at(3, 15, 19), "vote", "counters", "initiated"),
        (CERTIFIED, at(3, 15, 21), "consent", "secretary", "initiated"),
        (CONSENTED, at(3, 15, 22), "result_notice", "convener", "confirmed"),
        (POSTED, at(3, 20), "result_notice", "nobody", "confirmed"),
        (POSTED, at(4, 1), "objections", "secretary", "confirmed"),
        (CLOSED, at(4, 1), "start", "secretary", "confirmed"),
        (STARTED, at(4, 2), "funding", "convener", "approved_to_start"),
        (FUNDED, at(4, 9), None, None, "approved_to_start"),
    ],
)
def test_a_lift_from_wish_to_work(facts, now, gate, who, stage):
    pathway = walk(LIFT, facts, now)
    current = pathway.current
    assert ((current.gate, current.who) if current else (None, None)) == (gate, who)
    assert pathway.stage == stage
    assert pathway.can_start is (gate == "start")
    assert pathway.can_begin_work is (facts is FUNDED)
    running = [station.report.gate for station in pathway.stations if station.state is State.NOW]
    assert running[:1] == ([gate] if gate else [])
    assert not pathway.is_failed


def test_an_objection_is_answered_while_the_result_notice_runs():
    pathway = walk(LIFT, POSTED, at(3, 20))
    now = {station.report.gate: station.report.who for station in pathway.stations if station.state is State.NOW}
    assert now == {"result_notice": "nobody", "objections": "secretary"}
    closed = walk(LIFT, CLOSED, at(3, 26))
    assert [station.report.gate for station in closed.stations if station.state is State.NOW] == ["result_notice"]


def test_the_stepper_in_the_middle_of_the_discussion():
    pathway = walk(LIFT, ACCEPTED, at(1, 25))
    assert [(station.report.gate, station.state) for station in pathway.stations] == [
        ("endorsement", "done"),
        ("feasibility", "done"),
        ("acceptance", "done"),
        ("deliberation", "now"),
        ("notice", "later"),
        ("vote", "later"),
        ("consent", "later"),
        ("result_notice", "later"),
        ("objections", "later"),
        ("start", "later"),
        ("funding", "later"),
    ]
    assert pathway.phases == (("initiated", "done"), ("confirmed", "now"), ("approved_to_start", "later"))
    titles = {station.report.gate: station.title for station in pathway.stations}
    assert titles[GateName.ENDORSEMENT] == Note("station.endorsement.one")
    assert titles[GateName.NOTICE] == Note("station.notice", {"days": 15})
    assert titles[GateName.VOTE] == Note("station.vote.owners")
    assert {station.report.gate: station.hint for station in pathway.stations}[GateName.VOTE] == "later.vote.major"


def test_the_funding_agreement_never_holds_the_start():
    assert walk(LIFT, CLOSED, at(4, 1)).can_start
    assert not walk(LIFT, STARTED, at(4, 2)).can_begin_work
    assert not walk(LIFT, STARTED, at(4, 2)).can_start  # once is enough


def test_a_failed_gate_fails_the_pathway_and_says_why():
    lost = replace(NOTICED, motion=replace(NOTICED.motion, result=Result.REJECTED))
    pathway = walk(LIFT, lost, at(3, 16))
    assert (pathway.is_failed, pathway.ending, pathway.can_start) == (True, Ending.FAILED, False)
    assert (pathway.current.gate, pathway.current.missing[0].code) == (GateName.VOTE, "missing.vote.rejected")
    assert pathway.phases == (("initiated", "done"), ("confirmed", "failed"), ("approved_to_start", "later"))
    upheld = replace(CLOSED, objections=Objections(total=1, upheld=1))
    assert walk(LIFT, upheld, at(4, 2)).current.gate is GateName.OBJECTIONS
    assert not walk(LIFT, upheld, at(4, 2)).can_start


def test_a_withdrawn_proposal_waits_for_nobody():
    pathway = walk(LIFT, replace(ACCEPTED, withdrawn_at=at(1, 26)), at(1, 27))
    assert (pathway.ending, pathway.current, pathway.can_start) == (Ending.WITHDRAWN, None, False)
    assert State.NOW not in [station.state for station in pathway.stations]


def test_an_advisory_vote_stops_short_of_confirmed_until_the_official_result():
    online = replace(CLOSED, motion=replace(CLOSED.motion, is_advisory=True))
    pathway = walk(LIFT, online, at(5, 1))
    assert (pathway.stage, pathway.can_start) == (Stage.INITIATED, False)
    assert pathway.current.missing[0].code == "missing.vote.official"
    on_paper = replace(online, motion=replace(online.motion, official=Official(True, at(3, 20), "Dana")))
    assert walk(LIFT, on_paper, at(5, 1)).can_start


def test_a_poll_ends_as_a_poll():
    polled = replace(FUNDED, started_at=None, motion=replace(CLOSED.motion, is_advisory=True))
    running, over = walk(POLL, polled, at(3, 10)), walk(POLL, polled, at(3, 16))
    assert (running.ending, running.current.gate) == (None, GateName.VOTE)
    assert (over.ending, over.current, over.start, over.can_start) == (Ending.POLL_OVER, None, None, False)
    assert over.phases == (("initiated", "done"),)
    assert [station.state for station in over.stations] == ["done"] * 4
    assert [station.report.is_met for station in over.stations] == [True, True, True, False]


def test_residents_walk_the_same_way_with_shorter_days():
    facts = replace(
        CLOSED,
        endorsed=3,
        feasibility=None,
        consent=None,
        notice_published_at=at(2, 25, 9),
        result_published_at=at(3, 16, 9),
        objections=Objections(),
    )
    waiting, ready = walk(MATTER, facts, at(3, 19, 23, 59)), walk(MATTER, facts, at(3, 20))
    assert (waiting.stage, waiting.can_start, waiting.current.who) == ("confirmed", False, ActorKind.NOBODY)
    assert ready.can_start
    titles = [station.title.code for station in ready.stations]
    assert titles[-1] == "station.start"
    assert "station.vote.residents" in titles


def test_a_decision_without_works_takes_effect():
    stations = walk(load(Kind.GOVERNANCE), FILED, at(1, 12)).stations
    assert (stations[-1].title.code, stations[-1].hint) == ("station.effect", "later.effect")


RANK = {None: 0, Stage.INITIATED: 1, Stage.CONFIRMED: 2, Stage.APPROVED_TO_START: 3}
MOMENTS = st.integers(0, 150 * 24).map(lambda hours: at(1, 1) + timedelta(hours=hours))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Any facts, sensible or not."""
    opens, published = draw(MOMENTS), draw(st.none() | MOMENTS)
    motion = replace(
        CERTIFIED.motion,
        opens_at=opens,
        closes_at=opens + timedelta(hours=draw(st.integers(0, 720))),
        is_advisory=draw(st.booleans()),
        cancelled_at=draw(st.none() | MOMENTS),
        result=draw(st.none() | st.sampled_from(Result)),
        official=draw(st.none() | st.builds(Official, st.booleans(), MOMENTS, st.just("Dana"))),
    )
    return Facts(
        filed_at=at(1, 1),
        filed_by="Alice",
        scope_households=12,
        endorsed=draw(st.integers(0, 12)),
        withdrawn_at=draw(st.none() | MOMENTS),
        feasibility=draw(st.none() | st.builds(Feasibility, st.booleans(), MOMENTS, st.just("Office"), st.just("7"))),
        answered=draw(st.none() | st.builds(Answered, st.sampled_from(Decision), MOMENTS, st.just("Dana"))),
        deliberation=draw(st.none() | st.builds(Deliberation, MOMENTS, st.just(3), st.integers(0, 3))),
        notice_published_at=published,
        motion=draw(st.none() | st.just(motion)),
        consent=draw(st.none() | st.builds(Consent, st.integers(0, 3), st.integers(0, 3), st.integers(0, 1))),
        result_published_at=draw(st.none() | MOMENTS),
        objections=draw(st.builds(Objections, st.just(3), st.integers(0, 3), st.integers(0, 1))),
        started_at=None,
    )


def better(some: Facts) -> list[Facts]:
    """The same facts with one thing more achieved."""
    steps = [replace(some, endorsed=some.endorsed + 1), replace(some, feasibility=FEASIBLE.feasibility)]
    steps.append(replace(some, answered=ACCEPTED.answered))
    steps.append(replace(some, objections=replace(some.objections, waiting=0, upheld=0)))
    steps.append(replace(some, consent=Consent(1, 1)))
    steps.append(replace(some, started_at=at(6, 1)))
    if some.deliberation is not None:
        steps.append(replace(some, deliberation=replace(some.deliberation, unanswered=0)))
    if some.motion is not None:
        steps.append(replace(some, motion=replace(some.motion, result=Result.PASSED)))
        official = Official(True, at(3, 20), "Dana")
        steps.append(replace(some, motion=replace(some.motion, official=official)))
    return steps


@given(preset=st.sampled_from(all_presets()), some=facts(), now=MOMENTS)
def test_one_thing_more_never_moves_a_matter_back(preset, some, now):
    before = walk(preset, some, now)
    for improved in better(some):
        after = walk(preset, improved, now)
        assert RANK[after.stage] >= RANK[before.stage]
        assert after.can_start >= before.can_start or improved.started_at is not None
        for old, new in zip(before.reports, after.reports, strict=True):
            assert new.is_met >= old.is_met


@given(preset=st.sampled_from(all_presets()), some=facts(), moments=st.tuples(MOMENTS, MOMENTS))
def test_time_alone_never_undoes_a_gate(preset, some, moments):
    before, after = (walk(preset, some, now) for now in sorted(moments))
    assert RANK[after.stage] >= RANK[before.stage]
    assert after.can_start >= before.can_start
    for old, new in zip(before.reports, after.reports, strict=True):
        assert new.is_met >= old.is_met


@given(preset=st.sampled_from(all_presets()), some=facts(), now=MOMENTS)
def test_what_holds_for_every_pathway(preset, some, now):
    pathway = walk(preset, some, now)
    assert pathway.can_start <= (all(report.is_met for report in pathway.reports) and not preset.is_advisory)
    assert pathway.stage is not Stage.APPROVED_TO_START  # only the act gets there
    assert not (preset.is_advisory and pathway.stage is Stage.CONFIRMED)
    for report in (*pathway.reports, *pathway.later):
        assert bool(report.missing) is not report.is_met
        assert (report.done is not None) is report.is_met
    if some.motion is not None and some.motion.is_advisory and some.motion.official is None:
        vote = next(report for report in pathway.reports if report.gate is GateName.VOTE)
        assert not vote.is_met
    now = [station.report for station in pathway.stations if station.state is State.NOW]
    assert now[:1] == ([pathway.current] if pathway.ending is None else [])
    assert {report.gate for report in now[1:]} <= {GateName.OBJECTIONS}
