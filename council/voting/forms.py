"""What people send to this room, read field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.clock import local_midnight
from council.kernel.errors import Invalid, NotFound
from council.voting.change import ChangeDraft, ChangeKind
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.objection import ObjectionClosing, ObjectionOutcome, StepKind
from council.voting.slate import OnBallot, check_picks, choice_of
from council.voting.voter import VotingVoter
from council.web.forms import Form

DESK_OUTCOMES = tuple(outcome for outcome in ObjectionOutcome if outcome is not ObjectionOutcome.WITHDRAWN)
"""How the desk may close an objection; taking it back is its author's act."""


@dataclass(frozen=True, slots=True)
class SentBallot:
    """`voter` ("v3") says for whom, where one account casts for several; `picks` are an election's names."""

    ballot_id: str
    choice: Choice
    voter: str | None
    picks: frozenset[int] = frozenset()


def parse_choice(
    form: Form, voters: Sequence[VotingVoter], motion: Motion, candidates: Sequence[OnBallot]
) -> tuple[Choice, frozenset[int], VotingVoter]:
    """The first page's choice, in an election its names, and for whom: asked only where there are several."""
    choice, picks = _said(form, motion, candidates)
    numbers = {voter.number: voter for voter in voters}
    typed = form.line("voter", most=20)
    if not typed and len(numbers) > 1:
        form.reject("voter", "ballot.which_voter")
    form.check()
    voter = numbers.get(typed) if typed else next(iter(numbers.values()))
    if voter is None:
        raise NotFound
    return choice, picks, voter


def _said(form: Form, motion: Motion, candidates: Sequence[OnBallot]) -> tuple[Choice, frozenset[int]]:
    if motion.is_election:
        picks = parse_names(form, [each.number for each in candidates], motion.seats)
        return choice_of(picks), picks
    if not form.value("choice"):
        form.reject("choice", "ballot.no_choice")
    return form.choice("choice", Choice), frozenset()


def parse_names(form: Form, numbers: Sequence[int], seats: int) -> frozenset[int]:
    """The boxes of an election: names, or that there are none; both at once, or neither, is no choice."""
    typed, is_none = form.values("pick"), form.flag("none")
    known = {str(number): number for number in numbers}
    if not typed and not is_none:
        form.reject("pick", "ballot.no_names")
    elif typed and is_none:
        form.reject("pick", "ballot.names_and_none")
    try:
        return check_picks([known.get(each, 0) for each in typed], numbers, seats)
    except Invalid as invalid:
        form.also(invalid)
        return frozenset()


def parse_ballot(form: Form, motion: Motion, candidates: Sequence[OnBallot]) -> SentBallot:
    """The second page's form: hidden fields, so anything wrong with them was typed by hand."""
    choice, picks = _said(form, motion, candidates)
    ballot_id = form.key("ballot")
    voter = form.line("voter", most=20)
    form.check()
    return SentBallot(ballot_id, choice, voter or None, picks)


@dataclass(frozen=True, slots=True)
class SentObjection:
    key: str
    ground: str


def parse_objection(form: Form) -> SentObjection:
    key = form.key()
    ground = form.text("ground", least=10, most=2000)
    form.check()
    return SentObjection(key, ground)


def parse_closing(form: Form) -> ObjectionClosing:
    """The desk's answer to an objection; the remedy is asked where mediation failed (the service insists as well)."""
    outcome = form.choice("outcome", DESK_OUTCOMES)
    reply = form.text("reply", least=6, most=2000)
    remedy = form.text("remedy", most=1000)
    if not remedy and form.value("outcome") == ObjectionOutcome.MEDIATION_FAILED:
        form.reject("remedy", "objection.remedy_needed")
    form.check()
    return ObjectionClosing(outcome, reply, remedy)


def parse_calling_off(form: Form) -> ChangeDraft:
    """That a vote be called off: the public reason."""
    reason = form.text("reason", least=6, most=500, missing="form.no_reason")
    draft = ChangeDraft(form.key("calling_off"), ChangeKind.CANCEL, reason)
    form.check()
    return draft


def parse_extension(form: Form) -> ChangeDraft:
    """More time: until when, and the public reason."""
    closes_at, reason = form.when("closes_at"), form.text("why_longer", least=6, most=500)
    draft = ChangeDraft(form.key("extension"), ChangeKind.EXTEND, reason, closes_at)
    form.check()
    return draft


@dataclass(frozen=True, slots=True)
class SentRecount:
    key: str
    words: str


def parse_recount(form: Form) -> SentRecount:
    sent = SentRecount(form.key(), form.text("question", least=6, most=1000))
    form.check()
    return sent


def parse_recount_answer(form: Form) -> str:
    answer = form.text("answer", least=4, most=1000)
    form.check()
    return answer


def parse_again(form: Form) -> str:
    reason = form.text("why_again", least=6, most=500)
    form.check()
    return reason


@dataclass(frozen=True, slots=True)
class SentStep:
    key: str
    kind: StepKind
    happened_at: datetime
    words: str


def parse_step(form: Form) -> SentStep:
    """One step about an objection; its day is a day of the courtyard."""
    day = form.day("happened_at")
    sent = SentStep(
        form.key(), form.choice("kind", StepKind), local_midnight(day), form.text("words", least=4, most=1000)
    )
    form.check()
    return sent


class RollAct(StrEnum):
    """The first three are recorded with their document, for a second person (`halting`). Each has a field of words of
    its own, named like it, so that a mistake shows where it was made."""

    SUSPEND = "suspend"
    LIFT = "lift"
    NAME = "name"
    DISPUTE = "dispute"


def parse_roll_act(form: Form) -> RollAct:
    act = form.choice("act", RollAct)
    form.check()
    return act


@dataclass(frozen=True, slots=True)
class SentAreaDispute:
    words: str
    unit_code: str
    key: str


def parse_area_dispute(form: Form) -> SentAreaDispute:
    sent = SentAreaDispute(
        form.text(RollAct.DISPUTE.value, least=4, most=500, missing="form.no_reason"),
        form.line("unit", least=1, most=80),
        form.key(),
    )
    form.check()
    return sent
