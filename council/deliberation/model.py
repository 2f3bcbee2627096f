"""What is said in a thread. Instants in UTC; places are unit codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stance(StrEnum):
    AGREE = "agree"
    OPPOSE = "oppose"
    QUESTION = "question"
    SUGGESTION = "suggestion"
    NONE = "none"


class HideReason(StrEnum):
    """Why a comment may be hidden; the words that residents read are in the catalogues."""

    PRIVACY = "privacy"
    INSULT = "insult"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    RUMOUR = "rumour"


@dataclass(frozen=True, slots=True)
class Comment:
    """`body` is None while hidden. `office` names whose official answer this is."""

    id: int
    thread_id: int
    parent_id: int | None
    person_id: int
    author_name: str
    author_place: str
    stance: Stance
    body: str | None
    office: str | None
    said_at: datetime
    needs_answer: bool
    answer_from: str | None
    answer_due_at: datetime | None
    answered_at: datetime | None
    hidden_at: datetime | None
    hidden_by_name: str | None
    hidden_reason: HideReason | None

    @property
    def waits(self) -> bool:
        """A question marked as needing an answer, still without one; hiding it does not make it go away."""
        return self.needs_answer and self.answered_at is None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A comment with its replies, one level deep."""

    comment: Comment
    replies: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody is about to say. `parent_id` makes it a reply; `office` an official answer."""

    key: str
    stance: Stance
    body: str
    place: str
    parent_id: int | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one thread that need an answer: how many, how many still wait, the oldest due and from whom."""

    asked: int = 0
    waiting: int = 0
    due_at: datetime | None = None
    due_from: str | None = None
