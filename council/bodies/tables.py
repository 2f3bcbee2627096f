"""Bodies, their members, papers and internal ballots.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Body(Table, tablename="body"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    number = Integer(null=False, default=0)
    motion_id = BigInt(null=True, default=None)
    seats = Integer(null=False, default=0)
    began_at = Timestamptz(null=False, default=None)
    term_until = Timestamptz(null=False, default=None)
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    dissolved_at = Timestamptz(null=True, default=None)


class BodyEntry(Table, tablename="body_entry"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    body_id = BigInt(null=True, default=None)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    said = Text(null=False, default="")
    scan_id = BigInt(null=True, default=None)
    scan_sha256 = Text(null=True, default=None)
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class BodyMember(Table, tablename="body_member"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    body_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    side = Text(null=False, default="")
    place = Text(null=False, default="")
    owner_id = BigInt(null=True, default=None)
    person_id = BigInt(null=True, default=None)
    candidate_id = BigInt(null=True, default=None)
    channel = Text(null=False, default="")
    position = Integer(null=False, default=0)
    is_alternate = Boolean(null=False, default=False)
    post = Text(null=False, default="")
    began_at = Timestamptz(null=False, default=None)
    stepped_up_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ending = Text(null=True, default=None)
    motion_id = BigInt(null=True, default=None)
    is_representing = Boolean(null=False, default=False)
    persons = Integer(null=True, default=None)
    area_dm2 = BigInt(null=True, default=None)
    drawn = Integer(null=True, default=None)


class BodyJoining(Table, tablename="body_joining"):
    """That those elected by a by-election joined a body: each vote once."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    body_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    joined_at = Timestamptz(null=False, default=None)


class InnerRound(Table, tablename="inner_round"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    body_id = BigInt(null=False, default=0)
    entry_id = BigInt(null=True, default=None)
    key = Text(null=False, default="")
    number = Integer(null=False, default=0)
    form = Text(null=False, default="")
    basis = Text(null=False, default="")
    posts = Text(null=False, default="")
    members = Integer(null=False, default=0)
    opened_at = Timestamptz(null=False, default=None)
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    closes_at = Timestamptz(null=False, default=None)
    closed_at = Timestamptz(null=True, default=None)
    chair_id = BigInt(null=True, default=None)
    deputy_id = BigInt(null=True, default=None)
    posted_on = Timestamptz(null=True, default=None)
    posted_by_name = Text(null=True, default=None)
    posted_at = Timestamptz(null=True, default=None)


class InnerBallot(Table, tablename="inner_ballot"):
    """That a member has voted; whom they chose only where the ballot is a named one."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    round_id = BigInt(null=False, default=0)
    member_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    chair_id = BigInt(null=True, default=None)
    deputy_id = BigInt(null=True, default=None)
    cast_at = Timestamptz(null=False, default=None)


class InnerCount(Table, tablename="inner_count"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    round_id = BigInt(null=False, default=0)
    post = Text(null=False, default="")
    member_id = BigInt(null=False, default=0)
    votes = Integer(null=False, default=0)


class InnerCallOff(Table, tablename="inner_call_off"):
    """That a ballot of the members is called off, and why: one asks for it, another one confirms."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    round_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    reason = Text(null=False, default="")
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
