"""People, their sessions, slips and ties, as the rest of the house sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Role
from council.kernel.look import Look
from council.registry.model import Unit


class HowVerified(StrEnum):
    IDENTITY = "identity"
    """Identity card seen, and it is the register's."""
    DEED = "deed"
    """Deed, contract or court paper seen."""
    TELEPHONE = "telephone"
    """The register's telephone was rung and its owner answered."""


class Device(StrEnum):
    ANDROID = "android"
    IPHONE = "iphone"
    WINDOWS = "windows"
    MAC = "mac"
    OTHER = "other"


class SessionEnd(StrEnum):
    LOGGED_OUT = "logged_out"
    EVERYWHERE = "everywhere"
    ROTATED = "rotated"
    PASSWORD = "password"  # noqa: S105 (a reason)
    SLIP = "slip"
    PHONE = "phone"
    CROWDED = "crowded"
    """The person logged in on more devices than `sessions.MOST`."""


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    phones: tuple[str, ...]
    look: Look


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session a token is. `home` is the slug of their only (or first) community."""

    person_id: int
    name: str
    session_id: int
    csrf_seed: str
    is_own_phone: bool
    look: Look
    home: str | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """One device in the person's own list."""

    id: int
    device: Device
    is_own_phone: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """An account's statement to be an owner on the register; `verified_at` None: 未核实."""

    id: int
    person_id: int
    person_name: str
    owner_id: int
    owner_name: str
    claimed_at: datetime
    verified_at: datetime | None
    verified_by_name: str | None
    verified_how: HowVerified | None
    acts_until: datetime | None = None
    """The last instant of the paper by which this account acts for the owner; None for the owner, or without an end."""
    anew_since: datetime | None = None
    """Was checked, and waits to be checked again since the account got a new password by a slip of the desk."""
    reset_by_name: str | None = None
    """Who issued that slip; also of a claim that nobody has checked yet."""

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    @property
    def was_verified(self) -> bool:
        """Checked now or before the new password: what hangs on it (papers, mandates) ends with it."""
        return self.is_verified or self.anew_since is not None

    def is_lapsed(self, now: datetime) -> bool:
        """Checked once, but by a paper that has run out: the account does nothing for this owner any more."""
        return self.acts_until is not None and self.acts_until <= now

    @property
    def is_same_name(self) -> bool:
        """Whether the name typed is the register's: for the desk's information, never a proof."""
        return "".join(self.person_name.split()) == "".join(self.owner_name.split())


@dataclass(frozen=True, slots=True)
class Home:
    """A current residency."""

    id: int
    person_id: int
    person_name: str
    unit_id: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Slip:
    """A code in force, as the desk sees it: never the code itself."""

    id: int
    kind: CodeKind
    target_id: int
    serial: int
    issued_at: datetime
    issued_by_name: str


@dataclass(frozen=True, slots=True)
class SlipTarget:
    """What a code somebody typed opens: where, and what for."""

    access_code_id: int
    community_id: int
    community_slug: str
    community_name: str
    kind: CodeKind
    unit_id: int | None
    owner_id: int | None
    person_id: int | None
    places: tuple[Unit, ...]
    """The dwelling; every unit of the owner; none for a reset."""


@dataclass(frozen=True, slots=True)
class OwnerStanding:
    """One owner that a person is, or says they are, with that owner's units."""

    claim_id: int
    owner_name: str
    is_verified: bool
    units: tuple[Unit, ...]
    acts_until: datetime | None = None
    """As `Claim`'s."""
    anew_since: datetime | None = None
    """As `Claim`'s."""

    def is_lapsed(self, now: datetime) -> bool:
        return self.acts_until is not None and self.acts_until <= now

    @property
    def area_dm2(self) -> int:
        return sum(unit.area_dm2 for unit in self.units)


@dataclass(frozen=True, slots=True)
class Reset:
    """A new password that was set with a slip of the desk: who issued the slip, and when it was used."""

    used_at: datetime
    issued_by_name: str
    community_name: str


@dataclass(frozen=True, slots=True)
class Membership:
    """One community of a person, in words for /me and for the page after log-in."""

    community_id: int
    slug: str
    name: str
    roles: frozenset[Role]
    homes: tuple[Unit, ...]
    claims: tuple[OwnerStanding, ...]


@dataclass(frozen=True, slots=True)
class StaffMember:
    """`granted_with`: who confirmed it; None where the server's operator gave it, or before two were needed."""

    role_id: int
    person_id: int
    name: str
    role: Role
    is_of_area: bool
    granted_at: datetime
    granted_by_name: str
    granted_with: str | None


@dataclass(frozen=True, slots=True)
class PrintableSlip:
    """One slip to print: the only place where a code is readable."""

    kind: CodeKind
    code: str
    unit: Unit | None
    """Where it is delivered: the dwelling, or the owner's first unit; None for a person's own."""
    name: str | None
    """The owner's, or the person's; None for a dwelling's."""
    units: int
    """How many units it stands for."""
    serial: int
