"""The bundle `council.election/1`: everything it takes to recount one election, in one JSON document.

It is `council.decision/1` but for what an election has of its own: `election` (seats, what becomes of too few,
candidates, the lot) and `picks` on each ballot instead of a choice. It holds choices: the motion's counters and the
auditor download it, nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from council.voting.bundle import (
    Community,
    Motion,
    head_json,
    once,
    opened,
    read_community,
    read_invalid,
    read_motion,
    read_roll,
    roll_json,
    written,
)
from council.voting.electing import Contest, Electing, count_election, verdict_of
from council.voting.election import ElectionBallot, ShortResult
from council.voting.model import Ballot, Channel, Choice, Roll, Ruleset
from council.voting.printed import election_json, same, verdict_json
from council.voting.ruleset_json import read_ruleset, ruleset_json
from council.voting.strict_json import Node, rfc3339

FORMAT: Final = "council.election/1"


@dataclass(frozen=True, slots=True)
class Candidate:
    candidate: str
    name: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """`claimed` holds the document's own `tally`, `result` and `verdict`, as JSON values, where it has them."""

    community: Community
    motion: Motion
    ruleset: Ruleset
    roll: Roll
    candidates: tuple[Candidate, ...]
    contest: Contest
    ballots: tuple[ElectionBallot, ...]
    claimed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recount:
    counted: Electing
    found: dict[str, Any]
    matches: bool

    def as_json(self) -> dict[str, Any]:
        """What `council audit` prints."""
        return self.found | {"matches": self.matches}


def recount(bundle: Bundle) -> Recount:
    """Counts again; `matches` says whether the bundle's own figures, if any, are the same in every value."""
    counted = count_election(bundle.ruleset, bundle.roll, bundle.ballots, bundle.motion.window, bundle.contest)
    found = election_json(counted) | {"verdict": verdict_json(verdict_of(bundle.ruleset, counted.result))}
    return Recount(counted, found, all(same(claim, found[key]) for key, claim in bundle.claimed.items()))


def load(data: bytes) -> Bundle:
    """The bundle in a document; Malformed with the JSON path of the first fault."""
    return read(opened(data))


def read(document: Node) -> Bundle:
    if document["format"].text() != FORMAT:
        raise document["format"].fail(f"not {FORMAT}")
    ruleset = read_ruleset(document["ruleset"])
    election = document["election"].object()
    candidates = _candidates(election["candidates"])
    known = {each.candidate for each in candidates}
    return Bundle(
        community=read_community(document["community"].object()),
        motion=read_motion(document["motion"].object()),
        ruleset=ruleset,
        roll=read_roll(document["roll"].object(), needs_area=ruleset.reads_area),
        candidates=candidates,
        contest=Contest(
            candidates=tuple(each.candidate for each in candidates),
            seats=election["seats"].positive(),
            short_result=election["short_result"].one_of(ShortResult),
            lot=_listed(election["lot"], known) if "lot" in election else (),
        ),
        ballots=_ballots(document["ballots"], known),
        claimed={key: document[key].value for key in ("tally", "result", "verdict") if key in document},
    )


def _candidates(node: Node) -> tuple[Candidate, ...]:
    seen: set[str] = set()

    def candidate(node: Node) -> Candidate:
        node.object()
        return Candidate(once(node["candidate"], seen, "an id twice"), node["name"].text())

    found = node.each(candidate)
    if not found:
        raise node.fail("no candidates")
    return found


def _listed(node: Node, known: set[str]) -> tuple[str, ...]:
    """Candidates, each once."""
    seen: set[str] = set()

    def one(node: Node) -> str:
        candidate = once(node, seen, "a candidate twice")
        if candidate not in known:
            raise node.fail("not a candidate")
        return candidate

    return node.each(one)


def _ballots(node: Node, known: set[str]) -> tuple[ElectionBallot, ...]:
    ballot_ids: set[str] = set()

    def ballot(node: Node) -> ElectionBallot:
        node.object()
        invalid = read_invalid(node)
        if node["picks"].value is None and invalid is None:
            raise node["picks"].fail("null without `invalid`")
        picks = () if node["picks"].value is None else _listed(node["picks"], known)
        return ElectionBallot(
            Ballot(
                once(node["ballot"], ballot_ids, "an id twice"),
                node["voter"].text(),
                Choice.AGREE if picks else Choice.ABSTAIN,
                node["channel"].one_of(Channel),
                node["cast_at"].instant(),
                invalid,
            ),
            frozenset(picks),
        )

    return node.each(ballot)


def dump(bundle: Bundle, *, with_result: bool = True) -> bytes:
    """The document of a bundle, UTF-8; with our count unless told otherwise."""
    contest = bundle.contest
    document: dict[str, Any] = {
        "format": FORMAT,
        **head_json(bundle.community, bundle.motion),
        "election": {
            "seats": contest.seats,
            "short_result": contest.short_result.value,
            "candidates": [{"candidate": each.candidate, "name": each.name} for each in bundle.candidates],
            "lot": list(contest.lot),
        },
        "ruleset": ruleset_json(bundle.ruleset),
        "roll": roll_json(bundle.roll),
        "ballots": [_ballot_json(each) for each in bundle.ballots],
    }
    if with_result:
        document |= recount(bundle).found
    return written(document)


def _ballot_json(sent: ElectionBallot) -> dict[str, Any]:
    ballot = sent.ballot
    row: dict[str, Any] = {
        "ballot": ballot.ballot_id,
        "voter": ballot.voter_id,
        "picks": None if ballot.choice is None else sorted(sent.picks),
        "channel": ballot.channel.value,
        "cast_at": rfc3339(ballot.cast_at),
    }
    return row if ballot.invalid is None else row | {"invalid": ballot.invalid}
