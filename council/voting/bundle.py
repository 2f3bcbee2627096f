"""The decision bundle `council.decision/1`: everything it takes to recount one motion, in one JSON document.

It holds choices: the motion's counters and the auditor download it, nobody else. Unknown keys are
ignored; a document that is wrong anywhere else is refused whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from council.voting.judge import judge
from council.voting.model import (
    Ballot,
    Channel,
    Choice,
    Roll,
    RollUnit,
    Ruleset,
    Tally,
    Verdict,
    Voter,
    Window,
)
from council.voting.printed import same, tally_json, verdict_json
from council.voting.ruleset_json import read_ruleset, ruleset_json
from council.voting.strict_json import Malformed, Node, parse, rfc3339
from council.voting.tally import tally

__all__ = ["FORMAT", "Bundle", "Community", "Malformed", "Motion", "Recount", "dump", "load", "recount"]

FORMAT: Final = "council.decision/1"
LARGEST_FILE: Final = 128 * 2**20
"""Bytes; 100,000 voters with their ballots take about 30 MB."""


@dataclass(frozen=True, slots=True)
class Community:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Motion:
    motion_id: str
    title: str
    text_sha256: str
    window: Window
    is_advisory: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """`claimed` holds the document's own `tally` and `verdict`, as JSON values, where it has them."""

    community: Community
    motion: Motion
    ruleset: Ruleset
    roll: Roll
    ballots: tuple[Ballot, ...]
    claimed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recount:
    tally: Tally
    verdict: Verdict
    matches: bool

    def as_json(self) -> dict[str, Any]:
        """What `council audit` prints."""
        return {"tally": tally_json(self.tally), "verdict": verdict_json(self.verdict), "matches": self.matches}


def recount(bundle: Bundle) -> Recount:
    """Counts again; `matches` says whether the bundle's own tally and verdict, if any, are the same in every value."""
    counted = tally(bundle.ruleset, bundle.roll, bundle.ballots, bundle.motion.window)
    verdict = judge(bundle.ruleset, counted)
    found = {"tally": tally_json(counted), "verdict": verdict_json(verdict)}
    return Recount(counted, verdict, all(same(claim, found[key]) for key, claim in bundle.claimed.items()))


def opened(data: bytes) -> Node:
    """The document as an object, of whatever format; Malformed when it is none."""
    if len(data) > LARGEST_FILE:
        raise Malformed("$", f"larger than {LARGEST_FILE} bytes")
    return Node(parse(data)).object()


def load(data: bytes) -> Bundle:
    """The bundle in a document; Malformed with the JSON path of the first fault."""
    return read(opened(data))


def read(document: Node) -> Bundle:
    if document["format"].text() != FORMAT:
        raise document["format"].fail(f"not {FORMAT}")
    ruleset = read_ruleset(document["ruleset"])
    return Bundle(
        community=read_community(document["community"].object()),
        motion=read_motion(document["motion"].object()),
        ruleset=ruleset,
        roll=read_roll(document["roll"].object(), needs_area=ruleset.reads_area),
        ballots=_ballots(document["ballots"]),
        claimed={key: document[key].value for key in ("tally", "verdict") if key in document},
    )


def read_community(node: Node) -> Community:
    return Community(node["slug"].text(), node["name"].text())


def read_motion(node: Node) -> Motion:
    window = Window(node["opens_at"].instant(), node["closes_at"].instant())
    if window.closes_at < window.opens_at:
        raise node["closes_at"].fail("before opens_at")
    return Motion(node["id"].text(), node["title"].text(), node["text_sha256"].text(), window, node["advisory"].flag())


def read_roll(node: Node, *, needs_area: bool) -> Roll:
    voter_ids: set[str] = set()
    codes: set[str] = set()

    def unit(node: Node) -> RollUnit:
        node.object()
        return RollUnit(once(node["unit"], codes, "a unit listed twice"), node["area_dm2"].positive())

    def voter(node: Node) -> Voter:
        node.object()
        voter_id = once(node["voter"], voter_ids, "an id twice")
        units = node["units"].each(unit)
        if needs_area and not units:
            raise node["units"].fail("no units, but a threshold reads area")
        return Voter(voter_id, units, node["delivered"].flag())

    return Roll(node["voters"].each(voter))


def _ballots(node: Node) -> tuple[Ballot, ...]:
    ballot_ids: set[str] = set()

    def ballot(node: Node) -> Ballot:
        node.object()
        invalid = read_invalid(node)
        choice = None if node["choice"].value is None else node["choice"].one_of(Choice)
        if choice is None and invalid is None:
            raise node["choice"].fail("null without `invalid`")
        return Ballot(
            once(node["ballot"], ballot_ids, "an id twice"),
            node["voter"].text(),
            choice,
            node["channel"].one_of(Channel),
            node["cast_at"].instant(),
            invalid,
        )

    return node.each(ballot)


def read_invalid(node: Node) -> str | None:
    invalid = node["invalid"].text() if "invalid" in node else None
    if invalid == "":
        raise node["invalid"].fail("an empty string")
    return invalid


def once(node: Node, seen: set[str], problem: str) -> str:
    text = node.text()
    if text in seen:
        raise node.fail(problem)
    seen.add(text)
    return text


def dump(bundle: Bundle, *, with_result: bool = True) -> bytes:
    """The document of a bundle, UTF-8, in the order of the contract; with our tally and verdict unless told otherwise.

    `load` reads it back to the same bundle (instants in UTC), apart from `claimed`.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        **head_json(bundle.community, bundle.motion),
        "ruleset": ruleset_json(bundle.ruleset),
        "roll": roll_json(bundle.roll),
        "ballots": list(_ballots_json(bundle.ballots)),
    }
    if with_result:
        result = recount(bundle).as_json()
        document |= {"tally": result["tally"], "verdict": result["verdict"]}
    return written(document)


def written(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def head_json(community: Community, motion: Motion) -> dict[str, Any]:
    return {
        "community": {"slug": community.slug, "name": community.name},
        "motion": {
            "id": motion.motion_id,
            "title": motion.title,
            "text_sha256": motion.text_sha256,
            "opens_at": rfc3339(motion.window.opens_at),
            "closes_at": rfc3339(motion.window.closes_at),
            "advisory": motion.is_advisory,
        },
    }


def roll_json(roll: Roll) -> dict[str, Any]:
    return {"voters": [_voter_json(voter) for voter in roll.voters]}


def _voter_json(voter: Voter) -> dict[str, Any]:
    units = [{"unit": unit.code, "area_dm2": unit.area_dm2} for unit in voter.units]
    return {"voter": voter.voter_id, "units": units, "delivered": voter.is_delivered}


def _ballots_json(ballots: Iterable[Ballot]) -> Iterable[dict[str, Any]]:
    for ballot in ballots:
        row: dict[str, Any] = {
            "ballot": ballot.ballot_id,
            "voter": ballot.voter_id,
            "choice": None if ballot.choice is None else ballot.choice.value,
            "channel": ballot.channel.value,
            "cast_at": rfc3339(ballot.cast_at),
        }
        yield row if ballot.invalid is None else row | {"invalid": ballot.invalid}
