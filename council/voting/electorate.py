"""Who votes on a proposal: from the register's units and holdings to the persons of a roll. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from council.bylaws.model import Procedure
from council.kernel.errors import Refused
from council.pathways.model import Electorate, Kind
from council.proposals.model import Proposal
from council.registry.model import Holding, Unit, counted_units
from council.registry.rollfile.model import OwnerKind
from council.voting.grouping import HeldUnit, Standing, VoterGroup, group_voters
from council.voting.holding import HolderPaper

Holdings = Mapping[int, Sequence[Holding]]
"""Current owners by unit id, in the order of the register."""

_NAMED = 5
"""Rooms without an owner that a refusal names."""


def roll_policy(procedure: Procedure) -> dict[str, str]:
    """What the notice prints about areas: their basis, and whether parking and storage count."""
    return {
        "area_basis": procedure.area_basis.value,
        "parking_counted": procedure.parking_counted.value,
    }


def voters(
    proposal: Proposal, units: Sequence[Unit], holdings: Holdings, policy: Mapping[str, str]
) -> tuple[VoterGroup, ...]:
    """The roll's persons. Refused when nobody is on it, or when a unit that counts has no owner."""
    if proposal.preset.electorate is Electorate.RESIDENTS:
        groups = _households(units)
    else:
        excluded = _excluded_owners(proposal, holdings)
        counted = counted_units(units, is_parking_counted=policy["parking_counted"] == "yes")
        groups = _owners([unit for unit in counted if not excluded or _owners_of(unit, holdings) != excluded], holdings)
    if not groups:
        raise Refused("motion.roll_empty")
    return groups


def representative(group: VoterGroup, holdings: Holdings) -> int | None:
    """Who casts for a group: of those who act for it, the one whom the register names for its first unit, else the
    one listed first. None where nobody acts (households; a developer without an account of its own)."""
    for unit in group.units:
        acting = [holding for holding in holdings.get(unit.unit_id, ()) if holding.owner_id in group.owner_ids]
        named = [holding.owner_id for holding in acting if holding.is_representative]
        if acting:
            return named[0] if named else acting[0].owner_id
    return min(group.owner_ids, default=None)


def standings(
    groups: Iterable[VoterGroup], holdings: Holdings, acting: Mapping[int, HolderPaper], now: datetime
) -> dict[tuple[str, int], Standing]:
    """As what each owner stands on the roll, by voter and owner id. `acting`: the papers in force, by owner."""
    kinds = {held.owner_id: held.kind.value for of_unit in holdings.values() for held in of_unit}
    found: dict[tuple[str, int], Standing] = {}
    for group in groups:
        bases: dict[int, set[str]] = {owner_id: set() for owner_id in group.owner_ids}
        for held in (held for unit in group.units for held in holdings.get(unit.unit_id, ())):
            if held.owner_id in bases:
                bases[held.owner_id].add(held.basis.value)
        for owner_id, of_owner in bases.items():
            paper = acting.get(owner_id)
            standing = Standing(kinds[owner_id], tuple(sorted(of_owner)))
            if paper is not None and not paper.is_expired(now):
                standing = replace(
                    standing, capacity=paper.says.value, acting_name=paper.acting_name, paper_id=paper.id
                )
            found[group.voter_id, owner_id] = standing
    return found


def _excluded_owners(proposal: Proposal, holdings: Holdings) -> frozenset[int]:
    """住改商 asks the *other* owners of the building (Civil Code art. 279): all units of the one who asks are out."""
    if proposal.kind is not Kind.HOME_TO_SHOP or proposal.proposer_unit_id is None:
        return frozenset()
    return frozenset(holding.owner_id for holding in holdings.get(proposal.proposer_unit_id, ()))


def _households(units: Iterable[Unit]) -> tuple[VoterGroup, ...]:
    """Residents decide by household: each dwelling that somebody can live in is one voter."""
    lived_in = [unit for unit in units if unit.is_dwelling and not unit.is_developer_held]
    return group_voters([_held(unit, frozenset()) for unit in lived_in])


def _owners(units: Sequence[Unit], holdings: Holdings) -> tuple[VoterGroup, ...]:
    ownerless = [unit.code for unit in units if unit.id not in holdings and not unit.is_developer_held]
    if ownerless:
        raise Refused("motion.unit_without_owner", units="、".join(ownerless[:_NAMED]), count=len(ownerless))
    developer = frozenset(
        held.owner_id for unit in units for held in holdings.get(unit.id, ()) if held.kind is OwnerKind.DEVELOPER
    )
    return group_voters([_held(unit, _owners_of(unit, holdings)) for unit in units], developer=developer)


def _owners_of(unit: Unit, holdings: Holdings) -> frozenset[int]:
    return frozenset(held.owner_id for held in holdings.get(unit.id, ()))


def _held(unit: Unit, owner_ids: frozenset[int]) -> HeldUnit:
    return HeldUnit(unit.id, unit.code, unit.area_dm2, owner_ids, unit.is_developer_held)
