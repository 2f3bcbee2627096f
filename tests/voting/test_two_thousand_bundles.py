"""`council audit` against the second count, on two thousand bundles drawn at random.

The second count never meets our reader: it takes the document as JSON gives it, so a fault in how a bundle is read
would show as well as one in how it is counted.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from council.cli.audit import run
from tests.voting.second_count import recount

EACH = 250
OPENS = datetime(2026, 3, 1, 1, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30)))
LEGS = [
    [("participants", "roll", "at_least", 2, 3), ("agree", "participants", "more_than", 1, 2)],
    [("participants", "roll", "at_least", 2, 3), ("agree", "participants", "at_least", 3, 4)],
    [("agree", "roll", "at_least", 1, 1)],
    [("oppose", "roll", "at_most", 1, 3)],
    [("participants", "roll", "more_than", 1, 2), ("agree", "participants", "more_than", 1, 2)],
]


def drawn(draw: random.Random) -> dict[str, Any]:
    """A document; a third of them sit on their thresholds, where mistakes live."""
    length = draw.randint(1, 20) * timedelta(days=1)
    voters = [_voter(number, draw) for number in range(draw.choice([0, 1, 2, 3, 4, 8, 12, 24]))]
    bases = draw.choice([("persons", "area"), ("persons",), ("area", "persons")])
    legs = draw.choice(LEGS)
    return {
        "format": "council.decision/1",
        "community": {"slug": "garden", "name": "花园小区"},
        "motion": {
            "id": "m1",
            "title": "加装电梯",
            "text_sha256": "ab" * 32,
            "opens_at": _told(OPENS, draw),
            "closes_at": _told(OPENS + length, draw),
            "advisory": draw.random() < 0.2,
        },
        "ruleset": {
            "name": "drawn",
            "thresholds": [
                {
                    "counts": counts,
                    "of": of,
                    "basis": basis,
                    "comparison": comparison,
                    "numerator": numerator,
                    "denominator": denominator,
                }
                for counts, of, comparison, numerator, denominator in legs
                for basis in bases
            ],
            "unreturned": draw.choice(["not_participating", "follow_majority", "abstain"]),
            "channel_conflict": draw.choice(["first_valid", "online_prevails", "paper_prevails"]),
            "change": draw.choice(["none", "once", "until_close"]),
        },
        "roll": {"voters": voters},
        "ballots": _ballots(voters, length, draw),
    }


def _voter(number: int, draw: random.Random) -> dict[str, Any]:
    areas = [draw.choice([6000, 9000, draw.randint(1, 99999)]) for _ in range(draw.choice([1, 1, 1, 2, 30]))]
    units = [{"unit": f"u{number}-{place}", "area_dm2": area} for place, area in enumerate(areas)]
    return {"voter": f"v{number}", "units": units, "delivered": draw.random() < 0.7}


def _ballots(voters: list[dict[str, Any]], length: timedelta, draw: random.Random) -> list[dict[str, Any]]:
    found = []
    names = [voter["voter"] for voter in voters]
    leaning = draw.choice([["agree"] * 8 + ["oppose"], ["agree", "oppose", "abstain"], ["agree", "oppose"]])
    for number in range(draw.randint(0, 2 * len(voters) + 1)):
        at = draw.choice([draw.random() * length, timedelta(0), length, length / 2])
        at += draw.choice([timedelta(0), timedelta(0), timedelta(microseconds=1), timedelta(days=-1), length])
        ballot: dict[str, Any] = {
            "ballot": f"b{draw.randint(0, 10**9)}-{number}",
            "voter": draw.choice([*names, *names, "nobody"]),
            "choice": draw.choice(leaning),
            "channel": draw.choice(["online", "online", "paper"]),
            "cast_at": _told(OPENS + at, draw),
        }
        if draw.random() < 0.1:
            ballot |= {"invalid": "两格都打了勾", "choice": draw.choice([None, "agree"])}
        found.append(ballot)
    draw.shuffle(found)
    return found


def _told(at: datetime, draw: random.Random) -> str:
    return at.astimezone(draw.choice(ZONES)).isoformat()


def parts_of(document: dict[str, Any]) -> tuple[Any, Any, Any]:
    """Ruleset, roll and window of a document, as plain objects."""
    motion, rules = document["motion"], document["ruleset"]
    roll = SimpleNamespace(
        voters=[
            SimpleNamespace(
                voter_id=voter["voter"],
                units=[SimpleNamespace(code=unit["unit"], area_dm2=unit["area_dm2"]) for unit in voter["units"]],
                area_dm2=sum(unit["area_dm2"] for unit in voter["units"]),
                is_delivered=voter["delivered"],
            )
            for voter in document["roll"]["voters"]
        ]
    )
    window = SimpleNamespace(
        opens_at=datetime.fromisoformat(motion["opens_at"]), closes_at=datetime.fromisoformat(motion["closes_at"])
    )
    named = {**rules, "thresholds": [SimpleNamespace(**each) for each in rules["thresholds"]]}
    return SimpleNamespace(**named), roll, window


def second(document: dict[str, Any]) -> dict[str, Any]:
    """The second count of a document as it stands."""
    rules, roll, window = parts_of(document)
    ballots = [
        SimpleNamespace(
            ballot_id=each["ballot"],
            voter_id=each["voter"],
            choice=SimpleNamespace(value=each["choice"]),
            channel=each["channel"],
            cast_at=datetime.fromisoformat(each["cast_at"]),
            invalid=each.get("invalid"),
        )
        for each in document["ballots"]
    ]
    return recount(rules, roll, ballots, window)


@pytest.mark.parametrize("part", range(8))
def test_the_audit_and_the_second_count_agree(part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(f"bundles {part}")
    path = tmp_path / "decision.json"
    outcomes = set()
    for _ in range(EACH):
        document = drawn(draw)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        status = run(str(path))
        found = json.loads(capsys.readouterr().out)
        wanted = second(document)
        assert (status, found) == (0, wanted | {"matches": True}), json.dumps(document)
        outcomes.add(found["verdict"]["outcome"])
        # What it says itself is compared: one figure changed, and it does not match any more.
        claimed = wanted["tally"] | {"roll": {"persons": 1 + wanted["tally"]["roll"]["persons"], "area_dm2": 1}}
        path.write_text(json.dumps(document | {"tally": claimed}), encoding="utf-8")
        assert run(str(path)) == 1
        capsys.readouterr()
    assert outcomes == {"passed", "rejected", "undetermined"}, "the draw reaches every outcome"
