"""An owners' committee on the stage, out of a decided election: its posts, its filing, who left and who follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from council.bodies import alternates, entries, establishing, queries, rounds
from council.bodies.beginning import Founding, years_after
from council.bodies.composition import Seat
from council.bodies.model import Body, BodyKind, Ending, Member, Post, Side, VoteForm
from council.bodies.papers import Earlier, Filing, Leaving, Minutes, Paper
from council.demo import pictures
from council.demo.instants import BadScript, Instant
from council.demo.matters import Matter
from council.demo.stage import Stage
from council.demo.votes import Before, Committee
from council.files import service as files
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.registry import queries as registry

SECRETARY, SECOND = "secretary", "deputy"
"""Nobody of the committee confirms its papers."""
_HOUR = timedelta(hours=1)
_BASIS = "《业主委员会工作规则》第八条：主任、副主任由委员记名推选，过半数当选。"
_DAYS = timedelta(days=4)
"""How long the members choose."""


def establish(stage: Stage, matter: Matter, plan: Committee) -> None:
    """Notes every act; each paper is recorded by the secretary and confirmed an hour later."""
    seats = matter.election.seats if matter.election else 0
    made: list[int] = []

    async def found(now: datetime) -> None:
        motion_id = stage.motions[matter.key]
        founding = Founding(new_id(), motion_id, BodyKind.OWNERS, plan.years)
        actor = await stage.actor(SECRETARY)
        made.append(await establishing.establish(actor=actor, founding=founding, now=now))

    async def now_is() -> Body:
        return await queries.body(stage.register.community_id, made[0])

    def minutes(body: Body) -> Paper:
        chair, deputy = (_member(body, code).id for code in plan.chosen)
        votes = {Post.CHAIR: {chair: seats}, Post.DEPUTY: {deputy: seats - 1}}
        return Minutes(_day(stage, plan.held), VoteForm.NAMED, _BASIS, votes)

    def filing(body: Body) -> Paper:
        number, office, day = plan.filed
        filed_on = _day(stage, day)
        return Filing(number.format(year=local_date(filed_on).year), office, filed_on)

    async def post(now: datetime) -> None:
        (choice, *_) = (await now_is()).rounds
        actor = await stage.actor(SECRETARY)
        await rounds.record_posting(actor=actor, round_id=choice.id, posted_on=local_midnight(local_date(now)), now=now)

    if plan.before is not None:
        _record_before(stage, matter, plan.before)
    at = plan.at.before(stage.now)
    stage.later(at, f"{matter.key}: establish the committee", found)
    held = plan.held.before(stage.now)
    _paper(stage, matter, made, held + _HOUR, "推选会议记录", minutes)
    stage.later(held + 3 * _HOUR, f"{matter.key}: post who was chosen", post)
    _paper(stage, matter, made, plan.filed[2].before(stage.now) + _HOUR, "备案通知书", filing)
    if plan.left is not None:
        _leave(stage, matter, made, plan.left)
    if plan.choosing is not None:
        _choose(stage, matter, made, plan.choosing)


def _paper(
    stage: Stage, matter: Matter, body: list[int], at: datetime, named: str, write: Callable[[Body], Paper]
) -> None:
    """`named`: what its scan is called."""
    entry: list[int] = []

    async def record(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        paper = write(await queries.body(actor.community_id, body[0]))
        data = pictures.scan(f"{matter.key} {named} {at}")
        scan = await files.save_document(actor=actor, data=data, name=f"{named}.png", now=now)
        entry.append(
            await entries.record(actor=actor, body_id=body[0], paper=paper, scan_id=scan.id, key=new_id(), now=now)
        )

    async def confirm(now: datetime) -> None:
        await entries.confirm(actor=await stage.actor(SECOND), entry_id=entry[0], now=now)

    stage.later(at, f"{matter.key}: record a paper of the committee", record)
    stage.later(at + _HOUR, f"{matter.key}: confirm a paper of the committee", confirm)


def _record_before(stage: Stage, matter: Matter, told: Before) -> None:
    entry: list[int] = []

    async def record(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        number, office, day = told.filed
        began, filed_on = _day(stage, told.began), _day(stage, day)
        homes = await registry.units_by_code(actor.community_id, [code for code, _ in told.seats])
        held = await registry.holdings_of(actor.community_id, [unit.id for unit in homes.values()])
        paper = Earlier(
            number=told.number,
            began_on=began,
            term_until=years_after(began, told.years),
            filing=Filing(number.format(year=local_date(filed_on).year), office, filed_on),
            seats=tuple(Seat(held[homes[code].id][0].name, Side.OWNER, Post(post), code) for code, post in told.seats),
        )
        data = pictures.scan(f"{matter.key} 备案表 {number}")
        scan = await files.save_document(actor=actor, data=data, name="备案表.png", now=now)
        entry.append(
            await entries.record(actor=actor, body_id=None, paper=paper, scan_id=scan.id, key=new_id(), now=now)
        )

    async def confirm(now: datetime) -> None:
        await entries.confirm(actor=await stage.actor(SECOND), entry_id=entry[0], now=now)

    at = told.at.before(stage.now)
    stage.later(at, f"{matter.key}: record the committee before", record)
    stage.later(at + _HOUR, f"{matter.key}: confirm the committee before", confirm)


def _leave(stage: Stage, matter: Matter, body: list[int], left: tuple[str, Instant]) -> None:
    code, day = left

    def resignation(now_is: Body) -> Paper:
        return Leaving(_member(now_is, code).id, Ending.RESIGNED, _day(stage, day))

    async def follow(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        (first, *_) = (await queries.body(actor.community_id, body[0])).alternates
        await alternates.step_up(actor=actor, body_id=body[0], member_id=first.id, now=now)

    at = day.before(stage.now)
    _paper(stage, matter, body, at + _HOUR, "辞职信", resignation)
    stage.later(at + 3 * _HOUR, f"{matter.key}: an alternate follows", follow)


def _choose(stage: Stage, matter: Matter, body: list[int], begun: Instant) -> None:
    async def begin(now: datetime) -> None:
        await rounds.open_round(
            actor=await stage.actor(SECRETARY),
            body_id=body[0],
            key=new_id(),
            form=VoteForm.NAMED,
            basis=_BASIS,
            closes_at=now + _DAYS,
            now=now,
        )

    stage.later(begun.before(stage.now), f"{matter.key}: the members choose", begin)


def _member(body: Body, code: str) -> Member:
    found = next((each for each in body.members if each.place == code), None)
    if found is None:
        raise BadScript(f"nobody of {code} is a member")
    return found


def _day(stage: Stage, instant: Instant) -> datetime:
    return local_midnight(local_date(instant.before(stage.now)))
