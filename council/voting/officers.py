"""Who may count a vote, and everything else that the form which opens it may have wrong. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from council.kernel.actor import Actor
from council.kernel.errors import Detail, Invalid
from council.pathways.model import Electorate, Preset
from council.pathways.periods import earliest_opening
from council.proposals.model import Proposal
from council.voting import permissions
from council.voting.duty import Stake
from council.voting.motion import MotionDraft
from council.voting.opening import earliest_closing

COUNTERS = ("counters", "counter_b")
"""The fields of the counters; whoever comes after the second is told of at the second's."""
FIELDS = frozenset({*COUNTERS, "scrutineer", "opens_at", "closes_at"})
"""What there are rules about; the other fields take any words."""


class Stands(Protocol):
    """Somebody who stands in an election, before their motion or on its ballot."""

    @property
    def person_id(self) -> int | None: ...

    @property
    def owner_id(self) -> int | None: ...


def stake_of(
    proposal: Proposal,
    owner_ids: Collection[int],
    candidates: Sequence[Stands] = (),
    property_staff: Collection[int] = (),
    home_ids: Collection[int] = (),
) -> Stake:
    """`owner_ids`: the owners of the units in scope, `home_ids` those units: they matter where residents decide.
    `property_staff` matter only where somebody stands."""
    by_household = proposal.preset.electorate is Electorate.RESIDENTS
    return Stake(
        proposal.proposer_id,
        frozenset(owner_ids),
        frozenset(each.person_id for each in candidates if each.person_id is not None),
        frozenset(each.owner_id for each in candidates if each.owner_id is not None),
        frozenset(property_staff) if candidates else frozenset(),
        frozenset(home_ids) if by_household else frozenset(),
        proposal.proposer_unit_id if by_household else None,
    )


def wrong_in(
    draft: MotionDraft,
    preset: Preset,
    stake: Stake,
    people: Mapping[int, Actor],
    now: datetime,
    fields: frozenset[str] = FIELDS,
) -> Invalid | None:
    """Everything that the rules say against a draft, by field; None when a vote can be opened like this.

    `people`: those of the named who are members here. Of a form that could be read in part, only `fields` are judged.
    """
    errors: dict[str, str] = {}
    details: dict[str, Detail] = {}
    named = [(COUNTERS[min(at, 1)], person_id) for at, person_id in enumerate(draft.counter_ids)]
    for field, person_id in dict.fromkeys([*named, ("scrutineer", draft.scrutineer_id)]):
        person = people.get(person_id)
        if person is None:
            errors.setdefault(field, "motion.officer_unknown")
            continue
        refusal = permissions.may_serve(
            stake, person_id, person.name, person.roles, person.tied_owner_ids, person.unit_ids
        )
        if refusal is not None and field not in errors:
            errors[field] = refusal.code
            details |= {f"{field}.{key}": value for key, value in refusal.details.items()}
    if len(set(draft.counter_ids)) < 2 and fields >= set(COUNTERS):
        errors["counter_b"] = "motion.two_counters"
    if draft.scrutineer_id in {person_id for field, person_id in named if field in fields}:
        errors["scrutineer"] = "motion.scrutineer_counts"
    if draft.opens_at < earliest_opening(preset, now):
        errors["opens_at"] = "motion.opens_too_early"
        details["opens_at.days"] = preset.days.notice
    if "opens_at" in fields and draft.closes_at < earliest_closing(preset, draft.opens_at):
        errors["closes_at"] = "motion.closes_too_early"
        details["closes_at.days"] = preset.days.vote
    found = {field: code for field, code in errors.items() if field in fields}
    return Invalid(found, **details) if found else None
