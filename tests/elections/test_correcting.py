"""A whole committee, or seats of the one that stands: corrected before nominations open, and never after."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import pytest

from council.elections import correcting
from council.kernel.errors import Invalid, Refused
from council.pathways.model import Kind
from council.proposals import queries as proposals
from council.proposals.model import EventKind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.elections.slates import accepted, nominating_for
from tests.fixtures.client import submit
from tests.people import NOW, garden

WHY = "本次只补选两名委员，立项时选错了"


async def test_the_desk_corrects_it_once_with_a_public_reason(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await accepted(people)
    one = {"proposal_id": proposal_id, "fills": True, "now": NOW}
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await correcting.correct(actor=people.erin, reason=WHY, **one)
    with pytest.raises(Invalid) as refused:
        await correcting.correct(actor=people.dana, reason="", **one)
    assert refused.value.errors == {"reason": "election.correction_reason"}
    for _ in range(2):
        await correcting.correct(actor=people.dana, reason=WHY, **one)
    found = await proposals.proposal(people.community_id, proposal_id)
    assert (found.is_by_election, found.preset.is_election) == (True, True)
    (event,) = await proposals.events(people.community_id, proposal_id)
    assert (event.kind, event.reason, event.by_name) == (EventKind.ELECTION_CORRECTED, WHY, "Dana")
    rows = await fetch("SELECT body FROM log_record WHERE kind = 'proposal.election_corrected'")
    assert [('"fills":true' in row["body"], WHY in row["body"]) for row in rows] == [(True, False)]
    await correcting.correct(actor=people.dana, proposal_id=proposal_id, fills=False, reason="其实是换届", now=NOW)
    assert not (await proposals.proposal(people.community_id, proposal_id)).is_by_election


async def test_never_once_somebody_may_be_named(db: AnyEngine) -> None:
    people = await garden()
    one = {"actor": people.dana, "fills": True, "reason": WHY, "now": NOW}
    with pytest.raises(Refused, match=r"election\.open_already"):
        await correcting.correct(proposal_id=await nominating_for(people), **one)
    chair = await accepted(people, kind=Kind.ONE_PERSON_CHAIR)
    plain = await accepted(people, elects=False)
    for proposal_id in (chair, plain):
        with pytest.raises(Refused, match=r"election\.no_election"):
            await correcting.correct(proposal_id=proposal_id, **one)
    ended = await accepted(people)
    await execute("UPDATE proposal SET state = 'withdrawn' WHERE id = {}", ended)
    with pytest.raises(Refused, match=r"election\.not_open"):
        await correcting.correct(proposal_id=ended, **one)
    assert await fetch("SELECT kind FROM log_record WHERE kind = 'proposal.election_corrected'") == []


async def test_on_the_page_until_nominations_open(
    db: AnyEngine, enter: Callable[..., Awaitable[httpx.AsyncClient]]
) -> None:
    people = await garden()
    proposal_id = await accepted(people)
    desk = f"/c/garden/desk/elections/{proposal_id}"
    dana, frank = await enter(people.dana), await enter(people.frank)
    assert ('id="correct"' in (await frank.get(desk)).text, "换届：" in (await frank.get(desk)).text) == (False, True)
    bare = await submit(dana, await dana.get(desk), "#correct", of="fills", reason="")
    assert (bare.status_code, "请写明为什么更正" in bare.text) == (422, True)
    done = await submit(dana, await dana.get(desk), "#correct", of="fills", reason=WHY)
    assert done.headers["location"] == f"{desk}?said=election.corrected"
    assert "补选：" in (await dana.get(desk)).text
    assert WHY in (await dana.get(f"/c/garden/proposals/{proposal_id}")).text
    await submit(dana, await dana.get(desk), "#open", seats="2")
    page = (await dana.get(desk)).text
    assert ('id="correct"' in page, "补选：" in page) == (False, True)
