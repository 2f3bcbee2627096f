"""What stands on paper ballots: what each has of its own, and what all of a vote say alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one voter's ballot has of its own."""

    serial: str
    """In words and grouped: "No. H4RT9 K2M7Q"."""
    url: str
    place: str
    name: str
    weight: str
    signs: str = ""
    """Who signs in the voter's place, as a sentence; "" where the voter does."""


@dataclass(frozen=True, slots=True)
class BallotText:
    """What all ballots of a vote say, in the caller's language, each a finished sentence.

    `choices` are the three words in the order of the boxes, or, with `is_list`, a box and its words a line, as in an
    election; `lines` the matter's own words, as many as have room; `more` stands after them where they were cut short;
    `sign` are labels with a rule to write on.
    """

    heading: str
    kind: str
    title: str
    lines: Sequence[str]
    more: str
    digest: str
    choices: Sequence[str]
    how: Sequence[str]
    rule: Sequence[str]
    facts: Sequence[str]
    sign: Sequence[str]
    voter_label: str
    weight_label: str
    cut: str
    is_list: bool = False
