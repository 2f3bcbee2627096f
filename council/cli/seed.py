"""`council seed`: synthetic households and matters for trials and load, the same for the same seed."""

from __future__ import annotations

import argparse
import asyncio
import time

from council.accounts.passwords import Passwords, production_hasher, weakness
from council.demo import synthetic
from council.demo.names import telephone
from council.kernel.errors import CouncilError
from council.kernel.scope import Scope, ScopeKind
from council.registry import founding
from council.registry import queries as registry
from council.settings import Settings
from council.storage import database, schema


class CannotSeed(CouncilError):
    """Production, a community with households, or figures out of bounds (exit status 2)."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("seed", help="synthetic data for trials and load (never in production)")
    parser.add_argument("--community", required=True, metavar="SLUG", help="an empty one; made when there is none")
    parser.add_argument("--households", required=True, type=int, metavar="N")
    parser.add_argument("--proposals", default=0, type=int, metavar="M")
    parser.add_argument(
        "--seed", default=1, type=int, metavar="S", help="the same seed makes the same houses and names"
    )
    parser.add_argument("--password", metavar="PW", help="everybody's; without it nobody can log in")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    settings = Settings.from_env()
    if settings.is_production:
        raise CannotSeed("refused in production: invented people do not belong in a real register")
    if not 1 <= arguments.households <= synthetic.MOST:
        raise CannotSeed(f"--households {arguments.households}: between 1 and {synthetic.MOST}")
    if not 0 <= arguments.proposals <= 2000:
        raise CannotSeed(f"--proposals {arguments.proposals}: between 0 and 2000")
    if arguments.password is not None and weakness(arguments.password) is not None:
        raise CannotSeed("--password: at least 8 signs, and not one that everybody knows")
    began = time.monotonic()
    print(asyncio.run(_run(settings, arguments)))
    print(f"done in {time.monotonic() - began:.1f} s")
    return 0


async def _run(settings: Settings, arguments: argparse.Namespace) -> str:
    if settings.sqlite_path is not None:
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    hashed = None if arguments.password is None else Passwords(production_hasher()).hash_once(arguments.password)
    now = settings.clock().now().replace(microsecond=0)
    async with database.opened(settings):
        await schema.migrate()
        community_id = await _community(arguments.community, settings)
        stage = await synthetic.build(
            community_id,
            households=arguments.households,
            proposals=arguments.proposals,
            seed=arguments.seed,
            password_hash=hashed,
            now=now,
        )
    first = telephone(3_000_000 + community_id % 340 * 20_000)
    return (
        f"{arguments.community}: {stage.estate.dwellings} households, {len(stage.estate.owners)} owners,"
        f" {len(stage.people)} accounts, {len(stage.proposals)} proposals, {len(stage.motions)} motions;"
        f" the secretary's telephone is {first}, the first owner's {next(iter(stage.estate.owners.values())).phone}"
    )


async def _community(slug: str, settings: Settings) -> int:
    found = await registry.community_by_slug(slug)
    if found is None:
        # Founded before anything that is to have happened in it.
        return await founding.add_community(
            slug=slug,
            name=f"试验小区 {slug}",
            area_path=None,
            phone="",
            address="",
            now=synthetic.founded_at(settings.clock().now()),
        )
    if await registry.units_in(found.id, Scope(ScopeKind.COMMUNITY)):
        raise CannotSeed(f"{slug!r} has households already: choose another slug")
    return found.id
