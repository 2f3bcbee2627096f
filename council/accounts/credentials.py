"""Passwords: changing one's own, and setting one with the slip that the desk made out to a person."""

from __future__ import annotations

from datetime import datetime

from council.accounts import limits, people, queries, sessions, slips, ties
from council.accounts.model import SessionEnd
from council.accounts.passwords import passwords, weakness
from council.accounts.people import Joined, Visitor
from council.accounts.sessions import NewSession
from council.accounts.slipcodes import CodeKind
from council.audit import service as audit
from council.kernel.errors import Invalid, NotFound
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction


async def set_password_with_slip(
    *, typed: str, password: str, is_own_phone: bool, visitor: Visitor, secret: bytes, now: datetime
) -> Joined:
    """A new password with the slip that the desk made out to this person; it works once and ends every session.

    Whether it was the person, or the desk that had the slip, nobody can tell from here (`ties.look_anew`).
    """
    target = await people.look_at_code(typed=typed, visitor=visitor, secret=secret, now=now)
    if target.kind is not CodeKind.RESET or target.person_id is None:
        raise Invalid({"code": "code.unknown"})
    person_id = target.person_id
    hashed = await _new_password(person_id, password, secret, now)
    async with transaction():
        if not await slips.use_up(target.access_code_id, now):
            raise Invalid({"code": "code.unknown"})
        await _keep_password(person_id, hashed, now)
        await ties.look_anew(person_id=person_id, slip_id=target.access_code_id, now=now)
        data = {"person_id": person_id, "slip_id": target.access_code_id}
        await audit.record(target.community_id, "account.password_reset", data, now=now)
        return Joined(await people.open_session(person_id, is_own_phone, visitor, now), target)


async def change_password(
    *,
    person_id: int,
    current: str,
    password: str,
    is_own_phone: bool,
    visitor: Visitor,
    secret: bytes,
    now: datetime,
) -> NewSession:
    """Ends every session, this one as well, and opens a new one here. Invalid "password.wrong" for the current one."""
    async with limits.attempt(secret, now, (limits.PASSWORD_BY_PERSON, str(person_id))) as made:
        await check_password(person_id, current)
        made.succeeded()
    hashed = await _new_password(person_id, password, secret, now)
    async with transaction():
        await _keep_password(person_id, hashed, now)
        return await people.open_session(person_id, is_own_phone, visitor, now)


async def check_password(person_id: int, password: str, field: str = "current") -> None:
    """Invalid "password.wrong" when it is not this person's. The caller counts the attempt."""
    rows = await fetch("SELECT password_hash FROM person WHERE id = {} AND closed_at IS NULL", person_id)
    if not rows:
        raise NotFound
    if not (await passwords().verify((rows[0]["password_hash"],), password))[0]:
        raise Invalid({field: "password.wrong"})


async def is_others_password(person_id: int, phone: str, password: str, *, secret: bytes, now: datetime) -> bool:
    """Whether somebody else with this telephone has this password: then a log-in could not tell the two apart.

    Either answer says something about the other one's password, so each counts as a failed log-in there. TooMany.
    """
    others = [holder for holder in await people.holders_of(phone) if holder.person_id != person_id]
    if not others:
        return False
    async with limits.attempt(secret, now, (limits.LOG_IN_BY_PHONE, phone)):
        return bool(await people.with_password(others, password))


async def _new_password(person_id: int, password: str, secret: bytes, now: datetime) -> str:
    """The hash of a password that this person may take."""
    person = await queries.person(person_id)
    weak = weakness(password, phones=person.phones, name=person.name)
    if weak is None:
        for phone in person.phones:
            if await is_others_password(person_id, phone, password, secret=secret, now=now):
                weak = "password.too_common"
    if weak is not None:
        raise Invalid({"password": weak})
    return await passwords().hash(password)


async def _keep_password(person_id: int, hashed: str, now: datetime) -> None:
    await execute("UPDATE person SET password_hash = {} WHERE id = {}", hashed, person_id)
    await sessions.end_all([person_id], SessionEnd.PASSWORD, now)
