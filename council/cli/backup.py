"""`council backup FILE` and `council restore FILE`."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from council.cli import restored
from council.settings import Settings
from council.storage import backup, database, schema


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("backup", help="copy database and files to one file, while serving")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.set_defaults(run=run_backup)
    parser = commands.add_parser("restore", help="put a backup where the settings say; the server must be stopped")
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--force", action="store_true", help="replace data that are there (they are moved aside)")
    parser.set_defaults(run=run_restore)


def run_backup(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    report = asyncio.run(backup.backup(settings, arguments.file, settings.clock().now()))
    print(f"{arguments.file}: {report.size} bytes, the {report.engine} database and {report.files} files")
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    report = asyncio.run(backup.restore(settings, arguments.file, settings.clock().now(), force=arguments.force))
    print(f"restored the {report.engine} database and {report.files} files of {report.made_at}")
    if report.aside is not None:
        print(f"what was there before is in {report.aside}")
    for name in asyncio.run(_finish(settings)):
        print(name)
    return 0


async def _finish(settings: Settings) -> list[str]:
    async with database.opened(settings):
        applied = [f"applied {name}" for name in await schema.migrate()]
        return applied + await restored.finish(settings, settings.clock().now())
