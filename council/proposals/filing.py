"""Filing a micro-proposal: kind, preset, scope, thread, first version, photos and the proposer's endorsement."""

from __future__ import annotations

import json
from datetime import datetime

from council.audit import service as audit
from council.bylaws import queries as bylaws
from council.deliberation import service as deliberation
from council.files import queries as files
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.pathways.bylaws_days import with_bylaws_days
from council.pathways.presets import to_json
from council.proposals import permissions, queries
from council.proposals.answers import routed, settled
from council.proposals.model import EventKind, Proposal, ProposalDraft, ProposalState
from council.proposals.service import record_event
from council.proposals.tables import Consent, Endorsement, ProposalPhoto, ProposalVersion
from council.proposals.tables import Proposal as ProposalRow
from council.registry import queries as registry
from council.storage.bounds import Bound
from council.storage.errors import unique_violation
from council.storage.transactions import savepoint, transaction

FILING = Bound(
    "bound.proposal",
    40,
    "SELECT filed_at AS at FROM proposal WHERE community_id = {} AND proposer_id = {} AND filed_at > {}"
    " ORDER BY filed_at DESC LIMIT 1 OFFSET {}",
)


async def file_proposal(*, actor: Actor, draft: ProposalDraft, now: datetime) -> int:
    """Files a micro-proposal; returns its id. The same form again is the same proposal; with anything else in it, or
    from somebody else, it is refused (form.used_before).

    The four questions may move a resident matter to the owners; the preset of the kind it ends up as is copied in.
    The proposer's household endorses by filing, where it lies in scope. TooMany.
    """
    require(permissions.may_file(actor))
    if draft.unit_id is not None and draft.unit_id not in actor.unit_ids:
        raise NotFound
    kind = routed(draft.kind, draft.answers).kind
    preset = with_bylaws_days(settled(kind, draft.answers), await bylaws.procedure(actor.community_id, now))
    if draft.scope.kind not in preset.scopes:
        raise Invalid({"scope": "proposal.scope_of_kind"})
    async with transaction():
        if len(await files.stored_files(actor.community_id, draft.photos)) != len(draft.photos):
            raise NotFound
        units = await registry.units_in(actor.community_id, draft.scope)
        if not units:
            raise Invalid({"scope": "proposal.scope_empty"})
        place = (await registry.unit(actor.community_id, draft.unit_id)).code if draft.unit_id else ""
        try:
            async with savepoint():
                thread_id = await deliberation.open_thread(actor.community_id, draft.scope, now=now)
                rows = await ProposalRow.insert(
                    ProposalRow(
                        community_id=actor.community_id,
                        key=draft.key,
                        kind=kind.value,
                        preset=to_json(preset),
                        answers=json.dumps(dict(draft.answers), sort_keys=True),
                        title=draft.title,
                        scope_kind=draft.scope.kind.value,
                        building_id=draft.scope.building_id,
                        entrance_id=draft.scope.entrance_id,
                        scope_code=draft.scope.code,
                        cost_fen=draft.cost_fen,
                        version=1,
                        thread_id=thread_id,
                        proposer_id=actor.person_id,
                        proposer_name=actor.name,
                        proposer_place=place,
                        proposer_unit_id=draft.unit_id,
                        state=ProposalState.FILED.value,
                        filed_at=now,
                        answer_due_at=end_of_days(now, preset.days.acceptance),
                        recalls_id=draft.recalls_id,
                        recalls_name=draft.recalls_name,
                    )
                )
        except Exception as exc:
            if not unique_violation(exc):
                raise
            earlier = await queries.proposal_by_key(actor.community_id, draft.key)
            if earlier is None or not await _is_same(earlier, actor, draft):
                raise Refused("form.used_before") from None
            return earlier.id
        proposal_id = int(rows[0]["id"])
        await FILING.keep(actor.community_id, actor.person_id, now=now)
        await _insert_parts(actor, proposal_id, draft, now, frozenset(unit.id for unit in units))
        await record_event(actor, proposal_id, EventKind.FILED, "", role="proposer", now=now)
        await audit.record(
            actor.community_id,
            "proposal.filed",
            {"proposal": proposal_id, "kind": kind.value, "scope": draft.scope.code, "preset": preset.version},
            now=now,
            private={"person": actor.person_id, "title": draft.title, "body": draft.body},
        )
    return proposal_id


async def _is_same(earlier: Proposal, actor: Actor, draft: ProposalDraft) -> bool:
    """Whether this is what was filed, as it was filed: nothing in it would be lost. A browser that goes back forgets
    which photos were chosen, so fewer of them are the same."""
    if earlier.proposer_id != actor.person_id:
        return False
    first = await queries.version(actor.community_id, earlier.id, 1)
    filed = (first.title, first.body, first.cost_fen, earlier.scope, earlier.proposer_unit_id, dict(earlier.answers))
    if filed != (draft.title, draft.body, draft.cost_fen, draft.scope, draft.unit_id, dict(draft.answers)):
        return False
    if earlier.recalls_id != draft.recalls_id:
        return False
    return set(draft.photos) <= set(await queries.photos(actor.community_id, earlier.id))


async def _insert_parts(
    actor: Actor, proposal_id: int, draft: ProposalDraft, now: datetime, in_scope: frozenset[int]
) -> None:
    await ProposalVersion.insert(
        ProposalVersion(
            community_id=actor.community_id,
            proposal_id=proposal_id,
            number=1,
            title=draft.title,
            body=draft.body,
            cost_fen=draft.cost_fen,
            written_by_name=actor.name,
            written_at=now,
        )
    )
    if draft.photos:
        await ProposalPhoto.insert(
            *(
                ProposalPhoto(
                    community_id=actor.community_id, proposal_id=proposal_id, file_id=file_id, position=position
                )
                for position, file_id in enumerate(draft.photos)
            )
        )
    if draft.occupied:
        if not {unit_id for unit_id, _ in draft.occupied} <= in_scope:
            raise NotFound
        await Consent.insert(
            *(
                Consent(
                    community_id=actor.community_id,
                    proposal_id=proposal_id,
                    unit_id=unit_id,
                    why=why,
                    named_by_name=actor.name,
                    named_at=now,
                )
                for unit_id, why in draft.occupied
            )
        )
    if draft.unit_id in in_scope:
        await Endorsement.insert(
            Endorsement(
                community_id=actor.community_id,
                proposal_id=proposal_id,
                unit_id=draft.unit_id,
                person_id=actor.person_id,
                endorsed_at=now,
            )
        )
