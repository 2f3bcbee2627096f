"""A voter of a motion, and the ballot that was cast for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.kernel.errors import Refusal
from council.voting.holding import Acting, Capacity
from council.voting.model import Channel


class BallotState(StrEnum):
    """What became of a ballot; it is kept whatever did."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class VotingVoter:
    """A voter of this motion whom one account may cast for, or whose units it lives in or co-owns."""

    roll_voter_id: int
    number: str
    unit_codes: tuple[str, ...]
    area_dm2: int
    may_cast: bool
    representative_name: str | None
    proxy_id: int | None = None
    """The mandate by which this account may cast, where it has no right of its own; then also whose vote it is."""
    giver_name: str = ""
    is_suspended: bool = False
    acting: Acting | None = None
    """The paper by which this account casts for an owner who does not act for themselves."""
    is_lapsed: bool = False
    """The paper by which this account stood here has run out: it is told so, and nothing else is open to it."""
    given_until: datetime | None = None
    """Until when the paper holds by which a guardian gave the mandate; with `is_mandate_ended`, where it has ended."""
    is_mandate_ended: bool = False
    needs_authority: bool = False
    """The owner is a company, and this account has no sealed paper from it."""

    @property
    def for_whom(self) -> str:
        """Whose vote it is where it is not the account's own person's."""
        return self.giver_name if self.acting is None else self.acting.owner_name

    @property
    def receives(self) -> bool:
        """The papers are handed to whoever casts in their own right or for an owner: a proxy's mandate is to vote."""
        return self.may_cast and self.proxy_id is None

    @property
    def may_appoint(self) -> bool:
        """A mandate to vote is given by the owner or a guardian: what an agent holds is not handed on."""
        is_agent = self.acting is not None and self.acting.capacity is Capacity.AGENT
        return self.may_cast and self.proxy_id is None and not is_agent and not self.needs_authority

    def lacks_authority(self, now: datetime) -> Refusal | None:
        """Why an account that stands for an owner cannot cast for them at this instant."""
        if not self.may_cast:
            return None
        if self.proxy_id is not None:
            is_over = self.is_mandate_ended or (self.given_until is not None and self.given_until <= now)
            return Refusal("ballot.mandate_expired", {"name": self.giver_name}) if is_over else None
        if self.needs_authority:
            return Refusal("ballot.needs_authority")
        if self.acting is not None and self.acting.valid_until is not None and self.acting.valid_until <= now:
            return Refusal("ballot.authority_expired", {"name": self.acting.owner_name})
        return None


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot as its voter sees it again; `choice` is for the voter's own eyes. `is_wish`: given beside the count.
    `proxy_id`: cast under this mandate, by `person_id`; giver and holder both see it again."""

    ballot_id: str
    number: str
    choice: str
    channel: Channel
    cast_at: datetime
    code: str
    log_seq: int
    person_id: int
    roll_voter_id: int
    state: BallotState
    is_wish: bool
    proxy_id: int | None

    @property
    def is_by_proxy_online(self) -> bool:
        """Cast here under a mandate: a paper's opening is nobody's to see."""
        return self.proxy_id is not None and self.channel is Channel.ONLINE


@dataclass(frozen=True, slots=True)
class Participation:
    """One line of the public list after closing: room, area, took part; never a choice."""

    unit_code: str
    area_dm2: int
    took_part: bool
