"""Proposals and what became of them.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Proposal(Table, tablename="proposal"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    preset = Text(null=False, default="")
    answers = Text(null=False, default="")
    title = Text(null=False, default="")
    scope_kind = Text(null=False, default="")
    building_id = BigInt(null=True, default=None)
    entrance_id = BigInt(null=True, default=None)
    scope_code = Text(null=False, default="")
    cost_fen = BigInt(null=True, default=None)
    version = Integer(null=False, default=0)
    thread_id = BigInt(null=False, default=0)
    proposer_id = BigInt(null=False, default=0)
    proposer_name = Text(null=False, default="")
    proposer_place = Text(null=False, default="")
    proposer_unit_id = BigInt(null=True, default=None)
    state = Text(null=False, default="")
    filed_at = Timestamptz(null=False, default=None)
    answer_due_at = Timestamptz(null=False, default=None)
    accepted_at = Timestamptz(null=True, default=None)
    accepted_by_name = Text(null=True, default=None)
    merged_into_id = BigInt(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    started_by_name = Text(null=True, default=None)
    recalls_id = BigInt(null=True, default=None)
    recalls_name = Text(null=False, default="")


class ProposalVersion(Table, tablename="proposal_version"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    number = Integer(null=False, default=0)
    title = Text(null=False, default="")
    body = Text(null=False, default="")
    cost_fen = BigInt(null=True, default=None)
    written_by_name = Text(null=False, default="")
    written_at = Timestamptz(null=False, default=None)


class ProposalPhoto(Table, tablename="proposal_photo"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    file_id = BigInt(null=False, default=0)
    position = Integer(null=False, default=0)


class Endorsement(Table, tablename="endorsement"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    endorsed_at = Timestamptz(null=False, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


class ProposalEvent(Table, tablename="proposal_event"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    kind = Text(null=False, default="")
    reason = Text(null=False, default="")
    by_name = Text(null=False, default="")
    by_role = Text(null=False, default="")
    other_id = BigInt(null=True, default=None)
    happened_at = Timestamptz(null=False, default=None)


class Finding(Table, tablename="finding"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    is_feasible = Boolean(null=False, default=False)
    office = Text(null=False, default="")
    note = Text(null=False, default="")
    file_id = BigInt(null=True, default=None)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)


class Consent(Table, tablename="consent"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    ground = Text(null=False, default="part")
    why = Text(null=False, default="")
    named_by_name = Text(null=False, default="")
    named_at = Timestamptz(null=False, default=None)
    settled_at = Timestamptz(null=True, default=None)
    drop_reason = Text(null=True, default=None)
    drop_asked_by = BigInt(null=True, default=None)
    drop_asked_by_name = Text(null=True, default=None)
    drop_asked_at = Timestamptz(null=True, default=None)
    dropped_by_name = Text(null=True, default=None)
    dropped_at = Timestamptz(null=True, default=None)


class ConsentPaper(Table, tablename="consent_paper"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    consent_id = BigInt(null=False, default=0)
    owners = Text(null=False, default="")
    is_agreed = Boolean(null=False, default=False)
    file_id = BigInt(null=False, default=0)
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class ConsentAnswer(Table, tablename="consent_answer"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    consent_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    is_agreed = Boolean(null=False, default=False)
    by_name = Text(null=False, default="")
    person_id = BigInt(null=True, default=None)
    paper_id = BigInt(null=True, default=None)
    answered_at = Timestamptz(null=False, default=None)


class ConsentNaming(Table, tablename="consent_naming"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    proposal_id = BigInt(null=False, default=0)
    unit_id = BigInt(null=False, default=0)
    why = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    recorded_by = BigInt(null=False, default=0)
    recorded_by_name = Text(null=False, default="")
    recorded_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
