"""How far an election is, what the desk should think about, and the order of the candidates' numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from council.elections.candidate import Candidate, Channel, Letter, Sheet, Sponsor, Verdict
from council.elections.model import REVIEW_DAYS, Election, Stage, Standing
from council.elections.permissions import is_own, may_appeal, may_object
from council.elections.slate import Nominee, Slate
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Refusal
from council.kernel.text import canonical_json

COMMITTEE_LEAST, COMMITTEE_MOST = 5, 11
"""《业主大会和业主委员会指导规则》第三十二条: five to eleven members, an odd number."""


def notice_until(election: Election) -> datetime | None:
    """When the whole days of the candidates' notice are over."""
    return None if election.published_at is None else end_of_days(election.published_at, election.notice_days)


def review_until(election: Election) -> datetime:
    return election.nominations_until + timedelta(days=REVIEW_DAYS)


def stage(at: Standing, now: datetime) -> Stage:
    """The first instant after a window is the next stage's."""
    until = notice_until(at.election)
    if until is None:
        return Stage.NOMINATING if now < at.election.nominations_until else Stage.REVIEWING
    if now < until:
        return Stage.NOTICE
    if any(each.is_open for each in at.objections) or letters_waiting(at.candidates):
        return Stage.OBJECTIONS
    return Stage.STANDS if standing_candidates(at.candidates) else Stage.EMPTY


def due(at: Standing, now: datetime) -> datetime | None:
    """Until when the desk has to move the election on; None where nothing is left to do."""
    match stage(at, now):
        case Stage.NOMINATING:
            return at.election.nominations_until
        case Stage.REVIEWING:
            return review_until(at.election)
        case Stage.NOTICE | Stage.OBJECTIONS:
            return notice_until(at.election)
        case Stage.STANDS | Stage.EMPTY:
            return None


def standing_candidates(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The published ones who are still in, by number."""
    found = [each for each in candidates if each.number is not None and each.is_in]
    return sorted(found, key=lambda each: each.number or 0)


def slate(at: Standing, now: datetime) -> Slate | None:
    """What may be voted on; None before the notice has run and every objection is answered, and while somebody on it
    owns nothing here any more."""
    found = standing_candidates(at.candidates)
    if stage(at, now) is not Stage.STANDS or not all(each.owns_now for each in found):
        return None
    return Slate(
        at.election.seats,
        tuple(
            Nominee(
                each.id,
                each.number or 0,
                each.name,
                each.place,
                each.channel,
                each.statement,
                each.person_id,
                each.owner_id,
            )
            for each in found
        ),
    )


def order_key(seed: str, candidate: Candidate) -> tuple[str, str, int]:
    """The rule that the notice prints: the SHA-256 of seed and name, smallest first (then place, then who came first).

    The seed is the log's root with the first record after the nominations have ended: until then nobody knows it, and
    from then on nobody can be added. Every record is salted, so that not even whoever makes that one can foresee it.
    """
    return sha256(f"{seed}{candidate.name}".encode()).hexdigest(), candidate.place, candidate.id


def order_rule(election: Election) -> str:
    """The code of the sentence that says how the numbers are given."""
    is_old = election.published_at is not None and election.order_seq is None
    return "slate.order.at_opening" if is_old else "slate.order"


def in_order(seed: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda each: order_key(seed, each))


def slate_sha256(numbered: Iterable[tuple[int, Candidate]]) -> str:
    """The digest of what the notice says of each candidate, for the log."""
    listed = [
        {"number": n, "name": c.name, "place": c.place, "channel": c.channel.value, "statement": c.statement}
        for n, c in numbered
    ]
    return sha256(canonical_json(listed).encode()).hexdigest()


def cannot_stand(candidate: Candidate, joint_least: int) -> Refusal | None:
    """What forbids to find somebody eligible, whatever the reviewers think."""
    if not candidate.owns_now:
        return Refusal("candidate.not_an_owner", {"name": candidate.name})
    if candidate.is_representing and candidate.authorisation_id is None:
        return Refusal("candidate.no_authorisation", {"name": candidate.name})
    if candidate.consented_at is None:
        return Refusal("candidate.no_consent", {"name": candidate.name})
    have = sum(each.owns_now for each in candidate.sponsors)
    if candidate.channel == "joint" and have < joint_least:
        return Refusal("candidate.few_sponsors", {"name": candidate.name, "have": have, "need": joint_least})
    return None


def sponsors(signed: Iterable[Sponsor], sheets: Iterable[Sheet]) -> tuple[Sponsor, ...]:
    """Everybody who signed, each owner once: on the telephone, or on a sheet that a second person has confirmed."""
    found = list(signed)
    for sheet in sheets:
        if sheet.confirmed_at is not None:
            found += [
                Sponsor(sheet.candidate_id, each.owner_id, None, each.name, each.place, sheet.entered_at, each.owns_now)
                for each in sheet.signers
            ]
    first: dict[int, Sponsor] = {}
    for each in sorted(found, key=lambda each: each.signed_at):
        first.setdefault(each.owner_id, each)
    return tuple(first.values())


def listed(at: Standing, actor: Actor | None) -> list[Candidate]:
    """Whom somebody sees. On the notice: everybody with a number. Before it, for members: whoever agreed, and those
    whom neighbours sign for; one's own always, whatever came of it."""
    numbered = sorted((each for each in at.candidates if each.number), key=lambda each: each.number or 0)
    is_out = at.election.published_at is not None
    if actor is None:
        return numbered if is_out else []
    own = [each for each in at.candidates if is_own(actor, each) and each not in numbered and each.replaced_by is None]
    if is_out:
        return [*numbered, *own]
    open_ones = [each for each in at.candidates if each.is_in and (each.consented_at or each.channel is Channel.JOINT)]
    return [each for each in at.candidates if each in open_ones or each in own]


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody may do about one candidate now; the verbs ask again."""

    consent: bool = False
    sign: bool = False
    withdraw: bool = False
    object: bool = False
    appeal: bool = False
    is_told: bool = False
    """Whether they read why this candidate was found not eligible."""


def offered(actor: Actor | None, one: Candidate, at: Standing, now: datetime) -> Offered:
    if actor is None:
        return Offered()
    own, when = is_own(actor, one), stage(at, now)
    may_speak_against = one.is_refused and may_appeal(actor, one) is None
    if not one.is_in or at.is_on_ballot:
        return Offered(is_told=may_speak_against)
    is_before = when in {Stage.NOMINATING, Stage.REVIEWING}
    stranger = not own and one.owner_id not in actor.owner_ids
    signed = {each.owner_id for each in one.sponsors}
    return Offered(
        consent=own and is_before and one.verdict is None,
        sign=stranger
        and when is Stage.NOMINATING
        and one.channel is Channel.JOINT
        and bool(actor.owner_ids)
        and actor.owner_ids.isdisjoint(signed),
        withdraw=own,
        object=not own and when is Stage.NOTICE and one.number is not None and may_object(actor) is None,
        appeal=is_before and may_speak_against,
        is_told=may_speak_against,
    )


def letters_waiting(candidates: Iterable[Candidate]) -> list[Letter]:
    """Of those who stand back by letter, before its second person."""
    return [each.letter for each in candidates if each.is_in and each.letter is not None and each.letter_waits]


def sheets_waiting(candidates: Iterable[Candidate]) -> list[Sheet]:
    """Before their second person; once the notice is out nobody waits for them."""
    asked = [each for each in candidates if each.is_in and each.confirmed_at is None]
    return [sheet for each in asked for sheet in each.sheets if sheet.confirmed_at is None]


def unjudged(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Who still waits for the review, or for its second person."""
    return [each for each in candidates if each.is_in and each.confirmed_at is None]


def warnings(at: Standing, *, is_committee: bool) -> list[Refusal]:
    """What law and practice want and nothing forbids: said at the desk, never a refusal."""
    found: list[Refusal] = []
    seats = at.election.seats
    eligible = sum(each.is_in and each.verdict is Verdict.ELIGIBLE for each in at.candidates)
    if is_committee and (seats % 2 == 0 or not COMMITTEE_LEAST <= seats <= COMMITTEE_MOST):
        found.append(Refusal("election.warn.size", {"seats": seats}))
    if eligible < seats:
        found.append(Refusal("election.warn.short", {"have": eligible, "seats": seats}))
    elif eligible == seats:
        found.append(Refusal("election.warn.equal", {"seats": seats}))
    if any(each.is_refused for each in at.candidates) and at.election.published_at is None:
        found.append(Refusal("election.warn.told"))
    return found
