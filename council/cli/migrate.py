"""`council migrate`: the schema up to date, on either database."""

from __future__ import annotations

import argparse
import asyncio

from council.cli import restored
from council.settings import Settings
from council.storage import database, schema


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("migrate", help="bring the database's schema up to date")
    parser.add_argument("--check", action="store_true", help="only say what is pending; status 1 when something is")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    return asyncio.run(_run(only_check=arguments.check))


async def _run(*, only_check: bool) -> int:
    settings = Settings.from_env()
    async with database.opened(settings):
        names = await schema.pending() if only_check else await schema.migrate()
        for line in [] if only_check else await restored.finish(settings, settings.clock().now()):
            print(line)
    for name in names:
        print(f"{'pending' if only_check else 'applied'} {name}")
    if not names:
        print("the schema is up to date")
    return 1 if only_check and names else 0
