"""The result of the vote that counts by law where ours only asks: the city's system, or papers held elsewhere.

One person records it from its document, another compares and confirms; only then is it the result of the matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from council.audit import service as audit
from council.files import queries as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.kernel.text import canonical_json
from council.storage.once import insert_once
from council.storage.sql import execute, fetch
from council.storage.transactions import lock_row, transaction
from council.voting import election_queries, official, official_staff, permissions, queries
from council.voting.electing import Elected
from council.voting.model import Outcome
from council.voting.motion import Motion
from council.voting.official import Official, OfficialDraft
from council.voting.slate import OnBallot
from council.voting.tables import OfficialResult as Row


async def may(actor: Actor | None, motion: Motion, found: Official | None) -> dict[str, object]:
    """What pages offer whom, under the names that `voting/_official.html` takes; who could confirm, for the office."""
    if actor is None or found is None or found.confirmed_at is not None:
        return {"may_confirm_official": False, "may_withdraw_official": False}
    unable = await official_staff.may_confirm(actor, motion, found.recorded_by)
    return {
        "may_confirm_official": unable is None,
        "unable_official": unable,
        "seconds_official": await official_staff.who_may_confirm(motion, found.recorded_by),
        "may_withdraw_official": permissions.may_record_official(actor) is None,
    }


async def record(*, actor: Actor, motion_id: int, draft: OfficialDraft, now: datetime) -> int:
    """Its id; the same form again is the same record. It counts once somebody else has confirmed it.

    Refused for whoever stands in that election, where the office has two others ("official.stands_in_it"), where the
    vote itself counts, while it runs, and where another result is there. Invalid without the
    document's figures where there is one question, and where they do not come out as it says; of an election without
    the names of the elected.
    """
    require(permissions.may_record_official(actor))
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        require(await official_staff.may_record(actor, motion))
        if not motion.is_advisory or motion.preset.is_advisory:
            raise Refused("motion.not_advisory")
        if motion.cancelled_at is not None:
            raise Refused("motion.cancelled")
        if not motion.is_closed(now):
            raise Refused("motion.still_open")
        if draft.dated_on > now:
            raise Invalid({"dated_on": "official.day_ahead"})
        if draft.dated_on < local_midnight(local_date(motion.notice_at)):
            raise Invalid({"dated_on": "official.day_before"}, day=local_date(motion.notice_at).isoformat())
        if draft.figures is None and not motion.is_election:
            raise Invalid({"roll_persons": "form.missing"})
        if draft.figures is not None and (wrong := official.faults(motion.ruleset, draft.outcome, draft.figures)):
            raise wrong
        if motion.is_election and (wrong := await _faults_of_election(motion, draft)):
            raise wrong
        scan = await files.stored_file(actor.community_id, draft.file_id)
        if scan.purpose is not Purpose.DOCUMENT:
            raise Invalid({"file": "file.not_a_document"}, file=scan.name)
        row = Row(
            community_id=actor.community_id,
            motion_id=motion_id,
            key=draft.key,
            outcome=draft.outcome.value,
            document=draft.document,
            number=draft.number,
            dated_on=draft.dated_on,
            figures=canonical_json(official.figures_to_json(draft.figures)),
            elected=canonical_json(official.elected_to_json(draft.elected)),
            file_id=scan.id,
            file_sha256=scan.sha256,
            recorded_by=actor.person_id,
            recorded_by_name=actor.name,
            recorded_at=now,
        )
        before = await of_motion(actor.community_id, motion_id)
        if before is not None and await _key_of(actor.community_id, before.id) != draft.key:
            raise Refused("motion.official_recorded")
        same = (
            "motion_id",
            "outcome",
            "document",
            "number",
            "dated_on",
            "figures",
            "elected",
            "file_sha256",
            "recorded_by",
        )
        official_id, is_new = await insert_once(row, same=same)
        if is_new:
            await _log(actor, "official.recorded", await one(actor.community_id, official_id), now)
    return official_id


async def _faults_of_election(motion: Motion, draft: OfficialDraft) -> Invalid | None:
    standing = await election_queries.candidates(motion.community_id, motion.id)
    return official.faults_of_election([each.number for each in standing], draft.outcome, draft.elected)


async def elected(motion: Motion, standing: Sequence[OnBallot]) -> tuple[Elected, ...]:
    """Whom the confirmed result of an election names, in its order; nobody before a second person has confirmed it."""
    found = await of_motion(motion.community_id, motion.id)
    if found is None or found.confirmed_at is None:
        return ()
    known = {each.number: each for each in standing}
    return tuple(
        Elected(
            number=each.number,
            candidate_id=known[each.number].candidate_id,
            person_id=known[each.number].person_id,
            owner_id=known[each.number].owner_id,
            name=known[each.number].name,
            place=place if place <= motion.seats else None,
            is_reserve=place > motion.seats,
            persons=each.persons,
            area_dm2=each.area_dm2,
        )
        for place, each in enumerate(found.elected, 1)
    )


async def confirm(*, actor: Actor, official_id: int, now: datetime) -> None:
    """By a second person, from the document: it is published now, so its days and the time for objections begin.
    Refused "official.closed" when somebody was quicker."""
    async with transaction():
        found, motion = await _held(actor, official_id)
        require(await official_staff.may_confirm(actor, motion, found.recorded_by))
        if found.confirmed_at is not None:
            raise Refused("official.closed")
        if motion.cancelled_at is not None:
            raise Refused("motion.cancelled")
        await execute(
            "UPDATE official_result SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {}"
            " WHERE community_id = {} AND id = {}",
            *(actor.person_id, actor.name, now, actor.community_id, official_id),
        )
        await execute(
            "UPDATE motion SET official_outcome = {}, official_document = {}, official_by_name = {}, official_at = {},"
            " result_notice_at = {} WHERE community_id = {} AND id = {}",
            *(found.outcome.value, found.name, found.recorded_by_name, now, now, actor.community_id, motion.id),
        )
        await _log(actor, "motion.official_result", found, now)


async def withdraw(*, actor: Actor, official_id: int, now: datetime) -> None:
    """A record that nobody has confirmed yet is taken back; Refused "official.closed" afterwards."""
    require(permissions.may_record_official(actor))
    async with transaction():
        found, _ = await _held(actor, official_id)
        if found.confirmed_at is not None:
            raise Refused("official.closed")
        await execute(
            "UPDATE official_result SET withdrawn_at = {}, withdrawn_by_name = {} WHERE community_id = {} AND id = {}",
            *(now, actor.name, actor.community_id, official_id),
        )
        await _log(actor, "official.withdrawn", found, now)


async def _held(actor: Actor, official_id: int) -> tuple[Official, Motion]:
    """The record as it stands, with its motion locked; Refused "official.closed" for one that was taken back."""
    found = await one(actor.community_id, official_id)
    await lock_row("motion", found.motion_id)
    live = await of_motion(actor.community_id, found.motion_id)
    if live is None or live.id != official_id:
        raise Refused("official.closed")
    return live, await queries.motion(actor.community_id, found.motion_id)


async def _log(actor: Actor, kind: str, found: Official, now: datetime) -> None:
    data = {
        "motion": found.motion_id,
        "official": found.id,
        "outcome": found.outcome.value,
        "document": found.name,
        "file_sha256": found.file_sha256,
        "figures": official.figures_to_json(found.figures),
        "elected": official.elected_to_json(found.elected),
        "by": actor.person_id,
    }
    await audit.record(actor.community_id, kind, data, now=now)


_ROW = (
    "SELECT id, motion_id, outcome, document, number, dated_on, figures, elected, file_id, file_sha256,"
    " recorded_by, recorded_by_name, recorded_at, confirmed_by_name, confirmed_at FROM official_result"
    " WHERE community_id = {}"
)


async def one(community_id: int, official_id: int) -> Official:
    rows = await fetch(_ROW + " AND id = {}", community_id, official_id)
    if not rows:
        raise NotFound
    return _official(rows[0])


async def of_motion(community_id: int, motion_id: int) -> Official | None:
    """The record that was not taken back, confirmed or not."""
    rows = await fetch(_ROW + " AND motion_id = {} AND withdrawn_at IS NULL", community_id, motion_id)
    return _official(rows[0]) if rows else None


async def confirmed(community_id: int) -> dict[int, Official]:
    """Every result that two people have confirmed, by motion."""
    rows = await fetch(_ROW + " AND confirmed_at IS NOT NULL AND withdrawn_at IS NULL", community_id)
    return {int(row["motion_id"]): _official(row) for row in rows}


async def waiting(community_id: int) -> list[Official]:
    """Records that nobody has confirmed yet, the oldest first."""
    rows = await fetch(_ROW + " AND confirmed_at IS NULL AND withdrawn_at IS NULL ORDER BY id", community_id)
    return [_official(row) for row in rows]


async def _key_of(community_id: int, official_id: int) -> str:
    rows = await fetch("SELECT key FROM official_result WHERE community_id = {} AND id = {}", community_id, official_id)
    return str(rows[0]["key"])


def _official(row: Mapping[str, Any]) -> Official:
    known = {
        "outcome": Outcome(row["outcome"]),
        "figures": official.figures_from_json(json.loads(row["figures"])),
        "elected": official.elected_from_json(json.loads(row["elected"])),
    }
    return Official(**{**row, **known})
