"""Putting somebody forward, and signing for them; their own yes or no is `consenting`."""

from __future__ import annotations

from datetime import datetime

from council.accounts import tie_queries
from council.audit import service as audit
from council.elections import permissions, queries
from council.elections.candidate import OFFICIAL, Candidate, Channel, Nomination
from council.elections.model import Stage, Standing
from council.elections.opening import locked, require_stage
from council.elections.tables import Candidate as CandidateRow
from council.elections.tables import CandidateSponsor
from council.files import queries as files
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import queries as registry
from council.registry.model import Holding
from council.registry.rollfile.model import OwnerKind
from council.storage.bounds import Bound
from council.storage.errors import unique_violation
from council.storage.sql import execute
from council.storage.transactions import savepoint, transaction

NOMINATING = Bound(
    "bound.nomination",
    12,
    "SELECT nominated_at AS at FROM candidate WHERE community_id = {} AND entered_by = {} AND nominated_at > {}"
    " ORDER BY nominated_at DESC LIMIT 1 OFFSET {}",
)


async def nominate(*, actor: Actor, proposal_id: int, nomination: Nomination, now: datetime) -> int:
    """Puts somebody forward; the candidate's id. The same form again is the same nomination.

    Oneself and a neighbour (the first to sign for them): verified owners. Organisations, and oneself on paper: the
    secretary, with the document (for oneself on paper, the signed consent; for a joint nomination the first sheet,
    whose signers `sheets.enter` takes). Whoever is put forward has to own the named unit, or represent the legal person
    that does: else Invalid on "name" (candidate.not_an_owner). One's own nomination takes the place of a joint one.
    """
    is_desk = nomination.document_id is not None
    if nomination.channel in OFFICIAL or is_desk:
        require(permissions.may_keep_election(actor))
    else:
        require(permissions.may_nominate(actor))
    if nomination.channel in OFFICIAL and not is_desk:
        raise Invalid({"document": "candidate.document_needed"})
    async with transaction():
        at = await locked(actor.community_id, proposal_id)
        unit = await registry.unit(actor.community_id, nomination.unit_id)
        before = await queries.candidate_by_key(actor.community_id, nomination.key)
        if before is not None:
            if not _is_same(before, actor, proposal_id, nomination, unit.code):
                raise Refused("form.used_before")
            return before.id
        require_stage(at, now, Stage.NOMINATING, code="election.nominations_over")
        own = nomination.channel is Channel.SELF and not is_desk
        held = await _holding(actor, nomination, now, own=own)
        if nomination.channel is Channel.JOINT and held.owner_id in actor.owner_ids:
            raise Refused("candidate.own_signature")
        await _check_files(actor.community_id, nomination)
        is_representing = held.kind is not OwnerKind.NATURAL
        row = CandidateRow(
            community_id=actor.community_id,
            proposal_id=proposal_id,
            key=nomination.key,
            name=held.name if not is_representing else actor.name if own else nomination.name,
            place=unit.code,
            owner_id=held.owner_id,
            is_representing=is_representing,
            authorisation_id=nomination.authorisation_id,
            person_id=actor.person_id if own else await _person(actor.community_id, held, is_representing, now),
            channel=nomination.channel.value,
            nominated_by=nomination.nominated_by,
            document_id=nomination.document_id,
            statement=nomination.statement,
            entered_by=actor.person_id,
            entered_by_name=actor.name,
            nominated_at=now,
        )
        if own:
            row.consented_at, row.consented_how, row.consent_by_name = now, "own", actor.name
        elif nomination.consent_id is not None:
            row.consented_at, row.consented_how, row.consent_by_name = now, "paper", actor.name
            row.consent_id = nomination.consent_id
        joint = _joint_one(at, held.owner_id, row.name) if own else None
        if joint is not None:
            await _give_way(actor.community_id, joint, now)
        candidate_id = await _insert(row)
        if joint is not None:
            await execute(
                "UPDATE candidate SET replaced_by = {} WHERE community_id = {} AND id = {}",
                *(candidate_id, actor.community_id, joint.id),
            )
        if not is_desk:
            await NOMINATING.keep(actor.community_id, actor.person_id, now=now)
        if nomination.channel is Channel.JOINT and not is_desk:
            await _sign(actor, candidate_id, now)
        await audit.record(
            actor.community_id,
            "candidate.nominated",
            {"proposal": proposal_id, "candidate": candidate_id, "channel": nomination.channel.value},
            now=now,
            private={"name": row.name, "place": unit.code, "owner": held.owner_id, "by": actor.person_id},
        )
    return candidate_id


async def _holding(actor: Actor, nomination: Nomination, now: datetime, *, own: bool) -> Holding:
    """The owner through whom somebody stands. A branch secretary who owns nothing here has none: the other route is
    the management committee's. Nor does a guardian put their ward forward: whoever stands, stands for themselves."""
    found = (await registry.holdings_of(actor.community_id, [nomination.unit_id])).get(nomination.unit_id, ())
    if own:
        wards, _ = await queries.acted_for(actor.community_id, actor.person_id, now)
        mine = [held for held in found if held.owner_id in actor.owner_ids - wards]
        if not mine:
            raise Refused("candidate.verified_owners_only", forbidden=True)
        return mine[0]
    named = "".join(nomination.name.split())
    for held in found:
        if held.kind is OwnerKind.NATURAL and "".join(held.name.split()) == named:
            return held
    company = next((held for held in found if held.kind is not OwnerKind.NATURAL), None)
    if company is None:
        raise Invalid({"name": "candidate.not_an_owner"}, name=nomination.name)
    return company


async def _person(community_id: int, held: Holding, is_representing: bool, now: datetime) -> int | None:
    """The account that is verified to be this natural owner, where there is exactly one. Whoever acted by a paper that
    has run out is none."""
    if is_representing:
        return None
    claims = await tie_queries.claims_of_owners(community_id, [held.owner_id])
    verified = {each.person_id for each in claims if each.is_verified and not each.is_lapsed(now)}
    return verified.pop() if len(verified) == 1 else None


async def _check_files(community_id: int, nomination: Nomination) -> None:
    wanted = [nomination.document_id, nomination.authorisation_id, nomination.consent_id]
    ids = list(dict.fromkeys(each for each in wanted if each is not None))
    if len(await files.stored_files(community_id, ids)) != len(ids):
        raise NotFound("file")


async def _insert(row: CandidateRow) -> int:
    try:
        async with savepoint():
            return int((await CandidateRow.insert(row))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("candidate.named_already", name=row.name) from None
        raise


def _joint_one(at: Standing, owner_id: int, name: str) -> Candidate | None:
    """A nomination of this owner by neighbours, or none."""
    named = [each for each in at.candidates if each.is_in and each.owner_id == owner_id and each.name == name]
    return next((each for each in named if each.channel is Channel.JOINT), None)


async def _give_way(community_id: int, joint: Candidate, now: datetime) -> None:
    """Whoever puts themselves forward needs nobody's signatures, and speaks with their own words."""
    await execute(
        "UPDATE candidate SET withdrawn_at = {}, withdrawn_reason = '', withdrawn_by_name = {}"
        " WHERE community_id = {} AND id = {}",
        *(now, joint.name, community_id, joint.id),
    )


def _is_same(before: Candidate, actor: Actor, proposal_id: int, sent: Nomination, place: str) -> bool:
    """Names are compared as they sound: the register may write one with a blank in it."""
    kept = (before.proposal_id, before.entered_by, before.channel, before.nominated_by, before.statement, before.place)
    own = before.channel is Channel.SELF and before.document_id is None
    return kept == (proposal_id, actor.person_id, sent.channel, sent.nominated_by, sent.statement, place) and (
        own or "".join(before.name.split()) == "".join(sent.name.split())
    )


async def sign(*, actor: Actor, candidate_id: int, now: datetime) -> None:
    """A verified owner signs a neighbours' joint nomination, once; another signature of the same owner changes
    nothing. The candidate's own does not count."""
    require(permissions.may_nominate(actor))
    async with transaction():
        candidate, at = await of(actor, candidate_id)
        require_stage(at, now, Stage.NOMINATING, code="election.nominations_over")
        if candidate.channel is not Channel.JOINT or not candidate.is_in:
            raise Refused("candidate.not_joint")
        if permissions.is_own(actor, candidate) or candidate.owner_id in actor.owner_ids:
            raise Refused("candidate.own_signature")
        if not actor.owner_ids.isdisjoint(each.owner_id for each in candidate.sponsors):
            return
        await _sign(actor, candidate_id, now)
        data = {"proposal": candidate.proposal_id, "candidate": candidate_id}
        await audit.record(actor.community_id, "candidate.signed", data, now=now, private={"person": actor.person_id})


async def _sign(actor: Actor, candidate_id: int, now: datetime) -> None:
    """With the owner's name from the register and the first of their units by place."""
    units = await registry.units_by_id(actor.community_id, actor.unit_ids)
    holdings = await registry.holdings_of(actor.community_id, units)
    _, run_out = await queries.acted_for(actor.community_id, actor.person_id, now)
    mine = [
        (units[held.unit_id], held)
        for of_unit in holdings.values()
        for held in of_unit
        if held.owner_id in actor.owner_ids - run_out
    ]
    if not mine:
        raise Refused("candidate.verified_owners_only", forbidden=True)
    unit, held = min(mine, key=lambda each: registry.by_place(each[0]))
    await CandidateSponsor.insert(
        CandidateSponsor(
            community_id=actor.community_id,
            candidate_id=candidate_id,
            owner_id=held.owner_id,
            person_id=actor.person_id,
            name=held.name,
            place=unit.code,
            signed_at=now,
        )
    )


async def forget_finding(community_id: int, candidate_id: int) -> None:
    """To be reviewed again, from the start."""
    await execute(
        "UPDATE candidate SET verdict = NULL, reason = NULL, words = NULL, judged_by = NULL, judged_by_name = NULL,"
        " judged_at = NULL, confirmed_by = NULL, confirmed_by_name = NULL, confirmed_at = NULL"
        " WHERE community_id = {} AND id = {}",
        *(community_id, candidate_id),
    )


async def of(actor: Actor, candidate_id: int) -> tuple[Candidate, Standing]:
    """A candidate as they are once the election is locked. NotFound."""
    found = await queries.candidate(actor.community_id, candidate_id)
    at = await locked(actor.community_id, found.proposal_id)
    return next(each for each in at.candidates if each.id == candidate_id), at


def require_in(candidate: Candidate) -> None:
    if not candidate.is_in:
        raise Refused("candidate.gone")
