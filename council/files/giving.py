"""A file that one room alone shows, to those who may see it there."""

from __future__ import annotations

from litestar import Response

from council.files import queries, service


async def given(community_id: int, file_id: int, name: str) -> Response[bytes]:
    """Shown inline, kept by no browser; `name` is its name without the ending. NotFound of another community's file."""
    file = await queries.stored_file(community_id, file_id)
    ending = file.name.rpartition(".")[2]
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'inline; filename="{name}.{ending}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(await service.content(file), media_type=file.media_type, headers=headers)
