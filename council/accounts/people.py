"""Logging in and out, and joining with a slip: one function per verb.

Every try with a password or a code is counted before it is made (`limits`). A wrong password, an unknown telephone and
a shared one answer the same, after the same two verifications.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from council.accounts import limits, queries, sessions, slips, ties
from council.accounts.devices import Marks
from council.accounts.model import Device, SessionEnd, SlipTarget
from council.accounts.passwords import passwords, weakness
from council.accounts.sessions import NewSession
from council.accounts.slipcodes import CodeKind
from council.kernel.errors import Invalid, Refused
from council.kernel.look import UNCHOSEN, Look
from council.storage.errors import Busy, unique_violation
from council.storage.sql import execute, fetch, fetch_one
from council.storage.transactions import transaction


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the door before we know who it is: where from, on what, with which cookie, and how pages look there;
    `marks` is the cookie of `devices`."""

    address: str
    device: Device
    token: str | None = None
    look: Look = UNCHOSEN
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    session: NewSession | None
    """A new session; None when the person was logged in already."""
    target: SlipTarget


@dataclass(frozen=True, slots=True)
class Holder:
    """One of the at most two people of a telephone."""

    person_id: int
    name: str
    password_hash: str | None


async def log_in(
    *, phone: str, password: str, is_own_phone: bool, visitor: Visitor, secret: bytes, now: datetime
) -> tuple[int, NewSession]:
    """The person and a fresh session; `phone` as `parse_phone` gives it.

    Invalid "login.wrong" for a wrong password and an unknown telephone alike (and when both people of a telephone
    have that password: nobody is let into the other's account). TooMany; Busy.
    """
    holders = await holders_of(phone)
    async with limits.attempt(secret, now, *_counted_as(holders, phone, visitor, secret)) as made:
        matching = await with_password(holders, password, visitor.address)
        if len(matching) != 1:
            raise Invalid({"": "login.wrong"})
        made.succeeded()
    person = matching[0]
    await _rehash(person, password)
    return person.person_id, await open_session(person.person_id, is_own_phone, visitor, now)


def _counted_as(
    holders: list[Holder], phone: str, visitor: Visitor, secret: bytes
) -> tuple[tuple[limits.Limit, str], tuple[limits.Limit, str]]:
    """What a try to log in counts for; why, stands in `devices`."""
    marks = Marks.read(visitor.marks)
    known = marks.known([holder.person_id for holder in holders], secret)
    if known is not None:
        return (limits.LOG_IN_ON_DEVICE, marks.random), (limits.LOG_IN_ON_MARKED, str(known))
    return (limits.LOG_IN_BY_PHONE, phone), (limits.LOG_IN_BY_ADDRESS, visitor.address)


async def log_out(*, token: str, now: datetime) -> None:
    await sessions.end(token, SessionEnd.LOGGED_OUT, now)


async def log_out_everywhere(*, person_id: int, now: datetime) -> None:
    await sessions.end_all([person_id], SessionEnd.EVERYWHERE, now)


async def look_at_code(*, typed: str, visitor: Visitor, secret: bytes, now: datetime) -> SlipTarget:
    """What a slip opens. Invalid "code.unknown" for every code that opens nothing; TooMany."""
    async with limits.attempt(secret, now, (limits.CODE_BY_ADDRESS, visitor.address)) as made:
        target = await slips.find(typed, secret=secret, now=now)
        if target is None:
            raise Invalid({"code": "code.unknown"})
        made.succeeded()
    return target


async def join_as(*, person_id: int, typed: str, visitor: Visitor, secret: bytes, now: datetime) -> Joined:
    """One more home or owner for an account: several households, several communities, the same slip twice."""
    target = await _slip_to_join(typed, visitor, secret, now)
    await queries.person(person_id)
    async with transaction():
        await ties.tie(person_id, target, now)
    return Joined(None, target)


async def join_as_new(
    *,
    typed: str,
    name: str,
    phone: str,
    password: str,
    is_own_phone: bool,
    visitor: Visitor,
    secret: bytes,
    now: datetime,
) -> Joined:
    """An account with its first tie. The same name, telephone and password again is the same person (a double tap).

    The second person of a telephone has to choose another password; what is said about it is what is said of common
    ones. Refused "phone.full" for a third person. Invalid for a weak password; TooMany; Busy.
    """
    target = await _slip_to_join(typed, visitor, secret, now)
    weak = weakness(password, phones=(phone,), name=name)
    if weak is not None:
        raise Invalid({"password": weak})
    subjects = ((limits.LOG_IN_BY_PHONE, phone), (limits.LOG_IN_BY_ADDRESS, visitor.address))
    for _ in range(3):
        async with limits.attempt(secret, now, *subjects) as made:
            holders = await holders_of(phone)
            matching = await with_password(holders, password, visitor.address)
            if any(holder.name != name for holder in matching):
                raise Invalid({"password": "password.too_common"})
            if matching or not holders:
                made.succeeded()  # else it stays counted: it said that nobody of this telephone has this password
        if matching:
            async with transaction():
                await ties.tie(matching[0].person_id, target, now)
                return Joined(await open_session(matching[0].person_id, is_own_phone, visitor, now), target)
        if len(holders) >= 2:
            raise Refused("phone.full")
        person_id = await create(name=name, phone=phone, password=password, known=holders, target=target, now=now)
        if person_id is not None:
            return Joined(await open_session(person_id, is_own_phone, visitor, now), target)
    raise Busy("others are joining with this telephone")


async def create(
    *, name: str, phone: str, password: str, known: list[Holder], target: SlipTarget | None, now: datetime
) -> int | None:
    """A new account; None when the people of the telephone are no longer those the password was compared with."""
    hashed = await passwords().hash(password)
    try:
        async with transaction():
            there = await fetch(
                "SELECT person_id, place FROM person_phone WHERE phone = {} AND removed_at IS NULL", phone
            )
            if {row["person_id"] for row in there} != {holder.person_id for holder in known}:
                return None
            rows = await fetch(
                "INSERT INTO person (name, password_hash, created_at) VALUES ({}, {}, {}) RETURNING id",
                *(name, hashed, now),
            )
            person_id: int = rows[0]["id"]
            await execute(
                "INSERT INTO person_phone (person_id, phone, place, added_at, added_by_name)"
                " VALUES ({}, {}, {}, {}, {})",
                *(person_id, phone, 2 if any(row["place"] == 1 for row in there) else 1, now, name),
            )
            if target is not None:
                await ties.tie(person_id, target, now)
            return person_id
    except Exception as error:
        if unique_violation(error):
            return None
        raise


async def choose_look(*, person_id: int, wish: Look) -> None:
    """What is chosen in `wish` is from now on the account's choice, on every device; the rest stays."""
    await execute(
        "UPDATE person SET locale = COALESCE({}, locale), type_size = COALESCE({}, type_size),"
        " theme = COALESCE({}, theme) WHERE id = {} AND closed_at IS NULL",
        *(wish.locale, wish.type_size, wish.theme, person_id),
    )


async def _adopt_look(person_id: int, device: Look) -> Look:
    """The account's look, after it has taken over from this device what it had not chosen; see `Look`."""
    row = await fetch_one(
        "UPDATE person SET locale = COALESCE(locale, {}), type_size = COALESCE(type_size, {}),"
        " theme = COALESCE(theme, {}) WHERE id = {} RETURNING locale, type_size, theme",
        *(device.locale, device.type_size, device.theme, person_id),
    )
    return UNCHOSEN if row is None else Look(**row)


async def _slip_to_join(typed: str, visitor: Visitor, secret: bytes, now: datetime) -> SlipTarget:
    target = await look_at_code(typed=typed, visitor=visitor, secret=secret, now=now)
    if target.kind is CodeKind.RESET:
        raise Invalid({"code": "code.unknown"})
    return target


async def open_session(person_id: int, is_own_phone: bool, visitor: Visitor, now: datetime) -> NewSession:
    """A fresh session in place of the one that was there, with the look that this device then wears."""
    async with transaction():
        if visitor.token is not None:
            await sessions.end(visitor.token, SessionEnd.ROTATED, now)
        look = await _adopt_look(person_id, visitor.look)
        fresh = await sessions.start(person_id, device=visitor.device, is_own_phone=is_own_phone, now=now)
    return replace(fresh, look=look) if is_own_phone else fresh


async def holders_of(phone: str) -> list[Holder]:
    """The people of a telephone, at most two."""
    rows = await fetch(
        "SELECT p.id AS person_id, p.name, p.password_hash FROM person_phone f JOIN person p ON p.id = f.person_id"
        " WHERE f.phone = {} AND f.removed_at IS NULL ORDER BY f.place",
        phone,
    )
    return [Holder(**row) for row in rows]


async def with_password(holders: list[Holder], password: str, address: str = "") -> list[Holder]:
    """Those of a telephone who have this password; asked from `address`."""
    hashes = tuple(holder.password_hash for holder in holders)
    holds = await passwords().verify(hashes, password, address=address)
    return [holder for holder, match in zip(holders, holds, strict=False) if match]


async def _rehash(person: Holder, password: str) -> None:
    """Bring a hash made at another cost to today's."""
    if person.password_hash is None or not passwords().needs_rehash(person.password_hash):
        return
    await execute(
        "UPDATE person SET password_hash = {} WHERE id = {} AND password_hash = {}",
        *(await passwords().hash(password), person.person_id, person.password_hash),
    )
