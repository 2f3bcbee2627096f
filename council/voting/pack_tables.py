"""Signed originals for a permit: the pack, its readers, the sheets, and who took them.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class SignaturePack(Table, tablename="signature_pack"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    words = Text(null=False, default="")
    office = Text(null=False, default="")
    made_by = BigInt(null=False, default=0)
    made_by_name = Text(null=False, default="")
    made_at = Timestamptz(null=False, default=None)


class PackReader(Table, tablename="pack_reader"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    pack_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    role = Text(null=False, default="")


class PackSheet(Table, tablename="pack_sheet"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    pack_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    file_sha256 = Text(null=False, default="")
    taken_by = BigInt(null=False, default=0)
    taken_by_name = Text(null=False, default="")
    taken_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by = BigInt(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class PackTaking(Table, tablename="pack_taking"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    pack_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    sheets = Integer(null=False, default=0)
    taken_at = Timestamptz(null=False, default=None)
