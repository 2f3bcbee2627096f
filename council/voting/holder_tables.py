"""Papers about right-holders and those who act for them, and homes whose owners are in dispute.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Serial, Text, Timestamptz
from piccolo.table import Table


class HolderPaper(Table, tablename="holder_paper"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    owner_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=True, default=None)
    person_id = BigInt(null=True, default=None)
    says = Text(null=False, default="")
    acting_name = Text(null=False, default="")
    words = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    file_sha256 = Text(null=False, default="")
    valid_until = Timestamptz(null=True, default=None)
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)
    end_reason = Text(null=True, default=None)


class HomeDispute(Table, tablename="home_dispute"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    words = Text(null=False, default="")
    opened_by = BigInt(null=False, default=0)
    opened_by_name = Text(null=False, default="")
    opened_at = Timestamptz(null=False, default=None)
    closed_words = Text(null=True, default=None)
    closed_by_name = Text(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    halt_id = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)


class Halt(Table, tablename="halt"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    act = Text(null=False, default="")
    unit_id = BigInt(null=True, default=None)
    roll_voter_id = BigInt(null=True, default=None)
    owner_id = BigInt(null=True, default=None)
    paper_id = BigInt(null=True, default=None)
    claim_id = BigInt(null=True, default=None)
    words = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    file_sha256 = Text(null=False, default="")
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
