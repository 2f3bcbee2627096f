"""A form whose transaction was sent back for another's sake is answered by its handler once more, by itself.

PostgreSQL ends one of two transactions that wait for each other (`storage.errors.LostTurn`): nothing of it was done. A
`transaction()` cannot run its block again, so what runs again is the handler, with the request it has: the body was
read and kept. What it had saved before in a transaction of its own is what it would be after a double tap, which every
form has to bear anyway. After `PAUSES` it is `Busy`: 503, and the page says that nothing was done.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from weakref import WeakSet

from litestar.config.app import AppConfig
from litestar.handlers import HTTPRouteHandler

from council.storage.errors import LostTurn

log = logging.getLogger("council.web")

PAUSES = (0.05, 0.1, 0.2)
"""Seconds before each further try, at most; a part of it by chance, so that two do not meet again in step."""

Handled = Callable[..., Awaitable[Any]]
_TRYING: WeakSet[Handled] = WeakSet()


def on_app_init(config: AppConfig) -> AppConfig:
    """Every handler of a POST tries again. Handlers outlive an application: those that do already are left alone."""
    for handler in config.route_handlers:
        if not isinstance(handler, HTTPRouteHandler) or "POST" not in handler.http_methods:
            continue
        if handler.fn not in _TRYING:
            handler(tries_again(handler.fn))
    return config


def tries_again(fn: Handled) -> Handled:
    """`fn`, called once more after each `LostTurn`; the last one is raised."""

    @wraps(fn)
    async def trying(*args: Any, **given: Any) -> Any:
        for pause in PAUSES:
            try:
                return await fn(*args, **given)
            except LostTurn as lost:
                log.warning("%s %s, tried again", fn.__qualname__, lost)
                await asyncio.sleep(pause * random.uniform(0.2, 1))  # noqa: S311 - a pause is no secret
        return await fn(*args, **given)

    _TRYING.add(trying)
    return trying
