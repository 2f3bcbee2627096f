"""Delivery 送达: what is recorded at a door, what it needs to be believed, and where a voter stands by it. Pure.

Delivery is kept apart from voting: it says that the papers of a vote reached a voter, and nothing else. Only the count
of those who did not answer reads it (`Ruleset.unreturned`), and only of voters to whom delivery is *proven*.

What holds before a court, decided here:

* **A voter, not a door.** All units of one owner are one person, and so are the co-owners of one unit (the Supreme
  Court's interpretation on divided ownership, art. 8 and 9; 指导规则 art. 24, 25). So papers handed over at one
  of a voter's units, or to one of its co-owners, are delivered to the voter.
* **A second person.** A delivery proves something once somebody else has looked at its proof (or asked the household).
  "Refused" and "not reached" prove nothing and wait for nobody: they are why a posting may follow.
* **Posting is the last resort** (指导规则 art. 22: what cannot be delivered is posted in the area). It needs an attempt
  before it, a photo, and the days that the bylaws give it, which run from the instant of its record and not from a day
  that somebody types in. Where the bylaws give it no days it proves nothing.
* **The owner's own word.** Where the frozen bylaws take it (`electronic_delivery`), whoever casts for a voter says in
  their account that the papers have come: that proves delivery by itself, from that instant, and asks nobody else.
* **Taken back as it was made.** What two people vouch for is taken back by two, and the owner's word by the owner
  alone (`delivery_asking`): one pair of hands never turns a result that silence decides.
* **All of it ends with the vote.** What is not recorded *and* confirmed by the closing proves nothing: from then on
  choices can be counted, and whoever still decided on a delivery would decide on a result that they can see. What is
  lost by that is a deemed vote, never anybody's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from council.kernel.clock import end_of_days, local_date, local_midnight
from council.voting.motion import Motion, MotionState

ROWS_OF_A_SHEET = 12
NOTE_MOST = 300
MOST_WAITED = 24 * 3600
"""Seconds that a record may have waited on a telephone without a network and still be dated by its tap."""


class Result(StrEnum):
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"


class Channel(StrEnum):
    DOOR = "door"
    PHONE = "phone"
    POST = "post"
    POSTING = "posting"
    SHEET = "sheet"
    ONLINE = "online"


AT_THE_DOOR = (Channel.DOOR, Channel.PHONE, Channel.POST)
"""What one record may say; a posting and a signed sheet are recorded for several homes at once."""


class Receiver(StrEnum):
    OWNER = "owner"
    HOUSEHOLD = "household"
    OTHER = "other"


class How(StrEnum):
    """By what the second person knows it: the photo, or the household's own word."""

    PROOF = "proof"
    ASKED = "asked"


class Standing(StrEnum):
    """Where one voter stands."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    POSTED = "posted"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class DeliveryDraft:
    """What somebody at a door says. `receiver` names who took it, `witness` who saw a refusal ("" for nobody)."""

    key: str
    result: Result
    channel: Channel = Channel.DOOR
    receiver_kind: Receiver = Receiver.OWNER
    receiver: str = ""
    witness: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record, as it was written down; what became of it stands beside it and changes none of it.

    `at` is when it happened, `recorded_at` when it reached the house; `proves_from` the instant from which a confirmed
    one proves delivery (None: never).
    """

    id: int
    motion_id: int
    roll_voter_id: int
    unit_id: int
    unit_code: str
    key: str
    result: Result
    channel: Channel
    receiver_kind: Receiver | None
    receiver: str
    witness: str
    note: str
    photo_id: int | None
    sheet: int | None
    at: datetime
    recorded_at: datetime
    by_person: int
    by_name: str
    proves_from: datetime | None
    confirmed_by: int | None
    confirmed_by_name: str | None
    confirmed_how: How | None
    confirmed_at: datetime | None
    withdrawn_by: int | None
    withdrawn_by_name: str | None
    withdrawn_why: str | None
    withdrawn_at: datetime | None
    asked_by: int | None
    asked_by_name: str | None
    asked_why: str | None
    asked_at: datetime | None
    """A confirmed one that somebody asks to be taken back; it stands until a second person has agreed."""

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    @property
    def is_checked(self) -> bool:
        """By a second person; what the voter says themselves needs none."""
        return self.confirmed_at is not None or self.channel is Channel.ONLINE

    @property
    def is_waiting(self) -> bool:
        """For a second person."""
        return self.stands and self.result is Result.DELIVERED and not self.is_checked

    @property
    def is_confirmed(self) -> bool:
        """Two people vouch for it: it takes two to take it back."""
        return self.stands and self.confirmed_at is not None

    @property
    def is_asked_back(self) -> bool:
        return self.stands and self.asked_at is not None

    @property
    def was_sent_back(self) -> bool:
        other = self.withdrawn_by is not None and self.withdrawn_by != self.by_person
        return other and self.channel is not Channel.ONLINE


def wrong_in(draft: DeliveryDraft, *, has_photo: bool) -> dict[str, str]:
    """What the record lacks, a code by field. To the owner's own hand at the door no more is asked than a second
    person; for anybody else's hand, the telephone and the post there is a photo; a refusal has a photo or a witness
    (Civil Procedure Law art. 89 asks the same of a court's own papers left at a door)."""
    if draft.result is Result.REFUSED and not has_photo and not draft.witness:
        return {"photo": "delivery.refusal_unproven"}
    if draft.result is not Result.DELIVERED:
        return {}
    found: dict[str, str] = {}
    if draft.receiver_kind is not Receiver.OWNER and not draft.receiver:
        found["receiver"] = "delivery.receiver_missing"
    if not has_photo and (draft.receiver_kind is not Receiver.OWNER or draft.channel is not Channel.DOOR):
        found["photo"] = "delivery.photo_missing"
    return found


def posting_days(motion: Motion) -> int:
    """Days on the board after which the motion's frozen bylaws take a posting for a delivery; 0: it proves nothing."""
    return motion.procedure.posting_days.value


def posting_until(motion: Motion) -> datetime | None:
    """Before when (exclusive) a posting has to be recorded for its days to be over by the closing; None where the
    bylaws give it none."""
    days = posting_days(motion)
    return local_midnight(local_date(motion.closes_at) - timedelta(days=days)) if days else None


def is_told_online(motion: Motion) -> bool:
    """Whether the motion's frozen bylaws take a voter's own word in the app that the papers have come."""
    return motion.procedure.electronic_delivery.value == "confirmed"


def proves_from(motion: Motion, result: Result, channel: Channel, at: datetime) -> datetime | None:
    """From when a confirmed record proves delivery; whole days for a posting, the first of them not counted."""
    if result is not Result.DELIVERED:
        return None
    if channel is not Channel.POSTING:
        return at
    days = posting_days(motion)
    return end_of_days(at, days) if days else None


def is_taken(motion: Motion, now: datetime) -> bool:
    """Whether deliveries are recorded, confirmed and withdrawn now: from the notice to the closing, both included."""
    return motion.state(now) in {MotionState.NOTICE, MotionState.OPEN}


def standing(records: Iterable[Delivery], now: datetime) -> Standing:
    """Where a voter stands at this instant, by all that was recorded for any of their units."""
    kept = [each for each in records if each.stands]
    delivered = [each for each in kept if each.result is Result.DELIVERED]
    confirmed = [each for each in delivered if each.is_checked]
    if any(each.proves_from is not None and each.proves_from <= now for each in confirmed):
        return Standing.DELIVERED
    if len(confirmed) < len(delivered):
        return Standing.WAITING
    if confirmed:
        return Standing.POSTED
    if not kept:
        return Standing.NOT_YET
    last = max(kept, key=lambda each: (each.at, each.id))
    return Standing.REFUSED if last.result is Result.REFUSED else Standing.NOT_REACHED
