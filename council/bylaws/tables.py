"""Versions of a community's bylaws and what each says.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class BylawsVersion(Table, tablename="bylaws_version"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    number = Integer(null=False, default=0)
    title = Text(null=False, default="")
    profile = Text(null=False, default="")
    scan_id = BigInt(null=True, default=None)
    scan_sha256 = Text(null=True, default=None)
    adopted_on = Timestamptz(null=True, default=None)
    effective_from = Timestamptz(null=False, default=None)
    proposed_by = BigInt(null=False, default=0)
    proposed_by_name = Text(null=False, default="")
    proposed_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class BylawsSetting(Table, tablename="bylaws_setting"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    version_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    value = Text(null=False, default="")
    clause = Text(null=False, default="")
    page = Integer(null=True, default=None)


class CommunitySetting(Table, tablename="community_setting"):
    """Single settings of before the registry, kept as they were; those in force then are each first version's."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=True, default=None)
    name = Text(null=False, default="")
    value = Text(null=False, default="")
    basis = Text(null=False, default="")
    proposed_by = BigInt(null=False, default=0)
    proposed_by_name = Text(null=False, default="")
    proposed_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
