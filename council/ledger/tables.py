"""Projects and their milestones.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Project(Table, tablename="project"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    title = Text(null=False, default="")
    scope_code = Text(null=False, default="")
    budget_fen = BigInt(null=True, default=None)
    opened_at = Timestamptz(null=False, default=None)
    opened_by_name = Text(null=False, default="")


class BudgetLine(Table, tablename="budget_line"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    project_id = BigInt(null=False, default=0)
    position = Integer(null=False, default=0)
    name = Text(null=False, default="")
    amount_fen = BigInt(null=False, default=0)


class Milestone(Table, tablename="milestone"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    project_id = BigInt(null=False, default=0)
    position = Integer(null=False, default=0)
    code = Text(null=False, default="")
    due_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    done_by_name = Text(null=True, default=None)


class WindingUp(Table, tablename="winding_up"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    project_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    happened_on = Timestamptz(null=False, default=None)
    words = Text(null=False, default="")
    amount_fen = BigInt(null=True, default=None)
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
