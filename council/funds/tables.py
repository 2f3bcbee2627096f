"""Balances of sub-accounts, and the plans that draw on them.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class FundImport(Table, tablename="fund_import"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    name = Text(null=False, default="")
    sha256 = Text(null=False, default="")
    as_of = Timestamptz(null=False, default=None)
    taken = Integer(null=False, default=0)
    faults = Text(null=False, default="[]")
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    imported_at = Timestamptz(null=False, default=None)


class FundBalance(Table, tablename="fund_balance"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    import_id = BigInt(null=False, default=0)
    state = Text(null=False, default="")
    balance_fen = BigInt(null=True, default=None)
    first_fen = BigInt(null=True, default=None)


class FundPlan(Table, tablename="fund_plan"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    total_fen = BigInt(null=False, default=0)
    draw_fen = BigInt(null=False, default=0)
    sources = Text(null=False, default="[]")
    basis = Text(null=False, default="")
    is_parking_counted = Boolean(null=False, default=False)
    units = Integer(null=False, default=0)
    area_dm2 = BigInt(null=False, default=0)
    balances_as_of = Timestamptz(null=True, default=None)
    sha256 = Text(null=False, default="")
    proposed_by = BigInt(null=False, default=0)
    proposed_by_name = Text(null=False, default="")
    proposed_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class FundDraw(Table, tablename="fund_draw"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    plan_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    code = Text(null=False, default="")
    area_dm2 = BigInt(null=False, default=0)
    draw_fen = BigInt(null=False, default=0)
    state = Text(null=False, default="")
    balance_fen = BigInt(null=True, default=None)
    first_fen = BigInt(null=True, default=None)
    as_of = Timestamptz(null=True, default=None)
