"""Files over HTTP: for members, kept by the browser, harmless to open."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from PIL import Image

from council.app import create_app
from council.files import PHOTO_LIMIT, PHOTOS_MOST, UPLOAD_LIMIT, service, store
from council.files.model import Purpose, StoredFile
from council.kernel.actor import Actor, Role
from council.kernel.ids import new_id
from council.kernel.look import Look
from council.settings import Settings
from council.storage.sql import execute
from council.web.kit import Place, Signed
from council.web.sessions import COOKIE
from tests.files.pictures import picture
from tests.files.test_service import PDF, neighbour

NOW = datetime(2026, 3, 1, 1, tzinfo=UTC)


@dataclass
class Doorkeeper:
    """Who is here: the session's token is the person's name."""

    actors: dict[str, Actor] = field(default_factory=dict)

    async def identify(self, token: str, now: datetime) -> Signed | None:
        actor = self.actors.get(token)
        return None if actor is None else Signed(actor.person_id, actor.name, token, token)

    async def choose(self, person_id: int, wish: Look) -> None:
        raise AssertionError("nobody chooses here")

    async def community(self, slug: str) -> Place | None:
        homes = {"garden": self.actors["Alice"].community_id, "lake": self.actors["Charlie"].community_id}
        return Place(homes[slug], slug, slug) if slug in homes else None

    async def actor(self, person_id: int, community_id: int, now: datetime) -> Actor | None:
        for actor in self.actors.values():
            if (actor.person_id, actor.community_id) == (person_id, community_id):
                return actor
        return None


@pytest.fixture
async def door(db: object) -> Doorkeeper:
    alice, bob, charlie = await neighbour(), await neighbour(name="Bob"), await neighbour("lake", "Charlie")
    frank = await neighbour(name="Frank")
    worker = Actor(frank.person_id, "Frank", frank.community_id, roles=frozenset({Role.GRID_WORKER}))
    return Doorkeeper({"Alice": alice, "Bob": bob, "Charlie": charlie, "Frank": worker})


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    store._current.clear()


@pytest.fixture
async def browser(door: Doorkeeper, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings.from_env({"COUNCIL_ENV": "test", "COUNCIL_DATA": str(folder)})
    app = create_app(settings, identify=door)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=settings.base_url) as client:
        yield client


async def get(browser: httpx.AsyncClient, who: str, path: str, **headers: str) -> httpx.Response:
    return await browser.get(path, headers={"Cookie": f"{COOKIE}={who}", **headers})


@pytest.fixture
async def photo(door: Doorkeeper, browser: httpx.AsyncClient) -> StoredFile:
    return await service.save_photo(actor=door.actors["Alice"], data=picture(size=(900, 600)), name="院子.png", now=NOW)


async def test_who_brought_it_sees_it_and_the_browser_keeps_it(browser: httpx.AsyncClient, photo: StoredFile) -> None:
    answer = await get(browser, "Alice", f"/c/garden/files/{photo.id}")
    assert answer.status_code == 200
    assert len(answer.content) == photo.size
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    again = await get(browser, "Alice", f"/c/garden/files/{photo.id}", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    thumb = await get(browser, "Alice", f"/c/garden/files/{photo.id}/thumb")
    assert 0 < len(thumb.content) < photo.size
    assert thumb.headers["ETag"] != answer.headers["ETag"]


async def test_a_photo_in_three_sizes(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    big = await service.save_photo(
        actor=door.actors["Alice"], data=picture(size=(3200, 1200)), name="院子.jpg", now=NOW
    )
    assert big.sizes == (("/thumb", 480), ("/medium", 960), ("", 1600))
    seen = {}
    for end, width in big.sizes:
        answer = await get(browser, "Alice", f"/c/garden/files/{big.id}{end}")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        with Image.open(io.BytesIO(answer.content)) as image:
            assert (image.format, image.width) == ("JPEG", width)
            assert not image.getexif()
        seen[answer.headers["ETag"]] = len(answer.content)
    assert sorted(seen.values()) == list(seen.values())
    assert len(seen) == 3
    again = await get(browser, "Alice", f"/c/garden/files/{big.id}/medium", **{"If-None-Match": list(seen)[1]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await get(browser, "Charlie", f"/c/garden/files/{big.id}/medium")).status_code == 404


async def test_a_small_photo_is_not_made_again(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    small = await service.save_photo(actor=door.actors["Alice"], data=picture(size=(300, 600)), name="a.jpg", now=NOW)
    assert small.sizes == (("/thumb", 240), ("", 300))
    whole = await get(browser, "Alice", f"/c/garden/files/{small.id}")
    assert (await get(browser, "Alice", f"/c/garden/files/{small.id}/medium")).content == whole.content


async def test_a_paper_has_no_middle_size(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    plan = await service.save_document(actor=door.actors["Alice"], data=PDF, name="a.pdf", now=NOW)
    assert plan.sizes == ()
    assert (await get(browser, "Bob", f"/c/garden/files/{plan.id}/medium")).status_code == 404


async def test_outsiders_get_404_and_strangers_the_log_in(browser: httpx.AsyncClient, photo: StoredFile) -> None:
    for path in (f"/c/garden/files/{photo.id}", f"/c/lake/files/{photo.id}", f"/c/lake/files/{photo.id}/thumb"):
        assert (await get(browser, "Charlie", path)).status_code == 404
    assert (await get(browser, "Alice", "/c/garden/files/999999")).status_code == 404
    assert (await get(browser, "Alice", "/c/garden/files/99999999999999999999999")).status_code == 404
    stranger = await browser.get(f"/c/garden/files/{photo.id}")
    assert (stranger.status_code, stranger.headers["Location"]) == (303, f"/login?next=/c/garden/files/{photo.id}")


async def test_a_document_is_saved_never_shown(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    plan = await service.save_document(actor=door.actors["Alice"], data=PDF, name="图 纸.pdf", now=NOW)
    await named(door, plan, confirmed=True)
    answer = await get(browser, "Bob", f"/c/garden/files/{plan.id}")
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"file-{plan.id}.pdf\"; filename*=UTF-8''%E5%9B%BE%20%E7%BA%B8.pdf"
    )
    assert (await get(browser, "Bob", f"/c/garden/files/{plan.id}/thumb")).status_code == 404


async def named(door: Doorkeeper, file: StoredFile, *, confirmed: bool) -> None:
    """By a version of the bylaws, which waits for its second person or does not."""
    await execute(
        "INSERT INTO bylaws_version (community_id, key, number, title, profile, scan_id, scan_sha256, effective_from,"
        " proposed_by, proposed_by_name, proposed_at, confirmed_by, confirmed_by_name, confirmed_at)"
        " VALUES ({}, {}, 1, '议事规则', 'national', {}, {}, {}, {}, 'Alice', {}, {}, {}, {})",
        *(file.community_id, new_id(), file.id, file.sha256, NOW, door.actors["Alice"].person_id, NOW),
        *((door.actors["Frank"].person_id, "Frank", NOW) if confirmed else (None, None, None)),
    )


async def test_a_document_waits_with_its_record(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    """What one person has handed in is nobody's paper yet."""
    plan = await service.save_document(actor=door.actors["Alice"], data=PDF, name="记录.pdf", now=NOW)
    path = f"/c/garden/files/{plan.id}"

    async def opens() -> list[int]:
        return [(await get(browser, who, path)).status_code for who in ("Alice", "Frank", "Bob")]

    assert await opens() == [200, 404, 404]
    await named(door, plan, confirmed=False)
    assert await opens() == [200, 200, 404]
    await execute("DELETE FROM bylaws_version")
    await named(door, plan, confirmed=True)
    assert await opens() == [200, 200, 200]


async def a_scan(door: Doorkeeper) -> StoredFile:
    return await service.save_document(
        actor=door.actors["Alice"], data=PDF, name="a.pdf", now=NOW, purpose=Purpose.SCAN
    )


async def test_a_scan_that_no_record_names_is_its_bringers_alone(door: Doorkeeper, browser: httpx.AsyncClient) -> None:
    """A signed form that was refused, for want of consent for one, is no role's to read."""
    path = f"/c/garden/files/{(await a_scan(door)).id}"
    assert [(await get(browser, who, path)).status_code for who in ("Alice", "Frank", "Bob")] == [200, 404, 404]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.SECRETARY, 200),
        (Role.AUDITOR, 200),
        (Role.COMMITTEE, 200),
        (Role.GRID_WORKER, 404),
        (Role.DEPARTMENT, 404),
    ],
)
async def test_a_scan_is_for_those_who_work_with_its_record(
    door: Doorkeeper, browser: httpx.AsyncClient, role: Role, status: int
) -> None:
    scan = await a_scan(door)
    await execute(
        "INSERT INTO body_entry (community_id, key, kind, said, scan_id, scan_sha256, recorded_by, recorded_by_name,"
        " recorded_at) VALUES ({}, 'k', 'appointment', {}, {}, {}, {}, 'Dana', {})",
        *(scan.community_id, "{}", scan.id, scan.sha256, door.actors["Alice"].person_id, NOW),
    )
    door.actors["Frank"] = replace(door.actors["Frank"], roles=frozenset({role}))
    answer = await get(browser, "Frank", f"/c/garden/files/{scan.id}")
    assert answer.status_code == status
    # Signatures and identity papers do not stay behind on the desk's computer.
    assert status == 404 or answer.headers["Cache-Control"] == "no-store"


async def test_a_lost_file_is_a_404_and_a_line_in_the_log(
    browser: httpx.AsyncClient, photo: StoredFile, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "files" / photo.sha256[:2] / photo.sha256[2:]).unlink()
    assert (await get(browser, "Alice", f"/c/garden/files/{photo.id}")).status_code == 404
    assert photo.sha256 in caplog.text


def test_three_photos_of_the_largest_size_fit_a_form() -> None:
    assert PHOTO_LIMIT * PHOTOS_MOST + 1024 * 1024 < UPLOAD_LIMIT
