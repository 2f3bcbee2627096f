"""Reads of bodies. Every one names the community; a list of bodies costs as many queries as one."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from council.accounts import queries as accounts
from council.bodies.call_off import CallOff
from council.bodies.model import Body, BodyKind, Ending, Entry, EntryKind, Member, Post, Round, Side, VoteForm
from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one

_BODY = (
    "SELECT id, community_id, kind, number, motion_id, seats, began_at, term_until, by_name, recorded_at, dissolved_at"
    " FROM body WHERE community_id = {}"
)
_MEMBER = (
    "SELECT id, body_id, name, side, place, owner_id, person_id, candidate_id, channel, position, is_alternate, post,"
    " began_at, stepped_up_at, ended_at, ending, motion_id, is_representing, persons, area_dm2, drawn FROM body_member"
    " WHERE community_id = {}"
)
_ROUND = (
    "SELECT id, body_id, entry_id, number, form, basis, posts, members, opened_at, closes_at, closed_at, chair_id,"
    " deputy_id, posted_on, posted_by_name FROM inner_round WHERE community_id = {}"
)
_ENTRY = (
    "SELECT id, community_id, body_id, kind, said, scan_id, scan_sha256, recorded_by, recorded_by_name, recorded_at,"
    " confirmed_by_name, confirmed_at, withdrawn_at, withdrawn_by_name FROM body_entry WHERE community_id = {}"
)
_CALL_OFF = (
    "SELECT id, round_id, reason, recorded_by, recorded_by_name, recorded_at, confirmed_by_name, confirmed_at"
    " FROM inner_call_off WHERE community_id = {} AND withdrawn_at IS NULL"
)
WITHDRAWN = "withdrawn"
"""Beside what a drawing says, in the same column: why it was taken back."""

_LARGEST_ID = 2**63 - 1


async def bodies(community_id: int) -> list[Body]:
    """Every one that there is or was, the newest first, with members, papers and internal ballots."""
    rows = await fetch(_BODY + " ORDER BY began_at DESC, id DESC", community_id)
    return await _whole(community_id, rows)


async def body(community_id: int, body_id: int) -> Body:
    """NotFound when there is none, or it is another community's."""
    rows = await fetch(_BODY + " AND id = {}", community_id, body_id) if body_id <= _LARGEST_ID else []
    if not rows:
        raise NotFound("body")
    return (await _whole(community_id, rows))[0]


async def used_results(community_id: int) -> frozenset[int]:
    """The votes out of which a body, or somebody's joining one, has come already."""
    rows = await fetch(
        "SELECT motion_id FROM body WHERE community_id = {} AND motion_id IS NOT NULL"
        " UNION SELECT motion_id FROM body_joining WHERE community_id = {}",
        *(community_id, community_id),
    )
    return frozenset(int(row["motion_id"]) for row in rows)


async def standing_committee(community_id: int) -> Body | None:
    """The owners' committee that has not ended."""
    rows = await fetch(_BODY + " AND kind = 'owners_committee' AND dissolved_at IS NULL ORDER BY id", community_id)
    return (await _whole(community_id, rows[-1:]))[0] if rows else None


async def entry(community_id: int, entry_id: int) -> Entry:
    rows = await fetch(_ENTRY + " AND id = {}", community_id, entry_id) if entry_id <= _LARGEST_ID else []
    if not rows:
        raise NotFound("body entry")
    return _entry(rows[0])


async def entry_by_key(community_id: int, key: str) -> Entry | None:
    row = await fetch_one(_ENTRY + " AND key = {}", community_id, key)
    return None if row is None else _entry(row)


async def waiting(community_id: int) -> list[Entry]:
    """What waits for a second person, the oldest first."""
    rows = await fetch(_ENTRY + " AND confirmed_at IS NULL AND withdrawn_at IS NULL ORDER BY id", community_id)
    return [_entry(row) for row in rows]


async def round_body(community_id: int, round_id: int) -> int:
    """The body of an internal ballot. NotFound as above."""
    row = None
    if round_id <= _LARGEST_ID:
        row = await fetch_one(
            "SELECT body_id FROM inner_round WHERE community_id = {} AND id = {}", community_id, round_id
        )
    if row is None:
        raise NotFound("round")
    return int(row["body_id"])


async def call_off(community_id: int, call_off_id: int) -> CallOff:
    """NotFound when there is none, it was taken back, or it is another community's."""
    rows = await fetch(_CALL_OFF + " AND id = {}", community_id, call_off_id) if call_off_id <= _LARGEST_ID else []
    if not rows:
        raise NotFound("call off")
    return CallOff(**rows[0])


async def owning(community_id: int, owner_ids: Iterable[int | None]) -> frozenset[int]:
    """Those of these owners who own something in the register now."""
    wanted = [each for each in owner_ids if each is not None]
    held = await accounts.units_of_owners(community_id, wanted) if wanted else {}
    return frozenset(owner_id for owner_id, units in held.items() if units)


async def _whole(community_id: int, rows: Sequence[Mapping[str, Any]]) -> list[Body]:
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    members: dict[int, list[Member]] = defaultdict(list)
    for row in await fetch(_MEMBER + " AND body_id IN {} ORDER BY position, id", community_id, ids):
        members[row["body_id"]].append(_member(row))
    entries: dict[int, list[Entry]] = defaultdict(list)
    for row in await fetch(_ENTRY + " AND body_id IN {} ORDER BY id", community_id, ids):
        entries[row["body_id"]].append(_entry(row))
    rounds = await _rounds(community_id, ids)
    return [
        Body(
            **{**row, "kind": BodyKind(row["kind"])},
            members=tuple(members[row["id"]]),
            rounds=tuple(rounds[row["id"]]),
            entries=tuple(entries[row["id"]]),
        )
        for row in rows
    ]


async def _rounds(community_id: int, body_ids: Sequence[int]) -> Mapping[int, list[Round]]:
    found: dict[int, list[Round]] = defaultdict(list)
    rows = await fetch(_ROUND + " AND body_id IN {} ORDER BY number", community_id, list(body_ids))
    if not rows:
        return found
    ids = [row["id"] for row in rows]
    counts: dict[int, dict[Post, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in await fetch(
        "SELECT round_id, post, member_id, votes FROM inner_count WHERE community_id = {} AND round_id IN {}"
        " ORDER BY votes DESC, member_id",
        *(community_id, ids),
    ):
        counts[row["round_id"]][Post(row["post"])][row["member_id"]] = row["votes"]
    voted: dict[int, set[int]] = defaultdict(set)
    for row in await fetch(
        "SELECT round_id, member_id FROM inner_ballot WHERE community_id = {} AND round_id IN {}", community_id, ids
    ):
        voted[row["round_id"]].add(row["member_id"])
    off = {row["round_id"]: CallOff(**row) for row in await fetch(_CALL_OFF + " AND round_id IN {}", community_id, ids)}
    for row in rows:
        each = replace(_round(row), voted=frozenset(voted[row["id"]]), call_off=off.get(row["id"]))
        is_hidden = each.is_open or each.is_called_off  # nobody reads a running count, nor can a page by mistake
        found[each.body_id].append(replace(each, counts={} if is_hidden else counts[each.id]))
    return found


async def counts_of(community_id: int, round_id: int) -> dict[Post, dict[int, int]]:
    """What was counted so far, for closing alone."""
    found: dict[Post, dict[int, int]] = defaultdict(dict)
    for row in await fetch(
        "SELECT post, member_id, votes FROM inner_count WHERE community_id = {} AND round_id = {}",
        *(community_id, round_id),
    ):
        found[Post(row["post"])][row["member_id"]] = row["votes"]
    return found


async def named_choices(
    community_id: int, round_ids: Sequence[int]
) -> dict[int, dict[int, tuple[int | None, int | None]]]:
    """Of named ballots: by round and member whom they chose as chair and as deputy. Of counted rounds only."""
    found: dict[int, dict[int, tuple[int | None, int | None]]] = defaultdict(dict)
    if round_ids:
        for row in await fetch(
            "SELECT b.round_id, b.member_id, b.chair_id, b.deputy_id FROM inner_ballot b"
            " JOIN inner_round r ON r.id = b.round_id WHERE b.community_id = {} AND b.round_id IN {}"
            " AND r.form = 'named' AND r.closed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM inner_call_off o"
            " WHERE o.community_id = b.community_id AND o.round_id = r.id AND o.confirmed_at IS NOT NULL)",
            *(community_id, list(round_ids)),
        ):
            found[row["round_id"]][row["member_id"]] = (row["chair_id"], row["deputy_id"])
    return found


def _member(row: Mapping[str, Any]) -> Member:
    changed = {
        "side": Side(row["side"]),
        "post": Post(row["post"]),
        "is_alternate": bool(row["is_alternate"]),
        "is_representing": bool(row["is_representing"]),
        "ending": Ending(row["ending"]) if row["ending"] else None,
    }
    return Member(**{**row, **changed})


def _round(row: Mapping[str, Any]) -> Round:
    posts = tuple(Post(each) for each in row["posts"].split(","))
    return Round(**{**row, "form": VoteForm(row["form"]), "posts": posts})


def _entry(row: Mapping[str, Any]) -> Entry:
    said = json.loads(row["said"])
    why = said.pop(WITHDRAWN, "")
    return Entry(**{**row, "kind": EntryKind(row["kind"]), "said": said}, withdrawn_reason=why)
