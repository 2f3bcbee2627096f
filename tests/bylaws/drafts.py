"""Versions of the bylaws for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from council.bylaws import service
from council.bylaws.model import Clause, Draft, Value
from council.files import service as files
from council.kernel.clock import local_midnight
from council.kernel.ids import new_id
from tests.people import NOW, Garden

PDF = b"%PDF-1.4\n% bylaws\n%%EOF\n"
ADOPTED, FROM = date(2026, 2, 1), date(2026, 3, 1)


def said(**values: Value) -> tuple[Clause, ...]:
    return tuple(
        Clause(name, value, f"第{page}条 原文如此", page) for page, (name, value) in enumerate(values.items(), 3)
    )


async def draft(people: Garden, *clauses: Clause, **changed: Any) -> Draft:
    """Dana's draft; without clauses it lets online votes count."""
    scan = await files.save_document(actor=people.dana, data=PDF, name="规则.pdf", now=NOW)
    plain = Draft(
        key=new_id(),
        title="花园小区业主大会议事规则",
        profile="national",
        scan_id=scan.id,
        adopted_on=local_midnight(ADOPTED),
        effective_from=local_midnight(FROM),
        clauses=clauses or said(online_counts="yes"),
    )
    return replace(plain, **changed)


async def proposed(people: Garden, *clauses: Clause, by: str = "dana", now: datetime = NOW, **changed: Any) -> int:
    return await service.propose(actor=people.actors[by], draft=await draft(people, *clauses, **changed), now=now)


async def confirmed(people: Garden, *clauses: Clause, now: datetime = NOW, **changed: Any) -> int:
    version_id = await proposed(people, *clauses, now=now, **changed)
    await service.confirm(actor=people.erin, version_id=version_id, now=now)
    return version_id
