"""A committee out of a result, its own choice of a chair, papers that two people look at, and how memberships end."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.bodies import alternates, entries, establishing, queries, recalling, rounds
from council.bodies.duties import DutyKind, duties
from council.bodies.model import BodyKind, Ending, EntryKind, Post, VoteForm
from council.bodies.papers import Filing, Leaving, Minutes
from council.files import store
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.holding import Capacity
from council.voting.tables import Objection
from tests.bodies.ground import (
    DAY,
    ELECTED,
    FINAL,
    RECALLED,
    Committee,
    appointment,
    certified_recall,
    committee,
    election,
    established,
    founding,
    nominated,
    on_paper,
    opened_vote,
    scan,
    voted_on,
)
from tests.people import OWNED, Garden, garden, say_in_bylaws
from tests.voting import motions
from tests.voting.court import said_by_court
from tests.voting.holders import claim, confirmed
from tests.voting.motions import AFTER
from tests.voting.official import official_result

SOON = AFTER + DAY


async def opened(ground: Committee, form: VoteForm = VoteForm.NAMED, now: datetime = SOON) -> int:
    return await rounds.open_round(
        actor=ground.people.dana,
        body_id=ground.id,
        key=new_id(),
        form=form,
        basis="业主委员会工作规则第八条",
        closes_at=now + 3 * DAY,
        now=now,
    )


async def voted(ground: Committee, round_id: int, who: str, chair: str, deputy: str, now: datetime = SOON) -> bool:
    picks = {Post.CHAIR: ground.members[chair], Post.DEPUTY: ground.members[deputy]}
    actor = ground.people.actors[who]
    return await rounds.vote(actor=actor, round_id=round_id, key=new_id(), picks=picks, now=now)


async def with_chair(people: Garden) -> Committee:
    ground = await committee(people)
    round_id = await opened(ground)
    for who in ("grace", "heidi", "ivan"):
        await voted(ground, round_id, who, "grace", "heidi")
    return ground


async def test_the_elected_become_members_and_the_reserve_alternates(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    wanted = founding(motion, years=3)
    body_id = await establishing.establish(actor=people.dana, founding=wanted, now=AFTER)
    again = await establishing.establish(actor=people.dana, founding=wanted, now=SOON)
    body = await queries.body(people.community_id, body_id)
    assert again == body_id
    assert [(each.name, each.persons, each.area_dm2) for each in body.sitting] == [
        ("Grace", 20, 140000),
        ("Heidi", 19, 133000),
        ("Ivan", 18, 126000),
    ]
    assert [(each.name, each.persons) for each in body.alternates] == [("Judy", 17)]
    assert (body.kind, body.number, body.began_at) == (BodyKind.OWNERS, 1, motion.certified_at)
    assert body.term_until == datetime.fromisoformat("2029-03-31T16:00:00+00:00")
    (told,) = await fetch("SELECT body FROM log_record WHERE kind = 'body.established'")
    assert "Grace" not in told["body"]
    with pytest.raises(Refused, match=r"body\.established"):
        await established(people, motion, now=SOON)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await establishing.establish(actor=people.erin, founding=wanted, now=SOON)


async def test_no_owners_vote_appoints_a_management_committee_or_its_chair(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people)
    wanted = founding(motion, kind=BodyKind.MANAGEMENT)
    with pytest.raises(Refused, match=r"body\.vote_appoints_no_manager"):
        await establishing.establish(actor=people.dana, founding=wanted, now=AFTER)
    assert await queries.bodies(people.community_id) == []


async def test_a_committee_wants_a_certified_result_of_owners(db: AnyEngine, tmp_path: Path) -> None:
    people = await garden()
    await committee_before(people)
    motion = await election(people, days=60)
    with pytest.raises(Refused, match=r"body\.not_yours"):
        await establishing.establish(actor=people.grace, founding=founding(motion), now=AFTER)
    with pytest.raises(Invalid) as wrong:
        await establishing.establish(actor=people.dana, founding=founding(motion, years=6), now=AFTER)
    assert wrong.value.errors == {"years": "body.term_too_long"}
    await said_by_court(people, motion.id, AFTER + 61 * DAY, folder=tmp_path)
    with pytest.raises(Refused, match=r"body\.no_result"):
        await established(people, motion)
    assert len(await queries.bodies(people.community_id)) == 1


async def test_nobody_comes_of_a_count_that_nobody_has_signed(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominated(people, ELECTED, seats=3, kind=Kind.GOVERNANCE, fills=False)
    motion = await opened_vote(people, proposal_id)
    with pytest.raises(Refused, match=r"body\.no_result"):
        await established(people, motion)


async def test_whoever_has_sold_takes_no_seat_and_blocks_nobody(db: AnyEngine) -> None:
    """The seat is vacant, and the page says why; of the reserve they are left out; all the others sit."""
    people = await garden()
    motion = await election(people, (*ELECTED, "judy", "alice"))
    for name in ("heidi", "judy"):
        await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", AFTER, people.units[OWNED[name]])
    body = await queries.body(people.community_id, await established(people, motion, now=SOON))
    assert ([each.name for each in body.sitting], body.vacancies) == (["Grace", "Ivan"], 1)
    assert [each.name for each in body.alternates] == ["Alice"]
    (gone,) = [each for each in body.members if each.ended_at is not None]
    assert (gone.name, gone.ending, gone.ended_at) == ("Heidi", Ending.SOLD, SOON)
    assert DutyKind.FILL in {each.kind for each in duties(body, SOON)}
    await alternates.step_up(actor=people.dana, body_id=body.id, member_id=body.alternates[0].id, now=SOON)
    assert {each.name for each in (await queries.body(people.community_id, body.id)).sitting} == {
        "Grace",
        "Ivan",
        "Alice",
    }


async def test_nothing_begins_where_nobody_elected_owns_anything(db: AnyEngine) -> None:
    people = await garden()
    motion = await election(people, ("grace", "judy"), seats=1)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", AFTER, people.units[OWNED["grace"]])
    with pytest.raises(Refused, match=r"body\.elected_own_nothing"):
        await established(people, motion)


async def committee_before(people: Garden) -> None:
    """One that came of an earlier election."""
    await committee(people)


async def test_members_choose_among_themselves_and_nobody_else_does(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    for outsider in ("alice", "judy", "dana", "ken"):
        with pytest.raises(Refused, match=r"inner\.members_only"):
            await voted(ground, round_id, outsider, "grace", "heidi")
    assert await voted(ground, round_id, "grace", "grace", "ivan") is False
    assert await voted(ground, round_id, "heidi", "grace", "ivan") is False
    running = (await ground.body()).rounds[0]
    assert (running.counts, len(running.voted), running.chair_id) == ({}, 2, None)
    assert await voted(ground, round_id, "ivan", "heidi", "ivan") is True
    body = await ground.body()
    chair, deputy = body.holder(Post.CHAIR), body.holder(Post.DEPUTY)
    assert chair is not None
    assert deputy is not None
    assert (chair.name, deputy.name) == ("Grace", "Ivan")
    assert body.rounds[0].counts[Post.CHAIR] == {
        ground.members["grace"]: 2,
        ground.members["heidi"]: 1,
        ground.members["ivan"]: 0,
    }
    with pytest.raises(Refused, match=r"inner\.chosen_already"):
        await opened(ground)


async def test_a_double_tap_is_one_vote_and_a_second_vote_is_none(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    picks = {Post.CHAIR: ground.members["grace"], Post.DEPUTY: ground.members["ivan"]}
    key = new_id()
    for _ in range(2):
        await rounds.vote(actor=people.grace, round_id=round_id, key=key, picks=picks, now=SOON)
    with pytest.raises(Refused, match=r"inner\.voted"):
        await voted(ground, round_id, "grace", "heidi", "ivan")
    counted = await queries.counts_of(people.community_id, round_id)
    assert counted[Post.CHAIR][ground.members["grace"]] == 1


async def test_a_guardian_does_not_sit_for_their_ward(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    heidi = people.actors["heidi"].person_id
    await execute("DELETE FROM owner_claim WHERE person_id = {}", heidi)
    await claim(people, "gina", OWNED["heidi"])
    await confirmed(people, OWNED["heidi"], Capacity.GUARDIAN, who="gina", now=AFTER)
    await execute("UPDATE body_member SET person_id = NULL WHERE id = {}", ground.members["heidi"])
    with pytest.raises(Refused, match=r"inner\.members_only"):
        await voted(ground, round_id, "gina", "heidi", "ivan")
    assert not (await ground.body()).rounds[0].voted


async def test_a_secret_ballot_keeps_no_choice_with_a_name(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground, VoteForm.UNNAMED)
    for who in ("grace", "heidi", "ivan"):
        await voted(ground, round_id, who, "heidi", "ivan")
    rows = await fetch("SELECT chair_id, deputy_id FROM inner_ballot WHERE round_id = {}", round_id)
    assert [(row["chair_id"], row["deputy_id"]) for row in rows] == [(None, None)] * 3
    assert await queries.named_choices(people.community_id, [round_id]) == {}
    chair = (await ground.body()).holder(Post.CHAIR)
    assert chair is not None
    assert chair.name == "Heidi"
    for row in await fetch("SELECT private FROM log_record WHERE kind = 'inner.voted'"):
        assert "deputy" not in (row["private"] or "")


async def test_no_majority_and_they_vote_again(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    for who, chair in (("grace", "grace"), ("heidi", "heidi"), ("ivan", "ivan")):
        deputy = "heidi" if chair != "heidi" else "ivan"
        await voted(ground, round_id, who, chair, deputy)
    body = await ground.body()
    assert body.holder(Post.CHAIR) is None
    assert body.holder(Post.DEPUTY) is not None
    again = await opened(ground)
    assert (await ground.body()).rounds[1].posts == (Post.CHAIR,)
    with pytest.raises(Refused, match=r"inner\.not_a_member"):
        await voted(ground, again, "grace", "grace", "ivan")


async def test_what_a_vote_may_not_name(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    with pytest.raises(Refused, match=r"inner\.not_a_member"):
        await voted(ground, round_id, "grace", "judy", "ivan")
    with pytest.raises(Invalid) as wrong:
        await voted(ground, round_id, "grace", "ivan", "ivan")
    assert wrong.value.errors == {"deputy": "inner.same_person"}
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", SOON, people.units[OWNED["ivan"]])
    with pytest.raises(Refused, match=r"inner\.owns_nothing"):
        await voted(ground, round_id, "grace", "ivan", "heidi")


async def test_a_ballot_is_counted_when_its_time_is_over(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    await voted(ground, round_id, "grace", "grace", "heidi")
    await voted(ground, round_id, "heidi", "grace", "heidi")
    with pytest.raises(Refused, match=r"inner\.too_early"):
        await rounds.close_round(actor=people.dana, round_id=round_id, now=SOON)
    with pytest.raises(Refused, match=r"inner\.open"):
        await opened(ground)
    over = SOON + 3 * DAY
    with pytest.raises(Refused, match=r"inner\.closed"):
        await voted(ground, round_id, "ivan", "ivan", "heidi", now=over)
    for _ in range(2):
        await rounds.close_round(actor=people.dana, round_id=round_id, now=over)
    chair = (await ground.body()).holder(Post.CHAIR)
    assert chair is not None
    assert chair.name == "Grace"
    with pytest.raises(Invalid) as wrong:
        await rounds.open_round(
            actor=people.dana,
            body_id=(await committee_again(people)).id,
            key=new_id(),
            form=VoteForm.NAMED,
            basis="规则第八条",
            closes_at=over,
            now=over,
        )
    assert wrong.value.errors == {"closes_at": "inner.closes_in_the_past"}


async def committee_again(people: Garden) -> Committee:
    """The next election's committee: the one before it has ended with that."""
    ground = await committee(people, days=60)
    first, *_ = sorted(await queries.bodies(people.community_id), key=lambda each: each.id)
    assert first.dissolved_at is not None
    assert all(each.ended_at is not None for each in first.members)
    return ground


async def test_minutes_hold_once_a_second_person_has_compared_them(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    grace, heidi = ground.members["grace"], ground.members["heidi"]
    paper = Minutes(SOON, VoteForm.UNNAMED, "工作规则第八条", {Post.CHAIR: {grace: 2}, Post.DEPUTY: {heidi: 3}})
    scan_id, key = await scan(people), new_id()
    given = {"actor": people.dana, "body_id": ground.id, "paper": paper, "scan_id": scan_id, "key": key, "now": SOON}
    entry_id = await entries.record(**given)
    assert await entries.record(**given) == entry_id
    assert (await ground.body()).holder(Post.CHAIR) is None
    with pytest.raises(Refused, match=r"body\.waiting"):
        await entries.record(**{**given, "key": new_id()})
    with pytest.raises(Refused, match=r"inner\.open"):
        await opened(ground)
    with pytest.raises(Refused, match=r"body\.second_person"):
        await entries.confirm(actor=people.dana, entry_id=entry_id, now=SOON)
    with pytest.raises(Refused, match=r"body\.not_yours"):
        await entries.confirm(actor=people.frank, entry_id=entry_id, now=SOON)
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON)
    with pytest.raises(Refused, match=r"body\.closed"):
        await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON)
    body = await ground.body()
    chair = body.holder(Post.CHAIR)
    assert chair is not None
    assert (chair.name, body.rounds[0].entry_id) == ("Grace", entry_id)


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"other": "王书记"}, {"other": "inner.not_elected"}),
        ({"held_on": SOON + DAY}, {"held_on": "body.day_ahead"}),
        ({"held_on": AFTER - DAY}, {"held_on": "body.before_the_election"}),
    ],
)
async def test_what_minutes_may_not_say(db: AnyEngine, changed: dict[str, object], errors: dict[str, str]) -> None:
    """A branch secretary who owns nothing was not elected, so no minutes make them the owners' committee's chair."""
    people = await garden()
    ground = await committee(people)
    said = {"held_on": SOON, "form": VoteForm.NAMED, "basis": "规则第八条", "votes": {}, **changed}
    with pytest.raises(Invalid) as wrong:
        await entries.record(
            actor=people.dana,
            body_id=ground.id,
            paper=Minutes(**said),
            scan_id=await scan(people),
            key=new_id(),
            now=SOON,
        )
    assert wrong.value.errors == errors


async def test_minutes_count_no_more_votes_than_members(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    paper = Minutes(SOON, VoteForm.NAMED, "规则第八条", {Post.CHAIR: {ground.members["grace"]: 4}})
    with pytest.raises(Invalid) as wrong:
        await on_paper(people, ground.id, paper, SOON)
    assert wrong.value.errors == {"votes_chair": "inner.too_many_votes"}
    other = Minutes(SOON, VoteForm.NAMED, "规则第八条", {Post.CHAIR: {ground.members["judy"]: 3}})
    with pytest.raises(Refused, match=r"inner\.not_a_member"):
        await on_paper(people, ground.id, other, SOON)


async def test_the_days_of_choice_notice_and_filing(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    found = {each.kind: each for each in duties(await ground.body(), AFTER)}
    assert set(found) == {DutyKind.CHOOSE, DutyKind.FILE}
    assert found[DutyKind.CHOOSE].due == end_of_days(AFTER, 7)
    assert found[DutyKind.FILE].due == end_of_days(AFTER, 30)
    late = AFTER + 9 * DAY
    assert [each.kind for each in duties(await ground.body(), late) if each.is_late(late)] == [DutyKind.CHOOSE]
    round_id = await opened(ground, now=late)
    for who in ("grace", "heidi", "ivan"):
        await voted(ground, round_id, who, "grace", "heidi", now=late)
    with pytest.raises(Invalid) as early:
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=late - 2 * DAY, now=late + DAY)
    assert early.value.errors == {"posted_on": "body.before_the_choice"}
    with pytest.raises(Invalid) as ahead:
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=late + 2 * DAY, now=late + DAY)
    assert ahead.value.errors == {"posted_on": "body.day_ahead"}
    for _ in range(2):
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=late + DAY, now=late + DAY)
    with pytest.raises(Refused, match=r"body\.posted_already"):
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=late, now=late + DAY)
    filed = Filing("花街备〔2026〕3号", "花园街道办事处", late + 2 * DAY)
    await on_paper(people, ground.id, filed, late + 2 * DAY)
    after = {each.kind: each for each in duties(await ground.body(), late + 60 * DAY)}
    assert [(kind, each.is_open, each.is_late(late + 60 * DAY)) for kind, each in after.items()] == [
        (DutyKind.CHOOSE, False, True),
        (DutyKind.POST, False, False),
        (DutyKind.FILE, False, False),
    ]


async def test_nothing_is_posted_before_somebody_is_chosen(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    with pytest.raises(Refused, match=r"body\.nothing_to_post"):
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=SOON, now=SOON)


async def test_a_filing_has_its_receipt_and_its_day(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    for filed_on, wrong in ((SOON + DAY, "body.day_ahead"), (AFTER - DAY, "body.before_the_election")):
        with pytest.raises(Invalid) as refused:
            await on_paper(people, ground.id, Filing("3号", "街道办事处", filed_on), SOON)
        assert refused.value.errors == {"filed_on": wrong}
    with pytest.raises(Invalid) as bare:
        await on_paper(people, ground.id, Filing("3号", "街道办事处", SOON), SOON, with_scan=False)
    assert bare.value.errors == {"scan_file": "form.file_missing"}


async def test_a_term_is_warned_of_and_then_said_to_be_over(db: AnyEngine) -> None:
    people = await garden()
    body = await (await with_chair(people)).body()
    before, near = body.term_until - timedelta(days=91), body.term_until - timedelta(days=90)
    assert DutyKind.RENEW not in {each.kind for each in duties(body, before)}
    (renew,) = [each for each in duties(body, near) if each.kind is DutyKind.RENEW]
    assert (renew.due, renew.is_late(near), renew.is_late(body.term_until)) == (body.term_until, False, True)


async def test_who_resigns_makes_room_for_the_next_alternate(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    later = SOON + 10 * DAY
    leaving = Leaving(ground.members["grace"], Ending.RESIGNED, later)
    with pytest.raises(Refused, match=r"body\.no_vacancy"):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["judy"], now=later)
    with pytest.raises(Invalid) as bare:
        await on_paper(people, ground.id, leaving, later, with_scan=False)
    assert bare.value.errors == {"scan_file": "body.letter_missing"}
    await on_paper(people, ground.id, leaving, later)
    body = await ground.body()
    assert (body.vacancies, body.holder(Post.CHAIR)) == (1, None)
    owed = {each.kind: each for each in duties(body, later) if each.is_open}
    assert owed[DutyKind.CHOOSE].due == end_of_days(later, 7)
    assert DutyKind.FILL in owed
    with pytest.raises(Refused, match=r"body\.not_next"):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["ivan"], now=later)
    for _ in range(2):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["judy"], now=later)
    assert {each.name for each in (await ground.body()).sitting} == {"Heidi", "Ivan", "Judy"}
    with pytest.raises(Refused, match=r"body\.member_gone"):
        await on_paper(people, ground.id, leaving, later)
    with pytest.raises(Refused, match=r"body\.no_alternate"):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["heidi"], now=later)


async def test_who_sold_is_shown_and_who_still_owns_stays(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    leaving = Leaving(ground.members["ivan"], Ending.SOLD, SOON)
    with pytest.raises(Refused, match=r"body\.still_owner"):
        await on_paper(people, ground.id, leaving, SOON, with_scan=False)
    await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", SOON, people.units[OWNED["ivan"]])
    body = await ground.body()
    owning = await queries.owning(people.community_id, [each.owner_id for each in body.members])
    sold = [each for each in duties(body, SOON, owning=owning) if each.kind is DutyKind.SOLD]
    assert [each.about for each in sold] == ["Ivan"]
    await on_paper(people, ground.id, leaving, SOON, with_scan=False)
    ivan = (await ground.body()).member(ground.members["ivan"])
    assert ivan is not None
    assert (ivan.sits, ivan.ending) == (False, Ending.SOLD)


async def test_owners_recall_whom_they_elected_by_a_vote_that_names_them(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    heidi = ground.members["heidi"]
    for motion_id in (None, (await ground.body()).motion_id):
        with pytest.raises(Refused, match=r"body\.recall_needs_vote"):
            await on_paper(people, ground.id, Leaving(heidi, Ending.RECALLED, RECALLED, motion_id), RECALLED)
    recall = await certified_recall(people, heidi)
    assert f"罢免对象：Heidi（1号楼1单元201室）（委员编号{heidi}）。" in recall.text
    with pytest.raises(Refused, match=r"body\.recalls_another"):
        await on_paper(
            people, ground.id, Leaving(ground.members["ivan"], Ending.RECALLED, RECALLED, recall.id), RECALLED
        )
    leaving = Leaving(heidi, Ending.RECALLED, RECALLED, recall.id)
    with pytest.raises(Refused, match=r"body\.recall_still_posted"):
        await on_paper(people, ground.id, leaving, RECALLED)
    objection = Objection(
        community_id=people.community_id,
        motion_id=recall.id,
        key=new_id(),
        person_id=people.judy.person_id,
        by_name="Judy",
        ground="票数不对，请重新数一遍。",
        filed_at=RECALLED,
        answer_due_at=RECALLED + 7 * DAY,
    )
    await Objection.insert(objection)
    with pytest.raises(Refused, match=r"body\.recall_objected"):
        await on_paper(people, ground.id, leaving, FINAL)
    closed = "UPDATE objection SET outcome = {}, reply = '数过了', closed_by_name = 'Dana', closed_at = {}"
    await execute(closed, "upheld", FINAL)
    with pytest.raises(Refused, match=r"body\.recall_objected"):
        await on_paper(people, ground.id, leaving, FINAL)
    await execute(closed, "ruled", FINAL)
    await on_paper(people, ground.id, leaving, FINAL)
    gone = (await ground.body()).member(heidi)
    assert gone is not None
    assert (gone.sits, gone.ending) == (False, Ending.RECALLED)


async def test_a_recall_that_nobody_voted_for_ends_nothing(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    heidi = ground.members["heidi"]
    recall = await certified_recall(people, heidi, passes=False)
    with pytest.raises(Refused, match=r"body\.recall_needs_vote"):
        await on_paper(people, ground.id, Leaving(heidi, Ending.RECALLED, RECALLED, recall.id), RECALLED)
    again = {"actor": people.judy, "body_id": ground.id, "member_id": heidi, "now": RECALLED}
    words = {"reason": "还是没有来开会，请大家再议一次。"}
    key = new_id()
    once = await recalling.propose(**again, **words, key=key)
    assert await recalling.propose(**again, **words, key=key) == once
    assert await recalling.propose(**again, **words, key=new_id()) != once


async def test_only_those_who_sit_are_recalled(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    given = {"actor": people.alice, "reason": "没有来开会。", "now": SOON}
    with pytest.raises(Refused, match=r"body\.member_gone"):
        await recalling.propose(**given, body_id=ground.id, member_id=ground.members["judy"], key=new_id())


async def test_a_document_ends_what_a_document_began(db: AnyEngine) -> None:
    """No owners' vote recalls somebody who was appointed."""
    people = await garden()
    appointed = await on_paper(people, None, appointment(people), SOON)
    somebody = (await queries.body(people.community_id, appointed)).sitting[0].id
    given = {"actor": people.alice, "reason": "没有来开会。", "now": SOON}
    with pytest.raises(Refused, match=r"recall\.appointed"):
        await recalling.propose(**given, body_id=appointed, member_id=somebody, key=new_id())


async def test_any_other_vote_about_the_committee_recalls_nobody(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    other = await motions.filed(
        people, kind=Kind.GOVERNANCE, scope=Scope(ScopeKind.COMMUNITY), title="修改业主大会议事规则"
    )
    motion = await voted_on(people, other)
    with pytest.raises(Refused, match=r"body\.recalls_another"):
        await on_paper(
            people, ground.id, Leaving(ground.members["heidi"], Ending.RECALLED, RECALLED, motion.id), RECALLED
        )


async def test_where_owners_only_told_their_wishes_the_vote_elsewhere_recalls(db: AnyEngine, tmp_path: Path) -> None:
    """The online answers decide nothing: what the city's own system came to does."""
    people = await garden()
    ground = await with_chair(people)
    ivan = ground.members["ivan"]
    await say_in_bylaws(people.community_id, online_counts="no")
    recall = await certified_recall(people, ivan)
    assert recall.is_advisory
    leaving = Leaving(ivan, Ending.RECALLED, RECALLED + DAY, recall.id)
    with pytest.raises(Refused, match=r"body\.recall_needs_vote"):
        await on_paper(people, ground.id, leaving, RECALLED + DAY)
    await official_result(people, recall.id, RECALLED + DAY, folder=tmp_path)
    await on_paper(people, ground.id, leaving, FINAL + DAY)
    gone = (await ground.body()).member(ivan)
    assert gone is not None
    assert gone.ending is Ending.RECALLED


async def test_what_nobody_confirmed_is_taken_back(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    paper = Filing("3号", "街道办事处", SOON)
    entry_id = await entries.record(
        actor=people.erin, body_id=ground.id, paper=paper, scan_id=await scan(people), key=new_id(), now=SOON
    )
    with pytest.raises(Refused, match=r"body\.not_yours"):
        await entries.withdraw(actor=people.frank, entry_id=entry_id, now=SOON)
    await entries.withdraw(actor=people.erin, entry_id=entry_id, now=SOON)
    with pytest.raises(Refused, match=r"body\.closed"):
        await entries.confirm(actor=people.dana, entry_id=entry_id, now=SOON)
    assert (await ground.body()).last(EntryKind.FILING) is None


async def test_another_community_finds_nothing(db: AnyEngine) -> None:
    people = await garden()
    ground = await with_chair(people)
    stranger = Actor(people.dana.person_id, "Dana", people.orchard_id, people.dana.roles)
    round_id = (await ground.body()).rounds[0].id
    for act in (
        queries.body(people.orchard_id, ground.id),
        rounds.close_round(actor=stranger, round_id=round_id, now=SOON),
        rounds.record_posting(actor=stranger, round_id=round_id, posted_on=SOON, now=SOON),
        alternates.step_up(actor=stranger, body_id=ground.id, member_id=1, now=SOON),
        entries.confirm(actor=stranger, entry_id=1, now=SOON),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_seat_has_one_vote_in_a_ballot_whoever_takes_it_meanwhile(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    await voted(ground, round_id, "grace", "heidi", "ivan")
    await on_paper(people, ground.id, Leaving(ground.members["grace"], Ending.RESIGNED, SOON), SOON)
    with pytest.raises(Refused, match=r"inner\.open"):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["judy"], now=SOON)
    await voted(ground, round_id, "heidi", "heidi", "ivan")
    assert await voted(ground, round_id, "ivan", "heidi", "ivan") is True
    await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["judy"], now=SOON)
    assert {each.name for each in (await ground.body()).sitting} == {"Heidi", "Ivan", "Judy"}


async def test_whoever_has_left_is_not_chosen_by_the_votes_from_before(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    await voted(ground, round_id, "grace", "grace", "ivan")
    await voted(ground, round_id, "heidi", "grace", "ivan")
    await on_paper(people, ground.id, Leaving(ground.members["grace"], Ending.RESIGNED, SOON), SOON)
    await rounds.close_round(actor=people.dana, round_id=round_id, now=SOON + 4 * DAY)
    body = await ground.body()
    assert body.rounds[0].chair_id is None
    chosen = body.member(ground.members["grace"])
    assert chosen is not None
    assert chosen.post is Post.MEMBER


async def test_whoever_has_sold_chooses_nobody_and_follows_nobody(db: AnyEngine) -> None:
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    for name in ("grace", "judy"):
        await execute("UPDATE ownership SET ended_at = {} WHERE unit_id = {}", AFTER, people.units[OWNED[name]])
    with pytest.raises(Refused, match=r"inner\.you_own_nothing"):
        await voted(ground, round_id, "grace", "heidi", "ivan")
    assert not (await ground.body()).rounds[0].voted
    await rounds.close_round(actor=people.dana, round_id=round_id, now=SOON + 4 * DAY)
    await on_paper(people, ground.id, Leaving(ground.members["grace"], Ending.SOLD, SOON), SOON, with_scan=False)
    with pytest.raises(Refused, match=r"body\.follower_owns_nothing"):
        await alternates.step_up(actor=people.dana, body_id=ground.id, member_id=ground.members["judy"], now=SOON)
    await on_paper(people, ground.id, Leaving(ground.members["judy"], Ending.SOLD, SOON), SOON, with_scan=False)
    assert (await ground.body()).alternates == ()


async def test_a_companys_seat_is_its_named_representatives_alone(db: AnyEngine) -> None:
    """Another account that acts for the same company does not vote in the representative's place."""
    people = await garden()
    ground = await committee(people)
    round_id = await opened(ground)
    await execute(
        "UPDATE body_member SET person_id = NULL, is_representing = TRUE WHERE id = {}", ground.members["grace"]
    )
    with pytest.raises(Refused, match=r"inner\.members_only"):
        await voted(ground, round_id, "grace", "heidi", "ivan")
    await execute("UPDATE body_member SET is_representing = FALSE WHERE id = {}", ground.members["grace"])
    assert await voted(ground, round_id, "grace", "heidi", "ivan") is False
