"""A version of the bylaws: proposed by one person from the scanned original, in force once a second has confirmed it.

A motion carries the procedure of the moment its notice was published; nothing here touches it.
"""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.bylaws import permissions, profiles, queries
from council.bylaws.model import Clause, Draft, Version
from council.bylaws.resolving import fault
from council.bylaws.tables import BylawsSetting, BylawsVersion
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Detail, Invalid, Refused, require
from council.storage.errors import unique_violation
from council.storage.second_person import confirm_waiting, withdraw_waiting
from council.storage.transactions import lock_row, savepoint, transaction


async def propose(*, actor: Actor, draft: Draft, now: datetime) -> int:
    """A version with its scan, to be confirmed by somebody else; its id. The same form again is the same version; with
    anything else in it, or from somebody else, it is refused (form.used_before).

    Invalid where law, profile or dates forbid what it says. Refused "bylaws.waiting" while another version waits.
    """
    require(permissions.may_propose(actor))
    community_id = actor.community_id
    if wrong := faults(draft, now):
        raise wrong
    async with transaction():
        await lock_row("community", community_id)
        before = await queries.version_by_key(community_id, draft.key)
        if before is not None:
            if not _is_same(before, actor, draft):
                raise Refused("form.used_before")
            return before.id
        if await queries.waiting(community_id) is not None:
            raise Refused("bylaws.waiting")
        newest = await queries.newest(community_id)
        if newest.effective_from is not None and draft.effective_from < newest.effective_from:
            raise Invalid({"effective_from": "bylaws.before_the_last"})
        scan = await files.stored_file(community_id, draft.scan_id)
        if scan.purpose is not Purpose.DOCUMENT:
            raise Invalid({"document": "file.not_a_document"}, file=scan.name)
        row = BylawsVersion(
            community_id=community_id,
            key=draft.key,
            number=newest.number + 1,
            title=draft.title,
            profile=draft.profile,
            scan_id=scan.id,
            scan_sha256=scan.sha256,
            adopted_on=draft.adopted_on,
            effective_from=draft.effective_from,
            proposed_by=actor.person_id,
            proposed_by_name=actor.name,
            proposed_at=now,
        )
        version_id = await _insert(row, draft.clauses)
        data = {
            "version": version_id,
            "number": row.number,
            "title": draft.title,
            "profile": draft.profile,
            "scan_sha256": scan.sha256,
            "effective_from": draft.effective_from.isoformat(),
            "settings": {each.name: queries.to_text(each.value) for each in draft.clauses},
            "by": actor.person_id,
        }
        await audit.record(community_id, "bylaws.proposed", data, now=now)
    return version_id


def faults(draft: Draft, now: datetime) -> Invalid | None:
    """Everything that forbids this version: what law and profile do not admit, dates that cannot be."""
    errors: dict[str, str] = {}
    details: dict[str, Detail] = {}
    profile = profiles.load(draft.profile)
    for each in draft.clauses:
        found = fault(profile, each.name, each.value)
        if found is not None:
            errors[f"value_{each.name}"] = found[0]
            details |= {f"value_{each.name}.{key}": value for key, value in found[1].items()}
    if not draft.clauses:
        errors[""] = "bylaws.says_nothing"
    if draft.adopted_on > now:
        errors["adopted_on"] = "bylaws.not_adopted_yet"
    elif draft.effective_from < draft.adopted_on:
        errors["effective_from"] = "bylaws.before_adoption"
    return Invalid(errors, **details) if errors else None


async def confirm(*, actor: Actor, version_id: int, now: datetime) -> None:
    """From its day on it holds. By a second person; Refused "bylaws.closed" when somebody was quicker."""
    version = await queries.version(actor.community_id, version_id)
    require(permissions.may_confirm(actor, version))
    async with transaction():
        if not await confirm_waiting("bylaws_version", version_id, actor, now):
            raise Refused("bylaws.closed")
        data = {"version": version_id, "number": version.number, "by": actor.person_id}
        await audit.record(actor.community_id, "bylaws.confirmed", data, now=now)


async def withdraw(*, actor: Actor, version_id: int, now: datetime) -> None:
    """A version that nobody has confirmed is taken back; Refused "bylaws.closed" afterwards."""
    version = await queries.version(actor.community_id, version_id)
    require(permissions.may_withdraw(actor, version))
    async with transaction():
        if not await withdraw_waiting("bylaws_version", version_id, actor, now):
            raise Refused("bylaws.closed")
        data = {"version": version_id, "number": version.number, "by": actor.person_id}
        await audit.record(actor.community_id, "bylaws.withdrawn", data, now=now)


async def _insert(row: BylawsVersion, clauses: tuple[Clause, ...]) -> int:
    """On PostgreSQL two forms can come at once in spite of the lock's order: one waiting version is in the schema."""
    try:
        async with savepoint():
            version_id = int((await BylawsVersion.insert(row))[0]["id"])
    except Exception as exc:
        if unique_violation(exc):
            raise Refused("bylaws.waiting") from None
        raise
    await BylawsSetting.insert(
        *(
            BylawsSetting(
                community_id=row.community_id,
                version_id=version_id,
                name=each.name,
                value=queries.to_text(each.value),
                clause=each.clause,
                page=each.page,
            )
            for each in clauses
        )
    )
    return version_id


def _is_same(before: Version, actor: Actor, draft: Draft) -> bool:
    said = {each.name: each for each in draft.clauses}
    sent = (actor.person_id, draft.title, draft.profile, draft.scan_id, draft.adopted_on, draft.effective_from, said)
    kept = (before.proposed_by, before.title, before.profile, before.scan_id, before.adopted_on, before.effective_from)
    return (*kept, dict(before.clauses)) == sent
