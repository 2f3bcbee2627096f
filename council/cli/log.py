"""`council log verify`: re-hashes a community's whole log and says whether anything in it was changed."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from council.audit import queries, receipts
from council.audit.model import Fault, FaultKind, Report
from council.cli.common import Unusable, community_named
from council.settings import Settings
from council.storage import database

HOLDS, DIFFERS = 0, 1
SAID = {
    FaultKind.MISSING: "is missing",
    FaultKind.EXTRA: "is more than the head knows of",
    FaultKind.ALTERED: "was altered",
    FaultKind.MISLABELLED: "does not stand where, when or as what it was recorded",
    FaultKind.BACK_DATED: "is dated before the one that precedes it",
    FaultKind.PRIVATE: "has other private content than was recorded",
    FaultKind.NODE: "does not agree with the tree's stored nodes",
    FaultKind.HEAD: "does not agree with the log's head",
    FaultKind.RESTART: "does not agree with the names that the log has borne",
    FaultKind.FORKED: "is not the log that the receipt was made from",
}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("log", help="the append-only log of a community")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    verify = verbs.add_parser("verify", help="find any altered, removed or reordered record (status 1 if there is one)")
    verify.add_argument("--community", metavar="SLUG", required=True)
    verify.add_argument(
        "--receipt",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help=f"a {receipts.SUFFIX} file that must still fit, to find a log rewritten as a whole; may be repeated",
    )
    verify.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints one line: the log's size and root, or the first record that is wrong."""
    known = [_head_of(path) for path in arguments.receipt]
    report = asyncio.run(_verify(arguments.community, known))
    if report.fault is None:
        print(f"{arguments.community}: {report.checked} records in order, root {report.root.hex()}")
        return HOLDS
    print(f"{arguments.community}: {_sentence(report.fault)}")
    return DIFFERS


async def _verify(slug: str, known: list[tuple[int, bytes]]) -> Report:
    async with database.opened(Settings.from_env()):
        community = await community_named(slug)
        return await queries.verify(community.id, known=known)


def _head_of(path: Path) -> tuple[int, bytes]:
    """The (size, root) that a receipt was made from, once the receipt itself holds."""
    try:
        with path.open(encoding="utf-8") as file:
            result = receipts.verify_receipt(file.read(receipts.MOST_CHARACTERS + 1))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path}: {getattr(error, 'strerror', None) or 'not a text file'}") from error
    if not result.holds or result.receipt is None:
        raise Unusable(f"{path}: not a receipt that holds ({result.finding})")
    return result.receipt.size, result.receipt.root


def _sentence(fault: Fault) -> str:
    where = f"record {fault.first}" if fault.first == fault.last else f"a record from {fault.first} to {fault.last}"
    return f"{where} {SAID[fault.kind]} ({fault.kind})"
