"""What is typed and photographed at a door."""

from __future__ import annotations

from datetime import datetime

from council.files import forms as file_forms
from council.files import queries as files
from council.files import service as file_service
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound
from council.voting.delivery import AT_THE_DOOR, MOST_WAITED, NOTE_MOST, DeliveryDraft, Receiver, Result
from council.web import Form

_MOST_ID = 10**15


def parse_delivery(form: Form) -> DeliveryDraft:
    """One tap at one home. Without a chosen receiver or channel it is the owner, at the door."""
    key, result = form.key(), form.choice("result", Result)
    has_channel, has_receiver = form.value("channel"), form.value("receiver_kind")
    draft = DeliveryDraft(
        key,
        result,
        form.choice("channel", AT_THE_DOOR) if has_channel else AT_THE_DOOR[0],
        form.choice("receiver_kind", Receiver) if has_receiver else Receiver.OWNER,
        form.line("receiver", most=60),
        form.line("witness", most=60),
        form.line("note", most=NOTE_MOST),
    )
    form.check()
    return draft


def waited(form: Form) -> int:
    """Seconds that a script says the form has waited on the telephone; nonsense is none."""
    typed = form.value("waited")
    return min(int(typed), MOST_WAITED) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def ticked(form: Form, name: str = "ids") -> list[int]:
    """The records that are ticked; NotFound for nonsense."""
    found = [each for each in form.values(name)[:500] if each.isascii() and each.isdigit() and int(each) < _MOST_ID]
    if len(found) < len(form.values(name)):
        raise NotFound
    return [int(each) for each in found]


async def proof(actor: Actor, form: Form, now: datetime) -> int | None:
    """The id of the photo that came with the form, else of the one that it brought before and was refused with
    (`kept_photo`); None without one. Invalid for whatever is no picture."""
    received = await file_forms.documents(form, "photo")
    form.check()
    if received:
        sent = received[0]
        saved = await file_service.save_document(
            actor=actor, data=sent.data, name=sent.name, now=now, purpose=Purpose.SCAN, field="photo"
        )
        if saved.width is None:
            raise Invalid({"photo": "delivery.not_a_photo"})
        return saved.id
    return await _kept(actor, form.value("kept_photo"))


async def _kept(actor: Actor, typed: str) -> int | None:
    if not (typed.isascii() and typed.isdigit() and int(typed) < _MOST_ID):
        return None
    before = await files.stored_file(actor.community_id, int(typed))
    return before.id if before.uploaded_by == actor.person_id and before.purpose is Purpose.SCAN else None
