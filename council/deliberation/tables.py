"""Threads and comments.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Serial, Text, Timestamptz
from piccolo.table import Table


class Thread(Table, tablename="thread"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    scope_kind = Text(null=False, default="")
    building_id = BigInt(null=True, default=None)
    entrance_id = BigInt(null=True, default=None)
    opened_at = Timestamptz(null=False, default=None)
    closed_at = Timestamptz(null=True, default=None)


class Comment(Table, tablename="comment"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    thread_id = BigInt(null=False, default=0)
    parent_id = BigInt(null=True, default=None)
    key = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    author_name = Text(null=False, default="")
    author_place = Text(null=False, default="")
    stance = Text(null=False, default="")
    body = Text(null=False, default="")
    office = Text(null=True, default=None)
    said_at = Timestamptz(null=False, default=None)
    needs_answer = Boolean(null=False, default=False)
    answer_from = Text(null=True, default=None)
    answer_due_at = Timestamptz(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    hidden_at = Timestamptz(null=True, default=None)
    hidden_by_name = Text(null=True, default=None)
    hidden_reason = Text(null=True, default=None)
