"""Who opens an election, nominates, reviews, and speaks against a candidate."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from council.accounts.parties import Colleague, has_other
from council.elections.candidate import Candidate
from council.elections.model import CandidateObjection
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refusal

REVIEWERS = (Role.SECRETARY, Role.COMMITTEE)
SECONDS = (*REVIEWERS, Role.GRID_WORKER)


def may_keep_election(actor: Actor) -> Refusal | None:
    """Opening, entering what organisations and papers say, publishing: the secretary keeps the desk."""
    return None if actor.has(Role.SECRETARY) else Refusal("election.only_secretary")


def may_read_desk(actor: Actor) -> Refusal | None:
    return None if actor.has(*SECONDS, Role.AUDITOR) else Refusal("election.staff_only")


def may_work(actor: Actor) -> Refusal | None:
    """Any of the desk's forms; the verb asks which of them. The auditor reads and sends none."""
    return None if actor.has(*SECONDS) else Refusal("election.staff_only")


def may_nominate(actor: Actor) -> Refusal | None:
    """Oneself or a neighbour: verified owners, from their own phone."""
    return None if actor.owner_ids else Refusal("candidate.verified_owners_only")


def may_print_sheet(actor: Actor) -> Refusal | None:
    """Owners who collect signatures, and the desk that hands the sheets out."""
    return None if actor.owner_ids or actor.has(*SECONDS) else Refusal("candidate.verified_owners_only")


def is_candidate(actor: Actor, candidates: Iterable[Candidate]) -> bool:
    """Whether this account is one of them, by person or by owner, verified or only claimed."""
    owned = actor.tied_owner_ids
    return any(
        each.withdrawn_at is None and (each.person_id == actor.person_id or each.owner_id in owned)
        for each in candidates
    )


def may_review(
    actor: Actor,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Collection[Colleague],
    homes: Collection[int],
) -> Refusal | None:
    """The first of the two; never somebody who stands in this election, nor their household (`homes`: the candidates',
    `queries.homes_of`), nor whoever put this one forward. Whoever entered the paper leaves it to somebody else, where
    the office has anybody."""
    if not actor.has(*REVIEWERS):
        return Refusal("candidate.reviewers_only")
    return (
        _is_free(actor, candidate, candidates)
        or is_outside(actor, homes)
        or _is_not_their_paper(actor, candidate, candidates, office, REVIEWERS, _of_household(office, homes))
    )


def may_second(
    actor: Actor,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Collection[Colleague],
    homes: Collection[int],
) -> Refusal | None:
    """The second of the two: never the first."""
    if not actor.has(*SECONDS):
        return Refusal("candidate.reviewers_only")
    if actor.person_id == candidate.judged_by:
        return Refusal("candidate.second_person")
    but = {candidate.judged_by, *_of_household(office, homes)}
    return (
        _is_free(actor, candidate, candidates)
        or is_outside(actor, homes)
        or _is_not_their_paper(actor, candidate, candidates, office, SECONDS, but)
    )


def _is_free(actor: Actor, candidate: Candidate, candidates: Iterable[Candidate]) -> Refusal | None:
    if is_candidate(actor, candidates):
        return Refusal("candidate.candidate_reviews")
    if _is_namesake(actor, candidate):
        return Refusal("candidate.same_name", {"name": candidate.name})
    return Refusal("candidate.nominator_reviews") if actor.person_id in _backers(candidate) else None


def _is_namesake(actor: Actor, candidate: Candidate) -> bool:
    """Two people, or one with an account that is tied to no home: nobody can tell from here."""
    return "".join(actor.name.split()) == "".join(candidate.name.split())


def _backers(candidate: Candidate) -> set[int | None]:
    """Who put this one forward on their own telephone."""
    backers = {each.person_id for each in candidate.sponsors if each.person_id is not None}
    own = candidate.is_named_by_owners and candidate.document_id is None
    return {*backers, candidate.entered_by} if own else {*backers}


def _is_not_their_paper(
    actor: Actor,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Iterable[Colleague],
    roles: tuple[Role, ...],
    but: set[int | None],
) -> Refusal | None:
    papers = {candidate.entered_by} if candidate.document_id is not None else set()
    papers |= {each.entered_by for each in candidate.sheets}
    if actor.person_id not in papers:
        return None
    barred = {*but, *papers, *_backers(candidate), *(each.person_id for each in candidates if each.is_in)}
    return Refusal("candidate.own_paper") if has_other(office, roles, barred) else None


def may_record_letter(
    actor: Actor, candidate: Candidate, candidates: Iterable[Candidate], homes: Collection[int]
) -> Refusal | None:
    """Whoever stands against somebody does not write down that they stand back; nor does their household. `homes`: the
    candidates' (`queries.homes_of`)."""
    return may_keep_election(actor) or _is_apart(actor, candidate, candidates, homes)


def may_second_paper(
    actor: Actor, entered_by: int, candidate: Candidate, at: Iterable[Candidate], homes: Collection[int]
) -> Refusal | None:
    """The second person's yes to a letter or a sheet that the desk has recorded."""
    if not actor.has(*SECONDS):
        return Refusal("candidate.reviewers_only")
    if actor.person_id == entered_by:
        return Refusal("candidate.second_person")
    return _is_free(actor, candidate, at) or _is_apart(actor, candidate, at, homes)


def _is_apart(
    actor: Actor, candidate: Candidate, candidates: Iterable[Candidate], homes: Collection[int]
) -> Refusal | None:
    if is_candidate(actor, candidates):
        return Refusal("candidate.candidate_reviews")
    if _is_namesake(actor, candidate):
        return Refusal("candidate.same_name", {"name": candidate.name})
    return is_outside(actor, homes)


def is_outside(actor: Actor, homes: Collection[int]) -> Refusal | None:
    """Nobody judges where somebody of their household stands."""
    return None if actor.unit_ids.isdisjoint(homes) else Refusal("candidate.household")


def _of_household(office: Iterable[Colleague], homes: Collection[int]) -> set[int | None]:
    """Who is no other one to leave something to."""
    return {each.person_id for each in office if not each.home_ids.isdisjoint(homes)}


def is_own(actor: Actor, candidate: Candidate) -> bool:
    """Whether the candidate speaks: their account, or one that is verified to be this natural owner."""
    if candidate.person_id is not None:
        return candidate.person_id == actor.person_id
    return not candidate.is_representing and candidate.owner_id in actor.owner_ids


def may_speak_for(actor: Actor, candidate: Candidate) -> Refusal | None:
    return None if is_own(actor, candidate) else Refusal("candidate.not_yours")


def may_object(actor: Actor) -> Refusal | None:
    """Owners and residents here, and the desk."""
    if actor.owner_ids or actor.unit_ids or actor.has(*REVIEWERS):
        return None
    return Refusal("candidate.not_concerned")


def may_appeal(actor: Actor, candidate: Candidate) -> Refusal | None:
    """Against an exclusion: whom it concerns, and the owners who put them forward."""
    backers = {each.person_id for each in candidate.sponsors}
    if is_own(actor, candidate) or actor.person_id in backers:
        return None
    return Refusal("candidate.not_yours")


def may_answer(
    actor: Actor,
    objection: CandidateObjection,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Collection[Colleague],
    homes: Collection[int],
) -> Refusal | None:
    """Nobody answers an objection of their own, or one in an election in which they or their household stand; nor one
    to what they found themselves, where the office has anybody else."""
    if not actor.has(*REVIEWERS):
        return Refusal("candidate.reviewers_only")
    return _is_impartial(actor, objection, candidate, candidates, office, homes, REVIEWERS, set())


def may_uphold(
    actor: Actor,
    objection: CandidateObjection,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Collection[Colleague],
    homes: Collection[int],
) -> Refusal | None:
    """The second person's yes to an objection that would take a candidate off."""
    if not actor.has(*SECONDS):
        return Refusal("candidate.reviewers_only")
    if actor.person_id == objection.answered_by:
        return Refusal("candidate.second_person")
    return _is_impartial(actor, objection, candidate, candidates, office, homes, SECONDS, {objection.answered_by})


def _is_impartial(
    actor: Actor,
    objection: CandidateObjection,
    candidate: Candidate,
    candidates: Iterable[Candidate],
    office: Collection[Colleague],
    homes: Collection[int],
    roles: tuple[Role, ...],
    but: set[int | None],
) -> Refusal | None:
    if actor.person_id == objection.person_id:
        return Refusal("candidate.own_objection")
    if is_candidate(actor, candidates):
        return Refusal("candidate.candidate_reviews")
    if _is_namesake(actor, candidate):
        return Refusal("candidate.same_name", {"name": candidate.name})
    if (household := is_outside(actor, homes)) is not None:
        return household
    found = {candidate.judged_by, candidate.confirmed_by}
    if actor.person_id not in found:
        return None
    but = {*but, *_of_household(office, homes)}
    barred = {*but, *found, objection.person_id, *(each.person_id for each in candidates if each.is_in)}
    return Refusal("candidate.found_it") if has_other(office, roles, barred) else None


def may_read_objection(actor: Actor | None, objection: CandidateObjection, candidate: Candidate) -> Refusal | None:
    """What is said against a person by name: the desk, who said it, and whom it is about. Others see that it was
    answered, and how."""
    if actor is not None and (
        actor.person_id == objection.person_id or actor.has(*SECONDS, Role.AUDITOR) or is_own(actor, candidate)
    ):
        return None
    return Refusal("candidate.not_concerned")
