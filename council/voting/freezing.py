"""Turning a proposal's current version into a motion: text, roll and rules are locked in one transaction."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from hashlib import sha256

from council.accounts import queries as accounts
from council.audit import service as audit
from council.bylaws import queries as bylaws
from council.bylaws.procedure_json import to_json as procedure_to_json
from council.elections import queries as elections
from council.elections.slate import Slate
from council.funds import service as funds
from council.funds.model import Plan
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, Refused, require
from council.pathways.model import Electorate, Kind
from council.pathways.presets import to_json
from council.proposals import consents
from council.proposals.model import Proposal, Version
from council.registry import queries as registry
from council.storage.errors import unique_violation
from council.storage.transactions import savepoint, transaction
from council.voting import electorate, holding_queries, home_disputes, permissions, proxy_queries, queries
from council.voting.duty import Duty, Stake
from council.voting.frozen_roll import insert_candidates, insert_officers, insert_roll
from council.voting.frozen_rules import counted_of, matter_of, ruleset_of
from council.voting.frozen_text import motion_text
from council.voting.grouping import OWNERS_FORMAT, VoterGroup, owners_sha256, public_roll_sha256
from council.voting.model import Channel
from council.voting.motion import Motion as OpenedMotion
from council.voting.motion import MotionDraft
from council.voting.officers import stake_of, wrong_in
from council.voting.risk import leak_risk
from council.voting.ruleset_json import ruleset_to_json
from council.voting.slate import check_slate
from council.voting.tables import Motion, MotionSecret

OWNERS_TAG = b"council owners "
"""Keeps the salt of the owners' digest apart from the ballots' blinding: to open the one says nothing of the other."""


async def open_motion(
    *,
    actor: Actor,
    proposal: Proposal,
    version: Version,
    draft: MotionDraft,
    now: datetime,
) -> int:
    """Locks text, roll and ruleset and publishes the notice; returns the motion's id.

    The notice runs its whole days before opening, the vote its days before closing (the preset frozen with the
    proposal). Refused while a row of the roll in scope is unresolved, a unit has no owner, or a motion is live. The
    same form again (`draft.key`) answers the motion it opened. The caller has locked the proposal and checked the
    gates before `notice`. Who stands in an election is what was published, and in the text.
    """
    require(permissions.may_open_motion(actor))
    async with transaction():
        if (before := await _opened_before(actor, proposal, draft)) is not None:
            return before
        procedure = await bylaws.procedure(actor.community_id, now, matter_of(proposal.preset))
        policy = electorate.roll_policy(procedure)
        if unresolved := await registry.unresolved_rows(actor.community_id, proposal.scope):
            raise Refused("motion.roll_unresolved", rows=unresolved)
        units = await registry.units_in(actor.community_id, proposal.scope)
        holdings = await registry.holdings_in(actor.community_id, proposal.scope)
        groups = electorate.voters(proposal, units, holdings, policy)
        people = await _people(actor.community_id, draft, now)
        slate = await elections.published(actor.community_id, proposal.id, now)
        if slate is not None:
            check_slate(slate)
        elif proposal.preset.is_election:
            raise Refused("motion.no_candidates")
        stake = await _stake(proposal, holdings, slate)
        if wrong := wrong_in(draft, proposal.preset, stake, people, now):
            raise wrong
        secret = secrets.token_bytes(32)
        salt = sha256(OWNERS_TAG + secret).digest()
        plan = await funds.plan_to_vote_on(proposal, version.cost_fen, now)
        motion = _row(actor, proposal, version, draft, now, slate, plan)
        motion.procedure = procedure_to_json(procedure)
        motion.ruleset = ruleset_to_json(ruleset_of(proposal.preset, procedure, is_election=slate is not None))
        counted = counted_of(proposal.preset, procedure, _channels(draft))
        motion.counted = json.dumps([channel.value for channel in counted])
        motion.is_advisory = not counted
        motion.roll_sha256 = public_roll_sha256(groups, policy=policy)
        motion.roll_persons = len(groups)
        motion.roll_area_dm2 = sum(group.area_dm2 for group in groups)
        motion.area_basis = policy["area_basis"]
        motion.is_parking_counted = policy["parking_counted"] == "yes"
        motion.leak_risk = leak_risk([group.area_dm2 for group in groups]).level.value
        acting = await holding_queries.acting_for(actor.community_id, _owners(holdings))
        standings = electorate.standings(groups, holdings, acting, now)
        motion_id = await _insert_motion(motion)
        await MotionSecret.insert(MotionSecret(motion_id=motion_id, blinding=secret.hex()))
        ids = await insert_roll(actor.community_id, motion_id, groups, holdings, standings)
        await insert_officers(actor.community_id, motion_id, draft, people)
        if slate is not None:
            await insert_candidates(actor.community_id, motion_id, slate)
        await audit.record(
            actor.community_id,
            "motion.opened",
            {
                "motion": motion_id,
                "proposal": proposal.id,
                "version": version.number,
                "text_sha256": motion.text_sha256,
                "plan_sha256": plan.sha256 if plan else None,
                "roll_sha256": motion.roll_sha256,
                "owners_sha256": owners_sha256(groups, salt=salt, standings=standings),
                "owners_format": OWNERS_FORMAT,
                "persons": motion.roll_persons,
                "area_dm2": motion.roll_area_dm2,
                "ruleset": motion.ruleset,
                "procedure_sha256": sha256(motion.procedure.encode()).hexdigest(),
                "advisory": motion.is_advisory,
                "counted": json.loads(motion.counted),
                "opens_at": draft.opens_at.isoformat(),
                "closes_at": draft.closes_at.isoformat(),
                "by": actor.person_id,
                **({} if slate is None else {"seats": slate.seats, "candidates": len(slate.candidates)}),
            },
            now=now,
        )
        if proposal.kind is Kind.HOME_TO_SHOP:
            homes = [unit.unit_id for group in groups if _is_shared(group) for unit in group.units]
            await consents.name_co_owned(actor, proposal, homes, now)
        if proposal.preset.electorate is Electorate.OWNERS:
            await home_disputes.suspend_from_notice(actor, motion_id, groups, ids, now)
    return motion_id


def _is_shared(group: VoterGroup) -> bool:
    return len(group.owner_ids) > 1 and not group.is_developer


async def judge_draft(
    *, proposal: Proposal, draft: MotionDraft, fields: frozenset[str], now: datetime
) -> Invalid | None:
    """What `open_motion` would say against these `fields` of a form whose others could not even be read."""
    holdings = await registry.holdings_in(proposal.community_id, proposal.scope)
    people = await _people(proposal.community_id, draft, now)
    slate = await elections.published(proposal.community_id, proposal.id, now)
    return wrong_in(draft, proposal.preset, await _stake(proposal, holdings, slate), people, now, fields)


async def _stake(proposal: Proposal, holdings: electorate.Holdings, slate: Slate | None) -> Stake:
    if slate is None:
        return stake_of(proposal, _owners(holdings), home_ids=set(holdings))
    employed = await proxy_queries.property_staff_ids(proposal.community_id)
    return stake_of(proposal, _owners(holdings), slate.candidates, employed)


def _owners(holdings: electorate.Holdings) -> set[int]:
    return {held.owner_id for of_unit in holdings.values() for held in of_unit}


async def _people(community_id: int, draft: MotionDraft, now: datetime) -> dict[int, Actor]:
    """Whoever of the three is a member here."""
    found = [await accounts.actor(each, community_id, now) for each in {*draft.counter_ids, draft.scrutineer_id}]
    return {each.person_id: each for each in found if each is not None and each.is_member}


async def _opened_before(actor: Actor, proposal: Proposal, draft: MotionDraft) -> int | None:
    before = await queries.motion_by_key(actor.community_id, draft.key)
    if before is None:
        return None
    if before.proposal_id != proposal.id or not await is_same(before, draft):
        raise Refused("form.used_before")
    return before.id


async def is_same(before: OpenedMotion, draft: MotionDraft) -> bool:
    """Whether the form that opened this motion said what `draft` says."""
    named = await queries.officers(before.community_id, before.id)
    counters = {each.person_id for each in named if each.duty is Duty.COUNTER}
    scrutineers = {each.person_id for each in named if each.duty is Duty.SCRUTINEER}
    if (counters, scrutineers) != (set(draft.counter_ids), {draft.scrutineer_id}):
        return False
    sent = (draft.convener, draft.convener_name, draft.opens_at, draft.closes_at, _channels(draft))
    opened = (before.convener, before.convener_name, before.opens_at, before.closes_at, before.channels)
    return opened == sent


def _row(
    actor: Actor,
    proposal: Proposal,
    version: Version,
    draft: MotionDraft,
    now: datetime,
    slate: Slate | None,
    plan: Plan | None,
) -> Motion:
    """The columns that follow from the proposal, the desk's form, who stands and what the fund pays alone."""
    text = motion_text(proposal, version, slate, plan)
    return Motion(
        community_id=actor.community_id,
        proposal_id=proposal.id,
        proposal_version=version.number,
        plan_id=plan.id if plan else None,
        key=draft.key,
        kind=proposal.kind.value,
        preset=to_json(proposal.preset),
        title=version.title,
        scope_code=proposal.scope.code,
        text=text,
        text_sha256=sha256(text.encode()).hexdigest(),
        electorate=proposal.preset.electorate.value,
        channels=json.dumps([channel.value for channel in _channels(draft)]),
        convener_kind=draft.convener.value,
        convener_name=draft.convener_name,
        notice_at=now,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        seats=0 if slate is None else slate.seats,
    )


async def _insert_motion(motion: Motion) -> int:
    try:
        async with savepoint():
            return int((await Motion.insert(motion))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("motion.live_already") from None
        raise


def _channels(draft: MotionDraft) -> tuple[Channel, ...]:
    return (Channel.ONLINE, Channel.PAPER) if draft.is_on_paper else (Channel.ONLINE,)
