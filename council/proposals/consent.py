"""A home that must agree by itself, owner by owner: nobody votes somebody's own part away (Civil Code art. 272, 278; of
住改商 art. 279). Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.proposals.model import Proposal
from council.registry.rollfile.model import OwnerKind

DESK = (Role.SECRETARY, Role.GRID_WORKER)
"""Who brings signed papers in."""
SECONDS = (Role.SECRETARY, Role.COMMITTEE, Role.GRID_WORKER)
"""Who looks at them as the second person."""


class Ground(StrEnum):
    """Why this home is asked."""

    PART = "part"
    """The work takes or affects its exclusive part."""
    OUTSIDE = "outside"
    """Of 住改商: it lies in another building, and has shown that it is affected (the court's 解释, art. 11)."""
    CO_OWNED = "co_owned"
    """Of 住改商: one ballot speaks for the home, and every co-owner must agree."""


@dataclass(frozen=True, slots=True)
class CoOwner:
    """One of the home's owners today; `is_agreed` None while they have not answered. `is_on_paper` where a signed paper
    says so, which the desk has."""

    owner_id: int
    name: str
    kind: OwnerKind
    is_agreed: bool | None = None
    answered_at: datetime | None = None
    is_on_paper: bool = False

    @property
    def signs_with_seal(self) -> bool:
        """A company answers on paper, with its seal."""
        return self.kind is not OwnerKind.NATURAL


@dataclass(frozen=True, slots=True)
class Drop:
    """Somebody asks that this home be no longer asked, with the reason; another person decides."""

    reason: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentPaper:
    """A signed answer that the desk has: it counts once a second person has looked at it."""

    id: int
    consent_id: int
    owner_ids: tuple[int, ...]
    is_agreed: bool
    file_id: int
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Consent:
    """`settled_at` is when the last of its owners agreed: that stands, whoever buys the home later. Where the last one
    who had not agreed is no owner any more, the home agrees as long as all of today's owners have."""

    id: int
    proposal_id: int
    unit_id: int
    unit_code: str
    ground: Ground
    why: str
    named_by_name: str
    named_at: datetime
    settled_at: datetime | None
    owners: tuple[CoOwner, ...] = ()
    drop: Drop | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the home agrees: there is nothing left to ask."""
        return self.settled_at is not None or 0 < len(self.owners) == self.agreed

    @property
    def answer(self) -> str | None:
        """ "agree", "refuse", or None while somebody has not answered and nobody has refused."""
        if self.is_settled:
            return "agree"
        return "refuse" if any(each.is_agreed is False for each in self.owners) else None

    @property
    def answered_at(self) -> datetime | None:
        if self.settled_at is not None:
            return self.settled_at
        said = self.is_settled
        dates = [each.answered_at for each in self.owners if each.is_agreed is said and each.answered_at is not None]
        return max(dates, default=None)

    @property
    def agreed(self) -> int:
        """How many of its owners have agreed."""
        return sum(each.is_agreed is True for each in self.owners)

    def own(self, actor: Actor) -> tuple[CoOwner, ...]:
        """The owners for whom this account answers."""
        return tuple(each for each in self.owners if each.owner_id in actor.owner_ids)

    def is_asked(self, actor: Actor) -> bool:
        """Whether this account has still to answer here."""
        return not self.is_settled and any(
            each.is_agreed is None and not each.signs_with_seal for each in self.own(actor)
        )

    def is_answered_by(self, paper: ConsentPaper) -> bool:
        """Not by what was brought before the home was named as it is now: that was signed to another question."""
        return paper.consent_id == self.id and paper.recorded_at >= self.named_at

    def may_turn(self, actor: Actor) -> bool:
        """Whoever refused may still agree."""
        return not self.is_settled and any(each.is_agreed is False for each in self.own(actor))


@dataclass(frozen=True, slots=True)
class Naming:
    """A home that is to be named after the notice of the vote: it is asked once a second person has looked at the
    document. `owner_ids` are its owners of today."""

    id: int
    proposal_id: int
    unit_id: int
    unit_code: str
    why: str
    file_id: int
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    owner_ids: frozenset[int] = frozenset()


def may_look(actor: Actor) -> Refusal | None:
    """The desk's page of a matter's consents: names of owners are on it."""
    return None if actor.has(*SECONDS, Role.AUDITOR) else Refusal("consent.desk_only")


def may_work(actor: Actor) -> Refusal | None:
    """Who does something on that page; what exactly is asked by the verb."""
    return None if actor.has(*SECONDS) else Refusal("consent.desk_only")


def may_record(actor: Actor, proposal: Proposal, consent: Consent) -> Refusal | None:
    if not actor.has(*DESK):
        return Refusal("consent.desk_only")
    return _is_free(actor, proposal, consent)


def may_confirm(actor: Actor, proposal: Proposal, consent: Consent, recorded_by: int) -> Refusal | None:
    if actor.person_id == recorded_by:
        return Refusal("consent.second_person")
    return may_work(actor) or _is_free(actor, proposal, consent)


def may_confirm_naming(actor: Actor, proposal: Proposal, naming: Naming) -> Refusal | None:
    if actor.person_id == naming.recorded_by:
        return Refusal("consent.second_person")
    return may_work(actor) or has_no_part(actor, proposal, naming.owner_ids, naming.unit_id)


def _is_free(actor: Actor, proposal: Proposal, consent: Consent) -> Refusal | None:
    return has_no_part(actor, proposal, {each.owner_id for each in consent.owners}, consent.unit_id)


def has_no_part(actor: Actor, proposal: Proposal, owner_ids: Collection[int], unit_id: int) -> Refusal | None:
    """Whoever proposed the matter, owns the home or lives there leaves its papers to others."""
    is_party = not actor.tied_owner_ids.isdisjoint(owner_ids) or unit_id in actor.unit_ids
    return Refusal("consent.own_matter") if is_party or actor.person_id == proposal.proposer_id else None
