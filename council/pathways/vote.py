"""The gate `vote`: quorum and thresholds met and the result certified; never met by an advisory count."""

from __future__ import annotations

from datetime import datetime

from council.kernel.area import format_area
from council.pathways.facts import Facts, Motion, Result
from council.pathways.model import ActorKind, Electorate, GateName, GateReport, GateStatus, Note, Preset


def vote(preset: Preset, facts: Facts, now: datetime) -> GateReport:
    """Waits, runs, is counted, is certified. The closing instant itself still belongs to the vote.

    A rejected or undetermined count fails, naming each leg that was not reached. An opinion poll is never met:
    it ends (`missing.vote.poll_over`). An advisory vote waits for the official result, which alone decides.
    """
    motion = facts.motion
    voters = ActorKind.OWNERS if preset.electorate is Electorate.OWNERS else ActorKind.RESIDENTS
    convener = ActorKind.CONVENER if preset.electorate is Electorate.OWNERS else ActorKind.SECRETARY
    if motion is None:
        return _not_yet(convener, Note("missing.vote.no_motion"))
    if motion.cancelled_at is not None:
        return _failed((Note("missing.vote.cancelled"),), motion.cancelled_at)
    if motion.revoked_at is not None:
        return _failed((Note("missing.vote.revoked"),), motion.revoked_at)
    if now < motion.opens_at:
        return _not_yet(ActorKind.NOBODY, Note("missing.vote.opens", until=motion.opens_at), until=motion.opens_at)
    if now <= motion.closes_at:
        return _not_yet(voters, *_turnout(motion), until=motion.closes_at, progress=motion.turnout)
    return _closed(preset, motion, convener)


def _closed(preset: Preset, motion: Motion, convener: ActorKind) -> GateReport:
    if preset.is_advisory:
        return _not_yet(ActorKind.NOBODY, Note("missing.vote.poll_over"), progress=motion.turnout)
    return _official(motion, convener) if motion.is_advisory else _counted(motion)


def _turnout(motion: Motion) -> tuple[Note, ...]:
    """Turnout alone: while a vote is open no choice and no running tally is ever shown."""
    notes = [Note("missing.vote.open", until=motion.closes_at)]
    if motion.turnout is not None and motion.turnout[0] < motion.turnout[1]:
        notes.append(Note("missing.vote.turnout", {"persons": motion.turnout[1] - motion.turnout[0]}))
    if motion.missing_area_dm2:
        notes.append(Note("missing.vote.turnout_area", {"area": format_area(motion.missing_area_dm2)}))
    return tuple(notes)


def _official(motion: Motion, convener: ActorKind) -> GateReport:
    official = motion.official
    if official is None:
        return _not_yet(convener, Note("missing.vote.official"), progress=motion.turnout)
    if not official.is_passed:
        return _failed((Note("missing.vote.official_rejected"),), official.at, official.by)
    done = Note("done.vote.official")
    return GateReport(GateName.VOTE, GateStatus.MET, done=done, done_at=official.at, done_by=official.by)


def _counted(motion: Motion) -> GateReport:
    signed = motion.certification
    signatures = (signed.have, signed.need)
    match motion.result:
        case None:
            return _not_yet(ActorKind.COUNTERS, Note("missing.vote.counting"))
        case Result.REJECTED:
            legs = tuple(Note(f"missing.vote.leg.{leg}") for leg in motion.failed_legs)
            return _failed(legs or (Note("missing.vote.rejected"),), motion.closes_at)
        case Result.UNDETERMINED:
            return _failed((Note("missing.vote.undetermined"),), motion.closes_at)
        case Result.PASSED if signed.at is None or signed.have < signed.need:
            lacking = Note("missing.vote.certify", {"signatures": max(1, signed.need - signed.have)})
            return _not_yet(ActorKind.COUNTERS, lacking, progress=signatures)
        case Result.PASSED:
            by = "、".join(signed.by) or None
            done = Note("done.vote" if signed.is_witnessed else "done.vote.counters")
            return GateReport(
                GateName.VOTE, GateStatus.MET, done=done, done_at=signed.at, done_by=by, progress=signatures
            )


def _not_yet(
    who: ActorKind, *missing: Note, until: datetime | None = None, progress: tuple[int, int] | None = None
) -> GateReport:
    return GateReport(GateName.VOTE, GateStatus.NOT_YET, missing, who, until=until, progress=progress)


def _failed(why: tuple[Note, ...], at: datetime, by: str | None = None) -> GateReport:
    return GateReport(GateName.VOTE, GateStatus.FAILED, why, done_at=at, done_by=by)
