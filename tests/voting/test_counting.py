"""After closing: the count, the signatures under it, the bundle, and what is beside them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from council.audit import queries as log
from council.files import store
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import bundle, counting, official_results, queries
from council.voting.model import Outcome, Sums
from council.voting.motion import Motion, MotionState
from tests.people import Garden, garden
from tests.voting.changing import called_off
from tests.voting.crowd import crowd
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, cast, certified, opened
from tests.voting.official import DOCUMENT, drafted

TICK = timedelta(microseconds=1)


async def voted(people: Garden) -> Motion:
    """Of twelve, six take part: too few."""
    motion = await opened(people)
    await cast(people.alice, motion, "agree", voter="v1")
    await cast(people.alice, motion, "agree", voter="v7")
    await cast(people.grace, motion, "oppose")
    await cast(people.heidi, motion, "abstain")
    await cast(people.ivan, motion, "agree")
    await cast(people.judy, motion, "agree")
    return await queries.motion(people.community_id, motion.id)


async def test_no_running_tally_for_anybody(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    for now in (OPENS - TICK, DURING, CLOSES):
        with pytest.raises(Refused, match=r"motion.still_open"):
            await counting.count(motion, now)
        for actor in (people.erin, people.gina):
            with pytest.raises(Refused, match=r"motion.still_open"):
                await counting.decision_bundle(actor=actor, motion_id=motion.id, now=now)
        with pytest.raises(Refused, match=r"motion.still_open"):
            await counting.certify(actor=people.erin, motion_id=motion.id, now=now)
    assert (await counting.count(motion, CLOSES + TICK)).verdict.outcome is Outcome.REJECTED


async def test_every_leg_with_both_sides(db: AnyEngine) -> None:
    people = await garden()
    counted = await counting.count(await voted(people), AFTER)
    legs = [(result.got, result.whole, result.met) for result in counted.verdict.comparisons]
    area = [7000, 7137, 7274, 7411, 7548, 7822]
    assert legs[0] == (6, 12, False)
    assert legs[1] == (sum(area), sum(7000 + 137 * index for index in range(12)), False)
    assert legs[2] == (4, 6, False)
    assert legs[3][1] == sum(area)


async def test_two_signatures_certify(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    once = await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    assert once.state(AFTER) is MotionState.COUNTING
    again = await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    assert again.certified_at is None
    assert sum(officer.signed_at is not None for officer in await queries.officers(people.community_id, motion.id)) == 1
    twice = await counting.certify(actor=people.ken, motion_id=motion.id, now=AFTER + timedelta(hours=1))
    assert twice.state(AFTER) is MotionState.CERTIFIED
    assert twice.certified_at == twice.result_notice_at == AFTER + timedelta(hours=1)
    thrice = await counting.certify(actor=people.frank, motion_id=motion.id, now=AFTER + timedelta(hours=2))
    assert thrice.certified_at == twice.certified_at
    kinds = [record.kind for record in await log.latest(people.community_id, limit=4)]
    assert kinds == ["motion.signed", "motion.certified", "motion.signed", "motion.signed"]
    signed = (await log.latest(people.community_id, limit=1))[0].data
    assert json.loads(signed["result"])["verdict"]["outcome"] == "rejected"
    assert (await log.verify(people.community_id)).holds


async def test_nobody_else_signs(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    for name in ("dana", "alice", "gina", "bob"):
        with pytest.raises(Refused, match=r"motion.not_an_officer") as refused:
            await counting.certify(actor=people.actors[name], motion_id=motion.id, now=AFTER)
        assert refused.value.forbidden


async def test_the_result_is_the_same_before_and_after_certification(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    before = await counting.count(motion, AFTER)
    done = await certified(people, motion)
    assert await counting.count(done, AFTER + timedelta(days=30)) == before
    rows = await fetch("SELECT result FROM motion WHERE id = {}", motion.id)
    assert json.loads(rows[0]["result"])["tally"]["returned"]["agree"]["persons"] == 4


async def test_undetermined_is_not_certified(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    rules = json.loads((await fetch("SELECT ruleset FROM motion WHERE id = {}", motion.id))[0]["ruleset"])
    await execute(
        "UPDATE motion SET ruleset = {} WHERE id = {}",
        json.dumps({**rules, "unreturned": "follow_majority"}),
        motion.id,
    )
    await execute("UPDATE roll_voter SET delivered_at = {} WHERE motion_id = {}", OPENS, motion.id)
    await cast(people.grace, motion, "agree")
    await cast(people.heidi, motion, "oppose")
    with pytest.raises(Refused, match=r"motion.undetermined"):
        await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)


async def test_the_bundle_recounts_to_the_same(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    with pytest.raises(Refused):
        await cast(people.judy, motion, "oppose")
    done = await certified(people, motion)
    for actor in (people.erin, people.ken, people.gina):
        data = await counting.decision_bundle(actor=actor, motion_id=motion.id, now=AFTER)
        loaded = bundle.load(data)
        assert bundle.recount(loaded).matches
        counted = await counting.count(done, AFTER)
        assert bundle.recount(loaded).tally == counted.tally
        assert bundle.recount(loaded).verdict == counted.verdict
    kinds = [record.kind for record in await log.latest(people.community_id, limit=3)]
    assert kinds == ["bundle.downloaded"] * 3
    assert (await log.latest(people.community_id, limit=1))[0].data["by"] == people.gina.person_id


async def test_the_bundle_is_for_counters_and_auditor(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people)
    size = len(await log.latest(people.community_id))
    for name in ("dana", "alice", "grace"):
        with pytest.raises(Refused) as refused:
            await counting.decision_bundle(actor=people.actors[name], motion_id=motion.id, now=AFTER)
        assert refused.value.forbidden
    assert len(await log.latest(people.community_id)) == size


async def test_a_crowd_passes(db: AnyEngine) -> None:
    people = await garden()
    accounts = await crowd(people, 120)
    motion = await opened(people, scope=people.building_scope)
    for number, actor in enumerate(accounts):
        await cast(actor, motion, "agree" if number % 5 else "oppose")
    done = await certified(people, motion)
    counted = await counting.count(done, AFTER)
    assert counted.verdict.outcome is Outcome.PASSED
    assert counted.tally.returned.agree.persons == 96
    loaded = bundle.load(await counting.decision_bundle(actor=people.gina, motion_id=motion.id, now=AFTER))
    assert bundle.recount(loaded).matches


async def test_cancelling(db: AnyEngine) -> None:
    people = await garden()
    motion, counted = await opened(people), await voted(people)
    await cast(people.grace, motion)
    await called_off(people, motion.id, reason="文本有误，重来", now=CLOSES)
    gone = await queries.motion(people.community_id, motion.id)
    assert gone.state(AFTER) is MotionState.CANCELLED
    assert (gone.cancel_reason, gone.cancelled_by_name) == ("文本有误，重来", "Dana")
    for verb in (
        counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER),
        counting.decision_bundle(actor=people.erin, motion_id=motion.id, now=AFTER),
    ):
        with pytest.raises(Refused, match=r"motion.cancelled"):
            await verb
    for over, now in ((motion, DURING), (counted, AFTER)):
        with pytest.raises(Refused, match=r"motion.too_late_to_cancel"):
            await called_off(people, over.id, reason="不喜欢结果", now=now)


async def test_the_official_result_beside_an_advisory_one(db: AnyEngine, tmp_path) -> None:
    store.use(tmp_path / "files")
    people = await garden(online_counts=False)
    motion = await voted(people)
    draft = await drafted(people, motion, AFTER)
    dana = {"actor": people.dana, "motion_id": motion.id}
    with pytest.raises(Refused, match=r"motion.still_open"):
        await official_results.record(**dana, draft=draft, now=DURING)
    with pytest.raises(Invalid) as bare:
        await official_results.record(**dana, draft=replace(draft, figures=None), now=AFTER)
    assert bare.value.errors == {"roll_persons": "form.missing"}
    waits = await official_results.record(**dana, draft=draft, now=AFTER)
    assert await official_results.record(**dana, draft=draft, now=AFTER) == waits
    with pytest.raises(Refused, match=r"form\.used_before"):
        await official_results.record(**dana, draft=replace(draft, number="另一个号"), now=AFTER)
    with pytest.raises(Refused, match=r"motion.official_recorded"):
        await official_results.record(**dana, draft=replace(draft, key=new_id()), now=AFTER)
    assert (await queries.motion(people.community_id, motion.id)).official_outcome is None
    for who, code in ((people.dana, "official.second_person"), (people.gina, "official.office_only")):
        with pytest.raises(Refused, match=code):
            await official_results.confirm(actor=who, official_id=waits, now=AFTER)
    await official_results.confirm(actor=people.erin, official_id=waits, now=AFTER)
    for act in (official_results.confirm, official_results.withdraw):
        with pytest.raises(Refused, match=r"official\.closed"):
            await act(
                actor=people.erin if act is official_results.confirm else people.dana, official_id=waits, now=AFTER
            )
    kept = await queries.motion(people.community_id, motion.id)
    assert (kept.official_outcome, kept.official_document) == (Outcome.PASSED, DOCUMENT)
    assert kept.official_at == kept.result_notice_at == AFTER
    assert (await counting.count(kept, AFTER)).verdict.outcome is Outcome.REJECTED
    records = {each.kind: each.body for each in await log.records(people.community_id)}
    (scan,) = await fetch("SELECT sha256 FROM stored_file")
    assert scan["sha256"] in records["motion.official_result"]
    assert '"agree":[12,93042]' in records["motion.official_result"]


async def test_what_no_document_can_say(db: AnyEngine, tmp_path) -> None:
    store.use(tmp_path / "files")
    people = await garden(online_counts=False)
    motion = await voted(people)
    draft = await drafted(people, motion, AFTER)
    assert draft.figures is not None
    more = replace(draft.figures, roll=Sums(11, motion.roll_area_dm2))
    day_of_notice = local_midnight(local_date(motion.notice_at))
    for changed, errors in (
        ({"figures": more}, {"roll_persons": "official.more_than_roll"}),
        ({"outcome": Outcome.REJECTED}, {"outcome": "official.figures_disagree"}),
        ({"dated_on": AFTER + timedelta(days=1)}, {"dated_on": "official.day_ahead"}),
        ({"dated_on": day_of_notice - timedelta(microseconds=1)}, {"dated_on": "official.day_before"}),
    ):
        with pytest.raises(Invalid) as wrong:
            await official_results.record(
                actor=people.dana, motion_id=motion.id, draft=replace(draft, **changed), now=AFTER
            )
        assert wrong.value.errors == errors
    # of the notice's own day it may be: papers that lie out from that day on are counted when they are all there
    same_day = replace(draft, dated_on=day_of_notice)
    assert await official_results.record(actor=people.dana, motion_id=motion.id, draft=same_day, now=AFTER)


async def test_an_official_result_needs_an_advisory_vote(db: AnyEngine, tmp_path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    motion = await voted(people)
    with pytest.raises(Refused, match=r"motion.not_advisory"):
        await official_results.record(
            actor=people.dana, motion_id=motion.id, draft=await drafted(people, motion, AFTER), now=AFTER
        )
