"""What needs me now: open votes, questions, consents, signatures, each by its deadline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from council.kernel.actor import Actor
from council.kernel.area import format_area
from council.kernel.errors import Detail
from council.pathways.model import Note
from council.progress import queries
from council.progress.desk import Job, JobKind
from council.voting import objection_queries
from council.voting import queries as voting
from council.voting.gap import quorum_gap
from council.voting.model import Sums
from council.voting.motion import Motion, MotionState, Turnout
from council.voting.objection import Objection


@dataclass(frozen=True, slots=True)
class OpenVote:
    """A vote that I can cast and have not."""

    motion: Motion
    turnout: Note


@dataclass(frozen=True, slots=True)
class CastByAnother:
    """An open vote of a home of mine that a co-owner represents; nobody named yet when `name` is None."""

    motion: Motion
    name: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for one person, each kind with its most urgent first."""

    votes: tuple[OpenVote, ...]
    others: tuple[CastByAnother, ...]
    """Shown, but nothing of mine to do: not counted."""
    consents: tuple[queries.AskedConsent, ...]
    matters: tuple[queries.OwnMatter, ...]
    to_sign: tuple[Motion, ...]
    to_read: tuple[Motion, ...]
    """Counts whose papers are not all decided, of neighbours who serve in them; staff has them on the desk."""
    objections: tuple[Objection, ...]
    """Mine that were answered, until I have read it; or that wait for my yes to what was agreed."""
    is_unverified: bool
    is_resident_only: bool
    """Lives here and nothing more: owners' votes need the owner's own slip."""

    @property
    def count(self) -> int:
        """What stands on the courtyard itself; an office's jobs stand at the desk (`beside`)."""
        rest = len(self.consents) + len(self.matters) + len(self.objections) + (1 if self.is_unverified else 0)
        return len(self.votes) + len(self.to_sign) + len(self.to_read) + rest

    def beside(self, desk: Iterable[Job]) -> list[Job]:
        """Of what the desk lists as theirs, all that does not stand here already: a count to sign, and what neighbours
        ask about a matter of their own, are on both lists."""
        here = {(JobKind.SIGN, f"/motions/{motion.id}/count") for motion in self.to_sign}
        asked = {comment_id for matter in self.matters for comment_id in matter.asked}
        return [
            job
            for job in desk
            if (job.kind, job.link) not in here and not (job.kind is JobKind.QUESTION and job.id in asked)
        ]


async def waiting_for(actor: Actor, now: datetime) -> Waiting:
    """As many queries for one vote as for thirty."""
    motions = await voting.motions(actor.community_id)
    opened = [motion for motion in motions if motion.state(now) is MotionState.OPEN]
    uncounted = [motion for motion in motions if motion.waits_for_signatures(now)]
    unread = [] if actor.roles else [motion for motion in motions if motion.waits_for_papers(now)]
    votes, others = await _votes(actor, opened, now)
    serving = await _to_sign(actor, [*uncounted, *unread])
    return Waiting(
        votes=tuple(votes),
        others=tuple(others),
        consents=tuple(await queries.consents_asked(actor)),
        matters=tuple(await queries.own_matters(actor)),
        to_sign=tuple(motion for motion in serving if motion.waits_for_signatures(now)),
        to_read=tuple(motion for motion in serving if motion.waits_for_papers(now)),
        objections=tuple(await objection_queries.answered(actor)),
        is_unverified=bool(actor.claimed_owner_ids),
        is_resident_only=not (actor.owner_ids or actor.claimed_owner_ids or actor.roles),
    )


async def _votes(actor: Actor, motions: list[Motion], now: datetime) -> tuple[list[OpenVote], list[CastByAnother]]:
    voters = await voting.voters_for_motions(actor, motions)
    mine = {motion_id: [each for each in listed if each.may_cast] for motion_id, listed in voters.items()}
    ids = [voter.roll_voter_id for listed in voters.values() for voter in listed]
    cast = {*await voting.ballots_in_force(actor.community_id, ids), *await voting.received(actor.community_id, ids)}
    waiting = [
        motion for motion in motions if any(voter.roll_voter_id not in cast for voter in mine.get(motion.id, ()))
    ]
    turnouts = await voting.turnouts(actor.community_id, waiting, now)
    others = [
        CastByAnother(motion, voter.representative_name)
        for motion in sorted(motions, key=_by_deadline)
        for voter in voters.get(motion.id, ())
        if not voter.may_cast and voter.roll_voter_id not in cast
    ]
    return [
        OpenVote(motion, turnout_words(motion, turnouts[motion.id])) for motion in sorted(waiting, key=_by_deadline)
    ], others


def _by_deadline(motion: Motion) -> tuple[datetime, int]:
    return motion.closes_at, motion.id


def turnout_words(motion: Motion, turnout: Turnout) -> Note:
    """How many took part and what the quorum still lacks, in whole persons (or households) and area; no choice."""
    roll = Sums(turnout.roll_persons, turnout.roll_area_dm2)
    gap = quorum_gap(motion.ruleset, roll, Sums(turnout.persons, turnout.area_dm2))
    persons, area_dm2 = gap.persons_missing or 0, gap.area_missing_dm2 or 0
    lacking = ("both" if persons else "area") if area_dm2 else ("persons" if persons else "nothing")
    if lacking == "nothing" and turnout.papers:
        lacking = "unread"
    details: dict[str, Detail] = {"took_part": turnout.persons, "persons": persons, "area": format_area(area_dm2)}
    details["papers"] = turnout.papers
    return Note(f"turnout.{motion.electorate}.{lacking}", details)


async def _to_sign(actor: Actor, motions: list[Motion]) -> list[Motion]:
    officers = await voting.officers_of(actor.community_id, [motion.id for motion in motions])
    return [
        motion
        for motion in sorted(motions, key=_by_deadline)
        if any(o.person_id == actor.person_id and o.signed_at is None for o in officers.get(motion.id, ()))
    ]
