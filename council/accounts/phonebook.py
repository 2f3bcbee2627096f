"""A person's telephones: several a person, at most two people a telephone."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.accounts import credentials, limits, permissions, queries, sessions
from council.accounts.model import SessionEnd
from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.storage.bounds import Bound
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction

ADDING = Bound(
    "bound.phone",
    5,
    "SELECT added_at AS at FROM person_phone WHERE person_id = {} AND added_at > {} ORDER BY added_at DESC"
    " LIMIT 1 OFFSET {}",
    timedelta(days=1),
)
"""Numbers that one account takes for its own, a day: a telephone has two places; nobody is to fill the neighbours'."""


async def add_phone(*, person_id: int, phone: str, password: str, secret: bytes, now: datetime) -> None:
    """One's own further number, with the password. The same again changes nothing.

    Invalid "phone.not_here" when the number cannot be added (two people have it, or one with the same password).
    TooMany for more than a few a day.
    """
    async with limits.attempt(secret, now, (limits.PASSWORD_BY_PERSON, str(person_id))) as made:
        await credentials.check_password(person_id, password, "password")
        made.succeeded()
    if await credentials.is_others_password(person_id, phone, password, secret=secret, now=now):
        raise Invalid({"phone": "phone.not_here"})
    person = await queries.person(person_id)
    async with transaction():
        await _add(person_id, phone, person.name, now)
        await lock_row("person", person_id, is_referred_to=True)
        await ADDING.check(person_id, now=now)


async def remove_phone(*, person_id: int, phone: str, now: datetime) -> None:
    """One's own number away; Refused "phone.last" for the only one. NotFound when it is not this person's."""
    async with transaction():
        await lock_row("person", person_id, is_referred_to=True)  # of two numbers removed at once, one is the last
        person = await queries.person(person_id)
        if person.phones == (phone,):
            raise Refused("phone.last")
        await _remove(person_id, phone, person.name, now)


async def change_phone(*, actor: Actor, person_id: int, old: str, new: str, reason: str, now: datetime) -> None:
    """A change of number at the desk: the old one goes, sessions end (the telephone may be in other hands).

    NotFound for somebody without a tie here or another old number. Who did it, for whom and why is kept.
    """
    await queries.require_tied(actor.community_id, person_id, now)
    require(permissions.may_reach_account(actor, person_id, await queries.roles_of(person_id)))
    async with transaction():
        if new != old:
            await _add(person_id, new, actor.name, now)
            await _remove(person_id, old, actor.name, now)
        await sessions.end_all([person_id], SessionEnd.PHONE, now)
        data = {"person_id": person_id, "by": actor.person_id}
        await audit.record(actor.community_id, "account.phone_changed", data, now=now, private={"reason": reason})


async def _add(person_id: int, phone: str, by_name: str, now: datetime) -> None:
    try:
        async with transaction():
            there = await fetch(
                "SELECT person_id, place FROM person_phone WHERE phone = {} AND removed_at IS NULL", phone
            )
            if any(row["person_id"] == person_id for row in there):
                return
            free = {1, 2} - {row["place"] for row in there}
            if not free:
                raise Invalid({"phone": "phone.not_here"})
            await execute(
                "INSERT INTO person_phone (person_id, phone, place, added_at, added_by_name)"
                " VALUES ({}, {}, {}, {}, {})",
                *(person_id, phone, min(free), now, by_name),
            )
    except Exception as error:
        if unique_violation(error):
            raise Invalid({"phone": "phone.not_here"}) from error
        raise


async def _remove(person_id: int, phone: str, by_name: str, now: datetime) -> None:
    rows = await fetch(
        "UPDATE person_phone SET removed_at = {}, removed_by_name = {}"
        " WHERE person_id = {} AND phone = {} AND removed_at IS NULL RETURNING id",
        *(now, by_name, person_id, phone),
    )
    if not rows:
        raise NotFound
