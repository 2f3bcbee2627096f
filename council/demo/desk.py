"""What the desk does besides matters: the community's rules, slips, and rows that people say are wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.accounts import slips
from council.accounts.model import PrintableSlip
from council.accounts.slipcodes import CodeKind
from council.demo.script import Correction, Rule, Script
from council.demo.stage import Stage
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.registry import corrections, settings
from council.registry import queries as registry


def rules(stage: Stage, script: Script) -> None:
    """Proposing a rule and confirming it, as acts among the others."""
    for rule in script.rules:
        made: list[int] = []

        async def propose(now: datetime, rule: Rule = rule, made: list[int] = made) -> None:
            actor = await stage.actor(rule.by)
            made.append(
                await settings.propose(
                    actor=actor, name=rule.name, value=rule.value, basis=rule.basis, key=new_id(), now=now
                )
            )

        async def confirm(now: datetime, rule: Rule = rule, made: list[int] = made) -> None:
            await settings.confirm(actor=await stage.actor(rule.confirmed_by), setting_id=made[0], now=now)

        stage.later(rule.at.before(stage.now), f"{rule.name}: propose", propose)
        if rule.confirmed_at is not None:
            stage.later(rule.confirmed_at.before(stage.now), f"{rule.name}: confirm", confirm)


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
