"""Papers about right-holders in the garden, recorded by one of the desk and confirmed by another."""

from __future__ import annotations

from datetime import datetime

from council.accounts.tables import OwnerClaim
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.registry.rollfile.model import Basis
from council.voting.holding import Capacity, PaperDraft
from council.voting.holding_papers import confirm_paper, record_paper
from tests.people import LONG_AGO, NOW, Garden


async def claim(people: Garden, name: str, room: str) -> None:
    """The account has come in with the owner's slip; nobody has checked it."""
    await OwnerClaim.insert(
        OwnerClaim(
            community_id=people.community_id,
            person_id=people.actors[name].person_id,
            owner_id=people.owners[room],
            claimed_at=LONG_AGO,
        )
    )
    await people.refreshed(name)


async def recorded(
    people: Garden,
    room: str,
    says: Basis | Capacity,
    *,
    of: str = "",
    who: str = "",
    until: datetime | None = None,
    by: Actor | None = None,
    key: str = "",
    words: str = "公证书（2026）字第12号",
    now: datetime = NOW,
) -> int:
    """The paper's id. `of` the owner where it is not the room's first, `who` acts for them."""
    actor = by or people.dana
    scan = await files.save_document(
        actor=actor, data=b"%PDF-1.4 paper\n%%EOF\n", name="paper.pdf", now=now, purpose=Purpose.SCAN
    )
    person_id = people.actors[who].person_id if who else None
    draft = PaperDraft(key or new_id(), people.owners[of or room], says, words, person_id, until)
    return await record_paper(actor=actor, unit_id=people.units[room], draft=draft, file_id=scan.id, now=now)


async def confirmed(
    people: Garden,
    room: str,
    says: Basis | Capacity,
    *,
    who: str = "",
    until: datetime | None = None,
    now: datetime = NOW,
) -> int:
    paper_id = await recorded(people, room, says, who=who, until=until, now=now)
    await confirm_paper(actor=people.frank, paper_id=paper_id, now=now)
    if who:
        await people.refreshed(who)
    return paper_id
