"""Versions of a proposal's page: its talk, and its way to the start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from council.deliberation import queries as deliberation
from council.pathways.model import ActorKind, GateName, GateReport, Note
from council.pathways.pathway import Pathway, walk
from council.progress.facts import gather
from council.proposals import queries as proposals
from council.proposals.model import Proposal
from council.storage.sql import fetch
from council.web.versions import Parts, version


async def moved(community_ids: Collection[int]) -> Mapping[int, int]:
    """A number by community that grows with its log, and with every comment of its own (which the log does not hold):
    what another community says wakes nobody here. One query.

    Two comments that are said at once may look like one, and a little is in neither: `Limits.recheck` finds that too.
    """
    rows = await fetch(
        "SELECT c.id, COALESCE(h.size, 0)"
        " + COALESCE((SELECT MAX(s.id) FROM comment s WHERE s.community_id = c.id), 0) AS moved"
        " FROM community c LEFT JOIN log_head h ON h.community_id = c.id WHERE c.id IN {}",
        sorted(community_ids),
    )
    return {row["id"]: row["moved"] for row in rows}


async def versions(community_id: int, proposal_ids: Sequence[int], now: datetime) -> Mapping[int, Parts]:
    """By proposal; as many queries for one as for all."""
    matters = await proposals.proposals_by_id(community_id, proposal_ids)
    if not matters:
        return {}
    facts = (await gather(community_id, matters, now)).facts
    marks = await deliberation.marks(community_id, [matter.thread_id for matter in matters])
    return {
        matter.id: parts(matter, walk(matter.preset, facts[matter.id], now), marks[matter.thread_id])
        for matter in matters
    }


def parts(proposal: Proposal, way: Pathway, talk: str) -> Parts:
    return {"talk": talk, "way": way_version(proposal, way)}


def way_version(proposal: Proposal, way: Pathway) -> str:
    """Differs when a station is drawn otherwise. Of the vote only where it stands: its turnout is on its own page,
    which knows when it must not be told of at once."""
    stations = [
        (each.state.value, _note(each.title), each.hint, _report(each.report, each.report.gate is GateName.VOTE))
        for each in way.stations
    ]
    phases = [(stage.value, state.value) for stage, state in way.phases]
    return version(proposal.state.value, proposal.version, proposal.merged_into_id, phases, stations)


def _report(report: GateReport, is_vote: bool) -> tuple[object, ...]:
    missing = [_note(note) for note in (report.missing[:1] if is_vote else report.missing)]
    done = None if report.done is None else _note(report.done)
    # That a neighbour's question waits is told by the thread, which is what the reader wants to hear of it.
    who = ActorKind.NOBODY if report.who is ActorKind.ASKED else report.who
    return (missing, who.value, report.who_name, _at(report.until), done, _at(report.done_at), report.done_by)


def _note(note: Note) -> tuple[object, ...]:
    return note.code, sorted((name, str(value)) for name, value in note.details.items())


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
