"""The rows of what leaves the house about those who stood in an election."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from council.documents.cells import Cell
from council.exports.model import Label
from council.exports.votes import standing
from council.voting import queries as voting
from council.voting.electing import candidate_id
from council.voting.election_view import Came, came_of


async def candidate_rows(community_id: int, label: Label, now: datetime) -> list[list[Cell]]:
    """Everybody who stood in an election that is certified, in the order of its result, with every comparison as
    "agree/participants/persons 9*2>1*9", and what that result is worth: where the vote only asked, nobody is elected by
    it (意愿征询)."""
    results = await voting.results(community_id)
    certified = [each for each in reversed(await voting.motions(community_id)) if each.is_election]
    certified = [each for each in certified if each.id in results]
    on_ballot = await voting.candidates_of(community_id, [each.id for each in certified])
    rows: list[list[Cell]] = []
    for motion in certified:
        by_id = {candidate_id(each.number): each for each in on_ballot[motion.id]}
        found = results[motion.id]["result"]
        for line in found["standings"]:
            one = by_id[line["candidate"]]
            passes = line["verdict"]["outcome"] == "passed"
            came = came_of(one, passes=passes, is_advisory=motion.is_advisory)
            rows.append(
                [
                    motion.id,
                    motion.title,
                    label("vote_standing", standing(motion, now)),
                    motion.seats,
                    one.number,
                    one.name,
                    label("nominated", one.channel) if one.channel else "",
                    line["chosen"]["persons"],
                    line["chosen"]["area_dm2"],
                    label("came", came),
                    one.place_in_result if came is Came.ELECTED else None,
                    one.drawn,
                    "; ".join(map(_compared, line["verdict"]["comparisons"])),
                    motion.certified_at,
                ]
            )
    return rows


def _compared(leg: dict[str, Any]) -> str:
    sign = {"at_least": ">=", "more_than": ">", "at_most": "<="}[leg["comparison"]]
    met = "" if leg["met"] else " (not met)"
    sides = f"{leg['denominator']}*{leg['got']} {sign} {leg['numerator']}*{leg['whole']}"
    return f"{leg['counts']}/{leg['of']}/{leg['basis']} {sides}{met}"
