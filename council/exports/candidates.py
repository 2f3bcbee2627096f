"""The rows of what leaves the house about those who stood in an election."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from council.documents.cells import Cell
from council.exports.model import Label
from council.exports.votes import standing
from council.voting import official_results
from council.voting import queries as voting
from council.voting.electing import number_of
from council.voting.election_view import Came, came_of
from council.voting.motion import Motion
from council.voting.official import Official, came_by_document
from council.voting.slate import OnBallot


async def candidate_rows(community_id: int, label: Label, now: datetime) -> list[list[Cell]]:
    """Everybody who stood in an election that is certified or has an official result.

    In the order of the result, with every comparison as "agree/participants/persons 9*2>1*9", and what that result is
    worth: where the vote only asked, nobody is elected by it (意愿征询). Then what the official document says of them,
    with its figures where it has any: who is elected, who stands in reserve.
    """
    results, officials = await voting.results(community_id), await official_results.confirmed(community_id)
    decided = [each for each in reversed(await voting.motions(community_id)) if each.is_election]
    decided = [each for each in decided if each.id in results or each.id in officials]
    on_ballot = await voting.candidates_of(community_id, [each.id for each in decided])
    rows: list[list[Cell]] = []
    for motion in decided:
        stood = on_ballot[motion.id]
        found = results[motion.id]["result"]["standings"] if motion.id in results else []
        lines = {number_of(line["candidate"]): line for line in found}
        by_number = {each.number: each for each in stood}
        for number in lines or by_number:
            one = by_number[number]
            rows.append(
                [
                    motion.id,
                    motion.title,
                    label("vote_standing", standing(motion, now)),
                    motion.seats,
                    one.number,
                    one.name,
                    label("nominated", one.channel) if one.channel else "",
                    *_counted(motion, one, lines.get(number), label),
                    motion.certified_at,
                    *_official(motion, one, officials.get(motion.id), label),
                ]
            )
    return rows


def _counted(motion: Motion, one: OnBallot, line: dict[str, Any] | None, label: Label) -> list[Cell]:
    """Chosen by how many, what came of it, the place, the lot, the comparisons; nothing where nobody signed a count."""
    if line is None:
        return [None, None, "", None, None, ""]
    came = came_of(one, passes=line["verdict"]["outcome"] == "passed", is_advisory=motion.is_advisory)
    return [
        line["chosen"]["persons"],
        line["chosen"]["area_dm2"],
        label("came", came),
        one.place_in_result if came is Came.ELECTED else None,
        one.drawn,
        "; ".join(map(_compared, line["verdict"]["comparisons"])),
    ]


def _official(motion: Motion, one: OnBallot, official: Official | None, label: Label) -> list[Cell]:
    if official is None:
        return ["", None, None, ""]
    for place, each in enumerate(official.elected, 1):
        if each.number == one.number:
            came = label("official_came", came_by_document(place, motion.seats))
            return [came, each.persons, each.area_dm2, official.name]
    return ["", None, None, official.name]


def _compared(leg: dict[str, Any]) -> str:
    sign = {"at_least": ">=", "more_than": ">", "at_most": "<="}[leg["comparison"]]
    met = "" if leg["met"] else " (not met)"
    sides = f"{leg['denominator']}*{leg['got']} {sign} {leg['numerator']}*{leg['whole']}"
    return f"{leg['counts']}/{leg['of']}/{leg['basis']} {sides}{met}"
