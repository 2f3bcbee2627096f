"""How often something may be tried: counted in the database, so that a limit holds across processes.

Windows are fixed (an attempt at 14:59 and one at 15:00 may lie in two): simple, one row per subject and window, one
atomic statement per attempt. Only failures stay counted: an attempt is counted before it is made, so that a hundred at
once are not one, and given back when it succeeds. Subjects are stored as a keyed hash, never as a
number or address. What leaves rows of its own is counted by those (`storage.bounds`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from council.kernel.errors import TooMany
from council.storage.errors import Busy
from council.storage.sql import execute, fetch


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures per subject in each window of `seconds`."""

    scope: str
    most: int
    seconds: int


LOG_IN_ON_DEVICE = Limit("login.device", 10, 15 * 60)
LOG_IN_ON_MARKED = Limit("login.marked", 30, 15 * 60)
"""By person, on all devices that carry their mark together (`devices`)."""
LOG_IN_BY_PHONE = Limit("login.phone", 10, 15 * 60)
LOG_IN_BY_ADDRESS = Limit("login.address", 300, 15 * 60)
CODE_BY_ADDRESS = Limit("code.address", 100, 15 * 60)
"""Those of an address are wide: a whole estate may come through one, on the evening when everybody has a slip to type.
Codes have 39 bits: of 10,000 that wait to be used, a hundred tries in a quarter of an hour find one in 24 years."""
PASSWORD_BY_PERSON = Limit("password.person", 10, 15 * 60)


@dataclass(slots=True)
class Attempt:
    """What is being tried; `succeeded()` gives it back."""

    is_success: bool = False

    def succeeded(self) -> None:
        self.is_success = True


@asynccontextmanager
async def attempt(secret: bytes, now: datetime, *subjects: tuple[Limit, str]) -> AsyncIterator[Attempt]:
    """Counts a try under each limit before the body runs. TooMany when one is used up; nothing is tried then.

    Runs outside the body's transaction, so that a refused try stays counted.
    """
    keys = [(limit, _key(secret, limit, subject), _window_end(limit, now)) for limit, subject in subjects]
    over = [end for limit, key, end in keys if await _count(key, end, now) > limit.most]
    if over:
        raise TooMany("limit.too_many", max(over) - int(now.timestamp()))
    made = Attempt()
    try:
        yield made
    except Busy:
        made.succeeded()  # nothing was tried
        raise
    finally:
        if made.is_success:
            for _, key, end in keys:
                await execute(_GIVE_BACK, key, end)


_GIVE_BACK = "UPDATE rate_count SET tries = tries - 1 WHERE key = {} AND time_window = {} AND tries > 0"


async def _count(key: str, end: int, now: datetime) -> int:
    rows = await fetch(
        "INSERT INTO rate_count (key, time_window, tries) VALUES ({}, {}, 1)"
        " ON CONFLICT (key, time_window) DO UPDATE SET tries = rate_count.tries + 1 RETURNING tries",
        key,
        end,
    )
    tries: int = rows[0]["tries"]
    if tries == 1:  # a new window: the moment to drop those that are over
        await execute("DELETE FROM rate_count WHERE time_window <= {}", int(now.timestamp()))
    return tries


def _window_end(limit: Limit, now: datetime) -> int:
    return (int(now.timestamp()) // limit.seconds + 1) * limit.seconds


def _key(secret: bytes, limit: Limit, subject: str) -> str:
    digest = hmac.new(secret, f"limit:{limit.scope}:{subject}".encode(), hashlib.sha256).hexdigest()
    return f"{limit.scope}:{digest[:32]}"
