"""Files by their description; the bytes lie in the store.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class StoredFile(Table, tablename="stored_file"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    sha256 = Text(null=False, default="")
    thumb_sha256 = Text(null=True, default=None)
    media_type = Text(null=False, default="")
    size = BigInt(null=False, default=0)
    width = Integer(null=True, default=None)
    height = Integer(null=True, default=None)
    name = Text(null=False, default="")
    purpose = Text(null=False, default="")
    uploaded_by = BigInt(null=True, default=None)
    uploaded_at = Timestamptz(null=False, default=None)
