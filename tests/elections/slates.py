"""Elections of the garden, through the services: what the tests of this room begin with.

The garden's owners on the register are called 业主1-1-101 and so on; Alice, Grace, Heidi, Ivan and Judy are verified
to be those of 1-1-101, 102, 201, 202 and 301. Dana (secretary) reviews first, Erin (committee) confirms.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from council.deliberation.tables import Thread
from council.elections import nominating, objecting, opening, publishing, queries, reviewing
from council.elections.candidate import Channel, Nomination, Reason, Verdict
from council.elections.model import ElectionDraft
from council.elections.slate import Slate
from council.files.tables import StoredFile
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.pathways.presets import load, settle, to_json
from council.proposals.tables import Proposal, ProposalVersion
from tests.people import LONG_AGO, NOW, OWNED, Garden

DAY = timedelta(days=1)
NOMINATED = end_of_days(NOW, 7)
"""The first instant after a window of seven days that began at NOW."""
PUBLISHED = NOMINATED + timedelta(hours=9)
STANDS = end_of_days(PUBLISHED, 7)


async def accepted(
    people: Garden, *, kind: Kind = Kind.GOVERNANCE, state: str = "accepted", elects: bool = True
) -> int:
    """An election of Erin's that the community has accepted."""
    preset = load(kind)
    if kind is Kind.GOVERNANCE and elects:
        preset = settle(preset, "committee")
    thread = Thread(community_id=people.community_id, opened_at=LONG_AGO, scope_kind="community")
    thread_id = int((await Thread.insert(thread))[0]["id"])
    proposal = Proposal(
        community_id=people.community_id,
        key=new_id(),
        kind=kind.value,
        preset=to_json(preset),
        answers='{"elects": true}' if elects else "{}",
        title="选举花园小区业主委员会委员",
        scope_kind="community",
        scope_code="",
        version=1,
        thread_id=thread_id,
        proposer_id=people.erin.person_id,
        proposer_name="Erin",
        proposer_place="",
        state=state,
        filed_at=LONG_AGO,
        answer_due_at=LONG_AGO,
        accepted_at=LONG_AGO if state == "accepted" else None,
        accepted_by_name="Dana" if state == "accepted" else None,
    )
    proposal_id = int((await Proposal.insert(proposal))[0]["id"])
    await ProposalVersion.insert(
        ProposalVersion(
            community_id=people.community_id,
            proposal_id=proposal_id,
            number=1,
            title=proposal.title,
            body="本届业主委员会任期届满，选举新一届委员。",
            cost_fen=None,
            written_by_name="Erin",
            written_at=LONG_AGO,
        )
    )
    return proposal_id


def draft(**changed: object) -> ElectionDraft:
    return replace(ElectionDraft(new_id(), seats=3, nomination_days=7, joint_least=2, notice_days=7), **changed)


async def nominating_for(people: Garden, *, kind: Kind = Kind.GOVERNANCE, **changed: object) -> int:
    """The proposal whose nominations Dana opened at NOW."""
    proposal_id = await accepted(people, kind=kind)
    if kind is Kind.ONE_PERSON_CHAIR:
        changed = {"seats": 1} | changed
    await opening.open_election(actor=people.dana, proposal_id=proposal_id, draft=draft(**changed), now=NOW)
    return proposal_id


def nomination(people: Garden, code: str, channel: Channel = Channel.SELF, **changed: object) -> Nomination:
    """The owner of this unit of building 1 is put forward."""
    plain = Nomination(new_id(), channel, people.units[code], f"业主{code}", "", "愿意为邻居服务。")
    return replace(plain, **changed)


async def document(people: Garden, name: str = "推荐函.pdf", purpose: str = "document") -> int:
    row = StoredFile(
        community_id=people.community_id,
        sha256=new_id(),
        media_type="application/pdf",
        size=1000,
        name=name,
        purpose=purpose,
        uploaded_by=people.dana.person_id,
        uploaded_at=NOW,
    )
    return int((await StoredFile.insert(row))[0]["id"])


async def put_self_forward(people: Garden, name: str, proposal_id: int, *, now: datetime = NOW + DAY) -> int:
    return await nominating.nominate(
        actor=people.actors[name], proposal_id=proposal_id, nomination=nomination(people, OWNED[name]), now=now
    )


async def find(
    people: Garden,
    candidate_id: int,
    verdict: Verdict = Verdict.ELIGIBLE,
    *,
    reason: Reason | None = None,
    words: str = "",
    now: datetime = NOMINATED,
    by: Actor | None = None,
    second: Actor | None = None,
) -> None:
    """Judged by Dana and confirmed by Erin, unless others are named."""
    await reviewing.judge(
        key=new_id(),
        actor=by or people.dana,
        candidate_id=candidate_id,
        verdict=verdict,
        reason=reason,
        words=words,
        now=now,
    )
    await reviewing.confirm(actor=second or people.erin, candidate_id=candidate_id, seen=now, now=now)


async def published(people: Garden, *names: str, **changed: object) -> tuple[int, dict[str, int]]:
    """A notice of PUBLISHED with these people on it, each self-nominated; their candidates by name."""
    proposal_id = await nominating_for(people, **changed)
    ids = {name: await put_self_forward(people, name, proposal_id) for name in names}
    for candidate_id in ids.values():
        await find(people, candidate_id)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    return proposal_id, ids


async def slate(people: Garden, proposal_id: int, now: datetime = STANDS) -> Slate | None:
    return await queries.published(people.community_id, proposal_id, now)


async def objected(people: Garden, candidate_id: int, name: str = "judy", *, now: datetime = PUBLISHED + DAY) -> int:
    return await objecting.object_to(
        actor=people.actors[name],
        candidate_id=candidate_id,
        key=new_id(),
        ground="他在本小区的物业公司上班。",
        place="1-1-301",
        now=now,
    )
