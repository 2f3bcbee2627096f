"""Pictures and papers, for members of their community."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import permissions, queries, service
from council.files.model import Purpose, StoredFile
from council.kernel.errors import NotFound
from council.web.kit import Request
from council.web.visits import enter

Size = Literal["full", "medium", "thumb"]


@get("/c/{slug:str}/files/{file_id:int}", name="file", include_in_schema=False)
async def show(request: Request, slug: FromPath[str], file_id: FromPath[int]) -> Response[bytes]:
    """The picture in the page; a document to be saved."""
    return await _answer(request, slug, file_id, "full")


@get("/c/{slug:str}/files/{file_id:int}/thumb", name="file.thumb", include_in_schema=False)
async def thumb(request: Request, slug: FromPath[str], file_id: FromPath[int]) -> Response[bytes]:
    """A photo at most 480 pixels long."""
    return await _answer(request, slug, file_id, "thumb")


@get("/c/{slug:str}/files/{file_id:int}/medium", name="file.medium", include_in_schema=False)
async def medium(request: Request, slug: FromPath[str], file_id: FromPath[int]) -> Response[bytes]:
    """A photo at most 960 pixels long: a telephone's whole width."""
    return await _answer(request, slug, file_id, "medium")


async def _answer(request: Request, slug: str, file_id: int, size: Size) -> Response[bytes]:
    visit = await enter(request, slug)
    file = await queries.stored_file(visit.community_id, file_id)
    if permissions.may_read(visit.actor, file) is not None:
        raise NotFound("file")  # whether there is such a scan is nobody else's business
    is_own = file.uploaded_by == visit.actor.person_id
    if file.purpose is Purpose.PHOTO and not is_own and not await queries.is_filed(file):
        raise NotFound("file")
    if file.purpose is Purpose.SCAN:
        held_by = await queries.held_by(file)
        if permissions.may_open_scan(visit.actor, file, held_by) is not None:
            raise NotFound("file")
    if file.purpose is Purpose.DOCUMENT:
        stands = await queries.document_stands(file)
        if permissions.may_open_document(visit.actor, file, stands) is not None:
            raise NotFound("file")
    headers = _headers(file, size)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    found = await service.medium(file) if size == "medium" else await service.content(file, thumb=size == "thumb")
    return Response(found, media_type=file.media_type, headers=headers)


def _headers(file: StoredFile, size: Size) -> dict[str, str]:
    """Bytes under an id never change, so the browser keeps them; nobody between us does, and a scan nobody at all."""
    digest = {"full": file.sha256, "thumb": file.thumb_sha256, "medium": f"{file.sha256}-medium"}[size]
    manner = "inline" if file.purpose == "photo" else "attachment"
    plain = f"file-{file.id}.{file.name.rpartition('.')[2]}"
    return {
        "ETag": f'"{digest}"',
        "Cache-Control": "no-store" if file.purpose == "scan" else "private, max-age=31536000, immutable",
        "Content-Disposition": f"{manner}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


handlers: list[HTTPRouteHandler] = [show, thumb, medium]
