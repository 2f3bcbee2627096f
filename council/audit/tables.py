"""The log's three tables; keys, checks and the triggers that refuse changes are in `migrations/`."""

from piccolo.columns import BigInt, Bytea, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class LogRecord(Table, tablename="log_record"):
    """One record; `body` is what is hashed, `private` the salted preimage of what its hash in `body` stands for."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    seq = BigInt(null=False, default=0)
    at = Timestamptz(null=False, default=None)
    kind = Text(null=False, default="")
    body = Text(null=False, default="")
    private = Text(null=True, default=None)
    leaf_hash = Bytea(null=False, default=b"")


class LogHead(Table, tablename="log_head"):
    """One row a community: the right edge (whole hashes, largest subtree first) and its root."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    size = BigInt(null=False, default=0)
    edge = Bytea(null=False, default=b"")
    root = Bytea(null=False, default=b"")
    at = Timestamptz(null=False, default=None)


class LogNode(Table, tablename="log_node"):
    """A finished perfect subtree of level 1 and up; level 0 is `log_record.leaf_hash`."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    level = Integer(null=False, default=1)
    idx = BigInt(null=False, default=0)
    hash = Bytea(null=False, default=b"")
