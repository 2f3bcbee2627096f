"""A file as the database describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    PHOTO = "photo"
    """A picture in a proposal or a thread: for every member."""
    DOCUMENT = "document"
    """A paper that belongs to a matter (a plan, a permit, a contract): for every member, once its record stands."""
    SCAN = "scan"
    """A filled-in form or proof: for whoever handed it in, and those who work with the record that it belongs to."""


class Holder(StrEnum):
    """Whose record names a scan, and so who opens it (`permissions.may_open_scan`)."""

    APART = "apart"
    """Shown by its own room alone, to those who may see it there: the proof of a delivery, a form that an owner signed,
    a mandate, a right-holder's paper, an owner's signed consent, the picture of a lot."""
    ELECTION = "election"
    LETTER = "letter"
    """By which a candidate stands back: for those who look at it, and whoever checks them."""
    BODY = "body"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`size` in bytes; `width`, `height` in pixels (None for a PDF); `uploaded_by` None for the system."""

    id: int
    community_id: int
    sha256: str
    thumb_sha256: str | None
    media_type: str
    size: int
    width: int | None
    height: int | None
    name: str
    purpose: Purpose
    uploaded_by: int | None
    uploaded_at: datetime

    @property
    def sizes(self) -> tuple[tuple[str, int], ...]:
        """What a page offers the browser of a photo: the end of its address and its width in pixels, small to large."""
        if self.width is None or self.height is None:
            return ()
        longest = max(self.width, self.height)
        made = tuple((end, _scaled(self.width, side, longest)) for end, side in _SIDES if side < longest)
        return (*made, ("", self.width))


_SIDES = (("/thumb", 480), ("/medium", 960))


def _scaled(width: int, side: int, longest: int) -> int:
    return max(1, (2 * width * side + longest) // (2 * longest))
