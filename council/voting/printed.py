"""Tallies and verdicts as the JSON values of `council.decision/1`, `council.election/1` and `council audit`."""

from __future__ import annotations

from typing import Any

from council.voting.electing import Electing
from council.voting.model import Count, Sums, Tally, Threshold, Verdict


def tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "roll": _sums(tally.roll),
        "returned": _count(tally.returned),
        "deemed": _count(tally.deemed),
        "counted": _count(tally.counted),
        "refused": _refused(tally),
    }


def election_json(found: Electing) -> dict[str, Any]:
    """`tally` and `result` of `council.election/1`: who took part, then each candidate in the order of the result."""
    result = found.result
    return {
        "tally": {
            "roll": _sums(result.tally.roll),
            "participants": _sums(result.tally.returned.participants),
            "nobody": _sums(found.nobody),
            "refused": _refused(result.tally),
        },
        "result": {
            "standings": [
                {"candidate": each.candidate, "chosen": _sums(each.chosen), "verdict": verdict_json(each.verdict)}
                for each in result.standings
            ],
            "elected": list(result.elected),
            "reserve": list(result.reserve),
            "tied": list(result.tied),
            "open_seats": result.open_seats,
            "filled": result.filled.value,
        },
    }


def _refused(tally: Tally) -> list[dict[str, str]]:
    return [{"ballot": refused.ballot_id, "reason": refused.reason.value} for refused in tally.refused]


def _sums(sums: Sums) -> dict[str, int]:
    return {"persons": sums.persons, "area_dm2": sums.area_dm2}


def _count(count: Count) -> dict[str, dict[str, int]]:
    return {
        "participants": _sums(count.participants),
        "agree": _sums(count.agree),
        "oppose": _sums(count.oppose),
        "abstain": _sums(count.abstain),
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "outcome": verdict.outcome.value,
        "reason": None if verdict.reason is None else verdict.reason.value,
        "comparisons": [
            threshold_json(result.threshold) | {"got": result.got, "whole": result.whole, "met": result.met}
            for result in verdict.comparisons
        ],
    }


def threshold_json(threshold: Threshold) -> dict[str, Any]:
    return {
        "counts": threshold.counts.value,
        "of": threshold.of.value,
        "basis": threshold.basis.value,
        "comparison": threshold.comparison.value,
        "numerator": threshold.numerator,
        "denominator": threshold.denominator,
    }


def same(claim: Any, found: Any) -> bool:
    """Equal as JSON values: true is not 1, no key more and none twice. No claim is too deep: only `found` is followed.

    `claim` comes from `strict_json.parse`, whose odd numbers and doubled objects are of types that never occur here.
    """
    if type(claim) is not type(found):
        return False
    if isinstance(found, dict):
        return claim.keys() == found.keys() and all(same(claim[key], value) for key, value in found.items())
    if isinstance(found, list):
        return len(claim) == len(found) and all(map(same, claim, found))
    return bool(claim == found)
