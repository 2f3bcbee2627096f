"""Turning a proposal's current version into a motion: text, roll and rules are locked in one transaction."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from council.accounts import queries as accounts
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import Electorate, Kind
from council.pathways.presets import to_json
from council.proposals.model import Proposal, Version
from council.registry import queries as registry
from council.registry.model import Holding, Unit
from council.registry.rollfile.model import OwnerKind, Use
from council.storage.transactions import transaction
from council.voting import permissions
from council.voting.grouping import HeldUnit, VoterGroup, group_voters, owners_sha256, public_roll_sha256
from council.voting.model import Channel
from council.voting.motion import Duty, MotionDraft
from council.voting.risk import leak_risk
from council.voting.ruleset_json import ruleset_to_json
from council.voting.rulesets import PRESETS
from council.voting.tables import Motion, MotionOfficer, MotionSecret, RollHolder, RollUnit, RollVoter

PARKING = {Use.PARKING, Use.STORAGE}


async def open_motion(*, actor: Actor, proposal: Proposal, version: Version, draft: MotionDraft, now: datetime) -> int:
    """Locks text, roll and ruleset and publishes the notice; returns the motion's id.

    The notice runs its whole days before opening, the vote its whole days before closing (the preset frozen with the
    proposal). Refused while a row of the roll in scope is unresolved, a unit has no owner, or a motion is live.
    The caller has locked the proposal and checked the gates before `notice`.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        settings = await registry.settings_in_force(actor.community_id)
        policy = roll_policy(settings)
        _check_times(proposal, draft, now)
        holdings = await registry.holdings_in(actor.community_id, proposal.scope)
        groups = await _voters(actor.community_id, proposal, holdings, policy)
        text = motion_text(proposal, version)
        secret = secrets.token_bytes(32)
        motion = Motion(
            community_id=actor.community_id,
            proposal_id=proposal.id,
            proposal_version=version.number,
            key=draft.key,
            kind=proposal.kind.value,
            preset=to_json(proposal.preset),
            title=version.title,
            scope_code=proposal.scope.code,
            text=text,
            text_sha256=sha256(text.encode()).hexdigest(),
            ruleset=ruleset_to_json(PRESETS[proposal.preset.ruleset]),
            electorate=proposal.preset.electorate.value,
            is_advisory=_is_advisory(proposal, settings),
            channels=json.dumps([Channel.ONLINE.value]),
            convener_kind=draft.convener.value,
            convener_name=draft.convener_name,
            notice_at=now,
            opens_at=draft.opens_at,
            closes_at=draft.closes_at,
            roll_sha256=public_roll_sha256(groups, policy=policy),
            roll_persons=len(groups),
            roll_area_dm2=sum(group.area_dm2 for group in groups),
            area_basis=policy["area_basis"],
            is_parking_counted=policy["parking_counted"] == "yes",
            leak_risk=leak_risk([group.area_dm2 for group in groups]).level.value,
        )
        motion_id = int((await Motion.insert(motion))[0]["id"])
        await MotionSecret.insert(MotionSecret(motion_id=motion_id, blinding=secret.hex()))
        await _insert_roll(actor.community_id, motion_id, groups, holdings)
        await _insert_officers(actor.community_id, motion_id, draft, holdings)
        await audit.record(
            actor.community_id,
            "motion.opened",
            {
                "motion": motion_id,
                "proposal": proposal.id,
                "version": version.number,
                "text_sha256": motion.text_sha256,
                "roll_sha256": motion.roll_sha256,
                "owners_sha256": owners_sha256(groups, salt=secret),
                "persons": motion.roll_persons,
                "area_dm2": motion.roll_area_dm2,
                "ruleset": motion.ruleset,
                "advisory": motion.is_advisory,
                "opens_at": draft.opens_at.isoformat(),
                "closes_at": draft.closes_at.isoformat(),
                "by": actor.person_id,
            },
            now=now,
        )
    return motion_id


def roll_policy(settings: Mapping[str, str]) -> dict[str, str]:
    """What the notice prints about areas: their basis, and whether parking and storage count."""
    return {
        "area_basis": settings.get("area_basis", "exclusive_register"),
        "parking_counted": settings.get("parking_counted", "no"),
    }


def _is_advisory(proposal: Proposal, settings: Mapping[str, str]) -> bool:
    """Online counts by law only where the community's confirmed setting says so; residents' own matters are theirs."""
    if proposal.preset.is_advisory:
        return True
    return proposal.preset.electorate is Electorate.OWNERS and settings.get("online_counts") != "yes"


def _check_times(proposal: Proposal, draft: MotionDraft, now: datetime) -> None:
    days = proposal.preset.days
    if draft.opens_at < (earliest := end_of_days(now, days.notice)):
        raise Invalid({"opens_at": "motion.opens_too_early"}, days=days.notice, earliest=earliest.isoformat())
    if draft.closes_at < draft.opens_at + timedelta(days=days.vote):
        raise Invalid({"closes_at": "motion.closes_too_early"}, days=days.vote)
    if len(set(draft.counter_ids)) < 2:
        raise Invalid({"counters": "motion.two_counters"})
    if draft.scrutineer_id in draft.counter_ids:
        raise Invalid({"scrutineer": "motion.scrutineer_counts"})


def motion_text(proposal: Proposal, version: Version) -> str:
    """The text that is put to the vote and digested: title, what and why, and the cost as it was stated."""
    lines = [version.title, "", version.body]
    if version.cost_fen is not None:
        lines += ["", f"预计总费用（分）：{version.cost_fen}"]
    return "\n".join(lines)


async def _voters(
    community_id: int,
    proposal: Proposal,
    holdings: Mapping[int, Sequence[Holding]],
    policy: Mapping[str, str],
) -> tuple[VoterGroup, ...]:
    if unresolved := await registry.unresolved_rows(community_id, proposal.scope):
        raise Refused("motion.roll_unresolved", rows=unresolved)
    units = await registry.units_in(community_id, proposal.scope)
    if proposal.preset.electorate is Electorate.RESIDENTS:
        groups = _households(units)
    else:
        excluded = proposal.proposer_unit_id if proposal.kind is Kind.HOME_TO_SHOP else None
        counted = [unit for unit in units if policy["parking_counted"] == "yes" or unit.use not in PARKING]
        groups = _owners([unit for unit in counted if unit.id != excluded], holdings)
    if not groups:
        raise Refused("motion.roll_empty")
    return groups


def _households(units: Sequence[Unit]) -> tuple[VoterGroup, ...]:
    """Residents decide by household: each dwelling that somebody can live in is one voter."""
    lived_in = [unit for unit in units if unit.is_dwelling and not unit.is_developer_held]
    return group_voters([_held(unit, frozenset()) for unit in lived_in])


def _owners(units: Sequence[Unit], holdings: Mapping[int, Sequence[Holding]]) -> tuple[VoterGroup, ...]:
    ownerless = [unit.code for unit in units if unit.id not in holdings and not unit.is_developer_held]
    if ownerless:
        raise Refused("motion.unit_without_owner", units="、".join(ownerless[:5]), count=len(ownerless))
    developer = frozenset(
        held.owner_id for unit in units for held in holdings.get(unit.id, ()) if held.kind is OwnerKind.DEVELOPER
    )
    return group_voters(
        [_held(unit, frozenset(held.owner_id for held in holdings.get(unit.id, ()))) for unit in units],
        developer=developer,
    )


def _held(unit: Unit, owner_ids: frozenset[int]) -> HeldUnit:
    return HeldUnit(unit.id, unit.code, unit.area_dm2, owner_ids, unit.is_developer_held)


async def _insert_roll(
    community_id: int,
    motion_id: int,
    groups: Sequence[VoterGroup],
    holdings: Mapping[int, Sequence[Holding]],
) -> None:
    """Three multi-row inserts, however long the roll is."""
    voters = await RollVoter.insert(
        *(
            RollVoter(
                community_id=community_id,
                motion_id=motion_id,
                number=group.voter_id,
                area_dm2=group.area_dm2,
                is_developer=group.is_developer,
            )
            for group in groups
        )
    )
    ids = [int(row["id"]) for row in voters]
    await RollUnit.insert(
        *(
            RollUnit(
                community_id=community_id,
                motion_id=motion_id,
                roll_voter_id=roll_voter_id,
                unit_id=unit.unit_id,
                code=unit.code,
                area_dm2=unit.area_dm2,
            )
            for roll_voter_id, group in zip(ids, groups, strict=True)
            for unit in group.units
        )
    )
    holders = [
        RollHolder(
            community_id=community_id,
            motion_id=motion_id,
            roll_voter_id=roll_voter_id,
            owner_id=owner_id,
            is_representative=owner_id == _representative(group, holdings),
        )
        for roll_voter_id, group in zip(ids, groups, strict=True)
        for owner_id in sorted(group.owner_ids)
    ]
    if holders:
        await RollHolder.insert(*holders)


def _representative(group: VoterGroup, holdings: Mapping[int, Sequence[Holding]]) -> int | None:
    """The co-owner named on the register for the group's first unit; the first listed when nobody was named."""
    held = holdings.get(group.units[0].unit_id, ())
    named = [holding.owner_id for holding in held if holding.is_representative]
    return named[0] if named else (held[0].owner_id if held else None)


async def _insert_officers(
    community_id: int, motion_id: int, draft: MotionDraft, holdings: Mapping[int, Sequence[Holding]]
) -> None:
    owners_in_scope = {held.owner_id for of_unit in holdings.values() for held in of_unit}
    rows = []
    for person_id in (*draft.counter_ids, draft.scrutineer_id):
        officer = await accounts.actor(person_id, community_id)
        duty = Duty.SCRUTINEER if person_id == draft.scrutineer_id else Duty.COUNTER
        field = "scrutineer" if duty is Duty.SCRUTINEER else "counters"
        if officer is None or not officer.is_member:
            raise Invalid({field: "motion.officer_unknown"})
        if refusal := permissions.may_serve(bool(officer.roles), officer.owner_ids, owners_in_scope):
            raise Invalid({field: refusal.code}, name=officer.name)
        rows.append(
            MotionOfficer(
                community_id=community_id,
                motion_id=motion_id,
                person_id=person_id,
                name=officer.name,
                duty=duty.value,
            )
        )
    await MotionOfficer.insert(*rows)
