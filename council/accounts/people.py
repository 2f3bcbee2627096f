"""Logging in and out, joining with a slip, and passwords: one function per verb.

Every try with a password or a code is counted before it is made (`limits`). A wrong password, an unknown telephone and
a shared one answer the same, after the same two verifications.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.accounts import limits, queries, sessions, slips, ties
from council.accounts.model import Device, SessionEnd, SlipTarget
from council.accounts.passwords import passwords, weakness
from council.accounts.sessions import NewSession
from council.accounts.slipcodes import CodeKind
from council.audit import service as audit
from council.kernel.errors import Invalid, NotFound, Refused
from council.storage.errors import Busy, unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is at the door before we know who it is: where from, on what, with which cookie."""

    address: str
    device: Device
    token: str | None = None


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
    subjects = ((limits.LOG_IN_BY_PHONE, phone), (limits.LOG_IN_BY_ADDRESS, visitor.address))
    async with limits.attempt(secret, now, *subjects) as made:
        holders = await _holders(phone)
        matching = await _matching(holders, password)
        if len(matching) != 1:
            raise Invalid({"": "login.wrong"})
        made.succeeded()
    person = matching[0]
    await _rehash(person, password)
    return person.person_id, await _open(person.person_id, is_own_phone, visitor, now)


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
            holders = await _holders(phone)
            matching = await _matching(holders, password)
            if any(holder.name != name for holder in matching):
                raise Invalid({"password": "password.too_common"})
            made.succeeded()
        if matching:
            async with transaction():
                await ties.tie(matching[0].person_id, target, now)
                return Joined(await _open(matching[0].person_id, is_own_phone, visitor, now), target)
        if len(holders) >= 2:
            raise Refused("phone.full")
        person_id = await create(name=name, phone=phone, password=password, known=holders, target=target, now=now)
        if person_id is not None:
            return Joined(await _open(person_id, is_own_phone, visitor, now), target)
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
                "INSERT INTO person (name, password_hash, is_large_type, created_at)"
                " VALUES ({}, {}, {}, {}) RETURNING id",
                *(name, hashed, False, now),
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


async def set_password_with_slip(
    *, typed: str, password: str, is_own_phone: bool, visitor: Visitor, secret: bytes, now: datetime
) -> Joined:
    """A new password with the slip that the desk made out to this person; it works once and ends every session."""
    target = await look_at_code(typed=typed, visitor=visitor, secret=secret, now=now)
    if target.kind is not CodeKind.RESET or target.person_id is None:
        raise Invalid({"code": "code.unknown"})
    person_id = target.person_id
    hashed = await _new_password(person_id, password)
    async with transaction():
        if not await slips.use_up(target.access_code_id, now):
            raise Invalid({"code": "code.unknown"})
        await _keep_password(person_id, hashed, now)
        data = {"person_id": person_id, "slip_id": target.access_code_id}
        await audit.record(target.community_id, "account.password_reset", data, now=now)
        return Joined(await _open(person_id, is_own_phone, visitor, now), target)


async def change_password(
    *, person_id: int, current: str, password: str, is_own_phone: bool, visitor: Visitor, secret: bytes, now: datetime
) -> NewSession:
    """Ends every session, this one as well, and opens a new one here. Invalid "password.wrong" for the current one."""
    async with limits.attempt(secret, now, (limits.PASSWORD_BY_PERSON, str(person_id))) as made:
        await check_password(person_id, current)
        made.succeeded()
    hashed = await _new_password(person_id, password)
    async with transaction():
        await _keep_password(person_id, hashed, now)
        return await _open(person_id, is_own_phone, visitor, now)


async def check_password(person_id: int, password: str, field: str = "current") -> None:
    """Invalid "password.wrong" when it is not this person's. The caller counts the attempt."""
    rows = await fetch("SELECT password_hash FROM person WHERE id = {} AND closed_at IS NULL", person_id)
    if not rows:
        raise NotFound
    if not (await passwords().verify((rows[0]["password_hash"],), password))[0]:
        raise Invalid({field: "password.wrong"})


async def set_preferences(*, person_id: int, locale: str, is_large_type: bool) -> None:
    """What pages look like on a device that has not been told otherwise."""
    await execute("UPDATE person SET locale = {}, is_large_type = {} WHERE id = {}", locale, is_large_type, person_id)


async def holders_of(phone: str) -> list[Holder]:
    """The people of a telephone, at most two."""
    return await _holders(phone)


async def is_others_password(person_id: int, phone: str, password: str) -> bool:
    """Whether somebody else with this telephone has this password: then a log-in could not tell the two apart."""
    others = [holder for holder in await _holders(phone) if holder.person_id != person_id]
    return bool(others) and bool(await _matching(others, password))


async def _slip_to_join(typed: str, visitor: Visitor, secret: bytes, now: datetime) -> SlipTarget:
    target = await look_at_code(typed=typed, visitor=visitor, secret=secret, now=now)
    if target.kind is CodeKind.RESET:
        raise Invalid({"code": "code.unknown"})
    return target


async def _new_password(person_id: int, password: str) -> str:
    """The hash of a password that this person may take."""
    person = await queries.person(person_id)
    weak = weakness(password, phones=person.phones, name=person.name)
    if weak is None:
        for phone in person.phones:
            if await is_others_password(person_id, phone, password):
                weak = "password.too_common"
    if weak is not None:
        raise Invalid({"password": weak})
    return await passwords().hash(password)


async def _keep_password(person_id: int, hashed: str, now: datetime) -> None:
    await execute("UPDATE person SET password_hash = {} WHERE id = {}", hashed, person_id)
    await sessions.end_all([person_id], SessionEnd.PASSWORD, now)


async def _open(person_id: int, is_own_phone: bool, visitor: Visitor, now: datetime) -> NewSession:
    async with transaction():
        if visitor.token is not None:
            await sessions.end(visitor.token, SessionEnd.ROTATED, now)
        return await sessions.start(person_id, device=visitor.device, is_own_phone=is_own_phone, now=now)


async def _holders(phone: str) -> list[Holder]:
    rows = await fetch(
        "SELECT p.id AS person_id, p.name, p.password_hash FROM person_phone f JOIN person p ON p.id = f.person_id"
        " WHERE f.phone = {} AND f.removed_at IS NULL ORDER BY f.place",
        phone,
    )
    return [Holder(**row) for row in rows]


async def _matching(holders: list[Holder], password: str) -> list[Holder]:
    holds = await passwords().verify(tuple(holder.password_hash for holder in holders), password)
    return [holder for holder, match in zip(holders, holds, strict=False) if match]


async def _rehash(person: Holder, password: str) -> None:
    """Bring a hash made at another cost to today's."""
    if person.password_hash is None or not passwords().needs_rehash(person.password_hash):
        return
    await execute(
        "UPDATE person SET password_hash = {} WHERE id = {} AND password_hash = {}",
        *(await passwords().hash(password), person.person_id, person.password_hash),
    )
