"""Paper ballots of the garden, printed, brought back and read through the verbs."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

from PIL import Image

from council.bylaws.model import Ruling
from council.bylaws.procedure_json import to_json
from council.files.service import Sealed, save_sealed
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.storage.sql import execute, fetch
from council.voting import paper_printing_queries, queries
from council.voting.motion import Motion
from council.voting.paper import Brought, Layout, Mark, Printed, PrintRun, Returned, read_mark
from council.voting.paper_keying import key_paper
from council.voting.paper_printing import PrintOrder, print_ballots
from council.voting.paper_returns import Brings, take_back
from tests.people import Garden
from tests.voting.motions import AFTER, DURING, HandClock, draft, filed, open_filed


async def on_paper(people: Garden, **changed: object) -> Motion:
    """A vote of 1号楼1单元 (12 voters) that is held online and on paper; Erin and Frank count, Ken watches."""
    return await open_filed(people, await filed(people), draft(people, is_on_paper=True, **changed))


async def printed(
    people: Garden,
    motion: Motion,
    *,
    whom: str = "",
    is_anew: bool = False,
    layout: Layout = Layout.PAGE,
    by: Actor | None = None,
    at: datetime = DURING,
) -> PrintRun:
    order = PrintOrder(new_id(), whom, layout, is_anew)
    return await print_ballots(actor=by or people.dana, motion_id=motion.id, order=order, now=at)


async def paper_of(motion: Motion, number: str) -> Printed:
    """The ballot in force of a voter ("v2")."""
    (row,) = await fetch("SELECT id FROM roll_voter WHERE motion_id = {} AND number = {}", motion.id, number)
    return (await paper_printing_queries.live_papers(motion.community_id, motion.id))[row["id"]]


async def brought(
    people: Garden,
    motion: Motion,
    serial: str,
    *,
    by: Actor | None = None,
    at: datetime = DURING,
    image: Sealed | None = None,
    key: str = "",
) -> Returned:
    brings = Brings(key or new_id(), serial, Brought.DOOR, image)
    rows = await fetch(
        "SELECT p.whom FROM paper_ballot b JOIN paper_print p ON p.id = b.print_id WHERE b.serial = {}", serial
    )
    alone = bool(rows) and rows[0]["whom"].startswith("voter-")
    actor = by or (people.frank if alone else people.dana)
    return await take_back(actor=actor, motion_id=motion.id, brings=brings, clock=HandClock(at))


async def returned(people: Garden, motion: Motion, *numbers: str, at: datetime = DURING) -> list[Returned]:
    """Taken papers of these voters, all of them printed."""
    return [await brought(people, motion, (await paper_of(motion, number)).serial, at=at) for number in numbers]


def mark(typed: str) -> Mark:
    found = read_mark(typed)
    assert found is not None, typed
    return found


async def key(actor: Actor, motion: Motion, paper: Returned, typed: str, *, at: datetime = AFTER) -> bool:
    return await key_paper(actor=actor, motion_id=motion.id, return_id=paper.id, mark=mark(typed), now=at)


async def both_key(people: Garden, motion: Motion, paper: Returned, typed: str) -> None:
    await key(people.erin, motion, paper, typed)
    await key(people.frank, motion, paper, typed)


async def fresh(motion: Motion) -> Motion:
    return await queries.motion(motion.community_id, motion.id)


async def ballots_of(motion: Motion) -> list[dict[str, object]]:
    return await fetch(
        "SELECT v.number, b.choice, b.channel, b.state, b.reason, b.invalid, b.cast_at, b.person_id FROM ballot b"
        " JOIN roll_voter v ON v.id = b.roll_voter_id WHERE b.motion_id = {} ORDER BY b.cast_at",
        motion.id,
    )


def picture(shade: int = 200) -> bytes:
    """A photographed sheet, whatever is on it."""
    out = io.BytesIO()
    Image.new("RGB", (600, 800), (shade, shade, 255 - shade)).save(out, "JPEG")
    return out.getvalue()


async def photo(people: Garden, shade: int = 200) -> Sealed:
    return await save_sealed(actor=people.dana, data=picture(shade), name="IMG_1.jpg")


async def with_early_keying(motion: Motion) -> Motion:
    """As if the frozen bylaws let papers be read before the closing."""
    procedure = to_json(replace(motion.procedure, early_keying=Ruling("yes")))
    await execute("UPDATE motion SET procedure = {} WHERE id = {}", procedure, motion.id)
    return await fresh(motion)
