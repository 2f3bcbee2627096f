"""A written mandate: one owner lets another cast for them in one motion. What may be given, and to whom. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.voting.holding import Capacity
from council.voting.motion import Motion, MotionState

RECORDERS = (Role.SECRETARY, Role.GRID_WORKER)
SECONDS = (Role.SECRETARY, Role.GRID_WORKER, Role.COMMITTEE)
_OFFICE = frozenset({Role.SECRETARY, Role.GRID_WORKER, Role.DEPARTMENT, Role.OPERATOR})


class MandateChannel(StrEnum):
    """Given in the app (a data message is a written form, Civil Code art. 469), or on paper that the desk recorded."""

    APP = "app"
    PAPER = "paper"


class MandateSigner(StrEnum):
    """Who signed one on paper, as the desk reads it there. A company signs as the owner, with its seal."""

    OWNER = "owner"
    GUARDIAN = "guardian"
    AGENT = "agent"


class MandateEnd(StrEnum):
    REVOKED = "revoked"
    OWN_BALLOT = "own_ballot"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Mandate:
    """`words` is what was agreed to; in force once confirmed (in the app at once), until it is ended. `has_cast`: the
    holder has cast by it, and it can be revoked no more."""

    id: int
    community_id: int
    motion_id: int
    roll_voter_id: int
    unit_codes: tuple[str, ...]
    channel: MandateChannel
    giver_name: str
    giver_person_id: int | None
    giver_paper_id: int | None
    """The paper by which a guardian gave it."""
    holder_person_id: int
    holder_name: str
    words: str
    scan_id: int | None
    given_at: datetime
    given_by: int
    given_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    ended_at: datetime | None
    ended_by_name: str | None
    end_reason: MandateEnd | None
    ballot_id: str | None
    is_on_paper: bool = False
    """A paper that its holder filled in has come back."""

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.ended_at is None

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.ended_at is None

    @property
    def has_cast(self) -> bool:
        return self.ballot_id is not None or self.is_on_paper


@dataclass(frozen=True, slots=True)
class MandateDraft:
    """`holder_name` and `holder_phone` as typed: both have to be those of one account here."""

    key: str
    holder_name: str
    holder_phone: str
    words: str


def why_not_now(motion: Motion, now: datetime) -> str | None:
    """The reason code why no mandate can be given in this motion at this instant."""
    if motion.procedure.proxies.value != "yes":
        return "proxy.not_allowed"
    state = motion.state(now)
    if state is MotionState.CANCELLED:
        return "ballot.cancelled"
    return None if state in {MotionState.NOTICE, MotionState.OPEN} else "proxy.closed"


def why_not_signed(signed_by: MandateSigner, acts: Capacity | None) -> str | None:
    """The reason code why whoever signed could not; `acts`: as what somebody acts for that owner today."""
    if signed_by is MandateSigner.AGENT:
        return "proxy.not_handed_on"
    if signed_by is MandateSigner.GUARDIAN:
        return None if acts is Capacity.GUARDIAN else "proxy.no_guardian"
    return "proxy.guardian_signs" if acts is Capacity.GUARDIAN else None


def may_hold(
    holder: Actor, bans: Collection[str], in_scope: Iterable[int], *, is_property_staff: bool
) -> Refusal | None:
    """Whom the profile and the bylaws ban, an auditor (who changes nothing), and staff who own in scope (recused).

    `in_scope`: the owners on the roll.
    """
    if is_property_staff and "property_manager" in bans:
        return Refusal("proxy.property_manager")
    if holder.has(Role.AUDITOR):
        return Refusal("proxy.auditor")
    if holder.has(*_OFFICE) and "staff" in bans:
        return Refusal("proxy.staff")
    if holder.has(Role.COMMITTEE) and "committee" in bans:
        return Refusal("proxy.committee")
    if holder.roles and _owns(holder, in_scope):
        return Refusal("proxy.recused")
    return None


def _owns(actor: Actor, in_scope: Iterable[int]) -> bool:
    """Whoever says that they own there has something of their own in it, checked or not (as in `may_serve`)."""
    return not actor.tied_owner_ids.isdisjoint(in_scope)


def may_record(actor: Actor, in_scope: Iterable[int]) -> Refusal | None:
    """Paper is recorded by the desk and the grid workers; whoever owns in scope is recused from it."""
    if not actor.has(*RECORDERS):
        return Refusal("proxy.desk_only")
    return Refusal("proxy.recused_from_paper") if _owns(actor, in_scope) else None


def may_compare(actor: Actor) -> Refusal | None:
    """Look at a scan as the second person, of whatever mandate."""
    return None if actor.has(*SECONDS) else Refusal("proxy.desk_only")


def may_confirm(actor: Actor, mandate: Mandate, in_scope: Iterable[int]) -> Refusal | None:
    """A second person: never the one who recorded it, nor the holder."""
    if (refusal := may_compare(actor)) is not None:
        return refusal
    if actor.person_id in {mandate.given_by, mandate.holder_person_id}:
        return Refusal("proxy.second_person")
    return Refusal("proxy.recused_from_paper") if _owns(actor, in_scope) else None


def may_read_mandates(actor: Actor) -> Refusal | None:
    """Who votes for whom: the desk and the auditor."""
    return None if actor.has(*SECONDS, Role.AUDITOR) else Refusal("proxy.desk_only")


def may_mark_property_staff(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY, Role.OPERATOR) else Refusal("proxy.secretary_only")
