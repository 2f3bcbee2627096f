"""Elections before their vote, candidates, who signed for them, and objections.

The schema itself, with its keys and checks, is in `migrations/`.
"""

from piccolo.columns import BigInt, Boolean, Integer, Serial, Text, Timestamptz
from piccolo.table import Table


class Election(Table, tablename="election"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    seats = Integer(null=False, default=1)
    joint_least = Integer(null=False, default=2)
    notice_days = Integer(null=False, default=7)
    nominations_from = Timestamptz(null=False, default=None)
    nominations_until = Timestamptz(null=False, default=None)
    order_seed = Text(null=False, default="")
    round = Integer(null=False, default=1)
    opened_by = BigInt(null=False, default=0)
    opened_by_name = Text(null=False, default="")
    opened_at = Timestamptz(null=False, default=None)
    published_at = Timestamptz(null=True, default=None)
    published_by_name = Text(null=True, default=None)
    published_seq = BigInt(null=True, default=None)
    reopened_reason = Text(null=True, default=None)
    order_seq = BigInt(null=True, default=None)


class Candidate(Table, tablename="candidate"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    number = Integer(null=True, default=None)
    name = Text(null=False, default="")
    place = Text(null=False, default="")
    owner_id = BigInt(null=False, default=0)
    is_representing = Boolean(null=False, default=False)
    authorisation_id = BigInt(null=True, default=None)
    person_id = BigInt(null=True, default=None)
    channel = Text(null=False, default="")
    nominated_by = Text(null=False, default="")
    document_id = BigInt(null=True, default=None)
    statement = Text(null=False, default="")
    entered_by = BigInt(null=False, default=0)
    entered_by_name = Text(null=False, default="")
    nominated_at = Timestamptz(null=False, default=None)
    consented_at = Timestamptz(null=True, default=None)
    consented_how = Text(null=True, default=None)
    consent_id = BigInt(null=True, default=None)
    consent_by_name = Text(null=True, default=None)
    verdict = Text(null=True, default=None)
    reason = Text(null=True, default=None)
    words = Text(null=True, default=None)
    judged_by = BigInt(null=True, default=None)
    judged_by_name = Text(null=True, default=None)
    judged_at = Timestamptz(null=True, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_reason = Text(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)
    struck_at = Timestamptz(null=True, default=None)
    struck_reason = Text(null=True, default=None)
    replaced_by = BigInt(null=True, default=None)


class CandidateSponsor(Table, tablename="candidate_sponsor"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    candidate_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    person_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    place = Text(null=False, default="")
    signed_at = Timestamptz(null=False, default=None)


class CandidateObjection(Table, tablename="candidate_objection"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    proposal_id = BigInt(null=False, default=0)
    candidate_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    is_appeal = Boolean(null=False, default=False)
    person_id = BigInt(null=False, default=0)
    by_name = Text(null=False, default="")
    place = Text(null=False, default="")
    ground = Text(null=False, default="")
    filed_at = Timestamptz(null=False, default=None)
    outcome = Text(null=True, default=None)
    answer = Text(null=True, default=None)
    answered_by = BigInt(null=True, default=None)
    answered_by_name = Text(null=True, default=None)
    answered_at = Timestamptz(null=True, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)


class CandidateLetter(Table, tablename="candidate_letter"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    candidate_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    reason = Text(null=False, default="")
    entered_by = BigInt(null=False, default=0)
    entered_by_name = Text(null=False, default="")
    entered_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class CandidateSheet(Table, tablename="candidate_sheet"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    candidate_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    file_id = BigInt(null=False, default=0)
    signers = Text(null=False, default="")
    entered_by = BigInt(null=False, default=0)
    entered_by_name = Text(null=False, default="")
    entered_at = Timestamptz(null=False, default=None)
    confirmed_by = BigInt(null=True, default=None)
    confirmed_by_name = Text(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    withdrawn_by_name = Text(null=True, default=None)


class CandidateSigner(Table, tablename="candidate_signer"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    sheet_id = BigInt(null=False, default=0)
    owner_id = BigInt(null=False, default=0)
    name = Text(null=False, default="")
    place = Text(null=False, default="")


class CandidateForm(Table, tablename="candidate_form"):
    id = Serial(primary_key=True)
    community_id = BigInt(null=False, default=0)
    candidate_id = BigInt(null=False, default=0)
    key = Text(null=False, default="")
    kind = Text(null=False, default="")
    said = Text(null=False, default="")
    person_id = BigInt(null=False, default=0)
    sent_at = Timestamptz(null=False, default=None)
