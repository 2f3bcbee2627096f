"""The list of votes, one vote's page, and who took part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.funds import queries as plans
from council.kernel.errors import Refused, require
from council.pathways.periods import days_left
from council.proposals import queries as proposals
from council.voting import (
    change_queries,
    changing,
    court,
    court_queries,
    court_records,
    delivery_queries,
    live_queries,
    official_results,
    pack_queries,
    paper_return_queries,
    permissions,
    proxies,
    proxy_queries,
    queries,
)
from council.voting.afterwards import is_begun_and_revoked
from council.voting.cards import motion_card
from council.voting.change import may_ask
from council.voting.duty import Officer
from council.voting.model import Channel
from council.voting.motion import Motion, MotionState
from council.voting.motion_view import have_signed, motion_view
from council.voting.paper import Returned
from council.voting.receiving import receiving
from council.voting.recounts import asked_until
from council.voting.sentences import Sentences
from council.voting.verdicts import Decided, decided
from council.voting.voter import CastBallot, VotingVoter
from council.web import Form, PublicVisit, Request, enter, enter_public, kit, page
from council.web.narrowing import asked, filters
from council.web.versions import joined


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list. `left` counts voters of mine that may still cast; `mine` are my voters' ballots, `papers`
    those roll voters of mine whose paper has come back."""

    motion: Motion
    state: MotionState
    say: Sentences
    days_left: int
    voters: tuple[VotingVoter, ...]
    mine: tuple[CastBallot, ...]
    papers: frozenset[int]
    decided: Decided | None
    officers: tuple[Officer, ...]

    @property
    def left(self) -> int:
        """How many of my voters have no ballot yet, nor a paper that came back; those that another co-owner represents
        are not mine to cast."""
        done = {ballot.roll_voter_id for ballot in self.mine} | self.papers
        return sum(voter.may_cast and voter.roll_voter_id not in done for voter in self.voters)

    def cast_by(self, person_id: int) -> list[CastBallot]:
        """Those of `mine` that this person cast, or that a proxy cast for them: only these receipts are theirs."""
        proxied = {voter.roll_voter_id for voter in self.voters if voter.may_cast and voter.proxy_id is None}
        return [
            ballot
            for ballot in self.mine
            if ballot.person_id == person_id or (ballot.is_by_proxy_online and ballot.roll_voter_id in proxied)
        ]


@get("/c/{slug:str}/motions", name="motions")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Votes that wait for me, then other open ones, those to come, and those that are over; `?show=` some of them.

    `?show=cast` has my receipts, whatever became of the vote.
    """
    visit = await enter(request, slug)
    motions = await queries.motions(visit.community_id)
    voters = await queries.voters_for_motions(visit.actor, motions)
    own = {voter.roll_voter_id for listed in voters.values() for voter in listed}
    mine = await queries.ballots_in_force(visit.community_id, own)
    papers = await queries.received(visit.community_id, own)
    verdicts = await decided(visit.community_id, motions, visit.now)
    officers = await queries.officers_of(visit.community_id, [each.id for each in motions if each.certified_at])
    words = kit(request).words[visit.locale]
    rows = [
        Listed(
            motion,
            motion.state(visit.now),
            Sentences(words, motion),
            days_left(visit.now, motion.closes_at if visit.now >= motion.opens_at else motion.opens_at),
            tuple(voters.get(motion.id, ())),
            _of(voters.get(motion.id, []), mine),
            frozenset(each.roll_voter_id for each in voters.get(motion.id, ()) if each.roll_voter_id in papers),
            verdicts.get(motion.id),
            officers.get(motion.id, ()),
        )
        for motion in motions
    ]
    groups = {
        "mine": sorted(
            (row for row in rows if row.state is MotionState.OPEN and row.left), key=lambda row: row.motion.closes_at
        ),
        "open": [row for row in rows if row.state is MotionState.OPEN and not row.left],
        "soon": sorted((row for row in rows if row.state is MotionState.NOTICE), key=lambda row: row.motion.opens_at),
        "over": [row for row in rows if row.state not in {MotionState.OPEN, MotionState.NOTICE}],
        "cast": [row for row in rows if row.cast_by(visit.actor.person_id)],
    }
    show = asked(request, _SHOWN)
    return page(
        request,
        visit,
        "voting/motions.html",
        groups={name: found if name in _SHOWN[show] else [] for name, found in groups.items()},
        filters=filters(
            f"/c/{slug}/motions",
            "motions.show",
            {name: sum(len(groups[each]) for each in of) for name, of in _SHOWN.items()},
            show,
        ),
        show=show,
    )


_SHOWN = {
    "all": ("mine", "open", "soon", "over"),
    "waiting": ("mine",),
    "open": ("mine", "open"),
    "ended": ("over",),
    "cast": ("cast",),
}
"""Which groups each filter of the list shows."""


def _of(voters: list[VotingVoter], mine: Mapping[int, CastBallot]) -> tuple[CastBallot, ...]:
    return tuple(mine[voter.roll_voter_id] for voter in voters if voter.roll_voter_id in mine)


@get("/c/{slug:str}/motions/{motion_id:int}", name="motion")
async def show(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Notice, turnout, result: whatever stands now. Anybody may read it; no choice is on it before the closing."""
    visit = await enter_public(request, slug)
    return await motion_page(request, visit, motion_id)


async def motion_page(
    request: Request, visit: PublicVisit, motion_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    """The page of one vote; `form` is an objection, or a question about the count, that cannot be taken as it is."""
    motion = await queries.motion(visit.community_id, motion_id)
    words = kit(request).words[visit.locale]
    view = await motion_view(motion, words, visit.now)
    officers = await queries.officers(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion) if visit.actor is not None else []
    mine = await queries.ballots_in_force(visit.community_id, [voter.roll_voter_id for voter in voters])
    papers = await queries.received(visit.community_id, [voter.roll_voter_id for voter in voters])
    fates = await paper_return_queries.fates(visit.community_id, _decided(papers.values())) if view.counted else {}
    objections = (await queries.objections_of(visit.community_id, [motion_id])).get(motion_id, [])
    actor = visit.actor
    next_step = view.next_step(visit.now)
    if next_step == "next.go_on" and (await proposals.proposal(visit.community_id, motion.proposal_id)).started_at:
        next_step = _started(motion)
    if next_step == "next.revoked" and await is_begun_and_revoked(motion):
        next_step = "next.revoked.begun"
    recorded = await official_results.of_motion(visit.community_id, motion_id) if motion.is_advisory else None
    if recorded is not None and not recorded.confirmed_at and permissions.may_see_official_desk(actor) is not None:
        recorded = None
    change = await change_queries.latest(visit.community_id, motion_id)
    sums = None
    if permissions.may_see_delivery_figures(actor) is None:
        sums = await delivery_queries.delivery_sums(visit.community_id, motion_id, visit.now)
    is_settled = view.state in {MotionState.CERTIFIED, MotionState.CANCELLED}
    versions = {} if is_settled else await live_queries.versions(visit.community_id, [motion_id], visit.now)
    return page(
        request,
        visit,
        "voting/motion.html",
        status=status,
        view=view,
        sums=sums,
        official=recorded,
        **await official_results.may(actor, motion, recorded),
        receiving=await receiving(visit.community_id, motion, voters, visit.now),
        sees_deliveries=permissions.may_see_deliveries(actor) is None,
        next=next_step,
        live_at=joined(versions[motion_id]) if versions else None,
        card=motion_card(visit.community, motion, view.outcome, words, visit.now),
        officers=officers,
        signed=have_signed(officers),
        voters=voters,
        mine=mine,
        given=await proxy_queries.given_by(motion, voters) if view.state is MotionState.OPEN else {},
        papers=papers,
        fates=fates,
        left=[
            voter
            for voter in voters
            if voter.may_cast and voter.roll_voter_id not in mine and voter.roll_voter_id not in papers
        ],
        sees_papers=actor is not None
        and Channel.PAPER in motion.channels
        and permissions.may_see_papers(actor, officers) is None,
        objections=objections,
        extensions=await queries.extensions(visit.community_id, motion_id),
        change=change,
        asked=await changing.asked(actor, motion, change, visit.now),
        requests=await queries.recount_requests(visit.community_id, motion_id) if motion.preliminary_at else [],
        asked_until=asked_until(motion),
        form=form or Form.blank(),
        may_object=actor is not None and permissions.may_object(actor, bool(proxies.on_roll(voters))) is None,
        may_count=actor is not None and permissions.may_read_count(actor, officers) is None,
        may_download=actor is not None and permissions.may_read_choices(actor, officers) is None,
        pack=await pack_queries.pack_of(visit.community_id, motion_id) if actor is not None else None,
        plan=await plans.plan(visit.community_id, motion.plan_id) if motion.plan_id else None,
        draws=await plans.draws_of_owners(visit.community_id, motion.plan_id, actor.owner_ids)
        if motion.plan_id and actor is not None
        else [],
        sees_participation=permissions.may_see_participation(actor, bool(proxies.on_roll(voters))) is None,
        is_secretary=actor is not None and may_ask(actor) is None,
        judgments=await court_queries.standing(visit.community_id, motion_id),
        sees_court=court.may_read(actor) is None and await court_records.possible(motion) is not None,
        begun_and_revoked=next_step == "next.revoked.begun",
    )


def _started(motion: Motion) -> str:
    """What comes of a decision that has passed every gate: a project, a committee, or only that it is in force."""
    if motion.is_election:
        return "next.elected"
    return "next.started" if motion.preset.opens_project else "next.in_effect"


def _decided(papers: Iterable[Returned]) -> list[str]:
    return [each.ballot_id for each in papers if each.ballot_id is not None]


@get("/c/{slug:str}/motions/{motion_id:int}/participation", name="motion.participation")
async def participation(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """Room, area, took part, after the closing: for verified people in scope and for staff."""
    visit = await enter(request, slug)
    motion = await queries.motion(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion)
    require(permissions.may_see_participation(visit.actor, bool(proxies.on_roll(voters))))
    if not motion.is_closed(visit.now):
        raise Refused("motion.participation_after_closing")
    say = Sentences(kit(request).words[visit.locale], motion)
    rows = await queries.participation(visit.community_id, motion_id)
    mine = {code for voter in voters for code in voter.unit_codes}
    places = list(dict.fromkeys(row.unit_code.rpartition("-")[0] for row in rows))
    return page(
        request, visit, "voting/participation.html", motion=motion, say=say, rows=rows, mine=mine, places=places
    )


handlers: list[HTTPRouteHandler] = [index, show, participation]
