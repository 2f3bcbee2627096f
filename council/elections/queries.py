"""Reads of elections before their vote. Every one names the community.

`_on_ballot` looks into `motion`, a table of a room to the right: once a notice with these names is out, nothing here
changes any more. `acted_for` looks into `holder_paper`: who acts for an owner is not that owner. This room reads them
and never writes them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from council.elections import rules
from council.elections.candidate import Candidate, Channel, ConsentHow, Letter, Reason, Sheet, Signer, Sponsor, Verdict
from council.elections.model import CandidateObjection, Election, ObjectionOutcome, Standing
from council.elections.slate import Slate
from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one

_ELECTION = (
    "SELECT id, community_id, proposal_id, key, seats, joint_least, notice_days, nominations_from, nominations_until,"
    " order_seed, round, opened_by, opened_by_name, opened_at, published_at, published_by_name, published_seq,"
    " reopened_reason, order_seq"
    " FROM election WHERE community_id = {}"
)
_OWNS_NOW = (
    "EXISTS (SELECT 1 FROM ownership o JOIN unit u ON u.id = o.unit_id WHERE o.community_id = c.community_id"
    " AND o.owner_id = c.owner_id AND o.ended_at IS NULL AND u.retired_at IS NULL) AS owns_now"
)
_CANDIDATE = (
    "SELECT c.id, c.community_id, c.proposal_id, c.key, c.number, c.name, c.place, c.owner_id, c.is_representing,"
    " c.authorisation_id, c.person_id, c.channel, c.nominated_by, c.document_id, c.statement, c.entered_by,"
    " c.entered_by_name, c.nominated_at, c.consented_at, c.consented_how, c.consent_id, c.consent_by_name, c.verdict,"
    " c.reason, c.words, c.judged_by, c.judged_by_name, c.judged_at, c.confirmed_by, c.confirmed_by_name,"
    " c.confirmed_at, c.withdrawn_at, c.withdrawn_reason, c.withdrawn_by_name, c.struck_at, c.struck_reason,"
    " c.replaced_by,"
    f" {_OWNS_NOW} FROM candidate c WHERE c.community_id = {{}}"
)
_OBJECTION = (
    "SELECT id, community_id, proposal_id, candidate_id, key, is_appeal, person_id, by_name, place, ground, filed_at,"
    " outcome, answer, answered_by, answered_by_name, answered_at, confirmed_by, confirmed_by_name, closed_at"
    " FROM candidate_objection WHERE community_id = {}"
)


_SIGNER = frozenset({"owner_id", "name", "place", "owns_now"})


async def election(community_id: int, proposal_id: int) -> Election:
    """NotFound where nominations were never opened."""
    row = await fetch_one(_ELECTION + " AND proposal_id = {}", community_id, proposal_id)
    if row is None:
        raise NotFound("election")
    return Election(**row)


async def election_by_key(community_id: int, key: str) -> Election | None:
    row = await fetch_one(_ELECTION + " AND key = {}", community_id, key)
    return None if row is None else Election(**row)


async def candidate(community_id: int, candidate_id: int) -> Candidate:
    rows = await fetch(_CANDIDATE + " AND c.id = {}", community_id, candidate_id)
    if not rows:
        raise NotFound("candidate")
    return (await _candidates(community_id, rows))[0]


async def candidate_by_key(community_id: int, key: str) -> Candidate | None:
    rows = await fetch(_CANDIDATE + " AND c.key = {}", community_id, key)
    return _candidate(rows[0]) if rows else None


async def objection(community_id: int, objection_id: int) -> CandidateObjection:
    row = await fetch_one(_OBJECTION + " AND id = {}", community_id, objection_id)
    if row is None:
        raise NotFound("objection")
    return _objection(row)


async def objection_by_key(community_id: int, key: str) -> CandidateObjection | None:
    row = await fetch_one(_OBJECTION + " AND key = {}", community_id, key)
    return None if row is None else _objection(row)


async def standing(community_id: int, proposal_id: int) -> Standing:
    """NotFound where nominations were never opened."""
    found = await standings(community_id, [proposal_id])
    if proposal_id not in found:
        raise NotFound("election")
    return found[proposal_id]


async def standings(community_id: int, proposal_ids: Iterable[int]) -> dict[int, Standing]:
    """By proposal, of those whose nominations were opened; candidates in the order they were named. Seven
    queries."""
    wanted = sorted(set(proposal_ids))
    rows = await fetch(_ELECTION + " AND proposal_id IN {}", community_id, wanted) if wanted else []
    opened = [Election(**row) for row in rows]
    if not opened:
        return {}
    ids = [each.proposal_id for each in opened]
    listed = await fetch(_CANDIDATE + " AND c.proposal_id IN {} ORDER BY c.nominated_at, c.id", community_id, ids)
    candidates: dict[int, list[Candidate]] = defaultdict(list)
    for each in await _candidates(community_id, listed):
        candidates[each.proposal_id].append(each)
    objections: dict[int, list[CandidateObjection]] = defaultdict(list)
    for row in await fetch(_OBJECTION + " AND proposal_id IN {} ORDER BY filed_at, id", community_id, ids):
        objections[row["proposal_id"]].append(_objection(row))
    balloted = await _on_ballot(community_id, ids)
    return {
        each.proposal_id: Standing(
            each,
            tuple(candidates[each.proposal_id]),
            tuple(objections[each.proposal_id]),
            each.proposal_id in balloted,
        )
        for each in opened
    }


async def published(community_id: int, proposal_id: int, now: datetime) -> Slate | None:
    """The slate that a motion freezes; None before the candidates' notice has run its days and every objection is
    answered, and where there is no election."""
    found = (await standings(community_id, [proposal_id])).get(proposal_id)
    return None if found is None else rules.slate(found, now)


async def acted_for(community_id: int, person_id: int, now: datetime) -> tuple[frozenset[int], frozenset[int]]:
    """Of the owners whom this account acts for by a confirmed paper: those whose guardian it is, and those whose paper
    has run out."""
    rows = await fetch(
        "SELECT owner_id, says, valid_until FROM holder_paper WHERE community_id = {} AND person_id = {}"
        " AND confirmed_at IS NOT NULL AND ended_at IS NULL",
        *(community_id, person_id),
    )
    run_out = {row["owner_id"] for row in rows if row["valid_until"] is not None and row["valid_until"] <= now}
    return frozenset(row["owner_id"] for row in rows if row["says"] == "guardian"), frozenset(run_out)


async def homes_of(community_id: int, candidates: Iterable[Candidate]) -> frozenset[int]:
    """The units of those who stand, and the homes of their accounts: who else belongs there is of their household.
    Not the units of a legal person whom somebody represents."""
    listed = [each for each in candidates if each.withdrawn_at is None]
    owners = sorted({each.owner_id for each in listed if not each.is_representing})
    people = sorted({each.person_id for each in listed if each.person_id is not None})
    rows = await fetch(
        "SELECT unit_id FROM ownership WHERE community_id = {} AND owner_id IN {} AND ended_at IS NULL"
        " UNION SELECT unit_id FROM residency WHERE community_id = {} AND person_id IN {} AND ended_at IS NULL",
        *(community_id, owners or [0], community_id, people or [0]),
    )
    return frozenset(row["unit_id"] for row in rows)


async def _on_ballot(community_id: int, proposal_ids: Sequence[int]) -> set[int]:
    rows = await fetch(
        "SELECT proposal_id FROM motion WHERE community_id = {} AND proposal_id IN {} AND cancelled_at IS NULL"
        " AND superseded_at IS NULL",
        *(community_id, list(proposal_ids)),
    )
    return {row["proposal_id"] for row in rows}


async def _candidates(community_id: int, rows: Sequence[Mapping[str, Any]]) -> list[Candidate]:
    """With their papers and with everybody who signed for them, on the telephone or on a confirmed sheet."""
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    sheets = await _sheets(community_id, ids)
    sponsors = await _sponsors(community_id, ids)
    letters = {
        row["candidate_id"]: Letter(**row)
        for row in await fetch(
            "SELECT id, candidate_id, file_id, reason, entered_by, entered_by_name, entered_at, confirmed_by_name,"
            " confirmed_at FROM candidate_letter WHERE community_id = {} AND candidate_id IN {}"
            " AND withdrawn_at IS NULL",
            *(community_id, ids),
        )
    }
    return [
        _candidate(
            row,
            rules.sponsors(sponsors[row["id"]], sheets[row["id"]]),
            sheets=tuple(sheets[row["id"]]),
            letter=letters.get(row["id"]),
        )
        for row in rows
    ]


async def _sponsors(community_id: int, candidate_ids: Sequence[int]) -> dict[int, list[Sponsor]]:
    """On the telephone, in the order of their signatures."""
    found: dict[int, list[Sponsor]] = defaultdict(list)
    for row in await fetch(
        f"SELECT candidate_id, owner_id, person_id, name, place, signed_at, {_OWNS_NOW} FROM candidate_sponsor c"
        " WHERE community_id = {} AND candidate_id IN {} ORDER BY signed_at, id",
        *(community_id, list(candidate_ids)),
    ):
        found[row["candidate_id"]].append(Sponsor(**{**row, "owns_now": bool(row["owns_now"])}))
    return found


async def _sheets(community_id: int, candidate_ids: Sequence[int]) -> dict[int, list[Sheet]]:
    """Not those taken back. One query: a sheet has somebody on it."""
    rows = await fetch(
        "SELECT s.id, s.candidate_id, s.file_id, s.entered_by, s.entered_by_name, s.entered_at, s.confirmed_by_name,"
        f" s.confirmed_at, c.owner_id, c.name, c.place, {_OWNS_NOW} FROM candidate_sheet s"
        " JOIN candidate_signer c ON c.community_id = s.community_id AND c.sheet_id = s.id"
        " WHERE s.community_id = {} AND s.candidate_id IN {} AND s.withdrawn_at IS NULL ORDER BY s.id, c.id",
        *(community_id, list(candidate_ids)),
    )
    found: dict[int, list[Sheet]] = defaultdict(list)
    for _, lines in groupby(rows, key=lambda row: row["id"]):
        listed = list(lines)
        head = {name: value for name, value in listed[0].items() if name not in _SIGNER}
        signers = tuple(Signer(row["owner_id"], row["name"], row["place"], bool(row["owns_now"])) for row in listed)
        found[head["candidate_id"]].append(Sheet(**head, signers=signers))
    return found


def _candidate(
    row: Mapping[str, Any],
    sponsors: tuple[Sponsor, ...] = (),
    *,
    sheets: tuple[Sheet, ...] = (),
    letter: Letter | None = None,
) -> Candidate:
    return Candidate(
        **{
            **row,
            "is_representing": bool(row["is_representing"]),
            "channel": Channel(row["channel"]),
            "consented_how": ConsentHow(row["consented_how"]) if row["consented_how"] else None,
            "verdict": Verdict(row["verdict"]) if row["verdict"] else None,
            "reason": Reason(row["reason"]) if row["reason"] else None,
            "owns_now": bool(row["owns_now"]),
        },
        sponsors=sponsors,
        sheets=sheets,
        letter=letter,
    )


def _objection(row: Mapping[str, Any]) -> CandidateObjection:
    outcome = ObjectionOutcome(row["outcome"]) if row["outcome"] else None
    return CandidateObjection(**{**row, "is_appeal": bool(row["is_appeal"]), "outcome": outcome})
