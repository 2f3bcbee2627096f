"""Paper ballots, their way back and how they were read; who works for the property manager.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class PaperPrint(Table, tablename="paper_print"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    whom = Text(null=False, default="")
    layout = Text(null=False, default="")
    is_anew = Boolean(null=False, default=False)
    sheets = Integer(null=False, default=0)
    printed_at = Timestamptz(null=False, default=None)
    printed_by = BigInt(null=False, default=0)
    printed_by_name = Text(null=False, default="")


class PaperBallot(Table, tablename="paper_ballot"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    roll_voter_id = BigInt(null=False, default=0)
    print_id = BigInt(null=False, default=0)
    serial = Text(null=False, default="")
    issue = Integer(null=False, default=0)
    void_at = Timestamptz(null=True, default=None)
    void_reason = Text(null=True, default=None)
    acting_paper_id = BigInt(null=True, default=None)
    replaced_at = Timestamptz(null=True, default=None)


class PaperReturn(Table, tablename="paper_return"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    motion_id = BigInt(null=True, default=None)
    paper_ballot_id = BigInt(null=True, default=None)
    roll_voter_id = BigInt(null=True, default=None)
    serial = Text(null=False, default="")
    returned_at = Timestamptz(null=False, default=None)
    channel = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    person_name = Text(null=False, default="")
    image_sha256 = Text(null=True, default=None)
    image_width = Integer(null=True, default=None)
    image_height = Integer(null=True, default=None)
    state = Text(null=False, default="")
    reason = Text(null=True, default=None)
    ballot_id = Text(null=True, default=None)
    proxy_id = BigInt(null=True, default=None)
    acting_paper_id = BigInt(null=True, default=None)


class PaperKeying(Table, tablename="paper_keying"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    motion_id = BigInt(null=False, default=0)
    return_id = BigInt(null=False, default=0)
    round = Integer(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    person_name = Text(null=False, default="")
    choice = Text(null=True, default=None)
    invalid = Text(null=True, default=None)
    words = Text(null=True, default=None)
    at = Timestamptz(null=False, default=None)
    undone_at = Timestamptz(null=True, default=None)
    picks = Text(null=False, default="")


class PaperLook(Table, tablename="paper_look"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    return_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    at = Timestamptz(null=False, default=None)


class PropertyStaff(Table, tablename="property_staff"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    marked_at = Timestamptz(null=False, default=None)
    marked_by = BigInt(null=False, default=0)
    marked_by_name = Text(null=False, default="")
    ended_at = Timestamptz(null=True, default=None)
    ended_by_name = Text(null=True, default=None)
