"""An objection's way to its end, for tests."""

from __future__ import annotations

from datetime import datetime

from council.kernel.ids import new_id
from council.voting import objections
from council.voting.objection import ObjectionClosing, ObjectionOutcome, StepKind
from tests.people import Garden


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


async def upheld(people: Garden, objection_id: int, now: datetime) -> None:
    """Dana says so, and Erin."""
    closing = ObjectionClosing(ObjectionOutcome.UPHELD, "确实漏了一户，异议成立", "")
    await objections.close_objection(actor=people.dana, objection_id=objection_id, closing=closing, now=now)
    await objections.confirm_closing(actor=people.erin, objection_id=objection_id, now=now)
