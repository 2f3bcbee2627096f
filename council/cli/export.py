"""`council export WHAT --community SLUG --format F --out FILE`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from council.cli.common import community_named
from council.cli.words import words
from council.exports import service
from council.exports.model import Format, What
from council.kernel.actor import system_actor
from council.kernel.errors import CouncilError
from council.settings import Settings
from council.storage import database
from council.voting import counting

DECISION = "decision"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("export", help="write one export of a community to a file")
    parser.add_argument("what", choices=[*(what.value for what in What), DECISION])
    parser.add_argument("--community", required=True, metavar="SLUG")
    parser.add_argument("--format", choices=[form.value for form in Format], default=None)
    parser.add_argument("--motion", type=int, metavar="ID", help="which decision (for decision and participation)")
    languages = ["zh_CN", "zh-CN", "en"]
    parser.add_argument("--locale", choices=languages, default="zh_CN", help="language of titles and words")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    data, rows = asyncio.run(_made(arguments))
    try:
        arguments.out.write_bytes(data)
    except OSError as exc:
        raise CouncilError(f"{arguments.out}: {exc.strerror}") from None
    print(f"{arguments.out}: {rows} rows" if rows is not None else str(arguments.out))
    return 0


async def _made(arguments: argparse.Namespace) -> tuple[bytes, int | None]:
    settings = Settings.from_env()
    async with database.opened(settings):
        community = await community_named(arguments.community)
        actor, now = system_actor(community.id, "council export"), settings.clock().now()
        if arguments.what == DECISION:
            if arguments.motion is None or arguments.format not in {None, Format.JSON.value}:
                raise CouncilError("a decision is exported as json, with --motion ID")
            return await counting.decision_bundle(actor=actor, motion_id=arguments.motion, now=now), None
        made = await service.export(
            actor=actor,
            what=What(arguments.what),
            form=Format(arguments.format or Format.XLSX),
            words=words(arguments.locale.replace("-", "_")),
            now=now,
            motion_id=arguments.motion,
        )
        return made.data, made.rows
