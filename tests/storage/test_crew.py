"""Threads for heavy work: bounded, and a place is free when the work is over."""

from __future__ import annotations

import asyncio
import threading

import pytest

from council.storage.crew import Crew
from council.storage.errors import Busy


async def test_whoever_comes_when_all_places_are_taken_is_asked_to_return() -> None:
    crew = Crew("works", threads=1, places=2, retry_after=7)
    goes_on = threading.Event()
    taken = [asyncio.create_task(crew.run(goes_on.wait)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy) as refused:
        await crew.run(goes_on.wait)
    assert refused.value.retry_after == 7
    goes_on.set()
    assert await asyncio.gather(*taken) == [True, True]
    assert await crew.run(lambda: 1) == 1


async def test_several_begin_together_or_not_at_all() -> None:
    crew = Crew("works", threads=1, places=2, retry_after=1)
    begun: list[int] = []
    with pytest.raises(Busy):
        crew.begin(*(lambda: begun.append(1) for _ in range(3)))
    assert await crew.run(lambda: 1) == 1
    assert begun == []


async def test_who_leaves_keeps_the_place_until_the_thread_is_done() -> None:
    """Else a hundred visitors who leave would have a hundred pieces of work under way."""
    crew = Crew("works", threads=1, places=2, retry_after=1)
    begun, goes_on = threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return goes_on.wait(20)

    under_way = asyncio.create_task(crew.run(work))
    await asyncio.to_thread(begun.wait, 20)
    queued = asyncio.create_task(crew.run(work))
    await asyncio.sleep(0)
    under_way.cancel()
    queued.cancel()
    await asyncio.gather(under_way, queued, return_exceptions=True)
    still = asyncio.create_task(crew.run(goes_on.wait))  # the place of what was dropped before it began
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await crew.run(goes_on.wait)
    goes_on.set()
    assert await still


async def test_what_fails_frees_its_place() -> None:
    crew = Crew("works", threads=1, places=1, retry_after=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await crew.run(lambda: 1 // 0)


async def test_one_customers_crowd_keeps_nobody_else_out() -> None:
    crew = Crew("works", threads=1, places=6, retry_after=1, share=4)
    goes_on = threading.Event()
    crowd = crew.begin(*[goes_on.wait] * 4, whose="one")
    with pytest.raises(Busy):
        crew.begin(goes_on.wait, whose="one")
    other = crew.begin(goes_on.wait, goes_on.wait, whose="other")
    goes_on.set()
    assert await asyncio.gather(*crowd, *other) == [True] * 6
    assert await crew.run(lambda: 1, whose="one") == 1
