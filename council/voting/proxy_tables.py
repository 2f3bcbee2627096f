"""The rows of written mandates. The schema itself, with its keys and checks, is in `migrations/`."""

from piccolo.columns import BigInt, Serial, Text, Timestamptz
from piccolo.table import Table


class Proxy(Table, tablename="proxy"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    channel = Text(null=False, default="")
    giver_name = Text(null=False, default="")
    giver_person_id = BigInt(null=True, default=None)
    giver_paper_id = BigInt(null=True, default=None)
    giver_until = Timestamptz(null=True, default=None)
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
