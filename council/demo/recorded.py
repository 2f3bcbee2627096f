"""What a script says of the desk's papers: bylaws, an appointment, right-holders, rows that somebody says are wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from council.demo.instants import Instant, instants


@dataclass(frozen=True, slots=True)
class Bylaws:
    """A version of the community's bylaws; without `confirmed_at` it still waits for a second person.

    `clauses`: setting, value, page and the clause in its words.
    """

    title: str
    adopted: Instant
    effective: Instant
    clauses: tuple[tuple[str, str, int, str], ...]
    by: str
    at: Instant
    confirmed_by: str = ""
    confirmed_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Appointed:
    """A management committee by a document of the street; `{year}` in its number is that of its day.

    `seats`: name, for whom, post, home (an owner's, whose name the register has).
    """

    number: str
    office: str
    appointed: Instant
    years: int
    seats: tuple[tuple[str, str, str, str], ...]
    by: str
    at: Instant
    confirmed_by: str
    confirmed_at: Instant


@dataclass(frozen=True, slots=True)
class Correction:
    """ "My row is wrong", said by whoever lives or owns there."""

    by: str
    at: Instant
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class HolderPaper:
    """By what right the owner of a unit holds it, or as what their account acts for them; `days` it is valid.
    `says` "dispute": its heirs are in dispute, recorded and not confirmed."""

    unit: str
    says: str
    words: str
    at: Instant
    confirmed_at: Instant | None = None
    days: int | None = None


def read_holder(table: Mapping[str, Any]) -> HolderPaper:
    return HolderPaper(**instants(table, "at", "confirmed_at"))


def read_bylaws(table: Mapping[str, Any]) -> Bylaws:
    times = instants(table, "at", "confirmed_at", "adopted", "effective")
    return Bylaws(**{**times, "clauses": tuple((*each,) for each in table["clauses"])})


def read_appointed(table: Mapping[str, Any]) -> Appointed:
    times = instants(table, "at", "confirmed_at", "appointed")
    return Appointed(**{**times, "seats": tuple((*each,) for each in table["seats"])})
