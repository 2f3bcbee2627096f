"""The open connections of one process (`web.live`), and the one ticker that reads for all of them.

It runs while somebody listens, and asks the database for all topics together. Nothing that matters is kept here:
another process, or this one after a restart, says the same.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from council.kernel.clock import Clock
from council.web.versions import Reader, Topic, joined, told

log = logging.getLogger("council.web")

LEAVING = signal.SIGUSR1
"""Tells a worker process that the server stops: it closes its streams, for which the server would wait."""
_FETCHES = 25
"""Pages a second that one process is willing to answer because of an event."""
_LONGEST_SPREAD = 20


@dataclass(slots=True, eq=False)
class Listener:
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

    listeners: set[Listener] = field(default_factory=set)
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
        self._coming: dict[Listener, float] = {}
        """Let in and not yet heard: until when their places are kept (monotonic)."""
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

    def let_in(self, listener: Listener, most: int) -> bool:
        """Whether there is room for one more of its kind (`who`), of whom `most` may listen; if so, its place is taken.

        Asking and taking are one step: hundreds that come at once are all asked before the first of them listens. An
        answer that is never begun (whoever asked hung up) keeps its place for one beat and no longer.
        """
        now = time.monotonic()
        self._coming = {each: until for each, until in self._coming.items() if until > now}
        everybody = [*self._coming, *(each for watched in self._watched.values() for each in watched.listeners)]
        theirs = sum(each.who == listener.who for each in everybody)
        if self._is_closed or len(everybody) >= self.limits.most or theirs >= most:
            return False
        self._coming[listener] = now + self.limits.beat
        return True

    async def events(self, listener: Listener, reader: Reader) -> AsyncIterator[bytes]:
        """What goes down one connection that was let in, until it ends; whoever stops iterating has left."""
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

    def _join(self, listener: Listener, reader: Reader) -> _Watched:
        self._coming.pop(listener, None)
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

    def _leave(self, listener: Listener) -> None:
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


def _end(listener: Listener) -> None:
    listener.is_over = True
    listener.wake.set()
