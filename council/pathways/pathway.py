"""The whole way of one matter at one instant: the stepper of its page, and whether it may start.

Initiated takes endorsement, the feasibility answer where the kind has that gate, and acceptance. Confirmed takes
the certified vote and the consents. Approved to start is an act (`Facts.started_at`) that re-checks every gate of
`Preset.gates`; `Preset.later` (the funding agreement) holds only the milestone 开工, so it stands behind the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.facts import Facts
from council.pathways.gates import GATES
from council.pathways.model import ActorKind, GateName, GateReport, Note, Preset, Stage

_INITIATED = frozenset({GateName.ENDORSEMENT, GateName.FEASIBILITY, GateName.ACCEPTANCE})
_CONFIRMED = _INITIATED | {GateName.VOTE, GateName.CONSENT}


class State(StrEnum):
    """How the stepper draws a station or a phase."""

    DONE = "done"
    NOW = "now"
    LATER = "later"
    FAILED = "failed"


class Ending(StrEnum):
    """How a matter ends otherwise than by starting."""

    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    POLL_OVER = "poll_over"


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the stepper: its heading, and what it will take when its turn comes."""

    report: GateReport
    state: State
    title: Note
    hint: str


@dataclass(frozen=True, slots=True)
class Pathway:
    """`reports` in the preset's order, `start` and `later` behind; `current` is what holds the matter up."""

    reports: tuple[GateReport, ...]
    start: GateReport | None
    later: tuple[GateReport, ...]
    current: GateReport | None
    stage: Stage | None
    ending: Ending | None
    can_start: bool
    started_at: datetime | None
    stations: tuple[Station, ...]
    phases: tuple[tuple[Stage, State], ...]

    @property
    def is_failed(self) -> bool:
        return self.ending is Ending.FAILED

    @property
    def before_notice(self) -> tuple[GateReport, ...]:
        """What has to be met before the notice of a vote may go out."""
        order = list(GateName)
        return tuple(each for each in self.reports if order.index(each.gate) < order.index(GateName.NOTICE))

    @property
    def is_ready_for_notice(self) -> bool:
        return all(report.is_met for report in self.before_notice)

    @property
    def can_begin_work(self) -> bool:
        """Approved, and the funding agreement (anything in `later`) is there: the milestone 开工 may be entered."""
        return self.started_at is not None and all(report.is_met for report in self.later)


def walk(preset: Preset, facts: Facts, now: datetime) -> Pathway:
    """Every gate's answer at `now`, the state reached, and whether `approve_start` may be done."""
    reports = tuple(GATES[name](preset, facts, now) for name in preset.gates)
    start = None if preset.is_advisory else GATES[GateName.START](preset, facts, now)
    later = tuple(GATES[name](preset, facts, now) for name in preset.later)
    ending = _ending(preset, facts, now, reports)
    is_all_met = all(report.is_met for report in reports)
    current = _current(ending, reports, () if start is None else (start, *later))
    stage = _stage(preset, facts, reports)
    return Pathway(
        reports=reports,
        start=start,
        later=later,
        current=current,
        stage=stage,
        ending=ending,
        can_start=start is not None and is_all_met and ending is None and facts.started_at is None,
        started_at=facts.started_at,
        stations=tuple(
            Station(
                report,
                _state(report, current, ending),
                station_title(preset, facts, report.gate),
                station_hint(preset, report.gate),
            )
            for report in (*reports, *([] if start is None else [start]), *later)
        ),
        phases=_phases(preset, stage, ending),
    )


def _ending(preset: Preset, facts: Facts, now: datetime, reports: tuple[GateReport, ...]) -> Ending | None:
    if facts.withdrawn_at is not None:
        return Ending.WITHDRAWN
    if any(report.is_failed for report in reports):
        return Ending.FAILED
    is_over = facts.motion is not None and now > facts.motion.closes_at
    return Ending.POLL_OVER if preset.is_advisory and is_over else None


def _current(
    ending: Ending | None, reports: tuple[GateReport, ...], behind: tuple[GateReport, ...]
) -> GateReport | None:
    """The first failed gate, else the first that is not met; nothing once a poll is over or the proposal withdrawn."""
    if ending is Ending.FAILED:
        return next(report for report in reports if report.is_failed)
    if ending is not None:
        return None
    return next((report for report in (*reports, *behind) if not report.is_met), None)


def _stage(preset: Preset, facts: Facts, reports: tuple[GateReport, ...]) -> Stage | None:
    if facts.started_at is not None and not preset.is_advisory:
        return Stage.APPROVED_TO_START
    not_met = {report.gate for report in reports if not report.is_met}
    if GateName.VOTE in {report.gate for report in reports} and not not_met & _CONFIRMED:
        return Stage.CONFIRMED
    return None if not_met & _INITIATED else Stage.INITIATED


def _state(report: GateReport, current: GateReport | None, ending: Ending | None) -> State:
    if report.is_met:
        return State.DONE
    if report.is_failed:
        return State.FAILED
    if ending is Ending.POLL_OVER and report.gate is GateName.VOTE:
        return State.DONE  # it ended as it was meant to, without ever deciding anything
    return State.NOW if report is current or (ending is None and _is_asked(report)) else State.LATER


def _is_asked(report: GateReport) -> bool:
    """Somebody owes an answer while an earlier station still runs its days: an objection does not wait for its turn."""
    return report.gate is GateName.OBJECTIONS and report.who is not ActorKind.NOBODY


def _phases(preset: Preset, stage: Stage | None, ending: Ending | None) -> tuple[tuple[Stage, State], ...]:
    """The three states in one line; a poll has only the first, for it confirms nothing."""
    order = (Stage.INITIATED,) if preset.is_advisory else tuple(Stage)
    reached = 0 if stage is None else order.index(stage) + 1
    next_state = {None: State.NOW, Ending.FAILED: State.FAILED}.get(ending, State.LATER)
    return tuple(
        (each, State.DONE if at < reached else next_state if at == reached else State.LATER)
        for at, each in enumerate(order)
    )


def station_title(preset: Preset, facts: Facts, gate: GateName) -> Note:
    """The heading of a station: 一户申请, 公告表决文本 15 天, 业主投票."""
    code = f"station.{gate}"
    match gate:
        case GateName.ENDORSEMENT:
            need = preset.endorsement.needed(facts.scope_households)
            return Note(f"{code}.one") if need == 1 else Note(code, {"households": need})
        case GateName.NOTICE:
            return Note(code, {"days": preset.days.notice})
        case GateName.RESULT_NOTICE:
            return Note(code, {"days": preset.days.result})
        case GateName.VOTE:
            return Note(f"{code}.poll" if preset.is_advisory else f"{code}.{preset.electorate}")
        case GateName.START if not preset.opens_project:
            return Note("station.effect")
        case _:
            return Note(code)


def station_hint(preset: Preset, gate: GateName) -> str:
    """The line under a later station: 参与满三分之二，同意满四分之三."""
    if gate is GateName.VOTE:
        return f"later.vote.{'poll' if preset.is_advisory else preset.ruleset}"
    return "later.effect" if gate is GateName.START and not preset.opens_project else f"later.{gate}"
