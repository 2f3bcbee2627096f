"""A few threads for heavy work, with a queue that says when it is full."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from council.storage.errors import Busy

T = TypeVar("T")


class Crew:
    """`threads` threads; `places` pieces of work may be under way or wait, whoever comes then is asked to return.
    Of these one customer (`whose`, where it is said) has at most `share`, so that nobody's crowd keeps the others out.

    A thread goes on when the visitor leaves, so a place is free when the work is done and not when it is abandoned;
    work that was abandoned before a thread came to it is dropped.
    """

    def __init__(self, name: str, *, threads: int, places: int, retry_after: int, share: int = 0) -> None:
        self._name = name
        self._room = places
        self._share = share or places
        self._taken: Counter[str] = Counter()
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[[], T], *, whose: str = "") -> T:
        """What the work returns or raises. Busy when the queue is full, or their share of it."""
        (begun,) = self.begin(work, whose=whose)
        return await begun

    def begin(self, *works: Callable[[], T], whose: str = "") -> list[asyncio.Future[T]]:
        """All of it begins before anything is awaited, or nothing does (Busy)."""
        with self._lock:
            if self._room < len(works) or (whose and self._taken[whose] + len(works) > self._share):
                raise Busy(f"the queue of {self._name} is full", retry_after=self._retry_after)
            self._room -= len(works)
            self._taken[whose] += len(works)
        return [self._begin(work, whose) for work in works]

    def _begin(self, work: Callable[[], T], whose: str) -> asyncio.Future[T]:
        done = self._threads.submit(work)
        done.add_done_callback(lambda _: self._leave(whose))
        return asyncio.wrap_future(done)

    def _leave(self, whose: str) -> None:
        with self._lock:
            self._room += 1
            self._taken[whose] -= 1
            if not self._taken[whose]:
                del self._taken[whose]
