"""How long a count takes, as a ratio to a yardstick of the same machine: `python bench/count.py [VOTERS …]`.

The yardstick is SHA-256 over 64 MiB, so that the figure says something on another machine too. Prints JSON.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from council.voting.bundle import Bundle, Community, Motion, dump, load
from council.voting.judge import judge
from council.voting.model import Ballot, Change, Channel, Choice, Roll, RollUnit, Unreturned, Voter, Window
from council.voting.rulesets import MAJOR, with_bylaws
from council.voting.tally import tally

RULESET = with_bylaws(MAJOR, unreturned=Unreturned.FOLLOW_MAJORITY, change=Change.UNTIL_CLOSE)
OPENS = datetime(2026, 3, 1, 1, tzinfo=UTC)
WINDOW = Window(OPENS, OPENS + timedelta(days=14))
CHOICES = (Choice.AGREE, Choice.AGREE, Choice.AGREE, Choice.OPPOSE, Choice.ABSTAIN)


def motion(voters: int) -> tuple[Roll, list[Ballot]]:
    """Four of five answer, one in ten of those twice; the ballots come in no order."""
    roll = Roll(tuple(Voter(f"v{n}", (RollUnit(f"u{n}", 5000 + n % 9000),), is_delivered=True) for n in range(voters)))
    ballots = [
        Ballot(f"b{n}", f"v{n}", CHOICES[n * 7 % 5], Channel.ONLINE, OPENS + timedelta(seconds=n * 7919 % 1_000_000))
        for n in range(voters)
        if n % 5
    ]
    ballots += [
        Ballot(f"c{n}", f"v{n}", Choice.OPPOSE, Channel.ONLINE, WINDOW.closes_at - timedelta(seconds=n % 3600))
        for n in range(1, voters, 10)
    ]
    return roll, ballots


def best(act: Callable[[], object], times: int = 5) -> int:
    """Nanoseconds of the quickest of some runs."""
    quickest = 0
    for _ in range(times):
        begun = time.perf_counter_ns()
        act()
        took = time.perf_counter_ns() - begun
        quickest = min(quickest or took, took)
    return quickest


LIMITS_MS = {100_000: 1_000, 1_000_000: 10_000}
"""A hundred thousand voters within a second, a million within ten."""


def main() -> int:
    sizes = [int(each) for each in sys.argv[1:]] or list(LIMITS_MS)
    block = bytes(64 * 2**20)
    yardstick = best(lambda: hashlib.sha256(block), 3)
    reports = [report(voters, yardstick) for voters in sizes]
    print(json.dumps(reports, indent=1))
    return 1 if any(each.get("within_limit") is False for each in reports) else 0


def report(voters: int, yardstick: int) -> dict[str, object]:
    roll, ballots = motion(voters)
    is_large = voters > 200_000
    found: dict[str, object] = {"voters": voters, "ballots": len(ballots), "yardstick_ms": yardstick // 1_000_000}
    figures = {"tally_and_judge": best(lambda: judge(RULESET, tally(RULESET, roll, ballots, WINDOW)), 3)}
    if not is_large:  # a bundle is at most 128 MiB: one of a million voters is not
        document = dump(
            Bundle(Community("c", "c"), Motion("m", "t", "0" * 64, WINDOW, False), RULESET, roll, tuple(ballots), {})
        )
        found["bundle_bytes"] = len(document)
        figures["load_bundle"] = best(lambda: load(document), 2)
    for name, took in figures.items():
        found[f"{name}_ms"] = took // 1_000_000
        found[f"{name}_percent_of_yardstick"] = took * 100 // yardstick
    if voters in LIMITS_MS:
        found["limit_ms"] = LIMITS_MS[voters]
        found["within_limit"] = figures["tally_and_judge"] // 1_000_000 < LIMITS_MS[voters]
    return found


if __name__ == "__main__":
    sys.exit(main())
