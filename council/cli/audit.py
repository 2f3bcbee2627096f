"""`council audit FILE`: recounts the bundle of a decision or an election offline: do its own figures hold?"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from council.voting import bundle, election_bundle
from council.voting.bundle import LARGEST_FILE, Malformed

HOLDS, DIFFERS, BAD_INPUT = 0, 1, 2


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("audit", help="recount a decision bundle offline")
    parser.add_argument("file", metavar="FILE", help="a council.decision/1 or council.election/1 bundle (JSON)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    return run(arguments.file)


def run(path: str) -> int:
    """Prints the recount as a JSON object. 0: it matches; 1: it does not; 2: malformed (a line on standard error)."""
    try:
        with Path(path).open("rb") as file:
            found = _recount(file.read(LARGEST_FILE + 1))
    except Malformed as fault:
        return _refuse(f"{path}: {fault}")
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL in it.
        return _refuse(f"{path}: {getattr(error, 'strerror', None) or error}")
    # Escapes only ASCII: ids come from strangers, and a terminal need not speak UTF-8.
    sys.stdout.write(json.dumps(found.as_json(), indent=1) + "\n")
    return HOLDS if found.matches else DIFFERS


def _recount(data: bytes) -> bundle.Recount | election_bundle.Recount:
    """By the document's own `format`; one that is neither is refused as no decision. Malformed."""
    document = bundle.opened(data)
    if "format" in document and document["format"].value == election_bundle.FORMAT:
        return election_bundle.recount(election_bundle.read(document))
    return bundle.recount(bundle.read(document))


def _refuse(problem: str) -> int:
    plain = " ".join(problem.split()).encode("ascii", "backslashreplace").decode()
    sys.stderr.write(f"council audit: {plain}\n")
    return BAD_INPUT
