"""Who may do what with other people's accounts. Oneself's needs no permission."""

from __future__ import annotations

from collections.abc import Collection

from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

DESK = (Role.SECRETARY, Role.GRID_WORKER, Role.OPERATOR)
_HEAD = (Role.SECRETARY, Role.OPERATOR)


def may_see_people(actor: Actor) -> Refusal | None:
    """Names and ties of a room's people: the desk. Auditors and the committee read no telephones and no ties."""
    return None if actor.has(*DESK) else Refusal("accounts.desk_only")


def may_print_slips(actor: Actor) -> Refusal | None:
    """Printing shows the codes, so it is for those who deliver them."""
    return may_see_people(actor)


def may_issue_slip(actor: Actor) -> Refusal | None:
    return may_see_people(actor)


def may_verify_owner(
    actor: Actor, person_id: int, *, is_own_household: bool = False, has_seen_slip: bool = False
) -> Refusal | None:
    """Staff who saw the paper; never for oneself (the schema says so too), nor for one's own household.

    `is_own_household`: the account shares a telephone with the actor, or claims what the actor lives in or owns.
    `has_seen_slip`: the actor has had the code before their eyes by which this account came in, or by which its
    password was set anew: the account could be in their own hands, and they would vote for that home alone.
    """
    if not actor.has(*DESK):
        return Refusal("accounts.desk_only")
    if actor.person_id == person_id:
        return Refusal("accounts.not_oneself")
    if is_own_household:
        return Refusal("accounts.not_own_household")
    return Refusal("accounts.has_seen_slip") if has_seen_slip else None


def may_end_tie(actor: Actor) -> Refusal | None:
    """Undo a wrong claim, record a sale or a moving out."""
    return may_see_people(actor)


def may_reach_account(actor: Actor, person_id: int, roles: Collection[tuple[Role, int | None]]) -> Refusal | None:
    """Change somebody's number: the secretary, at the desk.

    `roles` are the person's current ones with their community (None: through an area). An account that works here or
    elsewhere is not the secretary's to reach: otherwise a desk could promote itself, or be its own second person.
    """
    if not actor.has(*_HEAD):
        return Refusal("accounts.secretary_only")
    if actor.person_id == person_id:
        return Refusal("accounts.not_oneself")
    if actor.has(Role.OPERATOR):
        return None
    return Refusal("accounts.staff_elsewhere") if roles else None


def may_reset_password(actor: Actor, person_id: int, roles: Collection[tuple[Role, int | None]]) -> Refusal | None:
    """Issue a slip that sets somebody's password, or read its code: as `may_reach_account`, and for staff nobody who
    has an account: whoever reads that code can act as two people. The command line does it, on the server."""
    if roles and actor.person_id and actor.has(*_HEAD):
        return Refusal("accounts.reset_on_server")
    return may_reach_account(actor, person_id, roles)


def may_read_staff(actor: Actor) -> Refusal | None:
    """Who holds which role, and which waits for a second person: the desk that names them, whoever confirms it, and
    those who oversee it."""
    if actor.has(Role.SECRETARY, Role.OPERATOR, Role.COMMITTEE, Role.AUDITOR):
        return None
    return Refusal("accounts.desk_only")


def may_name_staff(actor: Actor) -> Refusal | None:
    """Ask for any role at all to be given or ended."""
    return None if actor.has(*_HEAD) else Refusal("accounts.role_not_yours")


def may_grant_role(actor: Actor, role: Role) -> Refusal | None:
    """The secretary names committee, grid workers, departments and the auditor; only an operator names secretaries."""
    if actor.has(Role.OPERATOR):
        return None
    if actor.has(Role.SECRETARY) and role not in {Role.SECRETARY, Role.OPERATOR}:
        return None
    return Refusal("accounts.role_not_yours")


def may_grant_alone(actor: Actor) -> Refusal | None:
    """Only whoever has the server: nobody who logs in, whatever they hold."""
    return None if actor.person_id == 0 else Refusal("role.by_two")
