"""Draws the pictures of cards: one at a time in a thread, each once, and only so many a minute.

Anybody may ask for a picture, so what it costs is bounded: there are as many pictures as there are public things, the
latest stay in memory (some 20 KB each), and beyond the minute's share the plain picture does.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from council.documents.cards import CardWords, drawn
from council.documents.fonts import FontMissing

KEPT = 200
A_MINUTE = 60
_MINUTE = 60.0


class Studio:
    """One per process. `draw` may raise FontMissing: then there is only the plain picture."""

    def __init__(
        self,
        draw: Callable[[CardWords], bytes] = drawn,
        *,
        kept: int = KEPT,
        a_minute: int = A_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._draw = draw
        self._most = kept
        self._a_minute = a_minute
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._drawing: dict[tuple[str, str], asyncio.Task[bytes | None]] = {}
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="cards")
        self._minute = 0.0
        self._drawn = 0

    async def picture(self, key: tuple[str, str], words: CardWords) -> bytes | None:
        """A PNG; None when there is no font, or too many were asked for in this minute. `key` names what is drawn."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._drawing:
            if not self._may_draw():
                return None
            self._drawing[key] = asyncio.create_task(self._work(key, words))
        return await asyncio.shield(self._drawing[key])

    async def _work(self, key: tuple[str, str], words: CardWords) -> bytes | None:
        try:
            png = await asyncio.get_running_loop().run_in_executor(self._pool, self._draw, words)
        except FontMissing:
            return None
        finally:
            del self._drawing[key]
        self._kept[key] = png
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return png

    def _may_draw(self) -> bool:
        now = self._clock()
        if now - self._minute >= _MINUTE:
            self._minute, self._drawn = now, 0
        self._drawn += 1
        return self._drawn <= self._a_minute
