"""JSON from strangers, read so that nothing in it can be taken for something else.

Numbers that are not plain integers of at most 2^53 - 1 and objects with a key twice are kept as what they are (a
`Number`, a `Doubled`), so that they do no harm in keys nobody reads and are named by path where somebody does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from council.kernel.clock import parse_instant

LARGEST = 2**53 - 1
"""The largest integer that every JSON reader holds exactly (RFC 8259, section 6)."""

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Malformed(Exception):
    """A document that cannot be taken; `path` is the JSON path of the first fault, `problem` one line without data."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is no plain integer, kept as its kind of problem; equal to no integer."""

    problem: str


class Doubled(dict[str, Any]):
    """An object in which `key` stands twice."""

    key = ""


def parse(data: bytes) -> Any:
    """The JSON value of UTF-8 bytes (a byte order mark is let pass); Malformed at `$` when it is not JSON."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("$", f"not UTF-8 (byte {error.start})") from None
    try:
        return json.loads(
            text, parse_int=_integer, parse_float=_fraction, parse_constant=_constant, object_pairs_hook=_pairs
        )
    except json.JSONDecodeError as error:
        raise Malformed("$", f"not JSON (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise Malformed("$", "nested too deeply") from None


def _integer(digits: str) -> int | Number:
    # Measured before it is read: a million digits are refused, not converted.
    if len(digits) > 17 or abs(int(digits)) > LARGEST:
        return Number("an integer above 2^53 - 1")
    return int(digits)


def _fraction(_: str) -> Number:
    return Number("not an integer")


def _constant(name: str) -> Any:
    raise Malformed("$", f"not JSON ({name})")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = Doubled(found)
    seen: set[str] = set()
    doubled.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return doubled


class Node:
    """A value with its path; the readers below answer what it is or raise Malformed with that path."""

    __slots__ = ("parent", "step", "value")

    def __init__(self, value: Any, parent: Node | None = None, step: str | int = "$") -> None:
        self.value = value
        self.parent = parent
        self.step = step

    @property
    def path(self) -> str:
        """Written only when it is asked for: a large document has a million nodes."""
        if self.parent is None:
            return str(self.step)
        return self.parent.path + (f".{self.step}" if isinstance(self.step, str) else f"[{self.step}]")

    def fail(self, problem: str) -> Malformed:
        return Malformed(self.path, problem)

    def object(self) -> Node:
        if not isinstance(self.value, dict):
            raise self.fail("not an object")
        if isinstance(self.value, Doubled):
            raise self.fail("a key twice: " + _shown(self.value.key))
        return self

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def __getitem__(self, key: str) -> Node:
        """A member that must be there (call `object` first)."""
        if key not in self.value:
            raise Malformed(f"{self.path}.{key}", "missing")
        return Node(self.value[key], self, key)

    def each(self, read: Callable[[Node], T]) -> tuple[T, ...]:
        if not isinstance(self.value, list):
            raise self.fail("not a list")
        return tuple(read(Node(value, self, index)) for index, value in enumerate(self.value))

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.fail("not a string")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.fail("not true or false")
        return self.value

    def positive(self) -> int:
        if isinstance(self.value, Number):
            raise self.fail(self.value.problem)
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.fail("not an integer")
        if self.value < 1:
            raise self.fail("not a positive integer")
        return self.value

    def one_of(self, kind: type[E]) -> E:
        try:
            return kind(self.text())
        except ValueError:
            raise self.fail(f"unknown value {_shown(self.text())}, not one of {', '.join(kind)}") from None

    def instant(self) -> datetime:
        """An aware UTC datetime from RFC 3339, to the microsecond: what is finer could change an order unseen."""
        text = self.text()
        match = _RFC3339.fullmatch(text)
        if match is None:
            raise self.fail("not an RFC 3339 time")
        fraction, zone = match.groups()
        if zone is None:
            raise self.fail("a time without a zone")
        if len((fraction or "").rstrip("0")) > 6:
            raise self.fail("a time finer than a microsecond")
        try:
            return parse_instant(text.upper())
        except (ValueError, OverflowError):
            raise self.fail("not a time that exists") from None


def rfc3339(instant: datetime) -> str:
    """ "2026-03-01T01:00:00Z" """
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _shown(text: str) -> str:
    """A stranger's word on one line of plain ASCII, cut short."""
    return json.dumps(text if len(text) <= 40 else text[:40] + "…")
