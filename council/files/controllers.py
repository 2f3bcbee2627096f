"""Pictures and papers, for members of their community."""

from __future__ import annotations

from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import permissions, queries, service
from council.files.model import StoredFile
from council.kernel.errors import NotFound
from council.web.kit import Request
from council.web.visits import enter


@get("/c/{slug:str}/files/{file_id:int}", name="file", include_in_schema=False)
async def show(request: Request, slug: FromPath[str], file_id: FromPath[int]) -> Response[bytes]:
    """The picture in the page; a document to be saved."""
    return await _answer(request, slug, file_id, thumb=False)


@get("/c/{slug:str}/files/{file_id:int}/thumb", name="file.thumb", include_in_schema=False)
async def thumb(request: Request, slug: FromPath[str], file_id: FromPath[int]) -> Response[bytes]:
    """A photo at most 480 pixels long."""
    return await _answer(request, slug, file_id, thumb=True)


async def _answer(request: Request, slug: str, file_id: int, *, thumb: bool) -> Response[bytes]:
    visit = await enter(request, slug)
    file = await queries.stored_file(visit.community_id, file_id)
    if permissions.may_read(visit.actor, file) is not None:
        raise NotFound("file")  # whether there is such a scan is nobody else's business
    headers = _headers(file, thumb=thumb)
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(await service.content(file, thumb=thumb), media_type=file.media_type, headers=headers)


def _headers(file: StoredFile, *, thumb: bool) -> dict[str, str]:
    """Bytes under an id never change, so the browser keeps them; nobody between us does, and a scan nobody at all."""
    digest = file.thumb_sha256 if thumb else file.sha256
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


handlers: list[HTTPRouteHandler] = [show, thumb]
