"""Who may hand in and who may see."""

from __future__ import annotations

from council.files.model import Purpose, StoredFile
from council.kernel.actor import Actor
from council.kernel.errors import Refusal


def may_upload(actor: Actor) -> Refusal | None:
    return None if actor.is_member else Refusal("file.not_a_member")


def may_read(actor: Actor, file: StoredFile) -> Refusal | None:
    """Scans hold signatures and identity papers: staff and the one who handed it in."""
    if not actor.is_member:
        return Refusal("file.not_a_member")
    if file.purpose is Purpose.SCAN and not actor.roles and file.uploaded_by != actor.person_id:
        return Refusal("file.staff_only")
    return None
