"""`council roll import FILE --community SLUG`: all of a roll or nothing of it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from council.cli import roll_check
from council.cli.common import community_named
from council.kernel.actor import system_actor
from council.registry import importing
from council.registry.rollfile.model import RollFile, Unreadable
from council.registry.rollfile.reading import read_roll
from council.settings import Settings
from council.storage import database
from council.web.catalogues import Catalogue, load

DONE, HAS_ERRORS, UNREADABLE = 0, 1, 2
_NAMED = 20
"""Absent units that are named; beyond it their number is."""


def add_parser_to(roll_commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = roll_commands.add_parser("import", help="write a roll into a community's register, all or nothing")
    roll_check.add_file_arguments(parser)
    parser.add_argument("--community", metavar="SLUG", required=True)
    parser.add_argument("--remove-absent", action="store_true", help="take units out that the file does not name")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0 imported (or nothing to change), 1 a row has an error and nothing is written, 2 no roll or no community."""
    words = load(roll_check.LOCALES, arguments.locale, strict=False)
    try:
        data = roll_check.read_bytes(arguments.file)
        roll = read_roll(Path(arguments.file).name, data, area_heading=arguments.area_heading)
    except Unreadable as unreadable:
        print(f"council: {roll_check.refusal(unreadable, words)}", file=sys.stderr)
        return UNREADABLE
    settings = Settings.from_env()
    if roll.errors:
        asyncio.run(_require_community(settings, arguments.community))
        print(roll_check.as_text(roll, words))
        return HAS_ERRORS
    digest = sha256(data).hexdigest()
    applied = asyncio.run(_import(settings, arguments, roll, digest, settings.clock().now()))
    print(_summary(applied, words))
    return DONE


async def _require_community(settings: Settings, slug: str) -> None:
    async with database.opened(settings):
        await community_named(slug)


async def _import(
    settings: Settings, arguments: argparse.Namespace, roll: RollFile, digest: str, now: datetime
) -> importing.Applied:
    async with database.opened(settings):
        community = await community_named(arguments.community)
        return await importing.apply_roll(
            actor=system_actor(community.id),
            rows=roll.rows,
            digest=digest,
            now=now,
            remove_absent=arguments.remove_absent,
        )


def _summary(applied: importing.Applied, words: Catalogue) -> str:
    counts = {
        "added": len(applied.added),
        "changed": len(applied.changed),
        "unchanged": len(applied.unchanged),
        "absent": len(applied.absent),
    }
    lines = [words.gettext("roll.cli_imported") % counts]
    if applied.absent:
        named = "、".join(applied.absent[:_NAMED]) + ("…" if len(applied.absent) > _NAMED else "")
        code = "roll.cli_removed" if applied.removed else "roll.cli_absent"
        lines.append(words.gettext(code) % {"units": named})
    return "\n".join(lines)
