"""Many small writes in one commit: what makes a disk's (or a replica's) wait for each ballot bearable.

Units of work that wait together share one transaction, each in a savepoint of its own, and are answered only
after the one COMMIT. While it is under way the next ones gather.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from council.storage import database
from council.storage.database import AnyEngine
from council.storage.engine import LiveTransaction
from council.storage.errors import Busy, in_plain_words
from council.storage.transactions import part_of, savepoint

T = TypeVar("T")
BATCH = 64
QUEUE = 2048
PATIENCE = 10.0
"""Seconds that one unit may take before it is given up and the others go on."""


async def submit(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` in a transaction shared with others; returns its result once that is durable.

    `work` runs in a task of its own with the caller's context variables; it reads the clock and takes its locks
    inside. An error of its own undoes it alone and is raised here; an error of the commit is raised to everybody
    in it. A caller that is cancelled leaves its work either not begun or wholly applied. Inside a transaction it
    is a savepoint of that one. `Busy` beyond `QUEUE` waiting.
    """
    engine = database.current()
    if engine.live() is not None:
        async with savepoint():
            return await work()
    return await _committer(engine).submit(work)


class _Unit(Generic[T]):
    def __init__(self, work: Callable[[], Awaitable[T]]) -> None:
        self.work = work
        self.context = copy_context()
        self.answer: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self.error: BaseException | None = None
        self.value: Any = None

    def give(self, error: BaseException | None) -> None:
        if self.answer.done():
            return
        if error is not None:
            self.answer.set_exception(error)
        else:
            self.answer.set_result(self.value)


class _Committer:
    def __init__(self, engine: AnyEngine) -> None:
        self._engine = engine
        self._waiting: deque[_Unit[Any]] = deque()
        self._task: asyncio.Task[None] | None = None
        self.loop = asyncio.get_running_loop()

    async def submit(self, work: Callable[[], Awaitable[T]]) -> T:
        if len(self._waiting) >= QUEUE:
            raise Busy(f"{len(self._waiting)} writes are waiting")
        unit = _Unit(work)
        self._waiting.append(unit)
        if self._task is None or self._task.done():
            # A context of its own: the batch belongs to no one request.
            self._task = self.loop.create_task(self._run(), context=Context())
        return await unit.answer

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            batch = [unit for unit in batch if not unit.answer.cancelled()]
            if batch:
                await self._commit(batch)

    async def _commit(self, batch: list[_Unit[Any]]) -> None:
        try:
            async with self._engine.transaction() as live:
                for unit in batch:
                    await self._apply(unit, live)
        except BaseException as exc:
            for unit in batch:
                unit.give(exc if isinstance(exc, Exception) else Busy("the server is stopping"))
            if not isinstance(exc, Exception):
                raise
        else:
            for unit in batch:
                unit.give(unit.error)

    async def _apply(self, unit: _Unit[Any], live: LiveTransaction) -> None:
        unit.context.run(self._engine.join, live)
        try:
            async with part_of(live):
                unit.value = await self._result(unit)
        except Exception as exc:
            unit.error = exc
            if (busy := in_plain_words(exc)) is not None:
                busy.__cause__, unit.error = exc, busy

    async def _result(self, unit: _Unit[T]) -> T:
        async def started() -> T:
            return await unit.work()

        task = self.loop.create_task(started(), context=unit.context)
        try:
            done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        finally:
            task.cancel()
        if not done:
            await asyncio.wait({task})
            raise TimeoutError("a unit of work took too long")
        if task.cancelled():
            raise RuntimeError("a unit of work cancelled itself")
        return task.result()


_committers: WeakKeyDictionary[AnyEngine, _Committer] = WeakKeyDictionary()


def _committer(engine: AnyEngine) -> _Committer:
    found = _committers.get(engine)
    if found is None or found.loop is not asyncio.get_running_loop():
        found = _committers[engine] = _Committer(engine)
    return found
