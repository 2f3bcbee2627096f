"""What was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.deliberation.model import Stance
from council.ledger.model import MilestoneCode
from council.progress.words import Standing
from council.search.snippets import Piece


class What(StrEnum):
    """What a result is; a motion whose vote has not begun is a notice."""

    PROPOSAL = "proposal"
    COMMENT = "comment"
    NOTICE = "notice"
    VOTE = "vote"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Found:
    """One result. `path` is below /c/{slug}; `at` when it was filed, said, noticed or opened; `place` a code.

    A comment has whom it is by and their stance; `is_hidden` when only few may still read it, this reader among them.
    """

    what: What
    path: str
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    at: datetime
    place: str
    standing: Standing
    by: tuple[Piece, ...] = ()
    stance: Stance = Stance.NONE
    is_hidden: bool = False
    step: MilestoneCode | None = None
    """A project's next step; None when it has been through all of them."""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results: all there are in `total`, the page's number from 1, and how many pages there are."""

    total: int
    page: int
    pages: int
    found: tuple[Found, ...]
