"""What anybody may read: which bylaws hold here, what each version says, and its history."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.bylaws import permissions, profiles, queries
from council.bylaws.model import Standing
from council.bylaws.resolving import resolve
from council.files import queries as files
from council.kernel.errors import NotFound
from council.web import PublicVisit, Request, enter_public, page

BASE = "/c/{slug:str}/bylaws"


@get(BASE, name="bylaws")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_public(request, slug)
    held = await queries.in_force(visit.community_id, visit.now)
    is_staff = permissions.may_read_waiting(visit.actor) is None
    found = [
        (each, each.standing(held, visit.now))
        for each in await queries.versions(visit.community_id)
        if is_staff or not each.is_waiting
    ]
    return page(
        request,
        visit,
        "bylaws/index.html",
        versions=found,
        held=held,
        may_propose=visit.actor is not None and permissions.may_propose(visit.actor) is None,
        is_any_waiting=any(standing is Standing.WAITING for _, standing in found),
    )


@get(BASE + "/{version_id:int}", name="bylaws.version")
async def show(request: Request, slug: FromPath[str], version_id: FromPath[int]) -> Response[bytes]:
    """A version that waits or was withdrawn is the office's own: to everybody else there is none."""
    visit = await enter_public(request, slug)
    return await version_page(request, visit, version_id)


async def version_page(request: Request, visit: PublicVisit, version_id: int) -> Response[bytes]:
    version = await queries.version(visit.community_id, version_id)
    is_staff = permissions.may_read_waiting(visit.actor) is None
    if version.confirmed_at is None and not is_staff:
        raise NotFound("bylaws")
    actor = visit.actor
    held = await queries.in_force(visit.community_id, visit.now)
    profile = profiles.load(version.profile)
    is_member = actor is not None and actor.is_member
    return page(
        request,
        visit,
        "bylaws/show.html",
        version=version,
        standing=version.standing(held, visit.now),
        held=held,
        procedure=resolve(profile, version),
        profile=profile,
        scan=await files.stored_file(visit.community_id, version.scan_id) if is_member and version.scan_id else None,
        may_confirm=actor is not None and version.is_waiting and permissions.may_confirm(actor, version) is None,
        may_withdraw=actor is not None and version.is_waiting and permissions.may_withdraw(actor, version) is None,
        language="zh" if visit.locale == "zh_CN" else "en",
    )


handlers = [index, show]
