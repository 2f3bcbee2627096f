"""The committee's page of exports, and the files."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from council.exports import permissions, service
from council.exports.model import Format, What
from council.kernel.errors import NotFound, require
from council.voting import queries as voting
from council.web import enter, kit, page
from council.web.kit import Request


@get("/c/{slug:str}/committee", name="committee")
async def show(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_open_exports(visit.actor))
    offered = [what for what in What if permissions.may_export(visit.actor, what) is None]
    motions = [motion for motion in await voting.motions(visit.community_id) if motion.is_closed(visit.now)]
    return page(request, visit, "exports/committee.html", offered=offered, motions=motions, formats=list(Format))


@get("/c/{slug:str}/committee/{file:str}", name="committee.file")
async def download(request: Request, slug: FromPath[str], file: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    what, form = _asked(file)
    words = kit(request).words[visit.locale]
    made = await service.export(
        actor=visit.actor,
        what=what,
        form=form,
        words=words,
        now=visit.now,
        motion_id=_motion_id(request.query_params.get("motion")),
    )
    names = f"filename=\"{made.name}\"; filename*=UTF-8''{quote(made.titled, safe='')}"
    return Response(
        made.data,
        media_type=made.media_type,
        headers={
            "Content-Disposition": f"attachment; {names}",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _asked(file: str) -> tuple[What, Format]:
    """ "projects.xlsx"; NotFound for anything that we do not export."""
    name, _, ending = file.rpartition(".")
    try:
        return What(name), Format(ending)
    except ValueError:
        raise NotFound(file) from None


def _motion_id(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise NotFound(text)
    return int(text)


handlers = [show, download]
