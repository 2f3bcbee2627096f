"""The log for whoever keeps or checks all of it: checkpoint, keys and tiles (C2SP `tlog-tiles`), without a log-in.

While a small vote is open nothing beyond the head that is told is given out, by the hash or by the record: each would
tell the minute in which a neighbour voted. The addresses of a name that is not the log's first carry its last part:
what a cache has kept of a log as it was before a backup came back is never mixed with what came after.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import cosigned, keys, tiles
from council.audit.keys import Signer
from council.documents import notices, qr
from council.kernel.errors import NotFound, Refused
from council.voting.figures import digest_groups
from council.voting.head_queries import told_head
from council.voting.log_sheet import posted
from council.voting.log_signing import signer_of, told_checkpoint
from council.web import PublicVisit, Request, enter_public, kit, page, see_other
from council.web.sheets import sheet
from council.web.static import accepts_gzip

_FOREVER = "public, max-age=31536000, immutable"
_NOW = "public, max-age=5"
_TEXT = "text/plain"


_SCRIPT = (Path(__file__).parents[2] / "tools" / "verify_receipt.py").read_bytes()


@get("/c/{slug:str}/log", name="log")
async def head_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The head as it hangs on the notice board: one sheet with the whole check code, its QR and what it is good for.

    `?format=pdf` prints it where there is no printer at the browser.
    """
    visit = await enter_public(request, slug)
    signer = await signer_of(request, visit)
    told = await told_head(visit.community_id, visit.now)
    point = await told_checkpoint(visit.community_id, signer, told)
    # Without what witnesses signed: the code stays as coarse as a telephone can read it from paper.
    note = replace(point, signatures=point.signatures[:1]).note
    words = kit(request).words[visit.locale]
    if request.query_params.get("format") == "pdf":
        at = told.stepped_at or (told.head.at if told.head else None)
        blocks = posted(visit.community.name, signer.origin, point, note, at, words)
        return await sheet(
            lambda: notices.document(words.sentence("log.sheet.title"), blocks, now=visit.now),
            f"record-{slug}-{point.size}",
        )
    return page(
        request,
        visit,
        "voting/log.html",
        point=point,
        told=told,
        root=digest_groups(point.root.hex()),
        qr=qr.svg(note, words.sentence("log.qr")),
        signer=signer,
        standings=await cosigned.standings(visit.community_id, signer.origin),
    )


@get("/c/{slug:str}/log/verify_receipt.py", name="log.script")
async def script(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The check that stands alone, to be run without us."""
    await enter_public(request, slug)
    headers = {"Cache-Control": _NOW, "Content-Disposition": 'attachment; filename="verify_receipt.py"'}
    return Response(_SCRIPT, media_type=_TEXT, headers=headers)


@get("/c/{slug:str}/log/checkpoint", name="log.checkpoint")
async def checkpoint(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The signed checkpoint of the head that is told now. Refused "log.key_lost" (409) when nothing can sign it."""
    visit = await enter_public(request, slug)
    return await _checkpoint(visit, await signer_of(request, visit))


@get("/c/{slug:str}/log/{part:str}/checkpoint", name="log.checkpoint.part")
async def checkpoint_of_part(request: Request, slug: FromPath[str], part: FromPath[str]) -> Response[bytes]:
    """The same at the address that the log's present name says."""
    visit = await enter_public(request, slug)
    signer = await signer_of(request, visit)
    if part != _part(signer):
        raise NotFound
    return await _checkpoint(visit, signer)


async def _checkpoint(visit: PublicVisit, signer: Signer) -> Response[bytes]:
    if signer.seed is None:
        raise Refused("log.key_lost")
    made = await told_checkpoint(visit.community_id, signer, await told_head(visit.community_id, visit.now))
    return Response(made.note.encode(), media_type=_TEXT, headers={"Cache-Control": _NOW})


@get("/c/{slug:str}/log/vkey", name="log.vkey")
async def vkey(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The public keys, one a line (`name+hash+key`), the present one first."""
    visit = await enter_public(request, slug)
    await signer_of(request, visit)
    known = await keys.keys(visit.community_id)
    text = "".join(f"{key.vkey}\n" for key in reversed(known))
    return Response(text.encode(), media_type=_TEXT, headers={"Cache-Control": _NOW})


@get("/c/{slug:str}/log/tile/{place:path}", name="log.tile")
async def tile(request: Request, slug: FromPath[str], place: FromPath[str]) -> Response[bytes]:
    """A tile or entry bundle of the log's first name; of a later one, its address."""
    visit = await enter_public(request, slug)
    signer = await signer_of(request, visit)
    if part := _part(signer):
        return see_other(f"/c/{slug}/log/{part}/tile{place}")
    return await _tile(request, visit, place)


@get("/c/{slug:str}/log/{part:str}/tile/{place:path}", name="log.tile.part")
async def tile_of_part(
    request: Request, slug: FromPath[str], part: FromPath[str], place: FromPath[str]
) -> Response[bytes]:
    """A tile or entry bundle of the log's present name."""
    visit = await enter_public(request, slug)
    if part != _part(await signer_of(request, visit)):
        raise NotFound
    return await _tile(request, visit, place)


async def _tile(request: Request, visit: PublicVisit, place: str) -> Response[bytes]:
    wanted = tiles.parse(place.lstrip("/"))
    if wanted is None:
        raise NotFound
    told = await told_head(visit.community_id, visit.now)
    data = await tiles.read(visit.community_id, wanted, 0 if told.head is None else told.head.size)
    if data is None:
        raise NotFound
    headers = {"Cache-Control": _FOREVER}
    if wanted.level == tiles.ENTRIES:
        headers["Vary"] = "Accept-Encoding"
        if accepts_gzip(request):
            data = gzip.compress(data, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
    return Response(data, media_type="application/octet-stream", headers=headers)


def _part(signer: Signer) -> str:
    """What stands in the log's name behind …/log/; "" in its first."""
    return signer.origin[len(signer.first) + 1 :]


handlers: list[HTTPRouteHandler] = [head_page, script, checkpoint, checkpoint_of_part, vkey, tile, tile_of_part]
