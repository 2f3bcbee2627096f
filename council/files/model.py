"""A file as the database describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    PHOTO = "photo"
    """A picture in a proposal or a thread: for every member."""
    DOCUMENT = "document"
    """A paper that belongs to a matter (a plan, a permit, a contract): for every member."""
    SCAN = "scan"
    """A filled-in form or proof: for staff and whoever handed it in."""


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
