"""What stands in a cell of a spreadsheet: typed columns, exact numbers as text, and text that no spreadsheet runs.

A spreadsheet keeps 15 significant digits. Areas (dm²) and money (fen) are written as decimal *text* made from the
integer ("89.53"), so no binary fraction ever takes part on our side; what is longer than 15 digits becomes text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from council.kernel.clock import CHINA

Value = str | int | bool | date | datetime | None

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell, with the full-width forms that some of them fold."""

_LONGEST_TEXT = 32_767  # characters in a cell, by the format
_MOST_DIGITS = 15
_EPOCH = date(1899, 12, 30)

# Read by a spreadsheet as a number or a date, and damaged: 18-digit numbers, telephones, 0101, 2-1-3, 1E5.
_LOOKS_NUMERIC = re.compile(r"[\d.,:/%eE ()-]*\d[\d.,:/%eE ()-]*")
_SAFE_NUMBER = re.compile(r"0|[1-9]\d{0,9}")


class Kind(StrEnum):
    TEXT = "text"
    """Words, names, telephones, identity numbers, room codes: never read as a number."""
    COUNT = "count"
    """An integer."""
    AREA = "area"
    """An integer in dm², written in m² with two decimals."""
    MONEY = "money"
    """An integer in fen, written in yuan with two decimals."""
    INSTANT = "instant"
    """An aware datetime, written in courtyard time (UTC+8)."""
    DAY = "day"
    """A date."""


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Marked:
    """A value in a cell to be seen at once (a fault in a roll that goes back to the clerk)."""

    value: Value


Cell = Value | Marked
Row = Sequence[Cell]


def unmark(cell: Cell) -> Value:
    return cell.value if isinstance(cell, Marked) else cell


def plain(text: str) -> str:
    """Text that every writer can encode: no control, invisible or surrogate signs but line ends; at most 32,767."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = "".join(sign for sign in text if sign == "\n" or _is_writable(sign))
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def _is_writable(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} and sign not in "\ufffe\uffff"


def is_dangerous(text: str) -> bool:
    """Would a spreadsheet take this text for a formula? Leading blanks do not hide one."""
    return text.startswith(FORMULA_SIGNS) or text.lstrip().startswith(FORMULA_SIGNS)


def neutral(text: str) -> str:
    """For CSV, where nothing but the text itself can say "I am text".

    A formula gets an apostrophe in front; what would be read as a number and damaged gets a tab *behind* it, which
    keeps an 18-digit number or a telephone whole in WPS, Excel and LibreOffice and is invisible there.
    """
    text = plain(text)
    if is_dangerous(text):
        return "'" + text
    if _LOOKS_NUMERIC.fullmatch(text) and not _SAFE_NUMBER.fullmatch(text):
        return text + "\t"
    return text


def hundredths(amount: int) -> str:
    """ "-1234.56" from -123456: no grouping, always two decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"


def number(value: Value, kind: Kind) -> str | None:
    """The exact decimal text of a numeric cell, or None when the value is text, empty, or has more than 15 digits."""
    if isinstance(value, bool) or not isinstance(value, int) or kind in {Kind.TEXT, Kind.INSTANT, Kind.DAY}:
        return None
    if len(str(abs(value))) > _MOST_DIGITS:
        return None
    return str(value) if kind is Kind.COUNT else hundredths(value)


def words(value: Value, kind: Kind) -> str:
    """A value as people read it in a cell, before anything is neutralised."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return local(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool) and kind in {Kind.AREA, Kind.MONEY}:
        return hundredths(value)
    if isinstance(value, str | int):
        return str(value)
    raise TypeError(f"no cell for {type(value).__name__}")  # a float has no business here


def local(instant: datetime) -> datetime:
    """Courtyard time; ValueError for an instant without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(CHINA)


def serial(value: date | datetime) -> str:
    """The spreadsheet's day number (days since 1899-12-30) as exact decimal text; courtyard time, to the second."""
    if not isinstance(value, datetime):
        return str((value - _EPOCH).days)
    moment = local(value)
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    part = (seconds * 10**10 + 43_200) // 86_400  # rounded: ten decimals of a day are far below a second
    return f"{(moment.date() - _EPOCH).days}.{part:010d}"


def rfc3339(instant: datetime) -> str:
    """ "2026-03-15T10:00:00Z"."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def display_width(text: str) -> int:
    """Columns of the longest line, a Chinese character counting two."""
    return max(
        sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line) for line in text.split("\n")
    )
