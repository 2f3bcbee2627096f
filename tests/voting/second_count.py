"""The count once more, written another way: per voter, channel by channel, with fractions. Only for comparing."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

_LIMIT = {"none": 1, "once": 2, "until_close": 10**9}


def recount(ruleset: Any, roll: Any, ballots: Any, window: Any) -> dict[str, Any]:
    """The same JSON values as `council audit`, without `matches`."""
    on_roll = {voter.voter_id: voter for voter in roll.voters}
    refused: dict[str, str] = {}
    by_voter: dict[str, list[Any]] = defaultdict(list)
    for ballot in ballots:
        if ballot.voter_id not in on_roll:
            refused[ballot.ballot_id] = "not_on_roll"
        elif ballot.cast_at < window.opens_at or ballot.cast_at > window.closes_at:
            refused[ballot.ballot_id] = "outside_window"
        elif ballot.invalid:
            refused[ballot.ballot_id] = "invalid"
        else:
            by_voter[ballot.voter_id].append(ballot)
    choice_of = {}
    for voter_id, mine in by_voter.items():
        mine.sort(key=lambda ballot: (ballot.cast_at, ballot.ballot_id))
        stood = _stood(ruleset, mine)
        choice_of[voter_id] = stood[-1].choice.value
        for ballot in mine:
            if ballot is not stood[-1]:
                refused[ballot.ballot_id] = "replaced" if ballot in stood else "repeat"
    silent = [voter for voter in roll.voters if voter.voter_id not in choice_of and voter.is_delivered]
    returned = _figures([(on_roll[voter_id], choice) for voter_id, choice in choice_of.items()])
    deemed, split = _figures([]), False
    if silent and ruleset.unreturned == "abstain":
        deemed = _figures([(voter, "abstain") for voter in silent])
    elif silent and ruleset.unreturned == "follow_majority":
        first = [
            {choice for choice in _CHOICES if returned[choice][key] == max(returned[c][key] for c in _CHOICES)}
            for key in ("persons", "area_dm2")
        ]
        split = not (len(first[0]) == len(first[1]) == 1 and first[0] == first[1])
        if not split:
            deemed = _figures([(voter, next(iter(first[0]))) for voter in silent])
    counted = {who: {key: returned[who][key] + deemed[who][key] for key in ("persons", "area_dm2")} for who in returned}
    whole_roll = {"persons": len(on_roll), "area_dm2": sum(u.area_dm2 for v in roll.voters for u in v.units)}
    tally = {
        "roll": whole_roll,
        "returned": returned,
        "deemed": deemed,
        "counted": counted,
        "refused": [{"ballot": ballot_id, "reason": reason} for ballot_id, reason in sorted(refused.items())],
    }
    if not on_roll:
        return {"tally": tally, "verdict": {"outcome": "undetermined", "reason": "empty_roll", "comparisons": []}}
    comparisons = [_comparison(threshold, counted, whole_roll) for threshold in ruleset.thresholds]
    passed = all(comparison["met"] for comparison in comparisons)
    outcome = "undetermined" if split else "passed" if passed else "rejected"
    reason = "majority_split" if split else None
    return {"tally": tally, "verdict": {"outcome": outcome, "reason": reason, "comparisons": comparisons}}


_CHOICES = ("agree", "oppose", "abstain")


def _stood(ruleset: Any, mine: list[Any]) -> list[Any]:
    """The ballots of one voter that were in force one after the other; the last one counts."""
    online = [ballot for ballot in mine if ballot.channel == "online"][: _LIMIT[ruleset.change]]
    paper = [ballot for ballot in mine if ballot.channel == "paper"][:1]
    if not online or not paper:
        return online or paper
    if ruleset.channel_conflict == "first_valid":
        return online if mine[0] is online[0] else paper
    if ruleset.channel_conflict == "online_prevails":
        return paper + online if mine[0] is paper[0] else online
    at = mine.index(paper[0])
    return [ballot for ballot in online if mine.index(ballot) < at] + paper


def _figures(rows: list[tuple[Any, str]]) -> dict[str, dict[str, int]]:
    def sums(of: tuple[str, ...]) -> dict[str, int]:
        voters = [voter for voter, choice in rows if choice in of]
        return {"persons": len(voters), "area_dm2": sum(unit.area_dm2 for voter in voters for unit in voter.units)}

    return {"participants": sums(_CHOICES)} | {choice: sums((choice,)) for choice in _CHOICES}


def _comparison(threshold: Any, counted: dict[str, Any], whole_roll: dict[str, int]) -> dict[str, Any]:
    key = "persons" if threshold.basis == "persons" else "area_dm2"
    got = counted[threshold.counts][key]
    whole = (whole_roll if threshold.of == "roll" else counted["participants"])[key]
    line = Fraction(threshold.numerator, threshold.denominator) * whole
    met = {"at_least": got >= line, "more_than": got > line, "at_most": got <= line}[threshold.comparison]
    if threshold.of == "participants" and whole == 0:
        met = False
    fields = ("counts", "of", "basis", "comparison", "numerator", "denominator")
    values = {field: getattr(threshold, field) for field in fields}
    return values | {"got": got, "whole": whole, "met": met}
