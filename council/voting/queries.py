"""Every read of this room under one name; each concept has a file of its own."""

from council.voting.after_queries import (
    extensions,
    open_recount_requests,
    recount_request,
    recount_requests,
    steps_of,
)
from council.voting.ballot_queries import ballot_by_code, ballots, ballots_in_force, own_ballot
from council.voting.delivery_queries import deliveries_of_motions
from council.voting.election_queries import candidates, candidates_of
from council.voting.motion_queries import motion, motion_by_key, motions, motions_of, officers, officers_of, replaced_of
from council.voting.objection_queries import objection, objections_of, open_objections
from council.voting.officer_queries import officer_candidates
from council.voting.paper_return_queries import paper_lines, progress_of, received
from council.voting.result_queries import results
from council.voting.roll_queries import participation, participations, roll, voters_for, voters_for_motions
from council.voting.turnout_queries import turnouts

__all__ = [
    "ballot_by_code",
    "ballots",
    "ballots_in_force",
    "candidates",
    "candidates_of",
    "deliveries_of_motions",
    "extensions",
    "motion",
    "motion_by_key",
    "motions",
    "motions_of",
    "objection",
    "objections_of",
    "officer_candidates",
    "officers",
    "officers_of",
    "open_objections",
    "open_recount_requests",
    "own_ballot",
    "paper_lines",
    "participation",
    "participations",
    "progress_of",
    "received",
    "recount_request",
    "recount_requests",
    "replaced_of",
    "results",
    "roll",
    "steps_of",
    "turnouts",
    "voters_for",
    "voters_for_motions",
]
