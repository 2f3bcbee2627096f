"""Pages that stay current: one connection a page, over which only versions are told, never anything to read.

A topic (one motion, one proposal) has parts ("turnout", "talk"), each at a version: short words without meaning to
anybody but whoever compares them. One ticker a process, which runs while somebody listens, asks the database for all
of them together. Nothing that matters is kept here: another process, or this one after a restart, says the same.

    GET …/live with Accept: text/event-stream
        `retry:`, then `id: <versions>` and `data: {"at": "<versions>", "within": 2}` whenever they differ from
        Last-Event-ID (or ?at=); a comment as heartbeat
    GET …/live
        the same data once, with an ETag (304 when nothing changed)

`at` is "part=version,part=version". `within`: seconds over which listeners spread what they fetch because of it, so
that a thousand phones do not ask in the same instant.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2s
from itertools import groupby
from typing import Any

from litestar import Response
from litestar.response import Stream
from litestar.serialization import encode_json

from council.kernel.clock import Clock
from council.kernel.errors import NotFound
from council.web.kit import Request, client_address
from council.web.responses import SECURITY_HEADERS
from council.web.visits import PublicVisit

log = logging.getLogger("council.web")

Parts = Mapping[str, str]
Reader = Callable[[int, Sequence[int], datetime], Awaitable[Mapping[int, Parts]]]
"""(community id, ids, now) → parts by id; ids that are not this community's are left out. As many queries for one id
as for a hundred."""

STREAM = "text/event-stream"
LEAVING = signal.SIGUSR1
"""Tells a worker process that the server stops: it closes its streams, for which the server would wait."""
_HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no", "Vary": "Accept"}
_FETCHES = 25
"""Pages a second that one process is willing to answer because of an event."""
_LONGEST_SPREAD = 20


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    kind: str
    community_id: int
    id: int


@dataclass(slots=True, eq=False)
class _Listener:
    """`at`: what its page shows; `due`: not woken before (monotonic); `who`: whose connections are counted together."""

    topic: Topic
    at: str
    who: str
    session_id: int | None
    due: float = 0.0
    is_over: bool = False
    wake: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Watched:
    """`at`: the versions last read, None before the first reading since somebody new came."""

    listeners: set[_Listener] = field(default_factory=set)
    at: str | None = None
    is_fresh: bool = False

    @property
    def within(self) -> int:
        return max(2, min(_LONGEST_SPREAD, len(self.listeners) // _FETCHES))


@dataclass(slots=True)
class Limits:
    """Seconds and connections. `pace`: between two readings; `recheck`: what the clock alone changes is noticed."""

    pace: float = 2.0
    recheck: float = 15.0
    beat: float = 15.0
    life: float = 300.0
    most: int = 2000
    each_session: int = 8
    each_address: int = 200


class Streams:
    """All open connections of this process. `moved`: a number by community that grows with whatever is done there;
    `alive`: those of these sessions that still hold."""

    def __init__(
        self,
        clock: Clock,
        *,
        moved: Callable[[Collection[int]], Awaitable[Mapping[int, int]]],
        alive: Callable[[Collection[int], datetime], Awaitable[Collection[int]]],
    ) -> None:
        self.limits = Limits()
        self._clock = clock
        self._moved = moved
        self._alive = alive
        self._watched: dict[Topic, _Watched] = {}
        self._readers: dict[str, Reader] = {}
        self._read: dict[tuple[str, int], tuple[int, float]] = {}
        self._checked = 0.0
        self._ticker: asyncio.Task[None] | None = None
        self._rung = asyncio.Event()
        self._is_closed = False

    def __len__(self) -> int:
        return sum(len(watched.listeners) for watched in self._watched.values())

    def close(self) -> None:
        """Every connection ends now, and none is opened any more: the server stops."""
        self._is_closed = True
        for watched in self._watched.values():
            for listener in watched.listeners:
                _end(listener)

    def has_room(self, who: str, most: int) -> bool:
        everybody = [listener for watched in self._watched.values() for listener in watched.listeners]
        theirs = sum(listener.who == who for listener in everybody)
        return not self._is_closed and len(everybody) < self.limits.most and theirs < most

    async def events(self, listener: _Listener, reader: Reader) -> AsyncIterator[bytes]:
        """What goes down one connection until it ends; whoever stops iterating has left."""
        watched = self._join(listener, reader)
        until = time.monotonic() + self.limits.life
        try:
            yield b"retry: %d\n\n" % random.randint(3000, 6000)  # noqa: S311 - only so that not all come at once
            while not listener.is_over and time.monotonic() < until:
                try:
                    async with asyncio.timeout(self.limits.beat):
                        await listener.wake.wait()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                listener.wake.clear()
                if watched.at is not None and watched.at != listener.at and not listener.is_over:
                    listener.at = watched.at
                    listener.due = time.monotonic() + (watched.within if watched.within > self.limits.pace else 0)
                    yield b"id: %b\ndata: %b\n\n" % (listener.at.encode(), told(listener.at, watched.within))
        finally:
            self._leave(listener)

    def _join(self, listener: _Listener, reader: Reader) -> _Watched:
        self._readers[listener.topic.kind] = reader
        watched = self._watched.setdefault(listener.topic, _Watched())
        watched.listeners.add(listener)
        watched.is_fresh = False  # its page may be newer than the last reading
        if self._is_closed:
            _end(listener)
        elif self._ticker is None or self._ticker.done():
            self._rung = asyncio.Event()
            self._ticker = asyncio.create_task(self._run(), name="streams", context=Context())
        return watched

    def _leave(self, listener: _Listener) -> None:
        watched = self._watched[listener.topic]
        watched.listeners.discard(listener)
        if not watched.listeners:
            del self._watched[listener.topic]
        if not self._watched:
            self._read.clear()
            self._rung.set()

    async def _run(self) -> None:
        rung = self._rung
        while self._watched and self._rung is rung:
            try:
                await self.tick()
                pause = self.limits.pace
            except Exception:
                log.exception("versions of open pages could not be read")
                pause = self.limits.beat
            try:
                async with asyncio.timeout(pause):
                    await rung.wait()
            except TimeoutError:
                continue
            if self._watched:  # somebody came while the last one left
                rung.clear()

    async def tick(self) -> None:
        """Reads what may have changed and wakes those whose page it concerns."""
        now, started = self._clock.now(), time.monotonic()
        if started >= self._checked + self.limits.beat:
            self._checked = started
            await self._end_sessions(now)
        sizes = await self._moved({topic.community_id for topic in self._watched})
        for key, group in groupby(sorted(self._watched), lambda topic: (topic.kind, topic.community_id)):
            topics = [topic for topic in group if topic in self._watched]  # who has left while others were read
            if not topics:
                continue
            size, (seen, read_at) = sizes.get(key[1], 0), self._read.get(key, (-1, 0.0))
            is_new = not all(self._watched[topic].is_fresh for topic in topics)
            if size != seen or is_new or started >= read_at + self.limits.recheck:
                self._read[key] = (size, started)
                try:
                    await self._read_again(key, topics, now)
                except Exception:  # the others' pages do not wait for what is wrong with these
                    log.exception("versions of open pages (%s, community %d) could not be read", *key)
        for watched in self._watched.values():
            for listener in watched.listeners:
                if watched.at != listener.at and watched.is_fresh and started >= listener.due:
                    listener.wake.set()

    async def _read_again(self, key: tuple[str, int], topics: list[Topic], now: datetime) -> None:
        for topic in topics:
            self._watched[topic].is_fresh = True  # unless somebody comes while we read
        found = await self._readers[key[0]](key[1], [topic.id for topic in topics], now)
        for topic in topics:
            watched = self._watched.get(topic)
            if watched is None:
                continue
            if topic.id in found:
                watched.at = joined(found[topic.id])
            else:
                for listener in watched.listeners:
                    _end(listener)

    async def _end_sessions(self, now: datetime) -> None:
        signed = [each for watched in self._watched.values() for each in watched.listeners if each.session_id]
        if signed:
            alive = set(await self._alive({each.session_id for each in signed if each.session_id}, now))
            for listener in signed:
                if listener.session_id not in alive:
                    _end(listener)


def _end(listener: _Listener) -> None:
    listener.is_over = True
    listener.wake.set()


def joined(parts: Parts) -> str:
    return ",".join(f"{name}={version}" for name, version in sorted(parts.items()))


def version(*values: object) -> str:
    """A short word that differs when any of these does; their `repr` must be the same in every process."""
    return blake2s(repr(values).encode(), digest_size=5).hexdigest()


def told(at: str, within: int) -> bytes:
    return encode_json({"at": at, "within": within})


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
    if not streams.has_room(who, streams.limits.each_session if session else streams.limits.each_address):
        return Response(b"", status_code=503, headers={**_HEADERS, "Retry-After": "60"}, media_type="text/plain")
    seen = request.headers.get("Last-Event-ID") or request.query_params.get("at") or ""
    listener = _Listener(topic, seen[:300], who, int(session) if session.isdigit() else None)
    return Stream(streams.events(listener, reader), media_type=STREAM, headers=_HEADERS)
