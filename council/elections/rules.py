"""How far an election is, what the desk should think about, and the order of the candidates' numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from council.elections.model import REVIEW_DAYS, Candidate, Election, Nominee, Slate, Stage, Standing, Verdict
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
    if any(each.is_open for each in at.objections):
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

    The seed is the log's root with the record that opened the nominations: nobody can choose it after names are known,
    and nobody chooses their name.
    """
    return sha256(f"{seed}{candidate.name}".encode()).hexdigest(), candidate.place, candidate.id


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
    have = len(candidate.sponsors)
    if candidate.channel == "joint" and have < joint_least:
        return Refusal("candidate.few_sponsors", {"name": candidate.name, "have": have, "need": joint_least})
    return None


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
