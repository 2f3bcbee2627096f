"""`council demo`: a believable community on a fresh embedded database, its log-ins printed, served."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from council.accounts.model import PrintableSlip
from council.accounts.passwords import Passwords, production_hasher
from council.accounts.slipcodes import CodeKind
from council.demo import desk, script, town
from council.demo.script import Login
from council.files import store
from council.kernel.errors import CouncilError
from council.settings import Settings
from council.storage import database, schema
from council.storage.transactions import transaction

PASSWORD = "huaishu-2468"  # noqa: S105 - printed for everybody, on invented people only
MARK = "made-by-council-demo"
"""A file that says that a folder is the demo's own and may be made anew."""

SCRIPTS = ("garden", "orchard")


class CannotPrepare(CouncilError):
    """The folder is somebody else's, or this is production (exit status 2)."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("demo", help="a believable community on a fresh embedded database, served")
    parser.add_argument("--port", default=8000, type=int, metavar="P", help="port to listen on (default 8000)")
    parser.add_argument(
        "--data", default=Path("demo-data"), type=Path, metavar="DIR", help="folder (default demo-data)"
    )
    parser.add_argument("--once", action="store_true", help="prepare and print, do not serve")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    # Imported here: preparing alone needs no server.
    from council.cli.serve import check_port, serve  # noqa: PLC0415

    if Settings.from_env().is_production:
        raise CannotPrepare("the demo is not for production: unset COUNCIL_ENV")
    base_url = f"http://127.0.0.1:{arguments.port}"
    told = {
        "COUNCIL_DATA": str(arguments.data),
        "DATABASE_URL": f"sqlite:///{arguments.data / 'council.db'}",
        "COUNCIL_BASE_URL": base_url,
    }
    settings = Settings.from_env({**os.environ, **told})
    if not arguments.once:
        check_port("127.0.0.1", arguments.port)
    began = time.monotonic()
    prepare_folder(arguments.data)
    prepared = asyncio.run(prepare(settings))
    print(described(prepared, base_url))
    print(f"\nprepared in {time.monotonic() - began:.1f} s in {arguments.data}", flush=True)
    if arguments.once:
        return 0
    return serve(settings, host="127.0.0.1", port=arguments.port, is_migrating=False)


def prepare_folder(folder: Path) -> None:
    """An empty folder with our mark; one that we made before is emptied, anybody else's is left alone."""
    if folder.exists() and not folder.is_dir():
        raise CannotPrepare(f"{folder} is a file: choose another folder with --data")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise CannotPrepare(f"{folder} holds something that the demo did not make: choose another with --data")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("council demo makes this folder anew each time it starts.\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`logins` by the community's slug; `slips` are a dwelling's and an owner's code that nobody has used."""

    logins: tuple[tuple[str, tuple[Login, ...]], ...]
    slips: tuple[PrintableSlip, ...]


async def prepare(settings: Settings) -> Prepared:
    """Both communities, lived up to now."""
    store.use(settings.files)
    hashed = Passwords(production_hasher()).hash_once(PASSWORD)
    now = settings.clock().now().replace(microsecond=0)
    secret = settings.secret.encode()
    known: dict[str, int] = {}
    free: tuple[PrintableSlip, ...] = ()
    printed = []
    async with database.opened(settings):
        await schema.migrate()
        async with transaction():
            await town.plant_areas()
        for name in SCRIPTS:
            read = script.read(name)
            stage = await town.build(read, password_hash=hashed, known=known, secret=secret, now=now)
            if name == SCRIPTS[0]:
                free = await desk.unused_slips(stage, "6-1", secret)
            printed.append((read.slug, tuple(login for login in read.logins if login.key not in known)))
            known = {key: person_id for key, person_id in stage.people.items() if key in town.SHARED}
    return Prepared(tuple(printed), free)


def described(prepared: Prepared, base_url: str) -> str:
    """What the terminal shows: the addresses, the password, and who is who."""
    lines = ["", f"  {base_url}/", f"  password of everybody / 所有账号的密码: {PASSWORD}", ""]
    for slug, people in prepared.logins:
        lines.append(f"  {base_url}/c/{slug}/")
        for login in people:
            lines.append(f"    {login.phone}  {login.name}  {login.who[0]}")
            lines.append(f"                 {login.who[1]}")
        lines.append("")
    words = {CodeKind.RESIDENT: "住户纸条 / a household's slip", CodeKind.OWNER: "业主纸条 / an owner's slip"}
    for slip in prepared.slips:
        place = "" if slip.unit is None else slip.unit.code
        lines.append(f"  {base_url}/join/{slip.code}  {words[slip.kind]} {place}")
    return "\n".join(lines)
