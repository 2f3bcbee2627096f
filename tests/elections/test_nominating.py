"""Opening an election, nominations through every channel, consent, and standing back."""

from __future__ import annotations

from pathlib import Path

import pytest

from council.elections import consenting, nominating, opening, queries
from council.elections.candidate import Channel, ConsentHow
from council.files import store
from council.kernel.errors import Invalid, Refused, TooMany
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.registry.tables import Owner
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.holding import Capacity
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    accepted,
    document,
    draft,
    nominating_for,
    nomination,
    published,
    put_self_forward,
)
from tests.people import NOW, Garden, garden
from tests.voting.holders import claim, confirmed


async def kinds(people: Garden) -> list[str]:
    rows = await fetch("SELECT kind FROM log_record WHERE community_id = {} ORDER BY seq", people.community_id)
    return [row["kind"] for row in rows]


async def test_nominations_open_for_their_whole_days_once(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await accepted(people)
    form = draft(seats=5, notice_days=10)
    first = await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=form, now=NOW)
    assert await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=form, now=NOW) == first
    election = await queries.election(people.community_id, proposal_id)
    assert (election.seats, election.notice_days, election.nominations_until) == (5, 10, NOMINATED)
    assert (election.order_seed, election.order_seq) == ("", None)  # nobody knows it before the end
    with pytest.raises(Refused, match=r"election\.open_already"):
        await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(), now=NOW)
    assert await kinds(people) == ["election.opened"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"seats": 0}, {"seats": "election.seats_bounds"}),
        ({"seats": 32}, {"seats": "election.seats_bounds"}),
        ({"notice_days": 6}, {"notice_days": "election.notice_bounds"}),
        ({"notice_days": 11}, {"notice_days": "election.notice_bounds"}),
        ({"nomination_days": 2}, {"nomination_days": "election.nomination_bounds"}),
        ({"joint_least": 1}, {"joint_least": "election.joint_bounds"}),
    ],
)
async def test_figures_out_of_bounds(db: AnyEngine, changed: dict[str, int], wrong: dict[str, str]) -> None:
    people = await garden()
    proposal_id = await accepted(people)
    with pytest.raises(Invalid) as refused:
        await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(**changed), now=NOW)
    assert refused.value.errors == wrong


async def test_one_chair_is_one_seat(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await accepted(people, kind=Kind.ONE_PERSON_CHAIR)
    with pytest.raises(Invalid) as refused:
        await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(seats=3), now=NOW)
    assert refused.value.errors == {"seats": "election.one_seat"}
    await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(seats=1), now=NOW)
    assert (await queries.election(people.community_id, proposal_id)).seats == 1


async def test_what_has_no_election_and_what_is_not_accepted(db: AnyEngine) -> None:
    people = await garden()
    bylaws = await accepted(people, elects=False)
    filed = await accepted(people, state="filed")
    for proposal_id, code in ((bylaws, r"election\.no_election"), (filed, r"election\.not_accepted")):
        with pytest.raises(Refused, match=code):
            await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(), now=NOW)
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await opening.open_election(actor=people.erin, proposal_id=bylaws, draft=draft(), now=NOW)


async def test_an_owner_stands_by_their_own_tap(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    candidate_id = await put_self_forward(people, "grace", proposal_id)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.name, found.place, found.person_id) == ("业主1-1-102", "1-1-102", people.grace.person_id)
    assert (found.owner_id, found.consented_how) == (people.owners["1-1-102"], ConsentHow.OWN)
    with pytest.raises(Refused, match=r"candidate\.named_already"):
        await put_self_forward(people, "grace", proposal_id)
    (record,) = await fetch("SELECT body, private FROM log_record WHERE kind = 'candidate.nominated'")
    assert "1-1-102" not in record["body"]
    assert "业主1-1-102" in record["private"]


async def test_the_same_form_is_the_same_nomination(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-102")
    ids = [
        await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
        for _ in range(2)
    ]
    assert ids[0] == ids[1]
    with pytest.raises(Refused, match=r"form\.used_before"):
        await nominating.nominate(actor=people.heidi, proposal_id=proposal_id, nomination=sent, now=NOW)


async def test_a_tenant_and_an_unverified_owner_do_not_nominate(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    for actor in (people.ken, people.leo):
        with pytest.raises(Refused, match=r"candidate\.verified_owners_only"):
            await nominating.nominate(
                actor=actor, proposal_id=proposal_id, nomination=nomination(people, "1-1-302"), now=NOW
            )


async def test_somebody_elses_home_is_not_ones_own(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    with pytest.raises(Refused, match=r"candidate\.verified_owners_only"):
        await nominating.nominate(
            actor=people.grace, proposal_id=proposal_id, nomination=nomination(people, "1-1-201"), now=NOW
        )


async def test_organisations_come_with_their_document_through_the_secretary(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-201", Channel.PARTY, nominated_by="花园社区党支部", statement="")
    with pytest.raises(Invalid) as refused:
        await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    assert refused.value.errors == {"document": "candidate.document_needed"}
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await nominating.nominate(actor=people.heidi, proposal_id=proposal_id, nomination=sent, now=NOW)
    paper = await document(people)
    sent = nomination(people, "1-1-201", Channel.PARTY, nominated_by="花园社区党支部", document_id=paper)
    candidate_id = await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.person_id, found.consented_at, found.document_id) == (people.heidi.person_id, None, paper)


async def test_a_secretary_who_owns_nothing_here_cannot_take_this_route(db: AnyEngine) -> None:
    """The other one is the management committee's, by appointment."""
    people = await garden()
    proposal_id = await nominating_for(people, kind=Kind.ONE_PERSON_CHAIR)
    paper = await document(people)
    sent = nomination(people, "1-1-102", Channel.PARTY, name="Dana", nominated_by="社区党委", document_id=paper)
    with pytest.raises(Invalid) as refused:
        await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    assert refused.value.errors == {"name": "candidate.not_an_owner"}
    assert (await queries.standing(people.community_id, proposal_id)).candidates == ()


async def test_a_legal_person_is_represented_with_its_paper(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    await Owner.update({Owner.kind: "legal", Owner.name: "花园超市有限公司"}).where(Owner.id == people.owners["1--S1"])
    paper, seal = await document(people), await document(people, "授权书.pdf", "scan")
    sent = nomination(
        people,
        "1--S1",
        Channel.NEIGHBOURHOOD,
        name="孙经理",
        nominated_by="社区居民委员会",
        document_id=paper,
        authorisation_id=seal,
    )
    candidate_id = await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.name, found.is_representing, found.owner_id) == ("孙经理", True, people.owners["1--S1"])
    assert found.authorisation_id == seal


async def test_neighbours_sign_together_each_owner_once(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-202", Channel.JOINT)
    candidate_id = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    for _ in range(2):
        await nominating.sign(actor=people.heidi, candidate_id=candidate_id, now=NOW)
    await nominating.sign(actor=people.grace, candidate_id=candidate_id, now=NOW)
    found = await queries.candidate(people.community_id, candidate_id)
    assert [(each.name, each.place) for each in found.sponsors] == [
        ("业主1-1-102", "1-1-102"),
        ("业主1-1-201", "1-1-201"),
    ]
    assert found.consented_at is None
    with pytest.raises(Refused, match=r"candidate\.own_signature"):
        await nominating.sign(actor=people.ivan, candidate_id=candidate_id, now=NOW)
    await execute("UPDATE candidate SET person_id = {} WHERE id = {}", people.bob.person_id, candidate_id)
    with pytest.raises(Refused, match=r"candidate\.own_signature"):  # the same owner, by an account that came later
        await nominating.sign(actor=people.ivan, candidate_id=candidate_id, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.verified_owners_only"):
        await nominating.sign(actor=people.ken, candidate_id=candidate_id, now=NOW)
    with pytest.raises(Refused, match=r"election\.nominations_over"):
        await nominating.sign(actor=people.judy, candidate_id=candidate_id, now=NOMINATED)


async def test_one_does_not_sign_for_oneself_nor_where_nobody_collects(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-102", Channel.JOINT)
    with pytest.raises(Refused, match=r"candidate\.own_signature"):
        await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    own = await put_self_forward(people, "grace", proposal_id)
    with pytest.raises(Refused, match=r"candidate\.not_joint"):
        await nominating.sign(actor=people.heidi, candidate_id=own, now=NOW)


async def test_whoever_was_named_says_yes_themselves(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-202", Channel.JOINT, statement="")
    candidate_id = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await consenting.consent(key=new_id(), actor=people.grace, candidate_id=candidate_id, statement="", now=NOW)
    await consenting.consent(key=new_id(), actor=people.ivan, candidate_id=candidate_id, statement="我愿意。", now=NOW)
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.consented_how, found.statement, found.person_id) == ("own", "我愿意。", people.ivan.person_id)


async def test_a_signed_paper_is_consent_too(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-2-101", Channel.JOINT)
    candidate_id = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    paper = await document(people, "同意书.jpg", "scan")
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await consenting.consent_on_paper(
            key=new_id(), actor=people.frank, candidate_id=candidate_id, file_id=paper, now=NOW
        )
    await consenting.consent_on_paper(
        key=new_id(), actor=people.dana, candidate_id=candidate_id, file_id=paper, now=NOW
    )
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.consented_how, found.consent_id) == ("paper", paper)


async def test_after_the_window_nobody_is_named(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    await put_self_forward(people, "grace", proposal_id, now=NOMINATED - DAY)
    with pytest.raises(Refused, match=r"election\.nominations_over"):
        await put_self_forward(people, "heidi", proposal_id, now=NOMINATED)


async def test_standing_back_is_free_until_the_notice_and_public_afterwards(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi", "ivan")
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await consenting.withdraw(actor=people.grace, candidate_id=ids["heidi"], reason="不行", now=PUBLISHED)
    with pytest.raises(Invalid) as refused:
        await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="", now=PUBLISHED)
    assert refused.value.errors == {"reason": "candidate.reason_needed"}
    with pytest.raises(Refused, match=r"candidate\.not_yours"):  # the desk by a letter, and two people
        await consenting.withdraw(actor=people.dana, candidate_id=ids["heidi"], reason="搬家", now=PUBLISHED)
    await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="家里有事", now=PUBLISHED)
    found = await queries.candidate(people.community_id, ids["heidi"])
    assert (found.withdrawn_reason, found.number is not None) == ("家里有事", True)
    other = await nominating_for(people)
    early = await put_self_forward(people, "heidi", other)
    await consenting.withdraw(actor=people.heidi, candidate_id=early, reason="", now=NOW + DAY)
    again = await put_self_forward(people, "heidi", other)
    assert again != early
    with pytest.raises(Refused, match=r"candidate\.gone"):
        await consenting.consent(
            key=new_id(), actor=people.heidi, candidate_id=early, statement="又想参选了", now=NOW + DAY
        )
    assert proposal_id != other


async def test_an_hour_has_room_for_a_dozen_nominations(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    codes = [code for code in people.units if code.startswith("1-") and code not in {"1-1-102", "1-1-401"}]
    for code in codes[:12]:
        sent = nomination(people, code, Channel.JOINT)
        await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    with pytest.raises(TooMany, match=r"bound\.nomination"):
        sent = nomination(people, codes[12], Channel.JOINT)
        await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)


async def test_more_time_where_too_few_came(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    with pytest.raises(Refused, match=r"election\.still_nominating"):
        await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="人太少", now=NOW)
    await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="人太少", now=NOMINATED)
    await put_self_forward(people, "grace", proposal_id, now=NOMINATED + DAY)
    election = await queries.election(people.community_id, proposal_id)
    assert (election.round, election.published_at, election.reopened_reason) == (2, None, "人太少")
    assert not any("人太少" in row["body"] for row in await fetch("SELECT body FROM log_record"))
    with pytest.raises(Invalid) as refused:
        await opening.reopen(actor=people.dana, proposal_id=proposal_id, days=3, reason="", now=NOMINATED + 9 * DAY)
    assert refused.value.errors == {"reason": "election.reason_needed"}


async def test_a_guardian_neither_puts_their_ward_forward_nor_says_yes_for_them(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    await claim(people, "gina", "1-1-302")
    await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina", until=NOW + DAY)
    proposal_id = await nominating_for(people)
    own = nomination(people, "1-1-302", Channel.SELF)
    with pytest.raises(Refused, match=r"candidate\.verified_owners_only"):
        await nominating.nominate(actor=people.gina, proposal_id=proposal_id, nomination=own, now=NOW)
    sent = nomination(people, "1-1-302", Channel.JOINT)
    named = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await consenting.consent(key=new_id(), actor=people.gina, candidate_id=named, statement="", now=NOW)
    with pytest.raises(Refused, match=r"candidate\.not_yours"):
        await consenting.withdraw(actor=people.gina, candidate_id=named, reason="", now=NOW)
    assert (await queries.candidate(people.community_id, named)).withdrawn_at is None


async def test_a_paper_that_has_run_out_signs_for_nobody(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path / "files")
    people = await garden()
    await claim(people, "gina", "1-1-302")
    await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina", until=NOW + DAY)
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-202", Channel.JOINT)
    named = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.verified_owners_only"):
        await nominating.sign(actor=people.gina, candidate_id=named, now=NOW + DAY)
    await nominating.sign(actor=people.gina, candidate_id=named, now=NOW)
    assert len((await queries.candidate(people.community_id, named)).sponsors) == 2


async def test_whose_paper_has_run_out_is_not_the_one_put_forward(db: AnyEngine) -> None:
    """The account that acted for this owner by a paper neither consents nor stands once the paper has run out."""
    people = await garden()
    proposal_id = await nominating_for(people)
    until = "UPDATE owner_claim SET acts_until = {} WHERE community_id = {} AND owner_id = {}"
    found = []
    for code, days in (("1-1-301", -1), ("1-1-202", 1)):
        await execute(until, NOW + days * DAY, people.community_id, people.owners[code])
        paper = await document(people)
        sent = nomination(people, code, Channel.PARTY, nominated_by="党支部", document_id=paper)
        one = await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
        found.append((await queries.candidate(people.community_id, one)).person_id)
    assert found == [None, people.ivan.person_id]
