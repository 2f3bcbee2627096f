"""The management committee that a street has appointed: recorded from its document by one, confirmed by another."""

from __future__ import annotations

from datetime import datetime

from council.bodies import entries
from council.bodies.beginning import years_after
from council.bodies.composition import Seat
from council.bodies.model import Post, Side
from council.bodies.papers import Appointment
from council.demo import pictures
from council.demo.instants import BadScript, Instant
from council.demo.recorded import Appointed
from council.demo.script import Script
from council.demo.stage import Stage
from council.files import service as files
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.registry import queries as registry


def record_appointments(stage: Stage, script: Script) -> None:
    """Recording and confirming as acts among the others; owners are named by their homes."""
    for written in script.appointments:
        made: list[int] = []

        async def record(now: datetime, written: Appointed = written, made: list[int] = made) -> None:
            actor = await stage.actor(written.by)
            number = written.number.format(year=local_date(written.appointed.before(stage.now)).year)
            scan = await files.save_document(actor=actor, data=pictures.scan(number), name=f"{number}.png", now=now)
            paper = Appointment(
                document=number,
                appointed_by=written.office,
                appointed_on=_day(stage, written.appointed),
                term_until=years_after(_day(stage, written.appointed), written.years),
                seats=await _seats(stage, written),
            )
            made.append(
                await entries.record(actor=actor, body_id=None, paper=paper, scan_id=scan.id, key=new_id(), now=now)
            )

        async def confirm(now: datetime, written: Appointed = written, made: list[int] = made) -> None:
            await entries.confirm(actor=await stage.actor(written.confirmed_by), entry_id=made[0], now=now)

        stage.later(written.at.before(stage.now), f"{written.number}: record", record)
        stage.later(written.confirmed_at.before(stage.now), f"{written.number}: confirm", confirm)


def _day(stage: Stage, instant: Instant) -> datetime:
    return local_midnight(local_date(instant.before(stage.now)))


async def _seats(stage: Stage, written: Appointed) -> tuple[Seat, ...]:
    community_id = stage.register.community_id
    homes = await registry.units_by_code(community_id, [place for _, _, _, place in written.seats if place])
    held = await registry.holdings_of(community_id, [unit.id for unit in homes.values()])
    found = []
    for name, side, post, place in written.seats:
        if place and place not in homes:
            raise BadScript(f"{written.number}: no home {place}")
        owner = held[homes[place].id][0].name if place else name
        found.append(Seat(owner, Side(side), Post(post), place))
    return tuple(found)
