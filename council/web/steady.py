"""Forms that a script sends, so that what was chosen or typed stays on the screen when the network fails.

`static/js/offline.js` sends a form marked `data-steady` with `X-Steady: 1`. A script cannot see where a redirect leads
without fetching that page too, so the way on is put in a header instead: 204 with `X-Next`. Any other answer is left
as it is; the script then sends the form the ordinary way, and the browser shows what comes.
"""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_ASKED = (b"x-steady", b"1")


def middleware(app: ASGIApp) -> ASGIApp:
    async def steady(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or _ASKED not in scope["headers"]:
            await app(scope, receive, send)
            return

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                message["status"] = 204
                message["headers"] = [
                    (b"x-next" if name.lower() == b"location" else name, value)
                    for name, value in message["headers"]
                    if name.lower() not in {b"content-length", b"content-type"}
                ]
            await send(message)

        await app(scope, receive, send_on)

    return steady
