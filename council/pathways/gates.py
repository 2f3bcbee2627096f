"""One pure function per gate: what is missing, who must act, until when.

Each reads the frozen preset, the facts and `now`, nothing else; the order of gates is `pathway.walk`'s business.
The vote, the longest, stands in `vote.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from council.pathways.facts import Decision, Deliberation, Facts
from council.pathways.model import ActorKind, Electorate, GateName, GateReport, GateStatus, Note, Preset
from council.pathways.periods import days_left, period_end, result_notice_end
from council.pathways.vote import vote

Gate = Callable[[Preset, Facts, datetime], GateReport]


def endorsement(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """Enough households in scope, or one of the callers that the preset names. It has no deadline and cannot fail."""
    need = preset.endorsement.needed(facts.scope_households)
    progress = (facts.endorsed, need)
    if facts.called_by in preset.endorsement.callers:
        done = Note(f"done.endorsement.{facts.called_by}")
        return _met(GateName.ENDORSEMENT, done, facts.filed_at, facts.filed_by)
    if facts.endorsed >= need:
        done = Note("done.endorsement", {"households": facts.endorsed})
        return _met(GateName.ENDORSEMENT, done, facts.endorsed_at or facts.filed_at, facts.filed_by, progress)
    lacking = Note("missing.endorsement", {"households": need - facts.endorsed})
    return _not_yet(GateName.ENDORSEMENT, ActorKind.RESIDENTS, lacking, progress=progress)


def feasibility(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The technical answer with its document; "not feasible" fails the matter."""
    answer = facts.feasibility
    if answer is None:
        return _not_yet(GateName.FEASIBILITY, ActorKind.DEPARTMENT, Note("missing.feasibility"))
    if not answer.is_ok:
        return _failed(GateName.FEASIBILITY, "missing.feasibility.not_feasible", answer.at, answer.by)
    if answer.document is None:
        lacking = Note("missing.feasibility.document")
        return _not_yet(GateName.FEASIBILITY, ActorKind.DEPARTMENT, lacking, who_name=answer.by)
    done = Note("done.feasibility", {"document": answer.document})
    return _met(GateName.FEASIBILITY, done, answer.at, answer.by)


def acceptance(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The secretary accepts, returns with a reason, or merges a duplicate, within the preset's days.

    They run from the moment at which nothing else was waited for: neither neighbours nor the technical answer.
    """
    answer = facts.answered
    if answer is None:
        moments = [facts.filed_at, *filter(None, [facts.endorsed_at])]
        if GateName.FEASIBILITY in preset.gates and facts.feasibility is not None:
            moments.append(facts.feasibility.at)
        asked_at = max(moments)
        due = period_end(asked_at, preset.days.acceptance)
        code = "missing.acceptance" if now < due else "missing.acceptance.late"
        return _not_yet(GateName.ACCEPTANCE, ActorKind.SECRETARY, Note(code, until=due), until=due)
    match answer.decision:
        case Decision.ACCEPTED:
            return _met(GateName.ACCEPTANCE, Note("done.acceptance"), answer.at, answer.by)
        case Decision.RETURNED:
            lacking = Note("missing.acceptance.returned")
            return _not_yet(GateName.ACCEPTANCE, ActorKind.PROPOSER, lacking, who_name=facts.filed_by)
        case Decision.MERGED:
            return _failed(GateName.ACCEPTANCE, "missing.acceptance.merged", answer.at, answer.by)


def deliberation(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """At least so many days open, every question that needs an answer answered, a meeting held where asked for.

    What is asked after the notice is out no longer holds the matter: the text being voted on is fixed by then.
    """
    talk = facts.deliberation
    if talk is None:
        return _not_yet(GateName.DELIBERATION, ActorKind.SECRETARY, Note("missing.deliberation.not_open"))
    end = period_end(talk.opened_at, preset.days.deliberation)
    is_text_fixed = facts.notice_published_at is not None and facts.notice_published_at <= now
    missing = [] if is_text_fixed else _unanswered(talk, needs_meeting=preset.is_meeting_needed)
    is_asked = talk.put_to_nobody > 0 and not is_text_fixed
    who, name, until = ActorKind.ASKED if is_asked else ActorKind.NOBODY, None, end
    if missing:
        owes_answer = talk.unanswered > 0
        who = ActorKind.DEPARTMENT if owes_answer and talk.due_from else ActorKind.SECRETARY
        name = talk.due_from if owes_answer else None
        until = talk.due_at if owes_answer and talk.due_at else end
    if now < end:
        missing.append(_running("missing.deliberation.days", "missing.deliberation.last_day", now, end))
    progress = (talk.asked - talk.unanswered, talk.asked) if talk.asked else None
    if missing:
        return _not_yet(GateName.DELIBERATION, who, *missing, who_name=name, until=until, progress=progress)
    return _met(GateName.DELIBERATION, Note("done.deliberation"), end, progress=progress)


def _unanswered(talk: Deliberation, *, needs_meeting: bool) -> list[Note]:
    missing = []
    if talk.unanswered:
        figures = {"questions": talk.unanswered, "asked": talk.asked, "answered": talk.asked - talk.unanswered}
        missing.append(Note("missing.deliberation.answers", figures, talk.due_at))
    if needs_meeting and talk.meeting_held_at is None:
        missing.append(Note("missing.deliberation.meeting"))
    return missing


def notice(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The frozen text public for so many whole days before the vote opens; a vote that opens earlier fails it."""
    convener = ActorKind.CONVENER if preset.electorate is Electorate.OWNERS else ActorKind.SECRETARY
    published = facts.notice_published_at
    if published is None and facts.is_text_lost:
        return _not_yet(GateName.NOTICE, ActorKind.PROPOSER, Note("missing.notice.new_text"), who_name=facts.filed_by)
    if published is None or published > now:
        return _not_yet(
            GateName.NOTICE, convener, Note("missing.notice", {"days": preset.days.notice}), until=published
        )
    end = period_end(published, preset.days.notice)
    if facts.motion is not None and facts.motion.opens_at < end:
        return _failed(GateName.NOTICE, "missing.notice.too_short", published)
    if preset.electorate is Electorate.OWNERS and not facts.is_neighbourhood_told:
        return _not_yet(GateName.NOTICE, convener, Note("missing.notice.neighbourhood"), until=end)
    if now < end:
        running = _running("missing.notice.days", "missing.notice.last_day", now, end)
        return _not_yet(GateName.NOTICE, ActorKind.NOBODY, running, until=end)
    return _met(GateName.NOTICE, Note("done.notice"), end)


def consent(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """Every unit that gives up an exclusive part or is specially affected agrees; one refusal fails it."""
    asked = facts.consent
    if asked is None:
        return _not_yet(GateName.CONSENT, ActorKind.SECRETARY, Note("missing.consent.unknown"))
    progress = (asked.agreed, asked.needed)
    if asked.refused:
        why = Note("missing.consent.refused", {"units": asked.refused})
        return GateReport(GateName.CONSENT, GateStatus.FAILED, (why,), done_at=asked.at, progress=progress)
    if asked.agreed >= asked.needed:
        code = "done.consent" if asked.needed else "done.consent.none"
        return _met(GateName.CONSENT, Note(code, {"units": asked.needed}), asked.at, progress=progress)
    lacking = Note("missing.consent", {"units": asked.needed - asked.agreed})
    return _not_yet(GateName.CONSENT, ActorKind.OWNERS, lacking, progress=progress)


def result_notice(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The result public for so many whole days. The days run by themselves; this gate cannot fail."""
    published = facts.result_published_at
    if published is None or published > now:
        who = ActorKind.CONVENER if preset.electorate is Electorate.OWNERS else ActorKind.SECRETARY
        lacking = Note("missing.result_notice", {"days": preset.days.result})
        return _not_yet(GateName.RESULT_NOTICE, who, lacking, until=published)
    end = result_notice_end(preset, published)
    if now < end:
        running = _running("missing.result_notice.days", "missing.result_notice.last_day", now, end)
        return _not_yet(GateName.RESULT_NOTICE, ActorKind.NOBODY, running, until=end)
    return _met(GateName.RESULT_NOTICE, Note("done.result_notice"), end)


def objections(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """Every objection closed, once none can come any more (the result notice has run). An upheld one fails it."""
    heard = facts.objections
    progress = (heard.total - heard.waiting, heard.total) if heard.total else None
    if heard.upheld:
        why = Note("missing.objections.upheld", {"objections": heard.upheld})
        return GateReport(GateName.OBJECTIONS, GateStatus.FAILED, (why,), done_at=heard.closed_at, progress=progress)
    published = facts.result_published_at
    end = None if published is None else result_notice_end(preset, published)
    if heard.waiting:
        lacking = Note("missing.objections", {"objections": heard.waiting}, heard.due_at)
        return _not_yet(GateName.OBJECTIONS, ActorKind.SECRETARY, lacking, until=heard.due_at, progress=progress)
    if end is None or now < end:
        running = Note("missing.objections.period", until=end)
        return _not_yet(GateName.OBJECTIONS, ActorKind.NOBODY, running, until=end, progress=progress)
    if not heard.total:
        return _met(GateName.OBJECTIONS, Note("done.objections.none"), end)
    done_at = max(end, heard.closed_at or end)
    return _met(GateName.OBJECTIONS, Note("done.objections", {"objections": heard.total}), done_at, progress=progress)


def start(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The desk's one act after every gate: it never happens by itself."""
    kind = "start" if preset.opens_project else "effect"
    if facts.started_at is None:
        return _not_yet(GateName.START, ActorKind.SECRETARY, Note(f"missing.{kind}"))
    return _met(GateName.START, Note(f"done.{kind}"), facts.started_at, facts.started_by)


def funding(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """The agreement signed by every paying household: a vote for the lift is no promise to pay. Holds 开工 only."""
    agreement = facts.funding
    if agreement is None:
        return _not_yet(GateName.FUNDING, ActorKind.CONVENER, Note("missing.funding.unknown"))
    progress = (agreement.signed, agreement.needed)
    if agreement.signed >= agreement.needed:
        done = Note("done.funding", {"households": agreement.signed})
        return _met(GateName.FUNDING, done, agreement.at, progress=progress)
    lacking = Note("missing.funding", {"households": agreement.needed - agreement.signed})
    return _not_yet(GateName.FUNDING, ActorKind.OWNERS, lacking, progress=progress)


def _running(code: str, on_the_last_day: str, now: datetime, end: datetime) -> Note:
    """讨论期还有 7 天; 今天是讨论期最后一天 when none comes after today."""
    days = days_left(now, end)
    return Note(code, {"days": days}, end) if days else Note(on_the_last_day, until=end)


def _met(
    gate: GateName,
    done: Note,
    at: datetime | None,
    by: str | None = None,
    progress: tuple[int, int] | None = None,
) -> GateReport:
    return GateReport(gate, GateStatus.MET, done=done, done_at=at, done_by=by, progress=progress)


def _not_yet(
    gate: GateName,
    who: ActorKind,
    *missing: Note,
    who_name: str | None = None,
    until: datetime | None = None,
    progress: tuple[int, int] | None = None,
) -> GateReport:
    return GateReport(gate, GateStatus.NOT_YET, missing, who, who_name, until, progress=progress)


def _failed(gate: GateName, code: str, at: datetime | None, by: str | None = None) -> GateReport:
    return GateReport(gate, GateStatus.FAILED, (Note(code),), done_at=at, done_by=by)


GATES: Mapping[GateName, Gate] = MappingProxyType(
    {
        GateName.ENDORSEMENT: endorsement,
        GateName.FEASIBILITY: feasibility,
        GateName.ACCEPTANCE: acceptance,
        GateName.DELIBERATION: deliberation,
        GateName.NOTICE: notice,
        GateName.VOTE: vote,
        GateName.CONSENT: consent,
        GateName.RESULT_NOTICE: result_notice,
        GateName.OBJECTIONS: objections,
        GateName.START: start,
        GateName.FUNDING: funding,
    }
)
