"""What waits for a second person after a result: a court's judgment about it, and the closing of an objection to it.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Serial, Text, Timestamptz
from piccolo.table import Table


class Judgment(Table, tablename="judgment"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    act = Text(null=False, default="")
    document = Text(null=False, default="")
    number = Text(null=False, default="")
    dated_on = Timestamptz(null=False, default=None)
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


class ObjectionClosing(Table, tablename="objection_closing"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    objection_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    outcome = Text(null=False, default="")
    reply = Text(null=False, default="")
    remedy = Text(null=False, default="")
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
