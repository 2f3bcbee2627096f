"""`council.election/1`: what an election's bundle says, and `council audit` against a second count of it."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from council.cli.audit import run
from council.storage.database import AnyEngine
from council.voting import counting, election_bundle
from council.voting.bundle import Malformed
from tests.people import garden
from tests.voting.elections import NAMES, election, voted
from tests.voting.motions import AFTER, certified
from tests.voting.second_election import recount
from tests.voting.test_two_thousand_bundles import drawn as drawn_decision
from tests.voting.test_two_thousand_bundles import parts_of

EACH = 100


def drawn(draw: random.Random) -> dict[str, Any]:
    """A document of an election; many voters choose alike, so that candidates stand level."""
    document = drawn_decision(draw)
    names = [f"c{number:02}" for number in range(1, draw.randint(1, 6) + 1)]
    seats = draw.randint(1, 4)
    if draw.random() < 0.5:
        for voter in document["roll"]["voters"]:
            voter["units"] = [voter["units"][0] | {"area_dm2": 6000}]
    favourites = [draw.sample(names, draw.randint(0, min(seats, len(names)))) for _ in range(draw.randint(1, 3))]
    for ballot in document["ballots"]:
        picks: list[str] | None = draw.choice([*favourites, draw.sample(names, draw.randint(0, len(names)))])
        if ballot.pop("choice") is None:
            picks = None
        ballot["picks"] = picks
    return document | {
        "format": "council.election/1",
        "election": {
            "seats": seats,
            "short_result": draw.choice(["stands", "fails"]),
            "candidates": [{"candidate": name, "name": f"候选人{name}"} for name in draw.sample(names, len(names))],
            "lot": draw.sample(names, draw.choice([0, 0, len(names), draw.randint(0, len(names))])),
        },
    }


def second(document: dict[str, Any]) -> dict[str, Any]:
    rules, roll, window = parts_of(document)
    ballots = [
        SimpleNamespace(
            ballot_id=each["ballot"],
            voter_id=each["voter"],
            picks=each["picks"],
            channel=each["channel"],
            cast_at=datetime.fromisoformat(each["cast_at"]),
            invalid=each.get("invalid"),
        )
        for each in document["ballots"]
    ]
    return recount(document, rules, roll, ballots, window)


@pytest.mark.parametrize("part", range(4))
def test_the_audit_and_the_second_count_agree(part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(f"elections {part}")
    path = tmp_path / "election.json"
    came: set[str] = set()
    for _ in range(EACH):
        document = drawn(draw)
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        status = run(str(path))
        found = json.loads(capsys.readouterr().out)
        wanted = second(document)
        assert (status, found) == (0, wanted | {"matches": True}), json.dumps(document)
        came.add(found["result"]["filled"])
        # What it says itself is compared: a name more among the elected, and it does not match any more.
        claimed = wanted["result"] | {"elected": [*wanted["result"]["elected"], "c99"]}
        path.write_text(json.dumps(document | {"result": claimed}), encoding="utf-8")
        assert run(str(path)) == 1
        capsys.readouterr()
    assert came == {"all", "some", "none", "lot"}, "the draw reaches everything that can come of it"


async def test_ours_recounts_to_what_was_certified(db: AnyEngine) -> None:
    people = await garden()
    votes = {**{f"v{n}": (1, 2, 3) for n in range(1, 8)}, "v8": (), "v9": (1, 4)}
    motion = await certified(people, await voted(people, await election(people), votes))
    data = await counting.decision_bundle(actor=people.gina, motion_id=motion.id, now=AFTER)
    document = json.loads(data)
    assert (document["format"], document["election"]["seats"]) == ("council.election/1", 3)
    assert [each["name"] for each in document["election"]["candidates"]] == list(NAMES)
    loaded = election_bundle.load(data)
    assert election_bundle.recount(loaded).matches
    assert second(document) == {key: document[key] for key in ("tally", "result", "verdict")}
    assert election_bundle.dump(loaded) == data
    counted = await counting.count(motion, AFTER)
    assert document["result"]["elected"] == list(counted.election.result.elected) == ["c01", "c02", "c03"]
    assert document["tally"]["nobody"]["persons"] == 1
    # one name moved on one ballot, and the bundle's own figures hold no longer
    named = next(each for each in document["ballots"] if each["picks"] == ["c01", "c04"])
    named["picks"] = ["c04"]
    assert not election_bundle.recount(election_bundle.load(json.dumps(document).encode())).matches


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d["election"].update(seats=0), "$.election.seats"),
        (lambda d: d["election"].update(candidates=[]), "$.election.candidates"),
        (
            lambda d: d["election"]["candidates"].append(d["election"]["candidates"][0]),
            "$.election.candidates[1].candidate",
        ),
        (lambda d: d["election"].update(lot=["c09"]), "$.election.lot[0]"),
        (lambda d: d["election"].update(lot=["c01", "c01"]), "$.election.lot[1]"),
        (lambda d: d["election"].update(short_result="perhaps"), "$.election.short_result"),
        (lambda d: d["ballots"][0].update(picks=["c09"]), "$.ballots[0].picks[0]"),
        (lambda d: d["ballots"][0].update(picks=["c01", "c01"]), "$.ballots[0].picks[1]"),
        (lambda d: d["ballots"][0].update(picks=None), "$.ballots[0].picks"),
        (lambda d: d["ballots"][0].pop("picks"), "$.ballots[0].picks"),
        (lambda d: d.pop("election"), "$.election"),
        (lambda d: d.update(format="council.election/2"), "$.format"),
    ],
)
def test_what_is_malformed_is_named_by_its_path(change, path: str) -> None:
    document = {
        **drawn(random.Random("one")),
        "ballots": [
            {
                "ballot": "b1",
                "voter": "v0",
                "picks": ["c01"],
                "channel": "online",
                "cast_at": "2026-03-01T09:00:00+08:00",
            }
        ],
    }
    document["election"] |= {"candidates": [{"candidate": "c01", "name": "陈芳"}], "lot": []}
    election_bundle.load(json.dumps(document).encode())
    change(document)
    with pytest.raises(Malformed) as fault:
        election_bundle.load(json.dumps(document).encode())
    assert fault.value.path == path
