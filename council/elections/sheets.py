"""A joint nomination on paper: the desk copies the names from a sheet, a second person compares them with its picture.

Only then do the signatures count, each owner once, beside those that were given on the telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from council.audit import service as audit
from council.elections import nominating, permissions, queries
from council.elections.candidate import Candidate, Channel, Nomination, SignedAs, Signer
from council.elections.model import Stage
from council.elections.nominating import of, require_in
from council.elections.opening import require_stage
from council.elections.tables import CandidateSheet, CandidateSigner
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.kernel.text import canonical_json
from council.registry import queries as registry
from council.storage.once import insert_once
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import transaction


async def nominate(
    *, actor: Actor, proposal_id: int, nomination: Nomination, signed: Sequence[SignedAs], now: datetime
) -> int:
    """What the desk enters from papers; a joint nomination with the names on its first sheet, which is its document."""
    async with transaction():
        candidate_id = await nominating.nominate(actor=actor, proposal_id=proposal_id, nomination=nomination, now=now)
        if nomination.channel is Channel.JOINT:
            await enter(
                actor=actor,
                candidate_id=candidate_id,
                key=nomination.key,
                file_id=nomination.document_id or 0,
                signed=signed,
                now=now,
            )
    return candidate_id


async def enter(
    *, actor: Actor, candidate_id: int, key: str, file_id: int, signed: Sequence[SignedAs], now: datetime
) -> int:
    """Copies a sheet while nominations run; its id. The same form again is the same sheet.

    Invalid on "signers" for nobody, and for somebody whom the register does not have as an owner of that home.
    """
    require(permissions.may_keep_election(actor))
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        scan = await files.stored_file(actor.community_id, file_id)
        if scan.purpose is not Purpose.SCAN:
            raise NotFound("file")
        row = CandidateSheet(
            community_id=actor.community_id,
            candidate_id=candidate_id,
            key=key,
            file_id=file_id,
            signers=canonical_json([[each.unit_id, each.name] for each in signed]),
            entered_by=actor.person_id,
            entered_by_name=actor.name,
            entered_at=now,
        )
        sheet_id, is_new = await insert_once(row, same=("candidate_id", "file_id", "signers", "entered_by"))
        if not is_new:
            return sheet_id
        require_stage(at, now, Stage.NOMINATING, code="election.nominations_over")
        if candidate.channel is not Channel.JOINT:
            raise Refused("candidate.not_joint")
        require_in(candidate)
        signers = await _signers(candidate, signed)
        await CandidateSigner.insert(
            *(
                CandidateSigner(
                    community_id=actor.community_id,
                    sheet_id=sheet_id,
                    owner_id=each.owner_id,
                    name=each.name,
                    place=each.place,
                )
                for each in signers
            )
        )
        more: dict[str, int | str] = {"owners": len(signers), "scan": scan.sha256}
        await _record(actor, "candidate.sheet_entered", candidate, sheet_id, now, more)
    return sheet_id


async def confirm(*, actor: Actor, candidate_id: int, sheet_id: int, now: datetime) -> None:
    """The second person has compared names and picture: the signatures count. Twice is once; after the nominations,
    until the review of this candidate is over."""
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        sheet = next((each for each in candidate.sheets if each.id == sheet_id), None)
        if sheet is None:
            raise NotFound("sheet")
        homes = await queries.homes_of(actor.community_id, at.candidates)
        require(permissions.may_second_paper(actor, sheet.entered_by, candidate, at.candidates, homes))
        if sheet.confirmed_at is not None:
            return
        require_stage(at, now, Stage.NOMINATING, Stage.REVIEWING, code="election.published_already")
        require_in(candidate)
        await confirm_waiting("candidate_sheet", sheet_id, actor, now)
        await _record(actor, "candidate.sheet_confirmed", candidate, sheet_id, now, {"owners": len(sheet.signers)})


async def take_back(*, actor: Actor, candidate_id: int, sheet_id: int, now: datetime) -> None:
    """Copied wrongly: before anybody has confirmed it, by whoever entered it or by the second person."""
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        sheet = next((each for each in candidate.sheets if each.id == sheet_id), None)
        if sheet is None:
            return
        if actor.person_id != sheet.entered_by:
            homes = await queries.homes_of(actor.community_id, at.candidates)
            require(permissions.may_second_paper(actor, sheet.entered_by, candidate, at.candidates, homes))
        if not await withdraw_waiting("candidate_sheet", sheet_id, actor, now):
            raise Refused("candidate.sheet_confirmed")
        await _record(actor, "candidate.sheet_taken_back", candidate, sheet_id, now, {})


async def _signers(candidate: Candidate, signed: Sequence[SignedAs]) -> list[Signer]:
    """As the register writes them, each owner once; the candidate's own signature does not count."""
    if not signed:
        raise Invalid({"signers": "candidate.no_signers"})
    ids = {each.unit_id for each in signed}
    units = await registry.units_by_id(candidate.community_id, ids)
    holdings = await registry.holdings_of(candidate.community_id, units)
    found: dict[int, Signer] = {}
    for each in signed:
        named = "".join(each.name.split())
        held = next((one for one in holdings.get(each.unit_id, ()) if "".join(one.name.split()) == named), None)
        if held is None:
            place = units[each.unit_id].code if each.unit_id in units else ""
            raise Invalid({"signers": "candidate.signer_unknown"}, room=place, who=each.name)
        if held.owner_id == candidate.owner_id:
            raise Invalid({"signers": "candidate.own_signature"})
        found[held.owner_id] = Signer(held.owner_id, held.name, units[each.unit_id].code)
    return list(found.values())


async def _record(
    actor: Actor, kind: str, candidate: Candidate, sheet_id: int, now: datetime, more: dict[str, int | str]
) -> None:
    data = {"proposal": candidate.proposal_id, "candidate": candidate.id, "sheet": sheet_id}
    await audit.record(actor.community_id, kind, data | more, now=now, private={"by": actor.person_id})
