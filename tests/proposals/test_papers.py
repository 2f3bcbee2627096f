"""Findings with their document, and the consent of a home whose own space is taken."""

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


async def answer(people: Garden, proposal: Proposal, name: str, code: str, *, agreed: bool) -> None:
    await papers.answer_consent(
        actor=people.actors[name],
        proposal_id=proposal.id,
        unit_id=people.units[code],
        is_agreed=agreed,
        now=NOW,
    )


async def consent(proposal: Proposal) -> tuple[str | None, str | None]:
    [only] = (await queries.consents_of(proposal.community_id, [proposal.id]))[proposal.id]
    return only.answer, only.answered_by_name


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


async def test_a_home_is_named_once_and_its_owner_answers() -> None:
    people = await garden()
    proposal, home = await filed(people), people.units["1-1-102"]
    for _ in range(2):
        await papers.name_consent(actor=people.dana, proposal_id=proposal.id, unit_id=home, why="占窗", now=NOW)
    with pytest.raises(Refused, match=r"consent\.named_already") as refused:
        await papers.name_consent(actor=people.dana, proposal_id=proposal.id, unit_id=home, why="占阳台", now=NOW)
    assert refused.value.details == {"why": "占窗"}
    assert await recorded("consent.named") == 1
    await answer(people, proposal, "grace", "1-1-102", agreed=True)
    assert await consent(proposal) == ("agree", "Grace")
    with pytest.raises(Refused, match=r"consent\.answered"):
        await answer(people, proposal, "grace", "1-1-102", agreed=True)
    for name, code, reason in (("alice", "1-1-102", "consent.owners_only"), ("alice", "1-1-101", "consent.not_asked")):
        with pytest.raises(Refused, match=reason):
            await answer(people, proposal, name, code, agreed=False)
    with pytest.raises(NotFound):
        await answer(people, proposal, "alice", "orchard", agreed=True)


async def test_one_co_owners_refusal_stands() -> None:
    people = await garden()
    proposal, home = await filed(people), people.units["1-1-401"]
    await papers.name_consent(actor=people.dana, proposal_id=proposal.id, unit_id=home, why="占窗", now=NOW)
    await answer(people, proposal, "alice", "1-1-401", agreed=True)
    await answer(people, proposal, "bob", "1-1-401", agreed=False)
    assert await consent(proposal) == ("refuse", "Bob")
    with pytest.raises(Refused, match=r"consent\.answered"):
        await answer(people, proposal, "alice", "1-1-401", agreed=True)


async def test_homes_that_cannot_be_asked() -> None:
    people = await garden()
    proposal = await filed(people)
    for code, error in (("1-2-101", Invalid), ("orchard", NotFound)):
        with pytest.raises(error):
            await papers.name_consent(
                actor=people.dana, proposal_id=proposal.id, unit_id=people.units[code], why="占窗", now=NOW
            )
