"""Papers about right-holders in the garden, recorded by one of the desk and confirmed by another."""

from __future__ import annotations

from datetime import datetime

from council.accounts.tables import OwnerClaim
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.registry.rollfile.model import Basis
from council.voting import halting
from council.voting.halt import HaltAct, HaltDraft, Subject
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


async def scanned(actor: Actor, now: datetime = NOW) -> int:
    """A document that this actor has handed in."""
    scan = await files.save_document(
        actor=actor, data=b"%PDF-1.4 halt\n%%EOF\n", name="halt.pdf", now=now, purpose=Purpose.SCAN
    )
    return scan.id


async def halt(
    people: Garden, act: HaltAct, *, words: str, now: datetime, by: Actor | None = None, key: str = "", **about: object
) -> int:
    """Recorded by one, waiting. `about`: a `Subject`'s fields, or `voter`: (vote, number)."""
    actor = by or people.dana
    if "voter" in about:
        about["motion_id"], about["number"] = about.pop("voter")
    draft = HaltDraft(key or new_id(), Subject(act, **about), words)
    return await halting.record(actor=actor, draft=draft, file_id=await scanned(actor, now), now=now)


async def halted(
    people: Garden, act: HaltAct, *, words: str = "都在协议上签了字", now: datetime = NOW, **about: object
) -> int:
    """Recorded by Dana and confirmed by Frank; the halt's id."""
    halt_id = await halt(people, act, words=words, now=now, **about)
    await halting.confirm(actor=people.frank, halt_id=halt_id, now=now)
    return halt_id


async def agreed(people: Garden, room: str, *, words: str = "都在协议上签了字", now: datetime = NOW) -> int:
    return await halted(people, HaltAct.AGREE, words=words, now=now, unit_id=people.units[room])


async def disputed(people: Garden, room: str, *, words: str = "三位继承人起诉", now: datetime = NOW) -> int:
    """The home's owners are in dispute, recorded by Dana and confirmed by Frank; the halt's id."""
    return await halted(people, HaltAct.DISPUTE, words=words, now=now, unit_id=people.units[room])


async def suspended(people: Garden, motion_id: int, number: str, *, words: str, now: datetime) -> int:
    return await halted(people, HaltAct.SUSPEND, words=words, now=now, voter=(motion_id, number))


async def ended(people: Garden, paper_id: int, *, words: str, now: datetime) -> int:
    return await halted(people, HaltAct.END_PAPER, words=words, now=now, paper_id=paper_id)
