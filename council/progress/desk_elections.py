"""What the desk has to do for an election before its vote, in the place of the notice of the vote. Pure."""

from __future__ import annotations

from datetime import datetime

from council.elections import rules
from council.elections.candidate import Letter, Sheet
from council.elections.model import Stage, Standing
from council.pathways.model import Note
from council.progress.desk import Job, JobKind
from council.proposals.model import Proposal


def before_vote(proposal: Proposal, at: Standing | None, now: datetime) -> Job | None:
    """None once the slate stands: then the notice of the vote is what waits."""
    if at is None:
        return _job(JobKind.ELECTION, proposal, Note("job.election.open"), since=proposal.accepted_at)
    stage, due = rules.stage(at, now), rules.due(at, now)
    waiting = [each for each in at.objections if each.is_open]
    unjudged = rules.unjudged(at.candidates)
    papers: list[Letter | Sheet] = [*rules.letters_waiting(at.candidates), *rules.sheets_waiting(at.candidates)]
    seconds = frozenset(
        [each.judged_by for each in unjudged if each.judged_by is not None]
        + [each.answered_by for each in waiting if each.answered_by is not None]
        + [each.entered_by for each in papers]
    )
    if stage is Stage.STANDS and rules.slate(at, now) is not None:
        return None
    if waiting:
        note = Note("job.election.objections", {"n": len(waiting)})
    elif papers:
        note = Note("job.election.papers", {"n": len(papers)})
    elif seconds:
        note = Note("job.election.second", {"n": len(seconds)})
    elif stage in {Stage.NOMINATING, Stage.NOTICE}:
        code = f"job.candidates.{stage}"
        return _job(JobKind.CANDIDATES, proposal, Note(code, {"n": len(rules.unjudged(at.candidates))}), due)
    elif stage is Stage.REVIEWING:
        code = "job.election.review" if unjudged else "job.election.publish"
        note = Note(code, {"n": len(unjudged)})
    else:
        note = Note("job.election.empty")
    return _job(JobKind.ELECTION, proposal, note, due, recorders=seconds)


def _job(
    kind: JobKind,
    proposal: Proposal,
    small: Note,
    due: datetime | None = None,
    *,
    since: datetime | None = None,
    recorders: frozenset[int] = frozenset(),
) -> Job:
    return Job(
        kind,
        proposal.id,
        proposal.title,
        small,
        due,
        since=since,
        link=f"/desk/elections/{proposal.id}",
        recorders=recorders,
    )
