"""A paper that comes with a form, for pages that keep it while the rest of the form is mended."""

from __future__ import annotations

from datetime import datetime

from council.files import forms, queries, service
from council.files.model import Purpose, StoredFile
from council.kernel.actor import Actor
from council.kernel.errors import Invalid
from council.web.forms import Form


async def document(
    actor: Actor, form: Form, now: datetime, *, field: str = "document", purpose: Purpose = Purpose.DOCUMENT
) -> StoredFile | None:
    """The paper in `field`, else that of the refused form before it (its hidden field "scan"): nobody chooses it twice,
    nor hands in what somebody else has brought. None without one. Problems are noted in the form."""
    for each in await forms.documents(form, field):
        try:
            return await service.save_document(
                actor=actor, data=each.data, name=each.name, now=now, purpose=purpose, field=field
            )
        except Invalid as invalid:
            for name, code in invalid.errors.items():
                form.reject(name, code, **invalid.details)
    given = form.value("scan")
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        return None
    found = await queries.stored_files(actor.community_id, [int(given)])
    is_own = bool(found) and found[0].uploaded_by == actor.person_id
    return found[0] if is_own and found[0].purpose is purpose else None
