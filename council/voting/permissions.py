"""Who may do what with a motion. Each predicate answers None (may) or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal
from council.voting.duty import Duty, Officer, Stake
from council.voting.objection import Objection


def may_open_motion(actor: Actor) -> Refusal | None:
    """The secretary keeps the desk and opens votes for their convener."""
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_keep_roll(actor: Actor) -> Refusal | None:
    """Suspensions, representatives and disputes of a frozen roll are the desk's, with the paper that shows them."""
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_read_roll(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY, Role.AUDITOR) else Refusal("motion.only_secretary")


def may_serve(
    stake: Stake,
    person_id: int,
    name: str,
    roles: Iterable[Role],
    owner_ids: Iterable[int],
    unit_ids: Iterable[int] = (),
) -> Refusal | None:
    """Nobody counts what they proposed, or an election in which they stand; nor does the property manager's staff, whom
    the elected will oversee. Staff who own something in scope are recused from counting, neighbours who own there are
    not. Where residents decide the same holds of staff who live there, and nobody of the proposer's household counts.

    `owner_ids`: those they are verified to be and those they only say they are; `unit_ids`: their homes. An auditor
    reads and signs nothing.
    """
    held, owned, homes = set(roles), frozenset(owner_ids), frozenset(unit_ids)
    if Role.AUDITOR in held:
        return Refusal("motion.auditor_signs_nothing")
    reasons = {
        "motion.proposer_counts": person_id == stake.proposer_id,
        "motion.candidate_counts": person_id in stake.candidate_ids or not stake.candidate_owner_ids.isdisjoint(owned),
        "motion.property_staff_counts": person_id in stake.property_staff_ids,
        "motion.staff_recused": bool(held) and not stake.owner_ids.isdisjoint(owned),
        "motion.proposer_household": stake.proposer_unit_id in homes,
        "motion.staff_lives_there": bool(held) and not stake.home_ids.isdisjoint(homes),
    }
    return next((Refusal(code, {"name": name}) for code, applies in reasons.items() if applies), None)


def may_certify(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """Certification is the named counters' and the scrutineer's, nobody else's."""
    if any(officer.person_id == actor.person_id for officer in officers):
        return None
    return Refusal("motion.not_an_officer")


def may_ask_recount(is_on_roll: bool) -> Refusal | None:
    """Whoever the roll names may have the count looked at again; everybody else reads what was answered."""
    return None if is_on_roll else Refusal("count.query_on_roll")


def may_read_choices(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """The decision bundle holds choices: the named counters and the auditor only."""
    if actor.has(Role.AUDITOR):
        return None
    return may_certify(actor, officers)


def may_read_count(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """The count's own page: the officers sign there, the secretary and the auditor look on."""
    return None if actor.has(Role.SECRETARY) else may_read_choices(actor, officers)


def may_object(actor: Actor, is_on_roll: bool) -> Refusal | None:
    """Whoever the decision binds may object; a verified owner elsewhere in the community may too."""
    if is_on_roll or actor.owner_ids or actor.unit_ids:
        return None
    return Refusal("objection.not_concerned")


def may_close_objection(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY) else Refusal("objection.only_secretary")


def may_read_objection(actor: Actor, objection: Objection) -> Refusal | None:
    """By name: the desk, the auditor and its author; everybody else reads ground and answer on the result's page."""
    return None if actor.person_id == objection.person_id else may_open_step_papers(actor)


def may_open_step_papers(actor: Actor) -> Refusal | None:
    """The scans among its steps: also the committee's, whose members confirm by them."""
    return None if actor.has(Role.SECRETARY, Role.AUDITOR, Role.COMMITTEE) else Refusal("objection.not_yours")


def may_withdraw_objection(actor: Actor, objection: Objection) -> Refusal | None:
    return None if actor.person_id == objection.person_id else Refusal("objection.not_yours")


def may_record_official(actor: Actor) -> Refusal | None:
    return None if actor.has(Role.SECRETARY) else Refusal("motion.only_secretary")


def may_see_official_desk(actor: Actor | None) -> Refusal | None:
    """A record that waits for its second person is the office's paper; a confirmed one is anybody's."""
    is_office = actor is not None and actor.has(Role.SECRETARY, Role.COMMITTEE)
    return None if is_office else Refusal("official.office_only")


def may_confirm_official(actor: Actor, recorded_by: int) -> Refusal | None:
    """A second person of the office: never the one who recorded it (the schema says so too)."""
    if (refusal := may_see_official_desk(actor)) is not None:
        return refusal
    return Refusal("official.second_person") if actor.person_id == recorded_by else None


def may_see_participation(actor: Actor | None, is_on_roll: bool) -> Refusal | None:
    """Room, area, took part: for verified people in scope and for staff; never for passers-by."""
    if actor is not None and (is_on_roll or actor.has(*Role)):
        return None
    return Refusal("motion.participation_in_scope_only")


def may_see_deliveries(actor: Actor | None) -> Refusal | None:
    """Who took the papers, photos and notes: those who go from door to door, their secretary, and the auditor."""
    if actor is not None and actor.has(Role.SECRETARY, Role.GRID_WORKER, Role.AUDITOR):
        return None
    return Refusal("delivery.staff_only")


def may_deliver(actor: Actor) -> Refusal | None:
    """Recording and confirming; whoever has recorded a delivery is not the one who confirms it."""
    return None if actor.has(Role.SECRETARY, Role.GRID_WORKER) else Refusal("delivery.door_staff_only")


def may_see_delivery_figures(actor: Actor | None) -> Refusal | None:
    """How many persons the papers have reached: also the committee's to know."""
    if actor is not None and (actor.has(Role.COMMITTEE) or may_see_deliveries(actor) is None):
        return None
    return Refusal("delivery.staff_only")


def may_take_papers(actor: Actor) -> Refusal | None:
    """Whoever goes from door to door, and the desk."""
    return None if actor.has(Role.GRID_WORKER, Role.SECRETARY) else Refusal("paper.door_staff_only")


def may_handle_paper(actor: Actor, stake: Stake) -> Refusal | None:
    """Printing and taking back: not for those who have something of their own in the vote (`may_serve`)."""
    if (not_staff := may_take_papers(actor)) is not None:
        return not_staff
    refusal = may_serve(stake, actor.person_id, actor.name, actor.roles, actor.tied_owner_ids, actor.unit_ids)
    return None if refusal is None else Refusal("paper.recused")


def may_see_papers(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """How many were printed, came back, were refused: who handles them, who counts, and the auditor. No choice."""
    if actor.has(Role.GRID_WORKER, Role.SECRETARY):
        return None
    return may_read_choices(actor, officers)


def may_key(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """Reading papers is the named counters'; an auditor changes nothing."""
    if actor.has(Role.AUDITOR):
        return Refusal("paper.only_counters")
    named = {each.person_id for each in officers if each.duty is Duty.COUNTER}
    return None if actor.person_id in named else Refusal("paper.only_counters")


def may_decide_paper(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """Where the counters read differently the scrutineer decides, from the image."""
    named = {each.person_id for each in officers if each.duty is Duty.SCRUTINEER}
    return None if actor.person_id in named else Refusal("paper.only_scrutineer")


def may_read_readings(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """What two counters read differently: for the scrutineer, and the auditor. The counters stay blind."""
    return None if actor.has(Role.AUDITOR) else may_decide_paper(actor, officers)


def may_open_image(actor: Actor, officers: Iterable[Officer]) -> Refusal | None:
    """A photographed paper shows a choice: its counters, the scrutineer and the auditor."""
    return None if may_read_choices(actor, officers) is None else Refusal("paper.not_an_officer")


def may_read_early(actor: Actor) -> Refusal | None:
    """Before the closing, where the bylaws let papers be read then: nobody who could extend the vote."""
    return Refusal("paper.sealed_for_convener") if actor.has(Role.SECRETARY, Role.COMMITTEE) else None
