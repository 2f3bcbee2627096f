"""What people and the desk send to this room, read field by field. Every problem is noted in the form: `check()` it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from council.elections.candidate import OFFICIAL, OWN, Channel, Reason, SignedAs, Verdict
from council.elections.model import ElectionDraft, ObjectionOutcome
from council.kernel.clock import parse_instant
from council.registry.model import Unit
from council.web.forms import Form

ANSWERS = (ObjectionOutcome.REJECTED, ObjectionOutcome.UPHELD)
DESK_CHANNELS = (*OFFICIAL, Channel.SELF, Channel.JOINT)
"""What comes to the desk on paper."""
LONGEST_STATEMENT = 600
OF = ("whole", "fills")
SIGNERS_MOST = 60
"""Lines that one sheet may have."""


def election(form: Form, fixed_seats: int | None) -> ElectionDraft:
    """The service judges the figures' bounds; here they only have to be whole numbers."""
    return ElectionDraft(
        key=form.key(),
        seats=form.integer("seats", most=999) if fixed_seats is None else fixed_seats,
        nomination_days=form.integer("nomination_days", most=999),
        joint_least=form.integer("joint_least", most=999),
        notice_days=form.integer("notice_days", most=999),
    )


def more_time(form: Form) -> tuple[int, str]:
    return form.integer("days", most=999), form.text("reason", least=2, most=500, missing="election.reason_needed")


def correction(form: Form) -> tuple[bool, str]:
    """Whether it fills seats of the committee that stands, and why the answer is corrected."""
    fills = form.choice("of", OF) == "fills"
    return fills, form.text("reason", least=2, most=500, missing="election.correction_reason")


@dataclass(frozen=True, slots=True)
class Named:
    """A nomination as typed; the room is looked up in the register afterwards."""

    key: str
    channel: Channel
    room: str
    unit: str
    name: str
    nominated_by: str
    statement: str


def own_nomination(form: Form) -> Named:
    """From an owner's phone: oneself (by one of one's units) or a neighbour (by room and name)."""
    channel = form.choice("channel", OWN)
    is_self = channel is Channel.SELF
    return Named(
        key=form.key(),
        channel=channel,
        room="" if is_self else form.line("room", least=1, most=40),
        unit=form.line("unit", least=1, most=20) if is_self else "",
        name="" if is_self else form.line("name", least=2, most=40),
        nominated_by="",
        statement=form.text("statement", most=LONGEST_STATEMENT),
    )


def desk_nomination(form: Form) -> Named:
    """What an organisation, or a paper, says."""
    channel = form.choice("channel", DESK_CHANNELS)
    return Named(
        key=form.key(),
        channel=channel,
        room=form.line("room", least=1, most=40),
        unit="",
        name=form.line("name", least=2, most=40),
        nominated_by=form.line("nominated_by", least=2, most=60) if channel in OFFICIAL else "",
        statement=form.text("statement", most=LONGEST_STATEMENT),
    )


def one_unit(form: Form, found: list[Unit]) -> int:
    """The unit that a typed room means."""
    if len(found) != 1:
        form.reject("room", "candidate.many_rooms" if found else "candidate.no_such_room")
        return 0
    return found[0].id


def signers(form: Form) -> list[tuple[str, str]]:
    """The lines of a sheet as they were copied, home and name with a blank between: "2-1-502 王芳". Either may have
    blanks in it: "2号楼 1单元 502室 欧阳 小明"."""
    typed = form.text("signers", least=1, missing="candidate.no_signers").split("\n")
    lines = [_home_and_name(line.split()) for line in typed if line.strip()]
    if any(not room for room, _ in lines):
        form.reject("signers", "candidate.signer_line")
    if len(lines) > SIGNERS_MOST:
        form.reject("signers", "candidate.many_signers", most=SIGNERS_MOST)
    return lines


def _home_and_name(parts: list[str]) -> tuple[str, str]:
    """The home is the first part and those after it with a figure in them; the name has at least the last one."""
    if len(parts) < 2:
        return "", parts[0]
    at = 1
    while at < len(parts) - 1 and any(sign.isdigit() for sign in parts[at]):
        at += 1
    return " ".join(parts[:at]), " ".join(parts[at:])


def signed_as(form: Form, lines: list[tuple[str, str]], found: list[list[Unit]]) -> tuple[SignedAs, ...]:
    """With the units that the typed homes mean."""
    for (room, name), units in zip(lines, found, strict=True):
        if len(units) != 1:
            form.reject("signers", "candidate.signer_room", room=room, who=name)
            return ()
    return tuple(SignedAs(units[0].id, name) for (_, name), units in zip(lines, found, strict=True))


def statement(form: Form) -> str:
    return form.text("statement", most=LONGEST_STATEMENT)


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    reason: Reason | None
    words: str


def finding(form: Form) -> Finding:
    verdict = form.choice("verdict", Verdict)
    if verdict is Verdict.ELIGIBLE:
        return Finding(verdict, None, form.text("words", most=500))
    reason = None
    if form.value("reason"):
        reason = form.choice("reason", Reason)
    else:
        form.reject("reason", "candidate.no_reason")
    return Finding(verdict, reason, form.text("words", least=6, most=500, missing="candidate.words_needed"))


def seen(form: Form) -> datetime:
    """The instant of the finding that the second person looked at."""
    try:
        return parse_instant(form.value("seen"))
    except ValueError:
        form.reject("", "candidate.judged_anew")
        return datetime.min.replace(tzinfo=UTC)


def words(form: Form, name: str = "words") -> str:
    return form.text(name, least=4, most=500, missing="candidate.words_needed")


def ground(form: Form) -> str:
    return form.text("ground", least=6, most=1000)


def answered(form: Form) -> tuple[ObjectionOutcome, str]:
    outcome = form.choice("outcome", ANSWERS)
    return outcome, form.text("answer", least=6, most=1000, missing="candidate.words_needed")
