"""`council roll codes --community SLUG --out FILE.pdf`: the slips of a whole community, one run."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from council.accounts import sheets, slips
from council.cli.words import in_words, words
from council.kernel.actor import system_actor
from council.kernel.errors import CouncilError, Refused
from council.kernel.scope import Scope, ScopeKind
from council.registry import queries as registry
from council.settings import Settings
from council.storage import database


def add_parser_to(roll_commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = roll_commands.add_parser("codes", help="print a slip for each household and each owner")
    parser.add_argument("--community", required=True, metavar="SLUG")
    parser.add_argument("--out", required=True, metavar="FILE.pdf")
    parser.add_argument("--locale", choices=["zh_CN", "en"], default="zh_CN", help="the language of the slips")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with in_words():
        number, made = asyncio.run(_pile(arguments, Settings.from_env()))
    out = Path(arguments.out)
    try:
        # The codes open doors: the file is for whoever asked for it.
        out.touch(mode=0o600)
        out.write_bytes(made)
    except OSError as error:
        raise CouncilError(f"cannot write {out}: {error.strerror}") from error
    print(f"{number} slips in {out}")
    return 0


async def _pile(arguments: argparse.Namespace, settings: Settings) -> tuple[int, bytes]:
    now = settings.clock().now()
    async with database.opened(settings):
        community = await registry.community_by_slug(arguments.community)
        if community is None:
            raise Refused("community.unknown", slug=arguments.community)
        by = system_actor(community.id, words(arguments.locale).sentence("name.command_line"))
        pile = await slips.codes_for_print(
            actor=by,
            scope=Scope(ScopeKind.COMMUNITY),
            secret=settings.secret.encode(),
            now=now,
        )
        if not pile:
            raise Refused("slip.none_here")
        made = await sheets.pile_pdf(
            pile, community=community, base_url=settings.base_url, words=words(arguments.locale), now=now
        )
    return len(pile), made
