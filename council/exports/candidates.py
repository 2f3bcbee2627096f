"""The rows of what leaves the house about those who stood in an election."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from council.exports.model import Entry, Said
from council.exports.votes import standing
from council.voting import official_results
from council.voting import queries as voting
from council.voting.electing import number_of
from council.voting.election_view import Came, came_of
from council.voting.figures import legs_kept
from council.voting.motion import Motion
from council.voting.official import Official, came_by_document
from council.voting.slate import OnBallot
from council.voting.wording import Wording
from council.web.i18n import Words


async def candidate_rows(community_id: int, words: Words, now: datetime) -> list[list[Entry]]:
    """Everybody who stood in an election that is certified or has an official result.

    In the order of the result, with every comparison (to programs as "agree/participants/persons 9*2>1*9"), and what
    that result is worth: where the vote only asked, nobody is elected by it (意愿征询). Then what the official document
    says of them, with its figures where it has any: who is elected, who stands in reserve.
    """
    results, officials = await voting.results(community_id), await official_results.confirmed(community_id)
    decided = [each for each in reversed(await voting.motions(community_id)) if each.is_election]
    decided = [each for each in decided if each.id in results or each.id in officials]
    on_ballot = await voting.candidates_of(community_id, [each.id for each in decided])
    rows: list[list[Entry]] = []
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
                    words.label("vote_standing", standing(motion, now)),
                    motion.seats,
                    one.number,
                    one.name,
                    words.label("nominated", one.channel) if one.channel else "",
                    *_counted(motion, one, lines.get(number), words),
                    motion.certified_at,
                    *_official(motion, one, officials.get(motion.id), words),
                ]
            )
    return rows


def _counted(motion: Motion, one: OnBallot, line: dict[str, Any] | None, words: Words) -> list[Entry]:
    """Chosen by how many, what came of it, the place, the lot, the comparisons; nothing where nobody signed a count."""
    if line is None:
        return [None, None, "", None, None, ""]
    came = came_of(one, passes=line["verdict"]["outcome"] == "passed", is_advisory=motion.is_advisory)
    return [
        line["chosen"]["persons"],
        line["chosen"]["area_dm2"],
        words.label("came", came),
        one.place_in_result if came is Came.ELECTED else None,
        one.drawn,
        _compared(Wording(words, motion), line["verdict"]["comparisons"]),
    ]


def _official(motion: Motion, one: OnBallot, official: Official | None, words: Words) -> list[Entry]:
    if official is None:
        return ["", None, None, ""]
    for place, each in enumerate(official.elected, 1):
        if each.number == one.number:
            came = words.label("official_came", came_by_document(place, motion.seats))
            return [came, each.persons, each.area_dm2, official.name]
    return ["", None, None, official.name]


def _compared(wording: Wording, comparisons: list[dict[str, Any]]) -> Said:
    """Every comparison as the pages say it, and whether it was met."""
    words = wording.words
    told = [
        words.sentence("export.compared", {"leg": wording.leg(leg), "met": words.label("leg_met", leg.met)})
        for leg in legs_kept(comparisons)
    ]
    return Said("; ".join(map(_in_signs, comparisons)), words.sentence("list.semicolon").join(told))


def _in_signs(leg: dict[str, Any]) -> str:
    sign = {"at_least": ">=", "more_than": ">", "at_most": "<="}[leg["comparison"]]
    met = "" if leg["met"] else " (not met)"
    sides = f"{leg['denominator']}*{leg['got']} {sign} {leg['numerator']}*{leg['whole']}"
    return f"{leg['counts']}/{leg['of']}/{leg['basis']} {sides}{met}"
