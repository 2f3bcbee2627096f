"""A signature pack: originals that a permit asks for, apart from the vote.

Who reads them is named before anybody can choose, and never changes afterwards. Signing is nobody's duty, says nothing
of how somebody votes, and handing a sheet over ends when its owner takes the consent back.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from council.accounts import staff
from council.audit import service as audit
from council.documents.cells import neutral
from council.files import queries as stored
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refusal, Refused, require
from council.storage.errors import unique_violation
from council.storage.once import insert_once
from council.storage.sql import fetch
from council.storage.transactions import lock_row, transaction
from council.voting import pack_queries, queries
from council.voting.motion import MotionState
from council.voting.pack_queries import Pack
from council.voting.pack_tables import PackReader, PackSheet, PackTaking, SignaturePack
from council.voting.proxies import on_roll

_KEEPERS = (Role.SECRETARY, Role.GRID_WORKER)
_SUFFIX = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def may_make_pack(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_keep_pack(actor: Actor) -> Refusal | None:
    """Printing the forms and taking the signed ones in."""
    return None if actor.has(*_KEEPERS) else Refusal("pack.desk_only")


def may_take_pack(actor: Actor, pack: Pack) -> Refusal | None:
    """The readers who were named, nobody else, whatever their role; and while they have one here."""
    is_named = actor.person_id in {one.person_id for one in pack.readers}
    return None if is_named and actor.roles else Refusal("pack.readers_only")


@dataclass(frozen=True, slots=True)
class PackDraft:
    """`words`: what is signed; `office`: for whom outside it is meant; `reader_ids`: accounts of staff here."""

    key: str
    words: str
    office: str
    reader_ids: tuple[int, ...]


async def make_pack(*, actor: Actor, motion_id: int, draft: PackDraft, now: datetime) -> int:
    """Names what is signed, for which office, and who reads it here; the pack's id. One a vote, before it opens.

    The same form again is the same pack. Invalid on "readers" for nobody, or somebody who is no staff here.
    """
    require(may_make_pack(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        before = await pack_queries.pack_of(actor.community_id, motion_id)
        if before is not None:
            return _same(before, actor, draft)
        if motion.state(now) is not MotionState.NOTICE:
            raise Refused("pack.too_late")
        roles = {each.person_id: each for each in await staff.staff_of(actor.community_id)}
        readers = [roles[person_id] for person_id in dict.fromkeys(draft.reader_ids) if person_id in roles]
        if not readers or len(readers) != len(set(draft.reader_ids)):
            raise Invalid({"readers": "pack.no_reader"})
        row = SignaturePack(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=draft.key,
            words=draft.words,
            office=draft.office,
            made_by=actor.person_id,
            made_by_name=actor.name,
            made_at=now,
        )
        pack_id = int((await SignaturePack.insert(row))[0]["id"])
        await PackReader.insert(
            *(
                PackReader(
                    community_id=actor.community_id,
                    pack_id=pack_id,
                    person_id=each.person_id,
                    name=each.name,
                    role=each.role.value,
                )
                for each in readers
            )
        )
        data = {"motion": motion_id, "pack": pack_id, "readers": len(readers), "by": actor.person_id}
        private = {"words": draft.words, "office": draft.office, "readers": sorted(draft.reader_ids)}
        await audit.record(actor.community_id, "pack.made", data, now=now, private=private)
    return pack_id


def _same(before: Pack, actor: Actor, draft: PackDraft) -> int:
    sent = (draft.key, actor.person_id, draft.words, draft.office, set(draft.reader_ids))
    kept = (before.key, before.made_by, before.words, before.office, {one.person_id for one in before.readers})
    if sent == kept:
        return before.id
    raise Refused("form.used_before" if before.key == draft.key else "pack.there_already")


async def take_sheet(
    *, actor: Actor, motion_id: int, number: str, key: str, file_id: int, has_consent: bool, now: datetime
) -> None:
    """Keeps a voter's signed original as a scan. Only with the consent to hand it over, which stands on the form.

    Refused "pack.signed_already" while a sheet of that voter is in force, "pack.other_sheet" for an original whose
    owner has taken it back, or that is another voter's. The same form again is the same sheet.
    """
    require(may_keep_pack(actor))
    if not has_consent:
        raise Invalid({"consent": "pack.no_consent"})
    async with transaction():
        pack = await pack_queries.pack(actor.community_id, motion_id)
        voter = await pack_queries.line(actor.community_id, pack, number)
        scan = await stored.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = PackSheet(
            community_id=actor.community_id,
            pack_id=pack.id,
            roll_voter_id=voter.roll_voter_id,
            key=key,
            file_id=scan.id,
            file_sha256=scan.sha256,
            taken_by=actor.person_id,
            taken_by_name=actor.name,
            taken_at=now,
        )
        try:
            _, is_new = await insert_once(row, same=("pack_id", "roll_voter_id", "file_sha256", "taken_by"))
        except Exception as error:
            if unique_violation(error):
                raise Refused("pack.signed_already") from error
            raise
        if not is_new:
            return
        if await pack_queries.is_used(pack, voter.roll_voter_id, scan.sha256):
            raise Refused("pack.other_sheet")
        data = {"pack": pack.id, "file_sha256": scan.sha256, "by": actor.person_id}
        await audit.record(actor.community_id, "pack.signed", data, now=now, private={"voter": number})


async def withdraw_sheet(*, actor: Actor, motion_id: int, number: str, now: datetime) -> None:
    """An owner takes the consent back (a co-owner alone, too), or the desk for one who is there: nobody gets it now.

    The vote is untouched. Refused "pack.not_signed" where no sheet is in force.
    """
    async with transaction():
        motion = await queries.motion(actor.community_id, motion_id)
        pack = await pack_queries.pack(actor.community_id, motion_id)
        voter = await pack_queries.line(actor.community_id, pack, number)
        mine = await queries.voters_for(actor, motion)
        if not any(each.roll_voter_id == voter.roll_voter_id for each in on_roll(mine)):
            require(may_keep_pack(actor))
        rows = await fetch(
            "UPDATE pack_sheet SET withdrawn_at = {}, withdrawn_by = {}, withdrawn_by_name = {} WHERE community_id = {}"
            " AND pack_id = {} AND roll_voter_id = {} AND withdrawn_at IS NULL RETURNING id",
            *(now, actor.person_id, actor.name, actor.community_id, pack.id, voter.roll_voter_id),
        )
        if not rows:
            raise Refused("pack.not_signed")
        data = {"pack": pack.id, "by": actor.person_id}
        await audit.record(actor.community_id, "pack.withdrawn", data, now=now, private={"voter": number})


async def take_pack(*, actor: Actor, motion_id: int, now: datetime) -> bytes:
    """The sheets in force as a ZIP with a list of them, for a named reader; every taking is recorded before the bytes
    leave. Refused "pack.empty" while nobody has signed."""
    pack = await pack_queries.pack(actor.community_id, motion_id)
    require(may_take_pack(actor, pack))
    async with transaction():
        sheets = await pack_queries.sheets(actor.community_id, pack)
        if not sheets:
            raise Refused("pack.empty")
        taking = PackTaking(
            community_id=actor.community_id,
            pack_id=pack.id,
            person_id=actor.person_id,
            name=actor.name,
            sheets=len(sheets),
            taken_at=now,
        )
        await PackTaking.insert(taking)
        data = {"pack": pack.id, "sheets": len(sheets), "by": actor.person_id}
        await audit.record(actor.community_id, "pack.taken", data, now=now)
    return await _zip(actor.community_id, sheets)


async def _zip(community_id: int, sheets: Sequence[pack_queries.SignedSheet]) -> bytes:
    kept = {each.id: each for each in await stored.stored_files(community_id, [one.file_id for one in sheets])}
    out, listed = io.BytesIO(), io.StringIO()
    rows = csv.writer(listed)
    rows.writerow(["number", "units", "file", "sha256", "taken_at"])
    with zipfile.ZipFile(out, "w") as packed:
        for sheet in sheets:
            file = kept[sheet.file_id]
            name = f"{sheet.number}.{_SUFFIX.get(file.media_type, 'bin')}"
            packed.writestr(name, await files.content(file))
            units = neutral(" ".join(sheet.unit_codes))
            rows.writerow([sheet.number, units, name, file.sha256, sheet.taken_at.isoformat()])
        packed.writestr("list.csv", "\ufeff" + listed.getvalue())
    return out.getvalue()
