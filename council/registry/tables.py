"""Communities, buildings, units and owners.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Area(Table, tablename="area"):
    id = Serial(primary_key=True)
    path = Text(null=False, default="")
    name = Text(null=False, default="")


class Community(Table, tablename="community"):
    id = Serial(primary_key=True)
    slug = Text(null=False, default="")
    name = Text(null=False, default="")
    area_path = Text(null=True, default=None)
    phone = Text(null=False, default="")
    address = Text(null=False, default="")
    created_at = Timestamptz(null=False, default=None)


class Building(Table, tablename="building"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    number = Text(null=False, default="")


class Entrance(Table, tablename="entrance"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    building_id = BigInt(null=False, default=0)
    number = Text(null=False, default="")


class Unit(Table, tablename="unit"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    building_id = BigInt(null=False, default=0)
    entrance_id = BigInt(null=False, default=0)
    code = Text(null=False, default="")
    room = Text(null=False, default="")
    floor = Integer(null=True, default=None)
    area_dm2 = BigInt(null=False, default=0)
    built_area_dm2 = BigInt(null=True, default=None)
    use = Text(null=False, default="")
    status = Text(null=False, default="")
    note = Text(null=False, default="")
    added_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    retired_at = Timestamptz(null=True, default=None)


class Owner(Table, tablename="owner"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    kind = Text(null=False, default="")
    identity_number = Text(null=True, default=None)
    phones = Text(null=False, default="")
    added_at = Timestamptz(null=False, default=None)


class Ownership(Table, tablename="ownership"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    position = Integer(null=False, default=0)
    is_representative = Boolean(null=False, default=False)
    basis = Text(null=False, default="registered")
    began_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
    end_reason = Text(null=True, default=None)


class RollUpload(Table, tablename="roll_upload"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    name = Text(null=False, default="")
    sha256 = Text(null=False, default="")
    area_heading = Text(null=True, default=None)
    headings = Text(null=False, default="")
    state = Text(null=False, default="")
    uploaded_by = BigInt(null=False, default=0)
    uploaded_by_name = Text(null=False, default="")
    uploaded_at = Timestamptz(null=False, default=None)
    closed_at = Timestamptz(null=True, default=None)


class RollUploadRow(Table, tablename="roll_upload_row"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    upload_id = BigInt(null=False, default=0)
    row_number = Integer(null=False, default=0)
    cells = Text(null=False, default="")
    building = Text(null=False, default="")
    entrance = Text(null=False, default="")
    state = Text(null=False, default="")
    closed_by_name = Text(null=True, default=None)
    closed_reason = Text(null=True, default=None)


class RowCorrection(Table, tablename="row_correction"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    said = Text(null=False, default="")
    said_by = BigInt(null=False, default=0)
    said_by_name = Text(null=False, default="")
    filed_at = Timestamptz(null=False, default=None)
    outcome = Text(null=True, default=None)
    reason = Text(null=True, default=None)
    closed_by_name = Text(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class Transfer(Table, tablename="transfer"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    buyers = Text(null=False, default="")
    owner_id = BigInt(null=True, default=None)
    seen = Text(null=False, default="")
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
    withdrawn_words = Text(null=True, default=None)
