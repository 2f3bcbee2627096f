"""Sessions: the browser holds 256 random bits, the database their SHA-256.

A token is only ever made here (one that a client brings is looked up, never adopted), changes at log-in and at a change
of password, and dies after 30 idle days on one's own phone (12 hours elsewhere) and after 90 days at the latest. A
person has so many that live (`MOST`). Ended sessions stay, with their reason.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.accounts.model import Device, SessionEnd, SessionView, SignedIn
from council.accounts.tables import Session
from council.kernel.look import UNCHOSEN, Look
from council.storage.sql import execute, fetch, fetch_one

IDLE_OWN_PHONE = timedelta(days=30)
IDLE_ELSEWHERE = timedelta(hours=12)
ABSOLUTE = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=10)
"""How often a visit is written down: a write in ten minutes, not one a page."""
MOST = 20
"""Devices of one person at a time; with one more, the one not seen for longest is logged out."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A token to hand to the browser; `seconds` None: until the browser closes. `look`: what the device keeps."""

    token: str
    seconds: int | None
    person_id: int
    look: Look = UNCHOSEN


def device_of(user_agent: str) -> Device:
    """The kind of device, for people to recognise in their list; nothing else of the header is kept."""
    signs = (
        ("Android", Device.ANDROID),
        ("HarmonyOS", Device.ANDROID),
        ("iPhone", Device.IPHONE),
        ("iPad", Device.IPHONE),
        ("Windows", Device.WINDOWS),
        ("Macintosh", Device.MAC),
    )
    return next((device for sign, device in signs if sign in user_agent), Device.OTHER)


async def start(person_id: int, *, device: Device, is_own_phone: bool, now: datetime) -> NewSession:
    """A fresh session in the caller's transaction, which has locked the person; those beyond `MOST` end."""
    await execute(
        _END_OTHERS,
        *(now, SessionEnd.CROWDED.value, person_id, now, now - IDLE_OWN_PHONE, now - IDLE_ELSEWHERE, MOST - 1),
    )
    token = secrets.token_urlsafe(32)
    await Session.insert(
        Session(
            person_id=person_id,
            token_hash=_hash(token),
            device=device.value,
            is_own_phone=is_own_phone,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    return NewSession(token, int(ABSOLUTE.total_seconds()) if is_own_phone else None, person_id)


async def identify(token: str, now: datetime) -> SignedIn | None:
    """The person of a token; None when it is unknown, ended, idle too long, too old, or the account is closed.

    One read; one write in ten minutes.
    """
    row = await fetch_one(_IDENTIFY, _hash(token))
    if row is None:
        return None
    idle = IDLE_OWN_PHONE if row["is_own_phone"] else IDLE_ELSEWHERE
    if now >= row["expires_at"] or now >= row["seen_at"] + idle:
        return None
    if now >= row["seen_at"] + SEEN_EVERY:
        await execute("UPDATE session SET seen_at = {} WHERE id = {} AND ended_at IS NULL", now, row["id"])
    return SignedIn(
        person_id=row["person_id"],
        name=row["name"],
        session_id=row["id"],
        csrf_seed=hashlib.sha256(f"csrf:{token}".encode()).hexdigest(),
        is_own_phone=row["is_own_phone"],
        look=Look(row["locale"], row["type_size"], row["theme"]),
        home=row["home"],
    )


async def end(token: str, reason: SessionEnd, now: datetime) -> None:
    """End the session of a token, if there is one."""
    await execute(
        "UPDATE session SET ended_at = {}, end_reason = {} WHERE token_hash = {} AND ended_at IS NULL",
        now,
        reason.value,
        _hash(token),
    )


async def end_all(person_ids: list[int], reason: SessionEnd, now: datetime) -> None:
    """End every session of these people."""
    await execute(
        "UPDATE session SET ended_at = {}, end_reason = {} WHERE person_id IN {} AND ended_at IS NULL",
        now,
        reason.value,
        person_ids,
    )


async def devices(person_id: int, now: datetime) -> list[SessionView]:
    """The person's live sessions, the newest visit first."""
    rows = await fetch(
        "SELECT id, device, is_own_phone, created_at, seen_at FROM session"
        " WHERE person_id = {} AND ended_at IS NULL AND expires_at > {} ORDER BY seen_at DESC, id DESC",
        person_id,
        now,
    )
    views = [SessionView(**{**row, "device": Device(row["device"])}) for row in rows]
    return [view for view in views if now < view.seen_at + (IDLE_OWN_PHONE if view.is_own_phone else IDLE_ELSEWHERE)]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_END_OTHERS = """
UPDATE session SET ended_at = {}, end_reason = {} WHERE id IN (
    SELECT id FROM session
    WHERE person_id = {} AND ended_at IS NULL AND expires_at > {}
        AND (is_own_phone AND seen_at > {} OR NOT is_own_phone AND seen_at > {})
    ORDER BY seen_at DESC, id DESC LIMIT 1000000 OFFSET {}
)
"""
"""Of those that live all but the newest; what is idle too long neither counts nor is touched."""

_IDENTIFY = """
SELECT s.id, s.person_id, s.is_own_phone, s.seen_at, s.expires_at, p.name, p.locale, p.type_size, p.theme,
    COALESCE(
        (SELECT c.slug FROM residency r JOIN community c ON c.id = r.community_id
            WHERE r.person_id = p.id AND r.ended_at IS NULL ORDER BY r.id LIMIT 1),
        (SELECT c.slug FROM owner_claim o JOIN community c ON c.id = o.community_id
            WHERE o.person_id = p.id AND o.ended_at IS NULL ORDER BY o.id LIMIT 1),
        (SELECT c.slug FROM staff_role t JOIN community c ON c.id = t.community_id
            OR c.area_path = t.area_path OR substr(c.area_path, 1, length(t.area_path) + 1) = t.area_path || '/'
            WHERE t.person_id = p.id AND t.ended_at IS NULL ORDER BY t.id, c.id LIMIT 1)
    ) AS home
FROM session s JOIN person p ON p.id = s.person_id
WHERE s.token_hash = {} AND s.ended_at IS NULL AND p.closed_at IS NULL
"""
