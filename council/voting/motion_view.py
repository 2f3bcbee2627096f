"""What every page of one motion shows, gathered once; no choice is in it before the closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.pathways.periods import days_left
from council.voting import queries
from council.voting.counting import Counted, count, wishes
from council.voting.duty import Officer
from council.voting.election_view import Line, lines_of
from council.voting.figures import Bar, Leg, digest_words, legs, result_bars, turnout_bars
from council.voting.lot_queries import Lot, lots_of
from council.voting.model import Count, Outcome, UndeterminedReason
from council.voting.motion import LeakRisk, Motion, MotionState, Turnout
from council.voting.objection import Objection
from council.voting.objections import objections_until
from council.voting.sentences import Sentences
from council.voting.slate import OnBallot
from council.web.i18n import Words


@dataclass(frozen=True, slots=True)
class MotionView:
    """`say` has its words in the visitor's language. `bars` are turnout until the closing, then the result."""

    motion: Motion
    state: MotionState
    say: Sentences
    days_left: int
    turnout: Turnout
    bars: tuple[Bar, ...]
    counted: Counted | None
    legs: tuple[Leg, ...]
    wishes: Count | None
    candidates: tuple[OnBallot, ...] = ()
    """Of an election: who stands, by number; nobody else's vote has any."""
    standings: tuple[Line, ...] = ()
    """Of an election that is counted: everybody who stood, in the order of the result."""

    lots: tuple[Lot, ...] = ()
    """Of an election that is counted: every lot that was recorded, those taken back too."""

    @property
    def names(self) -> dict[int, str]:
        """Of an election, by number."""
        return {each.number: each.name for each in self.candidates}

    @property
    def lots_taken_back(self) -> tuple[Lot, ...]:
        return tuple(each for each in self.lots if not each.is_live)

    @property
    def text_digest(self) -> str:
        return digest_words(self.motion.text_sha256)

    @property
    def roll_digest(self) -> str:
        return digest_words(self.motion.roll_sha256)

    @property
    def lines(self) -> list[str]:
        """The locked text below its title, line by line."""
        return [line for line in self.motion.text.split("\n")[1:] if line.strip()]

    @property
    def is_small(self) -> bool:
        """Whether exact totals could give choices away, so that voters are told before they choose."""
        return self.motion.leak_risk is not LeakRisk.LOW

    @property
    def is_poll(self) -> bool:
        """An opinion poll decides nothing, whatever comes out; other advisory votes wait for the one on paper."""
        return self.motion.preset.is_advisory

    @property
    def advice(self) -> str | None:
        """The code of the sentence that stands on every page of a vote that is not the one that counts by law."""
        if self.is_poll:
            return "advisory.poll"
        return "advisory.vote" if self.motion.is_advisory else None

    @property
    def outcome(self) -> Outcome | None:
        return None if self.counted is None else self.counted.verdict.outcome

    @property
    def is_signable(self) -> bool:
        """Whether the count says something that officers can sign (`counting.require_determined`)."""
        if self.counted is None:
            return False
        asked_only = self.motion.is_advisory and self.counted.verdict.reason is UndeterminedReason.LOT
        return asked_only or self.outcome is not Outcome.UNDETERMINED

    @property
    def failed(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if not leg.met)

    @property
    def objections_until(self) -> datetime | None:
        return objections_until(self.motion)

    def next_step(self, now: datetime) -> str | None:
        """The code of the sentence that says what happens after the closing; None before it."""
        if self.motion.cancelled_at is not None:
            return "next.cancelled"
        if self.motion.superseded_at is not None:
            return "next.superseded"
        if self.motion.is_undone:
            return "next.revoked" if self.motion.revoked_at is not None else "next.upheld"
        if self.counted is None:
            return "next.papers" if self.motion.is_closed(now) else None
        if self.is_poll:
            return "next.poll" if self.outcome is Outcome.PASSED else "next.poll.missed"
        return self._after_the_count(now)

    def _after_the_count(self, now: datetime) -> str:
        if self.motion.is_advisory and self.motion.official_outcome is None:
            return "next.official"
        outcome = self.motion.official_outcome or self.outcome
        if outcome is Outcome.UNDETERMINED:
            return "next.undetermined"
        if self.motion.official_outcome is None and self.state is MotionState.COUNTING:
            return "next.sign"
        if outcome is Outcome.REJECTED:
            return "next.rejected"
        return "next.notice" if self.takes_objections(now) else "next.go_on"

    def takes_objections(self, now: datetime) -> bool:
        until = self.objections_until
        is_settled = self.motion.cancelled_at is not None or self.motion.revoked_at is not None
        return until is not None and now < until and not is_settled


async def motion_view(motion: Motion, words: Words, now: datetime) -> MotionView:
    """Two queries before the closing (turnout alone), three after it (the roll and the ballots, counted), and two more
    where wishes were taken; in an election also who stands, the names on its ballots, and its lots."""
    turnout = (await queries.turnouts(motion.community_id, [motion], now))[motion.id]
    state = motion.state(now)
    counted = await count(motion, now) if motion.is_countable(now) else None
    candidates = await queries.candidates(motion.community_id, motion.id) if motion.is_election else ()
    return MotionView(
        motion=motion,
        state=state,
        say=Sentences(words, motion),
        days_left=days_left(now, motion.closes_at if now >= motion.opens_at else motion.opens_at),
        turnout=turnout,
        bars=_bars(motion, turnout, counted),
        counted=counted,
        legs=() if counted is None else legs(counted.verdict),
        wishes=None if counted is None else await wishes(motion, now),
        candidates=candidates,
        standings=()
        if counted is None or counted.election is None
        else lines_of(counted.election.result, candidates, is_advisory=motion.is_advisory),
        lots=() if counted is None or counted.election is None else await lots_of(motion.community_id, motion.id),
    )


def _bars(motion: Motion, turnout: Turnout, counted: Counted | None) -> tuple[Bar, ...]:
    """Of an election only who took part: each candidate has figures of their own."""
    if counted is None:
        return turnout_bars(motion, turnout)
    if counted.election is None:
        return result_bars(motion, counted.tally)
    roll, took_part = counted.tally.roll, counted.tally.counted.participants
    return turnout_bars(motion, Turnout(took_part.persons, took_part.area_dm2, roll.persons, roll.area_dm2))


def have_signed(officers: tuple[Officer, ...]) -> int:
    return sum(officer.signed_at is not None for officer in officers)


def waiting(objections: list[Objection]) -> int:
    return sum(objection.outcome is None for objection in objections)
