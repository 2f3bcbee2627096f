"""The proposal's page: what it is, why it has not started, what neighbours say, and my next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from litestar import Response, get, post
from litestar.params import FromPath

from council.deliberation import queries as deliberation
from council.deliberation.model import Talk
from council.elections import queries as elections
from council.elections import rules
from council.elections.permissions import is_own
from council.files import queries as files
from council.kernel.actor import Actor
from council.ledger import queries as ledger
from council.pathways.pathway import Pathway, State, walk
from council.progress import cards, words
from council.progress.facts import gather
from council.progress.live import parts
from council.proposals import consent_queries, consents
from council.proposals import permissions as proposal_permissions
from council.proposals import queries as proposals
from council.proposals.consent import Consent, may_look
from council.proposals.model import EventKind, Proposal, ProposalState, Support
from council.voting import queries as voting
from council.voting.motion import Motion, MotionState
from council.voting.permissions import may_open_motion
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other
from council.web.narrowing import page_asked
from council.web.versions import joined

PAGE = "/c/{slug:str}/proposals/{proposal_id:int}"


@get(PAGE, name="proposal")
async def show(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    return await proposal_page(request, visit, proposal_id)


@post(PAGE + "/consents", name="proposal.consent")
async def answer_consent(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """A verified owner of a named home agrees or refuses."""
    visit = await enter(request, slug)
    form = await read_form(request)
    unit_id = form.integer("unit", least=1)
    answer = form.choice("answer", ("agree", "refuse"))
    form.check()
    await proposals.proposal(visit.community_id, proposal_id)
    await consents.answer(
        actor=visit.actor, proposal_id=proposal_id, unit_id=unit_id, is_agreed=answer == "agree", now=visit.now
    )
    return see_other(f"/c/{slug}/proposals/{proposal_id}?said=consent.answered#consents")


async def proposal_page(
    request: Request, visit: Visit, proposal_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    """The whole page; with a refused comment's form in its place."""
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    gathered = await gather(visit.community_id, [proposal], visit.now)
    way = walk(proposal.preset, gathered.facts[proposal.id], visit.now)
    motion = gathered.motions.get(proposal.id)
    asked = (await consent_queries.consents_of(visit.community_id, [proposal.id])).get(proposal.id, [])
    mine = [each.unit_id for each in asked if proposal.is_open and each.is_asked(visit.actor)]
    project = (await ledger.projects_of(visit.community_id, [proposal.id])).get(proposal.id)
    support = await proposals.support(visit.actor, proposal)
    events = await proposals.events(visit.community_id, proposal.id)
    said = kit(request).words[visit.locale]
    outcome = await cards.outcome_of(motion, visit.now)
    card = cards.proposal_card(visit.community, proposal, motion, outcome, said, visit.now)
    if way.ending is not None:
        support = replace(support, may_endorse=False)  # endorsing what is over would lead nowhere
    is_election = proposal.preset.is_election
    slates = await elections.standings(visit.community_id, [proposal.id] if is_election else [])
    at = slates.get(proposal.id)
    talk = await deliberation.talk(visit.actor, proposal.thread_id, page_asked(request))
    return page(
        request,
        visit,
        "progress/proposal.html",
        status=status,
        proposal=proposal,
        version=await proposals.version(visit.community_id, proposal.id, proposal.version),
        photos=await files.stored_files(visit.community_id, await proposals.photos(visit.community_id, proposal.id)),
        way=way,
        phases=[(_drawn(state), stage, state) for stage, state in way.phases],
        lede=words.lede(proposal, way, motion, visit.now),
        card=cards.shared(visit.community, proposal, card, said),
        motion=motion,
        motion_state=None if motion is None else motion.state(visit.now),
        is_election=is_election,
        at=at,
        stage=None if at is None else rules.stage(at, visit.now),
        until=None if at is None else rules.notice_until(at.election),
        named=[each.id for each in at.candidates if each.is_in and is_own(visit.actor, each)] if at else [],
        consents=_visible(asked, visit.actor, in_scope=bool(support.mine)),
        consents_count=len(asked),
        asked=mine,
        turning=[each.unit_id for each in asked if proposal.is_open and each.may_turn(visit.actor)],
        may_keep_consents=may_look(visit.actor) is None,
        support=support,
        talk=talk,
        said_on=_said_on(request, talk),
        live_at=joined(parts(proposal, way, talk.mark)),
        address=f"/c/{visit.community.slug}/proposals/{proposal.id}",
        form=form or Form.blank(),
        events=events,
        returned=next((event for event in reversed(events) if event.kind is EventKind.RETURNED), None),
        project=project,
        replaced=(await voting.replaced_of(visit.community_id, [proposal.id])).get(proposal.id),
        next_step=await _next_step(visit, proposal, motion, mine, may_endorse=_may_endorse(support)),
        may_publish=_may_publish(visit.actor, proposal, motion, way) and not gathered.facts[proposal.id].is_text_lost,
    )


def _may_publish(actor: Actor, proposal: Proposal, motion: Motion | None, way: Pathway) -> bool:
    """Whether the notice of the vote is this reader's to put out now; an election's follows its list of candidates."""
    if proposal.state is not ProposalState.ACCEPTED or proposal.started_at is not None or proposal.preset.is_election:
        return False
    is_free = motion is None or motion.cancelled_at is not None
    return is_free and way.ending is None and way.is_ready_for_notice and may_open_motion(actor) is None


def _said_on(request: Request, talk: Talk) -> int | None:
    """The comment that `?on=` names, if it stands on this page: what was done is said there, where the reader lands."""
    asked = request.query_params.get("on", "")
    shown = (said.id for one in talk.exchanges for said in (one.comment, *one.replies))
    return next((comment_id for comment_id in shown if str(comment_id) == asked), None)


def _drawn(state: State) -> str:
    """The stylesheet draws three kinds of stations; a failed one stands where the matter stopped."""
    return "now" if state is State.FAILED else state.value


def _may_endorse(support: Support) -> bool:
    """Of several homes one is enough for the bar; the others have their buttons on the page."""
    return support.may_endorse and bool(support.mine) and not any(home.has_endorsed for home in support.mine)


def _visible(consents: Sequence[Consent], actor: Actor, *, in_scope: bool) -> list[Consent]:
    """Which home agreed and which did not is for people in scope, for staff and for whoever was asked."""
    return [each for each in consents if in_scope or actor.roles or each.own(actor)]


async def _next_step(
    visit: Visit, proposal: Proposal, motion: Motion | None, asked: Sequence[int], *, may_endorse: bool
) -> str:
    """What the bar at the thumb offers this reader: consent, vote, decide, revise, endorse, or say something."""
    if asked:
        return "consent"
    if motion is not None and motion.state(visit.now) is MotionState.OPEN:
        mine = [voter.roll_voter_id for voter in await voting.voters_for(visit.actor, motion) if voter.may_cast]
        done = {
            *await voting.ballots_in_force(visit.community_id, mine),
            *await voting.received(visit.community_id, mine),
        }
        if len(done) < len(mine):
            return "vote"
    if proposal.state is ProposalState.RETURNED and proposal.proposer_id == visit.actor.person_id:
        return "revise"
    if proposal.state is ProposalState.FILED and proposal_permissions.may_decide(visit.actor, proposal) is None:
        return "desk"
    if may_endorse and proposal.state is ProposalState.FILED:
        return "endorse"
    return "say"


handlers = [show, answer_consent]
