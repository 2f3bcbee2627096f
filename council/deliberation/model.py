"""What is said in a thread. Instants in UTC; places are unit codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LONGEST = 2000
"""Signs of a comment."""
LONGEST_WAIT = 60
"""Days that the desk may give for an answer."""


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

    def is_unanswered(self, replies: Sequence[Comment]) -> bool:
        """A question, marked or not, that no office has answered; `replies` are those under it, and a hidden one
        answers nothing (that a marked question was answered stays so)."""
        if self.needs_answer:
            return self.waits
        answered = any(reply.office is not None and reply.hidden_at is None for reply in replies)
        return self.stance is Stance.QUESTION and not answered


@dataclass(frozen=True, slots=True)
class Exchange:
    """A comment with its replies, one level deep."""

    comment: Comment
    replies: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody is about to say. `parent_id` makes it a reply; `office` an official answer.

    `is_first`: written to a question that had no official answer yet, and not meant to stand beside another's.
    """

    key: str
    stance: Stance
    body: str
    place: str
    parent_id: int | None = None
    office: str | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Questions:
    """The questions of one thread that need an answer: how many, how many still wait, the oldest due and from whom."""

    asked: int = 0
    waiting: int = 0
    due_at: datetime | None = None
    due_from: str | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """Households in scope by their latest stance for or against; one household once, a hidden comment's as well."""

    agree: int = 0
    oppose: int = 0


@dataclass(frozen=True, slots=True)
class Powers:
    """What one reader may do in a thread. Not verified: takes part in the talk, has no owners' vote yet."""

    may_speak: bool
    may_answer: bool
    may_moderate: bool
    is_unverified: bool


@dataclass(frozen=True, slots=True)
class Talk:
    """One page of a thread as one reader sees it.

    `said` counts the comments and replies whose words can be read, `waiting` the questions without an answer;
    `hidden_words` are the words, by comment id, that this reader may still unfold; `entrance` is the code ("2-1") of
    the one entrance that the thread is about, "" for a wider one; `mark` differs once anything in the thread does.
    """

    thread_id: int
    entrance: str
    exchanges: tuple[Exchange, ...]
    said: int
    waiting: int
    sides: Sides
    page: int
    pages: int
    powers: Powers
    hidden_words: Mapping[int, str] = field(default_factory=dict)
    mark: str = ""
