"""Who stands in an election, the names that ballots hold, and lots that were drawn.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class MotionCandidate(Table, tablename="motion_candidate"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    number = Integer(null=False, default=0)
    candidate_id = BigInt(null=True, default=None)
    person_id = BigInt(null=True, default=None)
    owner_id = BigInt(null=True, default=None)
    name = Text(null=False, default="")
    place = Text(null=False, default="")
    channel = Text(null=False, default="")
    statement = Text(null=False, default="")
    place_in_result = Integer(null=True, default=None)
    is_reserve = Boolean(null=False, default=False)
    drawn = Integer(null=True, default=None)


class BallotPick(Table, tablename="ballot_pick"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    ballot_id = Text(null=False, default="")
    number = Integer(null=False, default=0)


class Lot(Table, tablename="lot"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    tied = Text(null=False, default="")
    drawn = Text(null=False, default="")
    witnesses = Text(null=False, default="")
    drawn_at = Timestamptz(null=False, default=None)
    photo_id = BigInt(null=True, default=None)
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_by = BigInt(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_reason = Text(null=True, default=None)
