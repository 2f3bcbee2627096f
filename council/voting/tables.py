"""Motions, rolls, deliveries, ballots and objections.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Motion(Table, tablename="motion"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    proposal_version = Integer(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    preset = Text(null=False, default="")
    title = Text(null=False, default="")
    scope_code = Text(null=False, default="")
    text = Text(null=False, default="")
    text_sha256 = Text(null=False, default="")
    ruleset = Text(null=False, default="")
    procedure = Text(null=False, default="{}")
    electorate = Text(null=False, default="")
    is_advisory = Boolean(null=False, default=False)
    channels = Text(null=False, default="")
    counted = Text(null=False, default="[]")
    convener_kind = Text(null=False, default="")
    convener_name = Text(null=False, default="")
    notice_at = Timestamptz(null=False, default=None)
    opens_at = Timestamptz(null=False, default=None)
    closes_at = Timestamptz(null=False, default=None)
    roll_sha256 = Text(null=False, default="")
    roll_persons = Integer(null=False, default=0)
    roll_area_dm2 = BigInt(null=False, default=0)
    area_basis = Text(null=False, default="")
    is_parking_counted = Boolean(null=False, default=False)
    leak_risk = Text(null=False, default="")
    last_cast_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancelled_by_name = Text(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    result = Text(null=True, default=None)
    certified_at = Timestamptz(null=True, default=None)
    result_notice_at = Timestamptz(null=True, default=None)
    official_outcome = Text(null=True, default=None)
    official_document = Text(null=True, default=None)
    official_by_name = Text(null=True, default=None)
    official_at = Timestamptz(null=True, default=None)
    preliminary_at = Timestamptz(null=True, default=None)
    revoked_at = Timestamptz(null=True, default=None)
    revoked_by_name = Text(null=True, default=None)
    revoked_document = Text(null=True, default=None)
    revoked_reason = Text(null=True, default=None)
    superseded_at = Timestamptz(null=True, default=None)
    superseded_by_name = Text(null=True, default=None)
    superseded_reason = Text(null=True, default=None)
    seats = Integer(null=False, default=0)
    plan_id = BigInt(null=True, default=None)


class MotionExtension(Table, tablename="motion_extension"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    from_at = Timestamptz(null=False, default=None)
    to_at = Timestamptz(null=False, default=None)
    reason = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    extended_at = Timestamptz(null=False, default=None)


class RecountRequest(Table, tablename="recount_request"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    words = Text(null=False, default="")
    asked_at = Timestamptz(null=False, default=None)
    answer = Text(null=True, default=None)
    answered_by = BigInt(null=True, default=None)
    answered_by_name = Text(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)


class MotionSecret(Table, tablename="motion_secret"):
    motion_id = BigInt(null=False, default=0, primary_key=True)
    blinding = Text(null=False, default="")


class MotionOfficer(Table, tablename="motion_officer"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    duty = Text(null=False, default="")
    signed_at = Timestamptz(null=True, default=None)


class RollVoter(Table, tablename="roll_voter"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    number = Text(null=False, default="")
    area_dm2 = BigInt(null=False, default=0)
    is_developer = Boolean(null=False, default=False)
    delivered_at = Timestamptz(null=True, default=None)


class RollUnit(Table, tablename="roll_unit"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    code = Text(null=False, default="")
    area_dm2 = BigInt(null=False, default=0)


class RollHolder(Table, tablename="roll_holder"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    is_representative = Boolean(null=False, default=False)


class Delivery(Table, tablename="delivery"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    result = Text(null=False, default="")
    channel = Text(null=False, default="")
    receiver_kind = Text(null=True, default=None)
    receiver = Text(null=False, default="")
    witness = Text(null=False, default="")
    note = Text(null=False, default="")
    photo_id = BigInt(null=True, default=None)
    sheet = Integer(null=True, default=None)
    at = Timestamptz(null=False, default=None)
    recorded_at = Timestamptz(null=False, default=None)
    by_person = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    proves_from = Timestamptz(null=True, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_how = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_by = BigInt(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
    withdrawn_why = Text(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


class Ballot(Table, tablename="ballot"):
    id = Text(null=False, default="", primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    choice = Text(null=True, default=None)
    channel = Text(null=False, default="")
    cast_at = Timestamptz(null=False, default=None)
    state = Text(null=False, default="")
    reason = Text(null=True, default=None)
    commitment = Text(null=False, default="")
    log_seq = BigInt(null=False, default=0)
    code = Text(null=False, default="")
    is_wish = Boolean(null=False, default=False)
    invalid = Text(null=True, default=None)
    proxy_id = BigInt(null=True, default=None)


class Proxy(Table, tablename="proxy"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    channel = Text(null=False, default="")
    giver_name = Text(null=False, default="")
    giver_person_id = BigInt(null=True, default=None)
    holder_person_id = BigInt(null=False, default=0)
    holder_name = Text(null=False, default="")
    words = Text(null=False, default="")
    scan_id = BigInt(null=True, default=None)
    scan_sha256 = Text(null=True, default=None)
    given_at = Timestamptz(null=False, default=None)
    given_by = BigInt(null=False, default=0)
    given_by_name = Text(null=False, default="")
    confirmed_at = Timestamptz(null=True, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)
    end_reason = Text(null=True, default=None)


class Objection(Table, tablename="objection"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    by_place = Text(null=False, default="")
    ground = Text(null=False, default="")
    filed_at = Timestamptz(null=False, default=None)
    answer_due_at = Timestamptz(null=False, default=None)
    outcome = Text(null=True, default=None)
    reply = Text(null=True, default=None)
    remedy = Text(null=True, default=None)
    closed_by_name = Text(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class ObjectionStep(Table, tablename="objection_step"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    objection_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    happened_at = Timestamptz(null=False, default=None)
    words = Text(null=False, default="")
    file_id = BigInt(null=True, default=None)
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)


class RollSuspension(Table, tablename="roll_suspension"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    reason = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    suspended_at = Timestamptz(null=False, default=None)
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by_name = Text(null=True, default=None)
    lifted_reason = Text(null=True, default=None)


class AreaDispute(Table, tablename="area_dispute"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    unit_code = Text(null=False, default="")
    key = Text(null=False, default="")
    words = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
