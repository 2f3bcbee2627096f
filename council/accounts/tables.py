"""People, sessions, slips and ties.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Person(Table, tablename="person"):
    id = Serial(primary_key=True)
    name = Text(null=False, default="")
    password_hash = Text(null=True, default=None)
    locale = Text(null=True, default=None)
    type_size = Text(null=True, default=None)
    theme = Text(null=True, default=None)
    created_at = Timestamptz(null=False, default=None)
    closed_at = Timestamptz(null=True, default=None)


class PersonPhone(Table, tablename="person_phone"):
    id = Serial(primary_key=True)
    person_id = BigInt(null=False, default=0)
    phone = Text(null=False, default="")
    place = Integer(null=False, default=0)
    added_at = Timestamptz(null=False, default=None)
    added_by_name = Text(null=False, default="")
    removed_at = Timestamptz(null=True, default=None)
    removed_by_name = Text(null=True, default=None)


class Session(Table, tablename="session"):
    id = Serial(primary_key=True)
    person_id = BigInt(null=False, default=0)
    token_hash = Text(null=False, default="")
    device = Text(null=False, default="")
    is_own_phone = Boolean(null=False, default=False)
    created_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=False, default=None)
    expires_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(null=True, default=None)


class AccessCode(Table, tablename="access_code"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    kind = Text(null=False, default="")
    unit_id = BigInt(null=True, default=None)
    owner_id = BigInt(null=True, default=None)
    person_id = BigInt(null=True, default=None)
    serial = Integer(null=False, default=0)
    lookup = Text(null=False, default="")
    issued_at = Timestamptz(null=False, default=None)
    issued_by = BigInt(null=True, default=None)
    issued_by_name = Text(null=False, default="")
    key = Text(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(null=True, default=None)


class AccessCodeSeen(Table, tablename="access_code_seen"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    access_code_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    seen_at = Timestamptz(null=False, default=None)


class Residency(Table, tablename="residency"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    access_code_id = BigInt(null=True, default=None)
    began_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)
    end_reason = Text(null=True, default=None)


class OwnerClaim(Table, tablename="owner_claim"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    access_code_id = BigInt(null=True, default=None)
    reset_code_id = BigInt(null=True, default=None)
    anew_since = Timestamptz(null=True, default=None)
    claimed_at = Timestamptz(null=False, default=None)
    verified_at = Timestamptz(null=True, default=None)
    verified_by = BigInt(null=True, default=None)
    verified_by_name = Text(null=True, default=None)
    verified_how = Text(null=True, default=None)
    acts_until = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)
    end_reason = Text(null=True, default=None)


class StaffRole(Table, tablename="staff_role"):
    id = Serial(primary_key=True)
    person_id = BigInt(null=False, default=0)
    role = Text(null=False, default="")
    community_id = BigInt(null=True, default=None)
    area_path = Text(null=True, default=None)
    granted_at = Timestamptz(null=False, default=None)
    granted_by_name = Text(null=False, default="")
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)


class RoleAsk(Table, tablename="role_ask"):
    """That somebody is to be given a role, or is to lose it: one asks for it, another one confirms. `role_id` is the
    role that is to end, or that came of it."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    act = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    role = Text(null=False, default="")
    role_id = BigInt(null=True, default=None)
    reason = Text(null=False, default="")
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class RateCount(Table, tablename="rate_count"):
    key = Text(null=False, default="")
    time_window = BigInt(null=False, default=0)
    tries = Integer(null=False, default=0)
