"""Small rolls, ballots and bundles for the counting tests, in as few words as a test should need."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

from council.voting.judge import judge
from council.voting.model import Ballot, Channel, Choice, Roll, RollUnit, Ruleset, Tally, Verdict, Voter, Window
from council.voting.tally import tally

OPENS = datetime(2026, 3, 1, 1, tzinfo=UTC)
CLOSES = datetime(2026, 3, 15, 10, tzinfo=UTC)
WINDOW = Window(OPENS, CLOSES)


def roll(*areas_dm2: int, undelivered: frozenset[str] = frozenset()) -> Roll:
    """Voters v1, v2, … with one unit each; area 0 is a voter without units."""
    return Roll(
        tuple(
            Voter(
                f"v{number}",
                (RollUnit(f"1-1-{number}", area_dm2),) if area_dm2 else (),
                f"v{number}" not in undelivered,
            )
            for number, area_dm2 in enumerate(areas_dm2, start=1)
        )
    )


def ballot(
    number: int, voter: str, choice: str | None, *, channel: str = "online", minute: int = 0, invalid: str | None = None
) -> Ballot:
    return Ballot(
        f"b{number:03}",
        voter,
        None if choice is None else Choice(choice),
        Channel(channel),
        OPENS + timedelta(minutes=minute),
        invalid,
    )


def votes(pattern: str) -> list[Ballot]:
    """ "AAO-" : v1 and v2 agree, v3 opposes, v4 stays away; B abstains."""
    words = {"A": "agree", "O": "oppose", "B": "abstain"}
    return [
        ballot(number, f"v{number}", words[sign], minute=number)
        for number, sign in enumerate(pattern, start=1)
        if sign != "-"
    ]


def counted(ruleset: Ruleset, a_roll: Roll, ballots: list[Ballot]) -> tuple[Tally, Verdict]:
    result = tally(ruleset, a_roll, ballots, WINDOW)
    return result, judge(ruleset, result)


_BUNDLE: dict[str, Any] = {
    "format": "council.decision/1",
    "community": {"slug": "garden", "name": "花园小区"},
    "motion": {
        "id": "m1",
        "title": "加装电梯",
        "text_sha256": "00" * 32,
        "opens_at": "2026-03-01T09:00:00+08:00",
        "closes_at": "2026-03-15T18:00:00+08:00",
        "advisory": False,
    },
    "ruleset": {
        "name": "ordinary",
        "thresholds": [
            {
                "counts": "agree",
                "of": "participants",
                "basis": basis,
                "comparison": "more_than",
                "numerator": 1,
                "denominator": 2,
            }
            for basis in ("persons", "area")
        ],
        "unreturned": "not_participating",
        "channel_conflict": "first_valid",
        "change": "none",
    },
    "roll": {
        "voters": [
            {"voter": "v1", "units": [{"unit": "1-1-101", "area_dm2": 8983}], "delivered": True},
            {"voter": "v2", "units": [{"unit": "1-1-102", "area_dm2": 6000}], "delivered": False},
        ]
    },
    "ballots": [
        {"ballot": "b1", "voter": "v1", "choice": "agree", "channel": "online", "cast_at": "2026-03-02T08:00:00+08:00"},
        {
            "ballot": "b2",
            "voter": "v2",
            "choice": None,
            "channel": "paper",
            "cast_at": "2026-03-02T09:00:00+08:00",
            "invalid": "两格都打了勾",
        },
    ],
}


def bundle() -> dict[str, Any]:
    """A fresh small document that counts without complaint."""
    return copy.deepcopy(_BUNDLE)
