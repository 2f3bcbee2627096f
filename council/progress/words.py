"""Which sentence says where a matter stands. Pure: codes of `locales/*/progress.po`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.pathways.model import GateName, Note
from council.pathways.pathway import Ending, Pathway
from council.proposals.model import Proposal, ProposalState
from council.voting.motion import Motion, MotionState


def lede(proposal: Proposal, way: Pathway, motion: Motion | None, now: datetime) -> Note:
    """One sentence under the title: 正在讨论。 / 投票结束，等计票人、监票人签字确认。"""
    if way.ending is Ending.FAILED and way.current is not None and proposal.state is not ProposalState.MERGED:
        return Note(f"lede.failed.{way.current.gate}{_undone(way.current.gate, motion)}")
    if way.ending in {Ending.WITHDRAWN, Ending.POLL_OVER}:
        return Note(f"lede.{way.ending}")
    if proposal.state in {ProposalState.RETURNED, ProposalState.MERGED}:
        return Note(f"lede.{proposal.state}")
    if way.current is None or proposal.started_at is not None:
        return Note("lede.started" if proposal.preset.opens_project else "lede.in_effect")
    return Note(f"lede.{_gate(proposal, way.current.gate, motion, now)}")


def _undone(gate: GateName, motion: Motion | None) -> str:
    """A vote that was called off, or that a court undid, is not one that owners rejected."""
    if gate is not GateName.VOTE or motion is None:
        return ""
    return ".cancelled" if motion.cancelled_at is not None else ".revoked" if motion.revoked_at is not None else ""


class Tone(StrEnum):
    """How a chip is drawn."""

    WAITS = "waits"
    MOVES = "moves"
    DONE = "done"
    STOPPED = "stopped"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a matter stands in a word or two, for a chip in a list: 正在投票."""

    code: str
    tone: Tone


def standing(proposal: Proposal, way: Pathway, motion: Motion | None, now: datetime) -> Standing:
    """The same reading as `lede`, in a chip's length."""
    code = lede(proposal, way, motion, now).code.removeprefix("lede.")
    return Standing(f"standing.{code}", _tone(code))


def _tone(code: str) -> Tone:
    if code.startswith("failed.") or code == "returned":
        return Tone.STOPPED
    if code in {"started", "in_effect"}:
        return Tone.DONE
    if code in {"merged", "withdrawn", "poll_over"}:
        return Tone.QUIET
    return Tone.MOVES if code in {"deliberation", "vote.open"} else Tone.WAITS


def _gate(proposal: Proposal, gate: GateName, motion: Motion | None, now: datetime) -> str:
    if gate is GateName.NOTICE:
        return "notice.waiting" if motion is None else "notice.running"
    if gate is GateName.VOTE and motion is not None:
        return f"vote.{_vote_state(motion, now)}"
    if gate is GateName.START and not proposal.preset.opens_project:
        return "effect"
    return gate.value


def _vote_state(motion: Motion, now: datetime) -> str:
    state = motion.state(now)
    if state is MotionState.NOTICE:
        return "soon"
    if state is MotionState.OPEN:
        return "open"
    return "official" if motion.is_advisory else "counting"
