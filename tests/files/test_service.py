"""Files in the database: whose, once each, and never half."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from council.accounts.tables import Person
from council.files import PHOTO_LIMIT, queries, service, store
from council.files.model import Purpose
from council.files.tables import StoredFile
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, NotFound, Refused
from council.registry.tables import Community
from council.storage.crew import Crew
from council.storage.errors import Busy
from tests.files.pictures import picture, with_exif

NOW = datetime(2026, 3, 1, 1, tzinfo=UTC)
PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "files"
    store.use(root)
    yield root
    store._current.clear()


async def neighbour(slug: str = "garden", name: str = "Alice", **ties: frozenset[int]) -> Actor:
    """A new person of a community, which is made when it is not there yet."""
    found = await Community.select(Community.id).where(Community.slug == slug).first()
    if found is None:
        await Community.insert(Community(slug=slug, name=slug, created_at=NOW))
        found = await Community.select(Community.id).where(Community.slug == slug).first()
    assert found is not None
    person = Person(name=name, created_at=NOW)
    await Person.insert(person)
    return Actor(person.id, name, found["id"], unit_ids=ties.get("unit_ids", frozenset({1})))


def blobs(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("db")
async def test_a_photo_is_kept_clean_with_its_thumbnail(folder: Path) -> None:
    alice = await neighbour()
    file = await service.save_photo(actor=alice, data=with_exif(), name="院子.HEIC", now=NOW)
    assert (file.media_type, file.width, file.height, file.name) == ("image/jpeg", 40, 80, "院子.jpg")
    assert (file.uploaded_by, file.uploaded_at, file.purpose) == (alice.person_id, NOW, Purpose.PHOTO)
    assert len(await service.content(file)) == file.size
    assert (await service.content(file, thumb=True)).startswith(b"\xff\xd8")
    assert len(blobs(folder)) in {1, 2}  # a small picture is its own thumbnail
    assert all(b"Secret" not in path.read_bytes() for path in blobs(folder))
    assert await queries.stored_file(alice.community_id, file.id) == file


@pytest.mark.usefixtures("db")
async def test_the_same_photo_at_once_is_one_file() -> None:
    alice = await neighbour()
    saved = await asyncio.gather(
        *(service.save_photo(actor=alice, data=picture(), name=f"{n}.jpg", now=NOW) for n in range(6))
    )
    assert len({file.id for file in saved}) == 1
    assert await StoredFile.count() == 1


@pytest.mark.usefixtures("db")
async def test_another_communitys_file_is_not_there() -> None:
    alice, charlie = await neighbour(), await neighbour("lake", "Charlie")
    file = await service.save_photo(actor=alice, data=picture(), name="a.jpg", now=NOW)
    with pytest.raises(NotFound):
        await queries.stored_file(charlie.community_id, file.id)
    assert await queries.stored_files(charlie.community_id, [file.id]) == []
    theirs = await service.save_photo(actor=charlie, data=picture(), name="a.jpg", now=NOW)
    assert theirs.id != file.id
    assert [found.id for found in await queries.stored_files(alice.community_id, [theirs.id, file.id])] == [file.id]


@pytest.mark.usefixtures("db")
async def test_what_is_refused_leaves_nothing(folder: Path) -> None:
    alice = await neighbour()
    stranger = Actor(alice.person_id, "Alice", alice.community_id)
    for data, code in [(b"\xff\xd8\xff" + b"\0" * PHOTO_LIMIT, "file.too_large"), (b"<svg/>", "file.not_an_image")]:
        with pytest.raises(Invalid) as refused:
            await service.save_photo(actor=alice, data=data, name="a.jpg", now=NOW)
        assert refused.value.errors == {"photos": code}
    with pytest.raises(Refused, match=r"file\.not_a_member"):
        await service.save_photo(actor=stranger, data=picture(), name="a.jpg", now=NOW)
    assert await StoredFile.count() == 0
    assert blobs(folder) == []


@pytest.mark.usefixtures("db")
async def test_photos_that_nothing_shows_are_bounded_by_person_and_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PENDING_MOST", 2)
    alice, bob = await neighbour(), await neighbour(name="Bob")

    async def bring(actor: Actor, side: int, now: datetime = NOW) -> int:
        data = picture(size=(side, side))
        return (await service.save_photo(actor=actor, data=data, name="a.jpg", now=now)).id

    assert await bring(alice, 50) != await bring(alice, 51)
    kept = len(blobs(folder))
    with pytest.raises(Invalid) as refused:
        await bring(alice, 52)
    assert refused.value.errors == {"photos": "file.too_many_pending"}
    assert (await StoredFile.count(), len(blobs(folder))) == (2, kept)
    assert await bring(alice, 51), "the same picture again is the same file"
    assert await StoredFile.count() == 2
    assert await bring(bob, 53)
    assert await bring(alice, 54, NOW + timedelta(days=1)), "another day"


@pytest.mark.usefixtures("db")
async def test_photos_that_come_at_once_keep_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    count = queries.pending

    async def slowly(community_id: int, person_id: int, since: datetime) -> int:
        found = await count(community_id, person_id, since)
        await asyncio.sleep(0.05)  # so that all of them are between the count and the row
        return found

    monkeypatch.setattr(queries, "pending", slowly)
    monkeypatch.setattr(service, "PENDING_MOST", 2)
    alice = await neighbour()
    saved = await asyncio.gather(
        *(service.save_photo(actor=alice, data=picture(size=(50 + n, 50)), name="a.jpg", now=NOW) for n in range(6)),
        return_exceptions=True,
    )
    refused = [each.errors for each in saved if isinstance(each, Invalid)]
    assert refused == [{"photos": "file.too_many_pending"}] * 4
    assert await StoredFile.count() == 2


@pytest.mark.usefixtures("db")
async def test_documents_and_scans() -> None:
    alice = await neighbour()
    plan = await service.save_document(actor=alice, data=PDF, name="图纸.exe", now=NOW)
    assert (plan.media_type, plan.name, plan.width) == ("application/pdf", "图纸.pdf", None)
    assert await service.content(plan) == PDF
    with pytest.raises(NotFound):
        await service.content(plan, thumb=True)
    scan = await service.save_document(actor=alice, data=PDF, name="表.pdf", now=NOW, purpose=Purpose.SCAN)
    assert scan.id != plan.id


@pytest.mark.usefixtures("db")
async def test_the_system_uploads_as_nobody() -> None:
    alice = await neighbour()
    system = Actor(0, "system", alice.community_id, frozenset(Role))
    file = await service.save_photo(actor=system, data=picture(), name="a.jpg", now=NOW)
    assert file.uploaded_by is None


async def test_too_many_at_once_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "_crew", Crew("files", threads=1, places=0, retry_after=5))
    with pytest.raises(Busy):
        await service.save_photo(actor=Actor(0, "system", 1, frozenset(Role)), data=picture(), name="a.jpg", now=NOW)
