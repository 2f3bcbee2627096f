"""A vote on the stage: the notice, the ballots of those who have an account, the signatures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from council.demo import funds, pictures, results
from council.demo.instants import BadScript
from council.demo.matters import Matter
from council.demo.paper import on_paper
from council.demo.stage import Stage, Still
from council.demo.votes import Tried, Vote
from council.files import service as files
from council.files.model import Purpose
from council.kernel.errors import Invalid
from council.kernel.ids import new_id
from council.pathways.model import Electorate, Kind
from council.pathways.presets import load
from council.progress import service as progress
from council.proposals import queries as proposals
from council.voting import casting, counting, delivering, delivery_checks, packs, queries
from council.voting.delivery import Channel, DeliveryDraft, Receiver, Result
from council.voting.model import Choice
from council.voting.motion import Convener, MotionDraft
from council.voting.opening import suggested_times
from council.voting.packs import PackDraft

_EVENING = timedelta(hours=18)


def vote(stage: Stage, matter: Matter, plan: Vote) -> None:
    """Notes the notice, every ballot and every signature. Nobody votes ahead of the present."""
    noticed_at = plan.notice.before(stage.now)
    times = suggested_times(load(Kind(matter.kind)), noticed_at)
    # Offices close a vote at six in the evening, not at midnight: on the last day, which keeps the whole days.
    closes_at = times.closes_at - timedelta(days=1) + _EVENING

    async def publish(now: datetime) -> None:
        secretary = await stage.actor("secretary")
        proposal = await proposals.proposal(secretary.community_id, stage.proposals[matter.key])
        draft = MotionDraft(
            key=new_id(),
            convener=Convener(plan.convener),
            convener_name=plan.convener_name,
            counter_ids=tuple(stage.people[key] for key in plan.counters),
            scrutineer_id=stage.people[plan.scrutineer],
            opens_at=times.opens_at,
            closes_at=closes_at,
            is_on_paper=plan.paper > 0,
        )
        stage.motions[matter.key] = await progress.publish_motion(
            actor=secretary, proposal_id=proposal.id, seen_version=proposal.version, draft=draft, now=now
        )
        if plan.pack is not None:
            words, office, reader = plan.pack
            pack = PackDraft(new_id(), words, office, (stage.people[reader],))
            await packs.make_pack(actor=secretary, motion_id=stage.motions[matter.key], draft=pack, now=now)

    funds.plan(stage, matter, noticed_at)
    stage.later(noticed_at, f"{matter.key}: publish", publish)
    last = min(closes_at, stage.now) - timedelta(minutes=2)
    voting = _choices(stage, matter, plan)
    names = _names(stage, plan)
    for key, choice in voting:
        span = max(60, int((last - times.opens_at).total_seconds()))
        # Most vote in the first days, a few at the end.
        late = stage.random.random() * stage.random.random()
        said = (choice, next(names, ())) if choice is Choice.AGREE else (choice, ())
        _cast(stage, matter, key, said, times.opens_at + timedelta(seconds=int(span * late), milliseconds=7))
    if plan.paper:
        on_paper(stage, matter, plan, (times.opens_at, closes_at), {key for key, _ in voting})
    if plan.drawn is not None:
        results.draw(stage, matter, plan.drawn)
    if plan.official is not None:
        results.tell(stage, matter, plan.official)
    for key, at in plan.signed:
        _sign(stage, matter, key, at.before(stage.now))
    for tried in plan.tried:
        _deliver(stage, matter, tried)


def _choices(stage: Stage, matter: Matter, plan: Vote) -> list[tuple[str, Choice]]:
    """Who votes how. `first` always vote (and agree first), `not_by` have not voted yet."""
    able = _able(stage, matter)
    able = [key for key in able if key not in plan.not_by and key not in plan.first]
    stage.random.shuffle(able)
    wanted = plan.agree + plan.oppose + plan.abstain
    if plan.order == "small_oppose":
        able.sort(key=lambda key: -stage.area(key))
        middle = plan.agree - len(plan.first)
        chosen = [*able[:middle], *able[middle:][-(plan.oppose + plan.abstain) :]]
    else:
        chosen = able[: max(0, wanted - len(plan.first))]
    if len(plan.first) + len(chosen) < wanted:
        raise BadScript(f"{matter.key}: {wanted} are to vote, {len(plan.first) + len(chosen)} can")
    choices = [Choice.AGREE] * plan.agree + [Choice.OPPOSE] * plan.oppose + [Choice.ABSTAIN] * plan.abstain
    return list(zip([*plan.first, *chosen], choices, strict=True))


def _names(stage: Stage, plan: Vote) -> Iterator[tuple[str, ...]]:
    """Of an election: whom each of those who agree chooses (unit codes), mixed."""
    written = [names for number, names in plan.picks for _ in range(number)]
    stage.random.shuffle(written)
    return iter(written)


def _able(stage: Stage, matter: Matter) -> list[str]:
    if load(Kind(matter.kind)).electorate is Electorate.OWNERS:
        return stage.owners_in(matter.scope)
    return stage.households_in(matter.scope)


def _cast(stage: Stage, matter: Matter, key: str, said: tuple[Choice, tuple[str, ...]], at: datetime) -> None:
    choice, names = said

    async def cast(now: datetime) -> None:
        actor = await stage.actor(key)
        motion_id = stage.motions[matter.key]
        ballot = new_id()
        picks = await results.numbers(stage, matter, names)
        try:
            await casting.cast_ballot(
                actor=actor, motion_id=motion_id, ballot_id=ballot, choice=choice, picks=picks, clock=Still(now)
            )
        except Invalid:
            # Somebody with several homes is several households: their first one speaks here.
            motion = await queries.motion(actor.community_id, motion_id)
            number = (await queries.voters_for(actor, motion))[0].number
            await casting.cast_ballot(
                actor=actor, motion_id=motion_id, ballot_id=ballot, choice=choice, voter=number, clock=Still(now)
            )

    stage.later(at, f"{matter.key}: {key} votes", cast)


def _sign(stage: Stage, matter: Matter, key: str, at: datetime) -> None:
    async def sign(now: datetime) -> None:
        await counting.certify(actor=await stage.actor(key), motion_id=stage.motions[matter.key], now=now)

    stage.later(at, f"{matter.key}: sign", sign)


def _deliver(stage: Stage, matter: Matter, tried: Tried) -> None:
    """At the door, and where somebody has looked at it, the second person."""
    made: list[int] = []

    async def deliver(now: datetime) -> None:
        actor = await stage.actor(tried.by)
        photo_id = None
        if tried.receiver:
            photo = await files.save_document(
                actor=actor, data=pictures.picture("door"), name="送达现场.png", now=now, purpose=Purpose.SCAN
            )
            photo_id = photo.id
        kind = Receiver.HOUSEHOLD if tried.receiver else Receiver.OWNER
        draft = DeliveryDraft(
            new_id(), Result(tried.result), Channel.DOOR, kind, tried.receiver, tried.witness, tried.note
        )
        recorded = await delivering.record_delivery(
            actor=actor,
            motion_id=stage.motions[matter.key],
            unit=tried.unit,
            draft=draft,
            photo_id=photo_id,
            waited=0,
            now=now,
        )
        made.append(recorded.id)

    async def confirm(now: datetime) -> None:
        actor = await stage.actor(tried.confirmed_by)
        await delivery_checks.confirm_deliveries(actor=actor, motion_id=stage.motions[matter.key], ids=made, now=now)

    stage.later(tried.at.before(stage.now), f"{matter.key}: papers to {tried.unit}", deliver)
    if tried.confirmed_at is not None:
        stage.later(tried.confirmed_at.before(stage.now), f"{matter.key}: {tried.unit} confirmed", confirm)
