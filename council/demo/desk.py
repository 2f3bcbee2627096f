"""What the desk does besides matters: the community's bylaws, slips, and rows that people say are wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.accounts import slips
from council.accounts.model import PrintableSlip
from council.accounts.slipcodes import CodeKind
from council.bylaws import profiles
from council.bylaws import service as bylaws
from council.bylaws.model import Clause, Draft, Value
from council.bylaws.queries import from_text
from council.demo import pictures
from council.demo.instants import BadScript, Instant
from council.demo.recorded import Bylaws, Correction
from council.demo.script import Script
from council.demo.stage import Stage
from council.files import service as files
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.registry import corrections
from council.registry import queries as registry


def record_bylaws(stage: Stage, script: Script) -> None:
    """Recording a version of the bylaws with its scan and confirming it, as acts among the others."""
    for written in script.bylaws:
        made: list[int] = []

        async def propose(now: datetime, written: Bylaws = written, made: list[int] = made) -> None:
            actor = await stage.actor(written.by)
            scan = await files.save_document(
                actor=actor, data=pictures.scan(written.title), name=f"{written.title}.png", now=now
            )
            draft = Draft(
                key=new_id(),
                title=written.title,
                profile=profiles.NATIONAL,
                scan_id=scan.id,
                adopted_on=_day(stage, written.adopted),
                effective_from=_day(stage, written.effective),
                clauses=tuple(
                    Clause(name, _value(name, value), text, page) for name, value, page, text in written.clauses
                ),
            )
            made.append(await bylaws.propose(actor=actor, draft=draft, now=now))

        async def confirm(now: datetime, written: Bylaws = written, made: list[int] = made) -> None:
            await bylaws.confirm(actor=await stage.actor(written.confirmed_by), version_id=made[0], now=now)

        stage.later(written.at.before(stage.now), f"{written.title}: record", propose)
        if written.confirmed_at is not None:
            stage.later(written.confirmed_at.before(stage.now), f"{written.title}: confirm", confirm)


def _day(stage: Stage, instant: Instant) -> datetime:
    return local_midnight(local_date(instant.before(stage.now)))


def _value(name: str, text: str) -> Value:
    value = from_text(name, text)
    if value is None:
        raise BadScript(f"{name}: {text!r}")
    return value


def wrong_rows(stage: Stage, script: Script) -> None:
    """What people say is wrong with their row, waiting at the desk."""
    for wrong in script.corrections:

        async def file(now: datetime, wrong: Correction = wrong) -> None:
            unit_id = stage.register.units[wrong.unit]
            actor = await stage.actor(wrong.by)
            await corrections.file_correction(actor=actor, unit_id=unit_id, said=wrong.text, key=new_id(), now=now)

        stage.later(wrong.at.before(stage.now), f"{wrong.unit}: correction", file)


def print_slips(stage: Stage, secret: bytes) -> None:
    """Everybody's codes, printed by the secretary before the first matter."""

    async def print_them(now: datetime) -> None:
        actor = await stage.actor("secretary")
        await slips.codes_for_print(actor=actor, scope=Scope(ScopeKind.COMMUNITY), secret=secret, now=now)

    stage.later(stage.now - timedelta(days=212), "slips", print_them)


async def unused_slips(stage: Stage, scope: str, secret: bytes) -> tuple[PrintableSlip, PrintableSlip]:
    """A dwelling's slip and an owner's that nobody has joined with yet, to try joining."""
    actor = await stage.actor("secretary")
    pile = await slips.codes_for_print(actor=actor, scope=stage.register.scope(scope), secret=secret, now=stage.now)
    joined = {stage.register.owners[key] for key in stage.verified}
    holdings = await registry.holdings_in(actor.community_id, stage.register.scope(scope))
    free = [
        slip
        for slip in pile
        if slip.unit is not None
        and slip.unit.code not in stage.residents
        and joined.isdisjoint(held.owner_id for held in holdings[slip.unit.id])
    ]
    return (
        next(slip for slip in free if slip.kind is CodeKind.RESIDENT),
        next(slip for slip in free if slip.kind is CodeKind.OWNER),
    )
