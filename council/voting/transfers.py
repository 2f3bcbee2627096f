"""A home on the roll of a running vote changes hands, or another of its owners casts: one records it with its paper, it
is in the register with another's yes.

Whoever holds the home casts for it (`holder_queries`), so that until then everything is as before: the owners of before
vote, and what they cast stands. A home on no such roll is entered by one person, as ever (`sell_alone`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from council.accounts import queries as accounts
from council.accounts.parties import Parties
from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.registry import editing, register_queries, transfer_queries
from council.registry import queries as registry
from council.registry.permissions import may_keep_register
from council.registry.rollfile.model import RollOwner
from council.registry.tables import Transfer as Row
from council.registry.transfer import Transfer, TransferDraft, may_confirm, may_withdraw
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from council.voting import queries, selling
from council.voting.halt import HaltAct, Subject
from council.voting.halt_staff import is_own_matter
from council.voting.paper_staff import may_handle

_SAME = ("unit_id", "kind", "buyers", "owner_id", "dated_on", "words", "file_sha256", "recorded_by")


async def running_with(community_id: int, unit_id: int, now: datetime) -> list[int]:
    """The votes with this home on their roll that are announced, run, or are closed and not counted yet. A poll
    decides nothing and nobody signs it: it is over with its closing."""
    rows = await fetch(
        "SELECT DISTINCT m.id FROM roll_unit u JOIN motion m ON m.community_id = u.community_id AND m.id = u.motion_id"
        " WHERE u.community_id = {} AND u.unit_id = {} AND m.cancelled_at IS NULL AND m.superseded_at IS NULL"
        " AND m.certified_at IS NULL AND m.official_at IS NULL AND (m.closes_at >= {} OR m.is_advisory = FALSE)"
        " ORDER BY m.id",
        *(community_id, unit_id, now),
    )
    return [row["id"] for row in rows]


async def needs_second(community_id: int, unit_id: int, now: datetime) -> bool:
    """On a running roll, or one waits already from when it was."""
    return bool(
        await running_with(community_id, unit_id, now)
        or await transfer_queries.waiting_of_units(community_id, [unit_id])
    )


async def sell_alone(
    *, actor: Actor, unit_id: int, buyers: Sequence[RollOwner], reason: str, seen: str, now: datetime
) -> None:
    """`selling.sell_unit` by one person. Refused "transfer.needs_second" for a home on a running roll."""
    async with transaction():
        await selling.sell_unit(actor=actor, unit_id=unit_id, buyers=buyers, reason=reason, seen=seen, now=now)
        await _require_alone(actor, unit_id, now)


async def represent_alone(*, actor: Actor, unit_id: int, owner_id: int, reason: str, now: datetime) -> bool:
    """`editing.choose_representative` by one person, refused in the same way."""
    async with transaction():
        changed = await editing.choose_representative(
            actor=actor, unit_id=unit_id, owner_id=owner_id, reason=reason, now=now
        )
        if changed:
            await _require_alone(actor, unit_id, now)
    return changed


async def _require_alone(actor: Actor, unit_id: int, now: datetime) -> None:
    """Asked after the change, in its transaction, which goes back: the register is held by then."""
    if await needs_second(actor.community_id, unit_id, now):
        raise Refused("transfer.needs_second")


async def record(*, actor: Actor, draft: TransferDraft, file_id: int, now: datetime) -> int:
    """Keeps it with the scan; it waits for a second person. Its id; the same form again is the same record.

    Refused "transfer.waiting" while another of this home waits, "register.moved_on" where the home or its owners are
    others than the form showed. Invalid on "dated_on" for a day to come. NotFound for somebody who does not own it.
    """
    require(may_keep_register(actor))
    async with transaction():
        await registry.unit(actor.community_id, draft.unit_id)
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = Row(
            community_id=actor.community_id,
            unit_id=draft.unit_id,
            key=draft.key,
            kind=draft.kind.value,
            buyers=transfer_queries.written(draft.buyers),
            owner_id=draft.owner_id,
            seen=draft.seen,
            dated_on=draft.dated_on,
            words=draft.words,
            file_id=scan.id,
            file_sha256=scan.sha256,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        try:
            transfer_id, is_new = await insert_once(row, same=_SAME)
        except Exception as error:
            if unique_violation(error):
                raise Refused("transfer.waiting") from error
            raise
        if is_new:
            if draft.dated_on > now:
                raise Invalid({"dated_on": "transfer.day_ahead"})
            await _require_unchanged(actor, draft.unit_id, draft.seen, draft.owner_id)
            data = {"transfer": transfer_id, "kind": draft.kind.value, "unit_id": draft.unit_id}
            await _log(actor, "transfer.recorded", data | {"file_sha256": scan.sha256}, draft.words, now)
    return transfer_id


async def confirm(*, actor: Actor, transfer_id: int, now: datetime) -> None:
    """The second person has compared it with the scan: it is done, as the act of whoever recorded it. Refused
    "transfer.moved_on" for whoever comes second, "transfer.recorder_left" where that person keeps the register no
    more, and for whatever `selling.sell_unit` refuses; nothing is kept then."""
    transfer = await transfer_queries.transfer(actor.community_id, transfer_id)
    require(may_confirm(actor, transfer))
    async with transaction():
        require(await why_not_free(actor, transfer, now))
        if not await confirm_waiting("transfer", transfer_id, actor, now):
            raise Refused("transfer.moved_on")
        recorder = await accounts.actor(transfer.recorded_by, actor.community_id, now)
        if recorder is None or may_keep_register(recorder) is not None:
            raise Refused("transfer.recorder_left")
        unit_id, owner_id = transfer.unit_id, transfer.owner_id
        if owner_id is None:
            await selling.sell_unit(
                actor=recorder,
                unit_id=unit_id,
                buyers=transfer.buyers,
                reason=transfer.words,
                seen=transfer.seen,
                now=now,
            )
        else:
            await _require_unchanged(actor, unit_id, transfer.seen, owner_id)
            await editing.choose_representative(
                actor=recorder, unit_id=unit_id, owner_id=owner_id, reason=transfer.words, now=now
            )
        await _settle(transfer)
        data = {"transfer": transfer_id, "kind": transfer.kind.value, "unit_id": unit_id}
        await _log(actor, "transfer.confirmed", data, "", now)


async def withdraw(*, actor: Actor, transfer_id: int, reason: str, now: datetime) -> None:
    """Recorded by mistake, or the paper does not say so. Refused "transfer.moved_on" once it is done."""
    transfer = await transfer_queries.transfer(actor.community_id, transfer_id)
    require(may_withdraw(actor, transfer))
    async with transaction():
        if actor.person_id != transfer.recorded_by:
            require(await why_not_free(actor, transfer, now))
        if not await withdraw_waiting("transfer", transfer_id, actor, now):
            raise Refused("transfer.moved_on")
        await _settle(transfer, reason)
        data = {"transfer": transfer_id, "kind": transfer.kind.value, "unit_id": transfer.unit_id}
        await _log(actor, "transfer.withdrawn", data, reason, now)


async def is_about(actor: Actor, transfer: Transfer) -> bool:
    """Whether the actor lives there, is or acts for an owner of it, or is one of the buyers: by their account, by the
    number that the register knows, or by name (a namesake may be somebody else: nobody can tell from here)."""
    if await is_own_matter(actor, Subject(HaltAct.DISPUTE, unit_id=transfer.unit_id)):
        return True
    known = await transfer_queries.owners_with_numbers(actor.community_id, transfer.buyers)
    named = Parties.of((None, None, each.name) for each in transfer.buyers)
    return replace(named, owner_ids=known).includes(actor)


async def why_not_free(actor: Actor, transfer: Transfer, now: datetime) -> Refusal | None:
    """Refusal "halt.own_matter" for whoever it is about, "halt.recused" for whoever is recused in a vote that it
    decides on."""
    if await is_about(actor, transfer):
        return Refusal("halt.own_matter")
    for each in await running_with(actor.community_id, transfer.unit_id, now):  # a few at once
        if await may_handle(actor, await queries.motion(actor.community_id, each)) is not None:
            return Refusal("halt.recused")
    return None


async def _require_unchanged(actor: Actor, unit_id: int, seen: str, owner_id: int | None) -> None:
    unit = await registry.unit(actor.community_id, unit_id)
    held = (await register_queries.holders(actor.community_id, [unit_id])).get(unit_id, ())
    if editing.fingerprint(unit, *(one.owner for one in held)) != seen:
        raise Refused("register.moved_on")
    if owner_id is not None and owner_id not in {one.owner.id for one in held}:
        raise NotFound("owner")


async def _settle(transfer: Transfer, reason: str | None = None) -> None:
    await execute(
        "UPDATE transfer SET buyers = {}, withdrawn_words = {} WHERE community_id = {} AND id = {}",
        *(transfer_queries.written(transfer.buyers, is_settled=True), reason, transfer.community_id, transfer.id),
    )


async def _log(actor: Actor, kind: str, data: dict[str, str | int], words: str, now: datetime) -> None:
    private = {"words": words} if words else {}
    await audit.record(actor.community_id, kind, data | {"by": actor.person_id}, now=now, private=private)
