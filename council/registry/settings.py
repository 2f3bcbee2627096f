"""What a community decides about its votes: proposed by one person, in force once a second has confirmed it.

The newest confirmed value holds. A motion carries the values of the moment its notice was published; nothing here
touches it.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import permissions, queries
from council.registry.model import Setting
from council.storage.sql import fetch, fetch_one
from council.storage.transactions import lock_row, transaction

OPTIONS: dict[str, tuple[str, ...]] = {
    "online_counts": ("no", "yes"),
    "parking_counted": ("no", "yes"),
    "area_basis": ("exclusive_register", "exclusive_survey", "exclusive_contract", "built_register"),
    "ballot_change": ("none", "once", "until_close"),
}
"""Each setting with its values; the first is what holds until a community decides."""


def in_force(confirmed: dict[str, str]) -> dict[str, str]:
    """Every setting with the value that holds now."""
    return {name: confirmed.get(name, options[0]) for name, options in OPTIONS.items()}


async def propose(*, actor: Actor, name: str, value: str, basis: str, key: str, now: datetime) -> int:
    """A value with the basis it rests on, to be confirmed by somebody else. The same form again is the same proposal;
    with anything else in it, or from somebody else, it is refused (form.used_before).

    Invalid "setting.already" when it holds now; Refused "setting.waiting" while another value of it waits.
    """
    require(permissions.may_propose_setting(actor))
    community_id = actor.community_id
    if value not in OPTIONS.get(name, ()):
        raise Invalid({"value": "form.not_a_choice"})
    async with transaction():
        await lock_row("community", community_id)
        before = await fetch_one(
            "SELECT id, name, value, basis, proposed_by FROM community_setting WHERE community_id = {} AND key = {}",
            *(community_id, key),
        )
        if before is not None:
            sent = (name, value, basis, actor.person_id)
            if (before["name"], before["value"], before["basis"], before["proposed_by"]) != sent:
                raise Refused("form.used_before")
            return int(before["id"])
        history = await queries.settings_history(community_id)
        if any(one.name == name and one.confirmed_at is None for one in history):
            raise Refused("setting.waiting")
        if (await queries.settings_in_force(community_id)).get(name) == value:
            raise Invalid({"value": "setting.already"})
        rows = await fetch(
            "INSERT INTO community_setting (community_id, key, name, value, basis, proposed_by, proposed_by_name,"
            " proposed_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}) RETURNING id",
            *(community_id, key, name, value, basis, actor.person_id, actor.name, now),
        )
        data = {"setting_id": rows[0]["id"], "name": name, "value": value, "basis": basis, "by": actor.person_id}
        await audit.record(community_id, "setting.proposed", data, now=now)
    return int(rows[0]["id"])


async def confirm(*, actor: Actor, setting_id: int, now: datetime) -> None:
    """From now on it holds. By a second person; Refused "setting.closed" when it is confirmed or withdrawn already."""
    setting = await _setting(actor.community_id, setting_id)
    require(permissions.may_confirm_setting(actor, setting))
    async with transaction():
        rows = await fetch(
            "UPDATE community_setting SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {}"
            " WHERE community_id = {} AND id = {} AND confirmed_at IS NULL AND withdrawn_at IS NULL RETURNING id",
            *(actor.person_id, actor.name, now, actor.community_id, setting_id),
        )
        if not rows:
            raise Refused("setting.closed")
        data = {"setting_id": setting_id, "name": setting.name, "value": setting.value, "by": actor.person_id}
        await audit.record(actor.community_id, "setting.confirmed", data, now=now)


async def withdraw(*, actor: Actor, setting_id: int, now: datetime) -> None:
    """A proposal that nobody has confirmed is taken back; Refused "setting.closed" afterwards."""
    setting = await _setting(actor.community_id, setting_id)
    require(permissions.may_withdraw_setting(actor, setting))
    async with transaction():
        rows = await fetch(
            "UPDATE community_setting SET withdrawn_at = {}"
            " WHERE community_id = {} AND id = {} AND confirmed_at IS NULL AND withdrawn_at IS NULL RETURNING id",
            *(now, actor.community_id, setting_id),
        )
        if not rows:
            raise Refused("setting.closed")
        data = {"setting_id": setting_id, "name": setting.name, "by": actor.person_id}
        await audit.record(actor.community_id, "setting.withdrawn", data, now=now)


async def _setting(community_id: int, setting_id: int) -> Setting:
    """One that was not withdrawn, or was: a withdrawn one is refused as closed, an unknown one is NotFound."""
    row = await fetch_one(
        "SELECT id, name, value, basis, proposed_by, proposed_by_name, proposed_at, confirmed_by_name, confirmed_at"
        " FROM community_setting WHERE community_id = {} AND id = {}",
        community_id,
        setting_id,
    )
    if row is None:
        raise NotFound
    return Setting(**row)
