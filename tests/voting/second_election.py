"""The count of an election once more, from the JSON document alone and written another way. Only for comparing."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from tests.voting.second_count import recount as by_yes_and_no


def recount(document: dict[str, Any], ruleset: Any, roll: Any, ballots: list[Any], window: Any) -> dict[str, Any]:
    """The same JSON values as `council audit`, without `matches`.

    Each candidate is put to all voters as a question of its own, and counted by the other second count: who chose them
    agrees, who did not abstains. `ballots` are objects with `picks`; those with too many names are marked invalid here.
    """
    election = document["election"]
    seats, names = election["seats"], [each["candidate"] for each in election["candidates"]]
    rules = SimpleNamespace(**{**vars(ruleset), "unreturned": "not_participating"})
    for ballot in ballots:
        if ballot.picks is not None and len(ballot.picks) > seats:
            ballot.invalid = ballot.invalid or "too many"

    def asked(name: str) -> dict[str, Any]:
        for ballot in ballots:
            named = name in (ballot.picks or ())
            ballot.choice = SimpleNamespace(value="agree" if named else "abstain")
        return by_yes_and_no(rules, roll, ballots, window)

    each = {name: asked(name) for name in names}
    tally = each[names[0]]["tally"]
    chosen = {name: found["tally"]["counted"]["agree"] for name, found in each.items()}
    passed = {name for name, found in each.items() if found["verdict"]["outcome"] == "passed"}
    lot = {name: at for at, name in enumerate(election.get("lot", []))}

    def votes(name: str) -> tuple[int, int]:
        return chosen[name]["persons"], chosen[name]["area_dm2"]

    def before(name: str) -> tuple[Any, ...]:
        persons, area = votes(name)
        return name not in passed, -persons, -area, lot.get(name, len(lot)), name

    order = sorted(names, key=before)
    winners, tied = [], []
    for name in [name for name in order if name in passed]:
        # how many of the passing ones are surely before, and how many stand level
        ahead = sum(votes(other) > votes(name) for other in passed)
        level = [other for other in order if other in passed and votes(other) == votes(name)]
        free = seats - ahead
        if free <= 0:
            continue
        if len(level) <= free:
            winners.append(name)
        elif sum(other in lot for other in level) >= free:
            winners += [name] if level.index(name) < free else []
        else:
            tied = level
    open_seats = seats - len(winners)
    reserve: list[str] = []
    if tied:
        filled = "lot"
    else:
        filled = "all" if not open_seats else "some" if winners else "none"
        if filled == "some" and election["short_result"] == "fails":
            winners, filled, open_seats = [], "none", seats
        reserve = [name for name in order if name in passed and name not in winners]
    empty = not roll.voters
    shared = (
        [] if empty else [leg for leg in each[names[0]]["verdict"]["comparisons"] if leg["counts"] == "participants"]
    )
    reason = "empty_roll" if empty else "lot" if tied else None
    outcome = "undetermined" if reason else "rejected" if filled == "none" else "passed"
    in_force = _in_force(ballots, tally)
    areas = {voter.voter_id: sum(Fraction(unit.area_dm2) for unit in voter.units) for voter in roll.voters}
    silent = [areas[ballot.voter_id] for ballot in in_force if not ballot.picks]
    return {
        "tally": {
            "roll": tally["roll"],
            "participants": tally["counted"]["participants"],
            "nobody": {"persons": len(silent), "area_dm2": int(sum(silent))},
            "refused": tally["refused"],
        },
        "result": {
            "standings": [
                {"candidate": name, "chosen": chosen[name], "verdict": each[name]["verdict"]} for name in order
            ],
            "elected": winners,
            "reserve": reserve,
            "tied": tied,
            "open_seats": open_seats,
            "filled": filled,
        },
        "verdict": {"outcome": outcome, "reason": reason, "comparisons": shared},
    }


def _in_force(ballots: list[Any], tally: dict[str, Any]) -> list[Any]:
    refused = {each["ballot"] for each in tally["refused"]}
    return [ballot for ballot in ballots if ballot.ballot_id not in refused]
