"""Somebody put forward for an election: through whom, by whose signatures, and what was found about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """Who put somebody forward: 党组织、居委会、自荐、业主联名."""

    PARTY = "party"
    NEIGHBOURHOOD = "neighbourhood"
    SELF = "self"
    JOINT = "joint"


OFFICIAL = (Channel.PARTY, Channel.NEIGHBOURHOOD)
"""The channels of organisations, entered by the secretary with their document."""
OWN = (Channel.SELF, Channel.JOINT)


class ConsentHow(StrEnum):
    OWN = "own"
    PAPER = "paper"


class Verdict(StrEnum):
    ELIGIBLE = "eligible"
    NOT = "not"


class Reason(StrEnum):
    """Why somebody is not eligible; words always go with it."""

    NOT_OWNER = "not_owner"
    NO_CAPACITY = "no_capacity"
    NO_CONSENT = "no_consent"
    FEW_SPONSORS = "few_sponsors"
    NO_AUTHORISATION = "no_authorisation"
    WORKS_FOR_MANAGER = "works_for_manager"
    FALSE_PAPERS = "false_papers"
    BYLAWS = "bylaws"


@dataclass(frozen=True, slots=True)
class Sponsor:
    """An owner who signed a joint nomination; `person_id` None: on paper, on a sheet that two people have seen."""

    candidate_id: int
    owner_id: int
    person_id: int | None
    name: str
    place: str
    signed_at: datetime
    owns_now: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """Somebody stands back by letter: recorded by one person; once a second one has confirmed it, they are out."""

    id: int
    candidate_id: int
    file_id: int
    reason: str
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Signer:
    owner_id: int
    name: str
    place: str
    owns_now: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet with the signatures of owners who name somebody together; they count once a second person has compared
    them with the picture."""

    id: int
    candidate_id: int
    file_id: int
    signers: tuple[Signer, ...]
    entered_by: int
    entered_by_name: str
    entered_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """`owner_id` is the owner on the register that makes them eligible: themselves, or the legal person whom they
    represent (`is_representing`, with its authorisation on file). `place` is the code of that owner's unit.

    `person_id` None: no account here is known to be theirs. A verdict counts once a second person has confirmed it.
    """

    id: int
    community_id: int
    proposal_id: int
    key: str
    number: int | None
    name: str
    place: str
    owner_id: int
    is_representing: bool
    authorisation_id: int | None
    person_id: int | None
    channel: Channel
    nominated_by: str
    document_id: int | None
    statement: str
    entered_by: int
    entered_by_name: str
    nominated_at: datetime
    consented_at: datetime | None
    consented_how: ConsentHow | None
    consent_id: int | None
    consent_by_name: str | None
    verdict: Verdict | None
    reason: Reason | None
    words: str | None
    judged_by: int | None
    judged_by_name: str | None
    judged_at: datetime | None
    confirmed_by: int | None
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    withdrawn_by_name: str | None
    struck_at: datetime | None
    struck_reason: str | None
    replaced_by: int | None
    """The candidate's own nomination, which took the place of this joint one."""
    sponsors: tuple[Sponsor, ...] = ()
    owns_now: bool = True
    """Whether `owner_id` still owns a unit here."""
    letter: Letter | None = None
    sheets: tuple[Sheet, ...] = ()

    @property
    def letter_waits(self) -> bool:
        return self.letter is not None and self.letter.confirmed_at is None

    @property
    def is_in(self) -> bool:
        """Neither withdrawn nor struck off."""
        return self.withdrawn_at is None and self.struck_at is None

    @property
    def is_eligible(self) -> bool:
        return self.confirmed_at is not None and self.verdict is Verdict.ELIGIBLE

    @property
    def is_refused(self) -> bool:
        return self.confirmed_at is not None and self.verdict is Verdict.NOT

    @property
    def is_named_by_owners(self) -> bool:
        return self.channel in OWN


@dataclass(frozen=True, slots=True)
class Nomination:
    """Somebody put forward. `room` and `name` find them on the register; files are already stored."""

    key: str
    channel: Channel
    unit_id: int
    name: str
    nominated_by: str
    statement: str
    document_id: int | None = None
    authorisation_id: int | None = None
    consent_id: int | None = None


@dataclass(frozen=True, slots=True)
class SignedAs:
    """A line of a sheet as the desk copied it."""

    unit_id: int
    name: str
