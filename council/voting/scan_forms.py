"""A paper that is scanned with a form, and outlives the form's being refused."""

from __future__ import annotations

from council.files import forms as file_forms
from council.files import queries as stored
from council.files import service as files
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid
from council.web import Form, Visit


async def scan_of(visit: Visit, form: Form) -> StoredFile | None:
    """The paper that came with this form, else that of the refused form before it. Problems are noted in the form."""
    for each in await file_forms.documents(form):
        try:
            return await files.save_document(
                actor=visit.actor, data=each.data, name=each.name, now=visit.now, purpose=Purpose.SCAN
            )
        except Invalid as invalid:
            for name, code in invalid.errors.items():
                form.reject(name, code, **invalid.details)
    given = form.value("scan")
    if not (given.isascii() and given.isdigit() and len(given) <= 15):
        return None
    found = await stored.stored_files(visit.community_id, [int(given)])
    return found[0] if found and found[0].uploaded_by == visit.actor.person_id else None
