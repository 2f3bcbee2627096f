"""A request's body has to keep arriving: one that trickles would be waited for as long as its sender likes.

Measured is what the sender lets us wait, not what we take for reading, and not the whole: a photo over a slow network
may take its twenty minutes. Nobody waits longer than PATIENCE for the next piece, nor altogether longer than PATIENCE
and what SLOWEST allows for what has come. 400 kbit/s, the slowest network that pages are measured on, is twelve times
SLOWEST. A form of 64 KB, the largest that a stranger may send, is here after 76 seconds, or refused.
"""

from __future__ import annotations

import asyncio
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send, WebSocketReceiveMessage

from council.kernel.errors import CouncilError

PATIENCE = 60.0
"""Seconds."""
SLOWEST = 4096
"""Bytes a second, on average, after PATIENCE."""


class TooSlow(CouncilError):
    """The body did not arrive in time: answered with 408, and the connection ends."""


def middleware(app: ASGIApp) -> ASGIApp:
    async def paced(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] in {"GET", "HEAD"}:
            await app(scope, receive, send)  # these wait for nothing but that somebody hangs up
            return
        waited, have, is_whole = 0.0, 0, False

        async def receive_in_time() -> HTTPReceiveMessage | WebSocketReceiveMessage:
            nonlocal waited, have, is_whole
            if is_whole:
                return await receive()
            since = time.monotonic()
            try:
                async with asyncio.timeout(max(0.0, min(PATIENCE, PATIENCE + have / SLOWEST - waited))):
                    message = await receive()
            except TimeoutError:
                raise TooSlow("body") from None
            waited += time.monotonic() - since
            if message["type"] == "http.request":
                have += len(message.get("body", b""))
            is_whole = message["type"] != "http.request" or not message.get("more_body", False)
            return message

        await app(scope, receive_in_time, send)

    return paced
