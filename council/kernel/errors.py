"""The three ways a request can be turned down, and the one way a thing can be missing.

Domain code raises codes; words for them live in `council/web/words.py` and the catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Detail = str | int


class CouncilError(Exception):
    """Base of every error that the web and the command line turn into a sentence."""


class Refused(CouncilError):
    """An act that the rules do not allow now, by this person, on this thing.

    `code` is a dotted reason ("ballot.closed"); `details` fill the sentence's blanks.
    `forbidden` is for "not you" (403) as opposed to "not now" (409).
    """

    def __init__(self, code: str, *, forbidden: bool = False, **details: Detail) -> None:
        super().__init__(code)
        self.code = code
        self.forbidden = forbidden
        self.details: Mapping[str, Detail] = details


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a `may_x` predicate returns instead of raising."""

    code: str
    details: Mapping[str, Detail] = field(default_factory=dict)


def require(refusal: Refusal | None) -> None:
    """Raise the refusal of a permission predicate, if there is one."""
    if refusal is not None:
        raise Refused(refusal.code, forbidden=True, **refusal.details)


class Invalid(CouncilError):
    """Input that cannot be taken as it is: a reason code per field ("" is the form as a whole)."""

    def __init__(self, errors: Mapping[str, str], **details: Detail) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, code in errors.items()))
        self.errors = dict(errors)
        self.details: Mapping[str, Detail] = details


class TooMany(CouncilError):
    """Done too often for now (429): `seconds` until it may be done again, `minutes` the same rounded up."""

    def __init__(self, code: str, seconds: int) -> None:
        super().__init__(code)
        self.code = code
        self.seconds = seconds
        self.minutes = -(-seconds // 60)


class NotFound(CouncilError):
    """There is no such thing for this person: unknown and "another community's" look the same."""
