"""A few threads for heavy work, with a queue that says when it is full."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from council.storage.errors import Busy

T = TypeVar("T")


class Crew:
    """`threads` threads; `places` pieces of work may be under way or wait, whoever comes then is asked to return.

    A thread goes on when the visitor leaves, so a place is free when the work is done and not when it is abandoned;
    work that was abandoned before a thread came to it is dropped.
    """

    def __init__(self, name: str, *, threads: int, places: int, retry_after: int) -> None:
        self._name = name
        self._room = places
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns or raises. Busy when the queue is full."""
        (begun,) = self.begin(work)
        return await begun

    def begin(self, *works: Callable[[], T]) -> list[asyncio.Future[T]]:
        """All of it begins before anything is awaited, or nothing does (Busy)."""
        with self._lock:
            if self._room < len(works):
                raise Busy(f"the queue of {self._name} is full", retry_after=self._retry_after)
            self._room -= len(works)
        return [self._begin(work) for work in works]

    def _begin(self, work: Callable[[], T]) -> asyncio.Future[T]:
        done = self._threads.submit(work)
        done.add_done_callback(self._leave)
        return asyncio.wrap_future(done)

    def _leave(self, _: object) -> None:
        with self._lock:
            self._room += 1
