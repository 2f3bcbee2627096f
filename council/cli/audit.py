"""`council audit FILE`: recounts a decision bundle offline and says whether the bundle's own figures hold."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from council.voting.bundle import LARGEST_FILE, Malformed, load, recount

HOLDS, DIFFERS, BAD_INPUT = 0, 1, 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("audit", help="recount a decision bundle offline")
    parser.add_argument("file", metavar="FILE", help="a council.decision/1 bundle (JSON)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    return run(arguments.file)


def run(path: str) -> int:
    """Prints the recount as a JSON object. 0: it matches; 1: it does not; 2: malformed (a line on standard error)."""
    try:
        with Path(path).open("rb") as file:
            found = recount(load(file.read(LARGEST_FILE + 1)))
    except Malformed as fault:
        return _refuse(f"{path}: {fault}")
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL in it.
        return _refuse(f"{path}: {getattr(error, 'strerror', None) or error}")
    # Escapes only ASCII: ids come from strangers, and a terminal need not speak UTF-8.
    sys.stdout.write(json.dumps(found.as_json(), indent=1) + "\n")
    return HOLDS if found.matches else DIFFERS


def _refuse(problem: str) -> int:
    plain = " ".join(problem.split()).encode("ascii", "backslashreplace").decode()
    sys.stderr.write(f"council audit: {plain}\n")
    return BAD_INPUT
