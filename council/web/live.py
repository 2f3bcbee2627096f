"""Pages that stay current: one connection a page, over which only versions are told, never anything to read.

    GET …/live with Accept: text/event-stream
        `retry:`, then `id: <versions>` and `data: {"at": "<versions>", "within": 2}` whenever they differ from
        Last-Event-ID (or ?at=); a comment as heartbeat
    GET …/live
        the same data once, with an ETag (304 when nothing changed)

`at` is "part=version,part=version". `within`: seconds over which listeners spread what they fetch because of it, so
that a thousand phones do not ask in the same instant.
"""

from __future__ import annotations

from typing import Any

from litestar import Response
from litestar.response import Stream

from council.kernel.errors import NotFound
from council.web.kit import Request, client_address
from council.web.responses import SECURITY_HEADERS
from council.web.streams import Listener, Streams
from council.web.versions import Reader, Topic, joined, told
from council.web.visits import PublicVisit

STREAM = "text/event-stream"
_HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept"}


async def live(request: Request, visit: PublicVisit, topic: Topic, reader: Reader) -> Response[Any]:
    """The answer of a `…/live` address; the handler has asked who may read the topic. NotFound when there is none."""
    parts = (await reader(topic.community_id, [topic.id], visit.now)).get(topic.id)
    if parts is None:
        raise NotFound
    if STREAM in request.headers.get("Accept", ""):
        return _opened(request, visit, topic, reader)
    at = joined(parts)
    tag = f'"{at}"'
    headers = {**_HEADERS, "ETag": tag}
    if request.headers.get("If-None-Match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(told(at, 1), media_type="application/json", headers=headers)


def _opened(request: Request, visit: PublicVisit, topic: Topic, reader: Reader) -> Response[Any]:
    streams: Streams = request.app.state.streams
    session = visit.person.session_id if visit.person is not None else ""
    who = f"session {session}" if session else f"address {client_address(request)}"
    seen = request.headers.get("Last-Event-ID") or request.query_params.get("at") or ""
    listener = Listener(topic, seen[:300], who, int(session) if session.isdigit() else None)
    if not streams.let_in(listener, streams.limits.each_session if session else streams.limits.each_address):
        return Response(b"", status_code=503, headers={**_HEADERS, "Retry-After": "60"}, media_type="text/plain")
    return Stream(streams.events(listener, reader), media_type=STREAM, headers=_HEADERS)
