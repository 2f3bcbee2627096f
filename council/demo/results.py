"""How a vote on the stage is decided where its ballots alone do not: a lot among equals, a result from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from council.demo import pictures
from council.demo.matters import Matter
from council.demo.stage import Stage
from council.demo.votes import Drawn, Told
from council.files import service as files
from council.files.model import Purpose
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.storage.sql import fetch
from council.voting import election_queries, lots, official_results
from council.voting.lots import LotDraft
from council.voting.model import Count, Outcome, Sums
from council.voting.official import Figures, OfficialDraft

_HOUR = timedelta(hours=1)


async def numbers(stage: Stage, matter: Matter, names: Iterable[str]) -> tuple[int, ...]:
    """The ballot's numbers of candidates named by their homes; the rule that gave them depends on the log."""
    wanted = tuple(names)
    if not wanted:
        return ()
    if matter.key not in stage.numbers:
        found = await election_queries.candidates(stage.register.community_id, stage.motions[matter.key])
        stage.numbers[matter.key] = {each.place: each.number for each in found}
    return tuple(stage.numbers[matter.key][name] for name in wanted)


def draw(stage: Stage, matter: Matter, plan: Drawn) -> None:
    """Drawn, recorded an hour later with its photo, confirmed by another person an hour after that."""
    made: list[int] = []

    async def record(now: datetime, *, upside_down: bool = False) -> None:
        actor = await stage.actor(plan.by)
        photo = await files.save_document(
            actor=actor, data=pictures.picture("door"), name="抽签现场.png", now=now, purpose=Purpose.SCAN
        )
        order = await numbers(stage, matter, plan.order)
        order = order[::-1] if upside_down else order
        draft = LotDraft(new_id(), order, plan.witnesses, plan.at.before(stage.now), photo.id)
        made.append(await lots.record_lot(actor=actor, motion_id=stage.motions[matter.key], draft=draft, now=now))

    async def confirm(now: datetime) -> None:
        actor = await stage.actor(plan.seconds)
        await lots.confirm_lot(actor=actor, motion_id=stage.motions[matter.key], lot_id=made[-1], now=now)

    async def mistake(now: datetime) -> None:
        await record(now, upside_down=True)

    async def take_back(now: datetime) -> None:
        actor, motion_id = await stage.actor(plan.seconds), stage.motions[matter.key]
        await lots.withdraw_lot(actor=actor, motion_id=motion_id, lot_id=made[0], reason=plan.mistaken, now=now)

    at = plan.at.before(stage.now)
    if plan.mistaken:
        stage.later(at + _HOUR / 3, f"{matter.key}: record the lot upside down", mistake)
        stage.later(at + _HOUR / 2, f"{matter.key}: take the lot back", take_back)
    stage.later(at + _HOUR, f"{matter.key}: record the lot", record)
    stage.later(at + 2 * _HOUR, f"{matter.key}: confirm the lot", confirm)


def tell(stage: Stage, matter: Matter, plan: Told) -> None:
    """Recorded by the secretary from its document; confirmed by another person, where the script says when."""
    made: list[int] = []

    async def record(now: datetime) -> None:
        actor = await stage.actor("secretary")
        number = plan.number.format(year=local_date(now).year)
        scan = await files.save_document(actor=actor, data=pictures.scan(number), name=f"{plan.document}.png", now=now)
        motion_id = stage.motions[matter.key]
        (roll,) = await fetch(
            "SELECT COUNT(*) AS persons, SUM(area_dm2) AS area FROM roll_voter WHERE community_id = {}"
            " AND motion_id = {}",
            *(actor.community_id, motion_id),
        )
        count = Count(**{name: Sums(*getattr(plan, name)) for name in ("agree", "oppose", "abstain")})
        draft = OfficialDraft(
            key=new_id(),
            outcome=Outcome(plan.outcome),
            document=plan.document,
            number=number,
            dated_on=local_midnight(local_date(now)),
            figures=Figures(Sums(int(roll["persons"]), int(roll["area"])), count),
            file_id=scan.id,
        )
        made.append(await official_results.record(actor=actor, motion_id=motion_id, draft=draft, now=now))

    async def confirm(now: datetime) -> None:
        actor = await stage.actor(plan.confirmed_by)
        await official_results.confirm(actor=actor, official_id=made[0], now=now)

    stage.later(plan.at.before(stage.now), f"{matter.key}: record the official result", record)
    if plan.confirmed_at is not None:
        stage.later(plan.confirmed_at.before(stage.now), f"{matter.key}: confirm the official result", confirm)
