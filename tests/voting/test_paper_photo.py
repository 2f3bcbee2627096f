"""The photo of a paper that was taken back without one: added once, in the log, before its choice is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from council.files import store
from council.files.service import Sealed
from council.kernel.errors import NotFound, Refused
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import paper_return_queries
from council.voting.paper_returns import add_photo
from tests.fixtures.client import submit
from tests.people import garden
from tests.registry.desk import words
from tests.voting.motions import DURING
from tests.voting.papers import on_paper, paper_of, picture, printed, returned

PHOTO = Sealed("ab" * 32, 1200, 1600)


async def test_once_and_by_whoever_handles_papers(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    place = {"motion_id": motion.id, "return_id": paper.id, "now": DURING}
    with pytest.raises(Refused, match=r"paper\.door_staff_only"):
        await add_photo(actor=people.erin, image=PHOTO, **place)
    await add_photo(actor=people.frank, image=PHOTO, **place)
    await add_photo(actor=people.frank, image=PHOTO, **place)
    kept = await paper_return_queries.returned(people.community_id, motion.id, paper.id)
    assert (kept.image_sha256, kept.image_width) == (PHOTO.sha256, 1200)
    with pytest.raises(Refused, match=r"paper\.has_photo"):
        await add_photo(actor=people.dana, image=Sealed("cd" * 32, 9, 9), **place)
    rows = await fetch("SELECT kind FROM log_record WHERE kind = 'paper.photographed'")
    assert len(rows) == 1
    with pytest.raises(NotFound):
        await add_photo(actor=people.dana, motion_id=motion.id, return_id=10**6, image=PHOTO, now=DURING)


async def test_not_after_it_was_counted(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    await execute(
        "INSERT INTO ballot (id, community_id, motion_id, roll_voter_id, person_id, choice, channel, cast_at, state,"
        " commitment, log_seq, code) SELECT 'b1', community_id, motion_id, roll_voter_id, {}, 'agree', 'paper',"
        " returned_at, 'in_force', '', 1, '' FROM paper_return WHERE id = {}",
        *(people.dana.person_id, paper.id),
    )
    await execute("UPDATE paper_return SET ballot_id = 'b1' WHERE id = {}", paper.id)
    with pytest.raises(Refused, match=r"paper\.decided"):
        await add_photo(actor=people.dana, motion_id=motion.id, return_id=paper.id, image=PHOTO, now=DURING)


async def test_on_the_page_of_its_code(db: AnyEngine, tmp_path: Path, enter, clock) -> None:
    store.use(tmp_path / "files")
    clock(DURING)
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    await returned(people, motion, "v2")
    frank = await enter(people.frank)
    address = f"/c/garden/paper/{(await paper_of(motion, 'v2')).serial}"
    page = await frank.get(address)
    empty = await submit(frank, page, "#photograph")
    assert empty.status_code == 422
    done = await submit(frank, page, "#photograph", files={"photo": ("p.jpg", picture(), "image/jpeg")})
    assert done.headers["location"] == f"{address}?said=paper.photographed"
    after = await frank.get(done.headers["location"])
    assert "照片已补上" in words(after)
    assert "photograph" not in after.text.replace("said=paper.photographed", "")
