"""What the desk's pages of this room share: who comes in, papers, and the word for a candidate's state."""

from __future__ import annotations

from council.elections import permissions
from council.elections.candidate import Candidate
from council.files import forms as file_forms
from council.files import service as files
from council.files.model import Purpose
from council.kernel.errors import Invalid, require
from council.web import Form, Request, Visit, enter, read_form


def state_of(one: Candidate) -> str:
    """The last part of a message id: candidate_state.…"""
    if one.withdrawn_at is not None:
        return "withdrawn" if one.replaced_by is None else "replaced"
    if one.struck_at is not None:
        return "struck"
    if one.is_eligible:
        return "eligible"
    if one.is_refused:
        return "not"
    if one.verdict is not None:
        return "second"
    return "review" if one.consented_at is not None else "consent"


async def keeping(request: Request, slug: str) -> tuple[Visit, Form]:
    """Whoever may not is told so before anything about the form."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_keep_election(visit.actor))
    return visit, form


async def reading(request: Request, slug: str) -> tuple[Visit, Form]:
    """The desk's people; the verb asks which of them may."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_work(visit.actor))
    return visit, form


async def paper_of(visit: Visit, form: Form, field: str, purpose: Purpose, *, needed: bool = False) -> int | None:
    """The file of a field, stored once the rest of the form is in order; problems are noted in the form."""
    received = await file_forms.documents(form, field, least=1 if needed else 0)
    if form.problems or not received:
        return None
    try:
        stored = await files.save_document(
            actor=visit.actor,
            data=received[0].data,
            name=received[0].name,
            now=visit.now,
            purpose=purpose,
            field=field,
        )
    except Invalid as invalid:
        for name, code in invalid.errors.items():
            form.reject(name, code, **invalid.details)
        return None
    return stored.id
