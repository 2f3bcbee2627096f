"""`council log`: checks a community's log, has its head signed by witnesses, and gives it a new key."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from council.audit import receipts, restarts
from council.audit.keys import Why
from council.audit.notes import BadKey, VerifierKey
from council.cli.common import Unusable, community_named
from council.cli.log_verify import SAID, Kept, Outcome, verify
from council.cli.log_witness import ask_all, witnesses
from council.registry.queries import communities
from council.settings import Settings
from council.storage import database

__all__ = ["SAID"]

HOLDS, DIFFERS = 0, 1


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("log", help="the append-only log of a community")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    check = verbs.add_parser(
        "verify", help="find altered, removed or reordered records, and votes not as recorded (status 1 if any)"
    )
    check.add_argument("--community", metavar="SLUG", required=True)
    check.add_argument(
        "--receipt",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help=f"a {receipts.SUFFIX} file that must still fit, to find a log rewritten as a whole; may be repeated",
    )
    check.add_argument(
        "--checkpoint",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a signed head that somebody kept, as the notice board's; may be repeated",
    )
    check.add_argument("--key", metavar="KEY", action="append", default=[], help="the log's public key as once noted")
    check.set_defaults(run=run)
    ask = verbs.add_parser("witness", help="have the witnesses of COUNCIL_WITNESSES sign the head (from a timer)")
    ask.add_argument("--community", metavar="SLUG", help="one community only")
    ask.set_defaults(run=run_witness)
    rekey = verbs.add_parser("rekey", help="a new key under a new name: the old one was lost, or may be known")
    rekey.add_argument("--community", metavar="SLUG", required=True)
    rekey.set_defaults(run=run_rekey)


def run(arguments: argparse.Namespace) -> int:
    """Prints the log's size and root, or what does not hold: the first record that is wrong comes first."""
    try:
        given = [VerifierKey.parse(text) for text in arguments.key]
    except BadKey as error:
        raise Unusable(str(error)) from error
    outcome = asyncio.run(_verify(arguments, given))
    for line in outcome.said:
        print(f"{arguments.community}: {line}")
    return DIFFERS if outcome.wrong else HOLDS


async def _verify(arguments: argparse.Namespace, given: list[VerifierKey]) -> Outcome:
    settings = Settings.from_env()
    kept = Kept(arguments.receipt, arguments.checkpoint, given, [key for _, key in witnesses(settings)])
    async with database.opened(settings):
        community = await community_named(arguments.community)
        return await verify(community.id, settings, kept)


def run_witness(arguments: argparse.Namespace) -> int:
    """One line for each log and witness; 1 when any of them did not sign."""
    told = asyncio.run(_witness(arguments.community))
    for line, _ in told:
        print(line)
    return DIFFERS if any(trouble is not None for _, trouble in told) else HOLDS


async def _witness(slug: str | None) -> list[tuple[str, object]]:
    settings = Settings.from_env()
    if not settings.witnesses:
        raise Unusable("no witnesses: set COUNCIL_WITNESSES")
    async with database.opened(settings):
        wanted = await communities() if slug is None else [await community_named(slug)]
        return list(await ask_all(settings, wanted, settings.clock().now()))


def run_rekey(arguments: argparse.Namespace) -> int:
    print(asyncio.run(_rekey(arguments.community)))
    return HOLDS


async def _rekey(slug: str) -> str:
    settings = Settings.from_env()
    async with database.opened(settings):
        community = await community_named(slug)
        made = await restarts.restart(
            community.id,
            why=Why.NEW_KEY,
            host=urlsplit(settings.base_url).netloc,
            slug=slug,
            secret=settings.secret.encode(),
            now=settings.clock().now(),
        )
    return f"{slug}: from entry {made.seq + 1} on the log has a new key; tell its witnesses"
