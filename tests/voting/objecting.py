"""An objection's way to its end, for tests."""

from __future__ import annotations

from datetime import datetime

from council.kernel.ids import new_id
from council.voting import objections
from council.voting.objection import ObjectionClosing, ObjectionOutcome, StepKind
from tests.people import Garden
from tests.voting.court import scan_of


async def mediated(people: Garden, objection_id: int, now: datetime) -> None:
    """Dana records that a mediation was held."""
    await objections.record_step(
        actor=people.dana,
        objection_id=objection_id,
        key=new_id(),
        kind=StepKind.MEDIATION,
        happened_at=now,
        words="在居委会坐下来谈了一次，没有谈成",
        file_id=None,
        now=now,
    )


async def ruling_came(people: Garden, objection_id: int, now: datetime) -> None:
    """Dana records the authority's paper."""
    await objections.record_step(
        actor=people.dana,
        objection_id=objection_id,
        key=new_id(),
        kind=StepKind.RULING,
        happened_at=now,
        words="区规自委答复：日照测算达标",
        file_id=await scan_of(people.dana, now),
        now=now,
    )


async def answered(people: Garden, objection_id: int, now: datetime, reply: str = "已当面答复。") -> None:
    """Closed with an agreement that its author confirms: here Grace."""
    closing = ObjectionClosing(ObjectionOutcome.AGREED, reply, "")
    await objections.close_objection(actor=people.dana, objection_id=objection_id, closing=closing, now=now)
    await objections.confirm_closing(actor=people.grace, objection_id=objection_id, now=now)


async def upheld(people: Garden, objection_id: int, now: datetime) -> None:
    """Dana says so, and Erin."""
    closing = ObjectionClosing(ObjectionOutcome.UPHELD, "确实漏了一户，异议成立", "")
    await objections.close_objection(actor=people.dana, objection_id=objection_id, closing=closing, now=now)
    await objections.confirm_closing(actor=people.erin, objection_id=objection_id, now=now)
