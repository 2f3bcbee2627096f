"""Findings with their document."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from council.files import service as files
from council.kernel import ids
from council.kernel.errors import Invalid, NotFound, Refused
from council.pathways.model import Kind
from council.proposals import papers, queries, service
from council.proposals.model import EventKind, Proposal
from tests.people import NOW, Garden, garden
from tests.proposals.matters import filed, recorded

pytestmark = pytest.mark.usefixtures("db")


PDF = b"%PDF-1.7\n%%EOF\n"


async def found(people: Garden, proposal: Proposal, **changes: Any) -> None:
    given: dict[str, Any] = {
        "actor": people.dana,
        "proposal_id": proposal.id,
        "key": ids.new_id(),
        "is_feasible": True,
        "office": "市设计院",
        "note": "",
        "file_id": None,
        "now": NOW,
    }
    await papers.record_finding(**(given | changes))


async def test_a_finding_is_recorded_once_and_the_newest_counts() -> None:
    people = await garden()
    proposal = await filed(people, kind=Kind.ELEVATOR)
    key = ids.new_id()
    await asyncio.gather(*(found(people, proposal, key=key, is_feasible=False) for _ in range(2)))
    await found(people, proposal, note="改到北侧")
    newest = (await queries.findings_of(people.community_id, [proposal.id]))[proposal.id]
    assert (newest.is_feasible, newest.note, newest.recorded_by_name) == (True, "改到北侧", "Dana")
    kinds = [event.kind for event in await queries.events(people.community_id, proposal.id)]
    assert kinds == [EventKind.FILED, EventKind.FOUND_NOT_FEASIBLE, EventKind.FOUND_FEASIBLE]


async def test_a_used_key_with_another_finding_or_from_somebody_else_is_refused() -> None:
    people = await garden()
    proposal, other, key = await filed(people), await filed(people), ids.new_id()
    await found(people, proposal, key=key)
    for changes in ({"is_feasible": False}, {"office": "区设计院"}, {"note": "北侧"}, {"proposal_id": other.id}):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await found(people, proposal, **({"key": key} | changes))
    with pytest.raises(Refused, match=r"form\.used_before"):
        await found(people, proposal, key=key, actor=replace(people.dana, name="Dora"))
    assert await recorded("proposal.finding") == 1


@pytest.mark.usefixtures("app")
async def test_a_used_key_with_another_document_is_refused() -> None:
    people = await garden()
    proposal, key = await filed(people), ids.new_id()
    first, second = [
        (await files.save_document(actor=people.dana, data=data, name="意见.pdf", now=NOW)).id
        for data in (PDF, PDF + b"\n")
    ]
    await found(people, proposal, key=key, file_id=first)
    for again in (first, None):
        await found(people, proposal, key=key, file_id=again)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await found(people, proposal, key=key, file_id=second)
    assert (await queries.findings_of(people.community_id, [proposal.id]))[proposal.id].file_id == first


async def test_findings_that_are_refused() -> None:
    people = await garden()
    proposal, gone = await filed(people), await filed(people)
    await service.withdraw(actor=people.alice, proposal_id=gone.id, reason="", now=NOW)
    with pytest.raises(Refused, match=r"proposal\.only_secretary"):
        await found(people, proposal, actor=people.alice)
    with pytest.raises(Invalid):
        await found(people, proposal, office="")
    with pytest.raises(Refused, match=r"proposal\.moved_on"):
        await found(people, gone)
    with pytest.raises(NotFound):
        await found(people, proposal, file_id=4711)
    assert await recorded("proposal.finding") == 0
