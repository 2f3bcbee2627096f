"""A connection that stays open, read piece by piece: what httpx's ASGI transport cannot do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from litestar import Litestar


@dataclass
class Line:
    """`status` and `headers` once the answer has begun; `event()` is the next data, `piece()` whatever comes next."""

    status: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    headers: dict[str, str] = field(default_factory=dict)
    is_over: bool = False
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    pieces: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            self.begun.set()
            return
        if message.get("body"):
            self.pieces.put_nowait(message["body"].decode())
        if not message.get("more_body"):
            self.pieces.put_nowait(None)

    async def piece(self, seconds: float = 5) -> str | None:
        """None when the connection was ended from the other side."""
        return await asyncio.wait_for(self.pieces.get(), seconds)

    async def event(self, seconds: float = 5) -> dict[str, str]:
        """The next event's `at`, by part; its id says the same."""
        while True:
            piece = await self.piece(seconds)
            assert piece is not None, "the connection ended"
            lines = dict(line.split(": ", 1) for line in piece.strip().splitlines() if not line.startswith(":"))
            if "data" in lines:
                told = json.loads(lines["data"])
                assert lines["id"] == told["at"]
                return dict(pair.split("=") for pair in told["at"].split(","))

    async def is_quiet(self, seconds: float = 0.3) -> bool:
        """Whether no event comes for a while; heartbeats do not count."""
        try:
            await self.event(seconds)
        except TimeoutError:
            return True
        return False

    async def ended(self, seconds: float = 5) -> bool:
        while await self.piece(seconds) is not None:
            pass
        return True


@asynccontextmanager
async def line(
    app: Litestar, client: httpx.AsyncClient, path: str, *, last: str | None = None, expects: int | None = 200
) -> AsyncIterator[Line]:
    """Opens `path` as the person whose browser this is, waits for the answer's head, leaves at the end.

    `expects` None: whatever the answer is."""
    headers = {"accept": "text/event-stream", "host": "testserver"}
    headers |= {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    headers |= {} if last is None else {"last-event-id": last}
    where, _, query = path.partition("?")
    scope: Any = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": where, "raw_path": where.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 4000), "server": ("testserver", 80),
    }  # fmt: skip
    one = Line()
    first: list[dict[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        return first.pop() if first else await one.receive()

    task = asyncio.create_task(app(scope, receive, one.send))
    try:
        async with asyncio.timeout(10):
            await one.begun.wait()
        assert expects in {None, one.status}
        if one.status == 200:
            assert (await one.piece() or "").startswith("retry: ")
        yield one
    finally:
        one.gone.set()
        await asyncio.wait_for(task, 5)
