"""The log's tables; keys, checks and the triggers that refuse changes are in `migrations/`."""

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


class LogKey(Table, tablename="log_key"):
    """The key of one name of the log; `sealed_seed` opens with COUNCIL_SECRET. One a community has not ended."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    origin = Text(null=False, default="")
    public_key = Bytea(null=False, default=b"")
    sealed_seed = Bytea(null=False, default=b"")
    why = Text(null=False, default="")
    first_size = BigInt(null=False, default=0)
    made_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)


class LogCosignature(Table, tablename="log_cosignature"):
    """A witness's line under the checkpoint of `size` records."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    origin = Text(null=False, default="")
    size = BigInt(null=False, default=0)
    root = Bytea(null=False, default=b"")
    witness = Text(null=False, default="")
    line = Text(null=False, default="")
    signed_at = Timestamptz(null=False, default=None)


class LogWitness(Table, tablename="log_witness"):
    """How a witness last answered: `size` is the largest that it signed, `trouble` what it refused for."""

    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    origin = Text(null=False, default="")
    witness = Text(null=False, default="")
    size = BigInt(null=False, default=0)
    asked_at = Timestamptz(null=False, default=None)
    signed_at = Timestamptz(null=True, default=None)
    trouble = Text(null=True, default=None)
    trouble_size = BigInt(null=True, default=None)
