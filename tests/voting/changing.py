"""More time for a vote, and calling it off, for tests: asked for by Dana, confirmed by Erin."""

from __future__ import annotations

from datetime import datetime

from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.voting import changing
from council.voting.change import ChangeDraft, ChangeKind
from tests.people import Garden

WHY = "参与的人还不够，再给大家几天"
WRONG = "文本有误，重新公告"


def more_time(to: datetime, *, reason: str = WHY, key: str = "") -> ChangeDraft:
    return ChangeDraft(key or new_id(), ChangeKind.EXTEND, reason, to)


def calling_off(*, reason: str = WRONG, key: str = "") -> ChangeDraft:
    return ChangeDraft(key or new_id(), ChangeKind.CANCEL, reason)


async def asked(actor: Actor, motion_id: int, draft: ChangeDraft, now: datetime) -> int:
    return await changing.ask(actor=actor, motion_id=motion_id, draft=draft, now=now)


async def given_time(people: Garden, motion_id: int, to: datetime, *, now: datetime, reason: str = WHY) -> None:
    """Both have done it."""
    change_id = await asked(people.dana, motion_id, more_time(to, reason=reason), now)
    await changing.confirm(actor=people.erin, change_id=change_id, now=now)


async def called_off(people: Garden, motion_id: int, *, now: datetime, reason: str = WRONG) -> None:
    """Both have done it."""
    change_id = await asked(people.dana, motion_id, calling_off(reason=reason), now)
    await changing.confirm(actor=people.erin, change_id=change_id, now=now)
