"""Paper ballots: printed, returned, keyed. Words and pure rules; `paper_*.py` do what is said here."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.ids import clean_code
from council.voting.model import Choice

SERIAL_SIGNS = 10
"""31¹⁰ serials: nobody hits one by trying."""
_LONGEST_SERIAL = 40


class Layout(StrEnum):
    """How ballots are put on A4: one a page, two a page, one a page in large type."""

    PAGE = "page"
    HALF = "half"
    LARGE = "large"


class Brought(StrEnum):
    """Which way a paper came back: to the box or the desk, or into the hand of whoever came to the door."""

    PAPER = "paper"
    DOOR = "door"


class ReturnRefused(StrEnum):
    """Why a paper that came back was not taken; the attempt is kept."""

    SERIAL_USED = "serial_used"
    WRONG_MOTION = "wrong_motion"
    LATE = "late"
    EARLY = "early"
    CANCELLED = "cancelled"
    UNKNOWN_SERIAL = "unknown_serial"
    VOID_SERIAL = "void_serial"
    SUSPENDED = "suspended"
    AUTHORITY_OVER = "authority_over"
    """Printed for a guardian or an agent who acts for the owner no more."""
    SOLD = "sold"
    """Printed for an owner who has sold the home meanwhile."""


class Void(StrEnum):
    """Why a paper is invalid: not taking part, never an abstention. The order is that of the keys (`MARKS`)."""

    BLANK = "blank"
    TWO_TICKED = "two_ticked"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    WRONG_SIGNER = "wrong_signer"
    TORN = "torn"
    UNREADABLE_TEXT = "unreadable_text"
    CONDITION = "condition"
    COPY = "copy"
    TOO_MANY = "too_many"
    """Of an election, in the place of `TWO_TICKED`: more names than seats."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody read off a paper: a choice, or why there is none; in an election the numbers ticked, in order."""

    choice: Choice | None
    invalid: Void | None
    picks: tuple[int, ...] = ()

    @property
    def code(self) -> str:
        """Its word in the forms: "agree", "void.blank", "1 3"."""
        if self.picks:
            return " ".join(map(str, self.picks))
        return self.choice.value if self.choice is not None else f"void.{self.invalid}"


MARKS: dict[str, Mark] = {
    **{key: Mark(choice, None) for key, choice in zip("123", Choice, strict=True)},
    **{f"9{number}": Mark(None, why) for number, why in enumerate([*Void][:-1], start=1)},
}
"""What is typed for each: 1, 2, 3 in the order of the boxes on the paper; 9 and a figure for an invalid one."""


def read_mark(typed: str) -> Mark | None:
    """ "1", "93", "agree" or "void.blank" as a mark; None for anything else."""
    plain = typed.strip().translate(_FULL_WIDTH)
    if plain in MARKS:
        return MARKS[plain]
    return next((mark for mark in MARKS.values() if mark.code == plain), None)


NOBODY = Mark(Choice.ABSTAIN, None)
NAME_MARKS: dict[str, Mark] = {
    "0": NOBODY,
    **{
        f"x{number}": Mark(None, Void.TOO_MANY if why is Void.TWO_TICKED else why)
        for number, why in enumerate([*Void][:-1], start=1)
    },
}
"""Of an election, beside the numbers themselves: 0 for nobody (弃权), x and a figure for an invalid one."""


def read_names(typed: str, numbers: Collection[int], seats: int) -> Mark | None:
    """ "1 3", "1、3", "0", "x2" or a mark's code; more names than seats are an invalid paper. None for anything else,
    for a number that nobody has, and for one that is typed twice."""
    plain = typed.strip().lower().translate(_FULL_WIDTH)
    if plain in NAME_MARKS:
        return NAME_MARKS[plain]
    if (named := next((mark for mark in NAME_MARKS.values() if mark.code == plain), None)) is not None:
        return named
    said = [each for each in _BETWEEN.split(plain) if each]
    if not said or not all(each.isascii() and each.isdigit() and len(each) < 4 for each in said):
        return None
    picks = [int(each) for each in said]
    if not set(picks) <= set(numbers) or len(set(picks)) != len(picks):
        return None
    return Mark(Choice.AGREE, None, tuple(sorted(picks))) if len(picks) <= seats else Mark(None, Void.TOO_MANY)


_BETWEEN = re.compile(r"[\s,，、.;；+]+")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９ｘ×*", "0123456789xxx")


def read_serial(typed: str) -> str:
    """The serial out of what was typed or scanned: with spaces, in small letters, or as the QR's whole address."""
    last = typed.strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    return clean_code(last)[:_LONGEST_SERIAL]


def grouped(serial: str) -> str:
    """ "H4RT9 K2M7Q" from "H4RT9K2M7Q": as it is printed and read aloud."""
    return " ".join(serial[start : start + 5] for start in range(0, len(serial), 5))


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed ballot. `roll_voter_id`: whose. `replaced_at` set when a newer one was printed for the same
    voter: both are good until either comes back, and then the other is void (`void_at`)."""

    id: int
    motion_id: int
    roll_voter_id: int
    print_id: int
    serial: str
    issue: int
    void_at: datetime | None
    printed_at: datetime
    capacity: str = ""
    """As what somebody acted for the owner when it was printed ("guardian", "agent"), and who: they sign it."""
    acting_name: str = ""
    acting_person_id: int | None = None
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PrintRun:
    """One act of printing: whose ballots ("", "2-1", "follow-up", "voter-7"), how, and by whom."""

    id: int
    motion_id: int
    key: str
    whom: str
    layout: Layout
    is_anew: bool
    sheets: int
    printed_at: datetime
    printed_by: int
    printed_by_name: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A paper that came back, or tried to. `ballot_id` is there once its choice is decided."""

    id: int
    key: str
    motion_id: int | None
    paper_ballot_id: int | None
    roll_voter_id: int | None
    serial: str
    returned_at: datetime
    channel: Brought
    person_id: int
    person_name: str
    image_sha256: str | None
    image_width: int | None
    image_height: int | None
    reason: ReturnRefused | None
    ballot_id: str | None
    proxy_id: int | None = None
    """The mandate by whose holder it was filled in and brought."""
    acting_paper_id: int | None = None
    """The guardian's or agent's paper by which it was signed, in force when it came back."""

    @property
    def is_sealed(self) -> bool:
        """Taken, and its choice is not decided yet."""
        return self.reason is None and self.ballot_id is None


@dataclass(frozen=True, slots=True)
class Keying:
    """What one person read; round 1 and 2 are the counters', 3 the scrutineer's, with `words`."""

    id: int
    return_id: int
    round: int
    person_id: int
    person_name: str
    mark: Mark
    words: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the papers of one motion are. `returned` are those taken, `decided` those of them that are settled,
    `disputed` those that wait for the scrutineer."""

    printed: int = 0
    returned: int = 0
    refused: int = 0
    decided: int = 0
    keyed_once: int = 0
    disputed: int = 0

    @property
    def waiting(self) -> int:
        """Papers whose choice is not decided: no verdict while there is one."""
        return self.returned - self.decided


def agreed(keyings: Sequence[Keying]) -> Mark | None:
    """The mark that the counters' two readings, or else the scrutineer's decision, make certain; None without one."""
    by_round = {each.round: each.mark for each in keyings}
    if 3 in by_round:
        return by_round[3]
    first, second = by_round.get(1), by_round.get(2)
    return first if first is not None and first == second else None


def is_disputed(keyings: Sequence[Keying]) -> bool:
    """Both counters have read it, differently, and the scrutineer has not decided yet."""
    return len({each.round for each in keyings}) == 2 and agreed(keyings) is None
