"""`council doctor`: looks at settings, database, disk and clock, and says what to do about whatever is wrong."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import log2
from pathlib import Path

from council.audit import cosigned, keys, sealing
from council.documents import fonts
from council.registry.queries import communities
from council.settings import DEVELOPMENT_SECRET, BadSetting, Settings
from council.storage import database, schema
from council.storage.sql import fetch, instant

LEAST_FREE, COMFORTABLE = 200 * 2**20, 2 * 2**30
"""Bytes on the disk of the data folder: below the first nothing may be promised, below the second it is time to act."""

LEAST_ENTROPY = 100
"""Bits that the signs of the secret hold at least, by how unevenly they occur."""

SKEW = timedelta(seconds=5)
NEW_SECRET = 'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'  # noqa: S105 - a command


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    BAD = "BAD"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is what to do; empty when there is nothing to do."""

    level: Level
    about: str
    said: str
    advice: str = ""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("doctor", help="check settings, database, disk, clock; status 1 when something is bad")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """0: nothing is bad; 1: something is (each with what to do)."""
    try:
        settings = Settings.from_env()
    except BadSetting as bad:
        _print([Finding(Level.BAD, "settings", str(bad), f"change {bad.name} or unset it; then run this again")])
        return 1
    for name, value in settings.describe():
        print(f"      {name} = {value}")
    findings: list[Finding] = [*check_settings(settings), *check_disk(settings), check_font(settings)]
    findings += asyncio.run(check_database(settings))
    _print(findings)
    return 1 if any(finding.level is Level.BAD for finding in findings) else 0


def _print(findings: list[Finding]) -> None:
    for finding in findings:
        print(f"{finding.level.value:<5} {finding.about}: {finding.said}")
        if finding.advice:
            print(f"      → {finding.advice}")


def check_settings(settings: Settings) -> Iterator[Finding]:
    """The secret's strength, the address on printed codes, the clock's source."""
    yield _secret(settings)
    is_plain = not settings.base_url.startswith("https://")
    if settings.is_production and is_plain:
        advice = "put a reverse proxy with a certificate in front and set COUNCIL_BASE_URL=https://…"
        yield Finding(Level.BAD, "base URL", f"{settings.base_url} is not https: passwords travel in the clear", advice)
    else:
        yield Finding(Level.OK, "base URL", settings.base_url)
    if settings.is_production and not is_plain and settings.trusted_proxies == 0:
        advice = "set COUNCIL_TRUSTED_PROXIES to the number of proxies in front"
        yield Finding(Level.NOTE, "proxies", "none is trusted, so every visitor has the proxy's address", advice)
    if settings.now_file is not None:
        advice = "unset COUNCIL_NOW_FILE when the trial is over"
        yield Finding(Level.NOTE, "clock", f"the present is read from {settings.now_file}", advice)


def _secret(settings: Settings) -> Finding:
    if settings.secret == DEVELOPMENT_SECRET:
        return Finding(Level.NOTE, "secret", "the one of development", f"for real use set COUNCIL_SECRET: {NEW_SECRET}")
    if entropy(settings.secret) < LEAST_ENTROPY:
        return Finding(Level.BAD, "secret", "easy to guess", f"set COUNCIL_SECRET to a random one: {NEW_SECRET}")
    return Finding(Level.OK, "secret", "set")


def entropy(text: str) -> int:
    """Bits by Shannon's measure over the text's own signs, rounded down: low for repetition, whatever its length."""
    total = len(text)
    return int(sum(times * log2(total / times) for times in Counter(text).values()))


def check_disk(settings: Settings) -> Iterator[Finding]:
    """Whether the data folder can be written, and how much room is left there."""
    place = settings.data.absolute()
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
        yield Finding(Level.OK, "data folder", f"{settings.data} can be written")
    except OSError as error:
        advice = f"let the user that runs council write there: chown -R USER {place}"
        yield Finding(Level.BAD, "data folder", f"{place} cannot be written ({error.strerror})", advice)
    free = shutil.disk_usage(place).free
    said = f"{free // 2**20:,} MiB free"
    if free < LEAST_FREE:
        yield Finding(Level.BAD, "disk", said, "make room now: votes are refused when the disk is full")
    elif free < COMFORTABLE:
        yield Finding(Level.NOTE, "disk", said, "make room soon, or move COUNCIL_DATA to a larger disk")
    else:
        yield Finding(Level.OK, "disk", said)


def check_font(settings: Settings) -> Finding:
    """Whether notices and slips can be printed in Chinese."""
    fonts.prefer(settings.font)
    try:
        return Finding(Level.OK, "font", fonts.first().path.name)
    except fonts.FontMissing:
        advice = f"install one ({fonts.PACKAGES}) or name a file with COUNCIL_FONT"
        return Finding(Level.BAD, "font", "no Chinese font for printed notices and slips", advice)


async def check_database(settings: Settings) -> list[Finding]:
    """Reachable, migrated, and a clock that agrees with it."""
    file = settings.sqlite_path
    if file is not None and not file.exists():
        return [Finding(Level.BAD, "database", f"{file} is not there yet", "council migrate makes it")]
    try:
        async with database.opened(settings) as engine:
            found = [Finding(Level.OK, "database", f"{engine.engine_type} answers")]
            missing = await schema.pending()
            if missing:
                said = f"{len(missing)} to be applied"
                return [*found, Finding(Level.BAD, "migrations", said, "council migrate (or start council serve)")]
            found.append(Finding(Level.OK, "migrations", f"all {len(schema.known())} applied"))
            return [*found, await _clock(settings), *await check_logs(settings)]
    except Exception as error:
        # Whatever it is, it is what the operator has to be told; drivers raise of all kinds.
        said = " ".join(str(error).split()) or type(error).__name__
        where = "the file and its folder's owner" if file is not None else "DATABASE_URL, and whether PostgreSQL runs"
        return [Finding(Level.BAD, "database", f"cannot be used: {said}", f"check {where}")]


async def check_logs(settings: Settings) -> list[Finding]:
    """Whether the logs' keys can be opened, and what their witnesses refused."""
    found = []
    for community in await communities():
        key = await keys.current(community.id)
        if key is None:
            continue
        about = f"log {community.slug}"
        if sealing.unseal(key.sealed, secret=settings.secret.encode(), public=key.public, origin=key.origin) is None:
            advice = f"set COUNCIL_SECRET to what it was; if it is lost: council log rekey --community {community.slug}"
            found.append(Finding(Level.BAD, about, "its key cannot be opened: no receipt is signed", advice))
        for each in await cosigned.standings(community.id, key.origin):
            if each.trouble is not None:
                found.append(_refused(about, each))
    return found


def _refused(about: str, standing: cosigned.Standing) -> Finding:
    said = f"witness {standing.witness}: {standing.trouble}"
    if standing.trouble is not None and standing.trouble.is_bad:
        advice = "records that it saw are gone or changed: council log verify; if a backup was put back without"
        advice += " council restore, council log rekey"
        return Finding(Level.BAD, about, said, advice)
    advice = (
        "run council log witness, and see that the witness is reached and trusts the log's key (council witness trust)"
    )
    return Finding(Level.NOTE, about, said, advice)


async def _clock(settings: Settings) -> Finding:
    """Against the newest record of any log (a clock that went back), the code's own age, and PostgreSQL's clock."""
    now = settings.clock().now()
    rows = await fetch("SELECT MAX(at) AS at FROM log_head")
    newest = instant(rows[0]["at"])
    advice = "set the clock (timedatectl set-ntp true): deadlines of votes are read from it"
    if newest is not None and newest > now + SKEW:
        return Finding(Level.BAD, "clock", f"{now:%Y-%m-%d %H:%M} UTC is before the log's end {newest:%F %R}", advice)
    if settings.now_file is None and now < _age_of_code():
        return Finding(Level.BAD, "clock", f"{now:%Y-%m-%d %H:%M} UTC is before this version was installed", advice)
    if settings.now_file is None and settings.sqlite_path is None:
        theirs = instant((await fetch("SELECT now() AS at"))[0]["at"])
        if theirs is not None and abs(theirs - now) > SKEW:
            return Finding(Level.BAD, "clock", f"PostgreSQL's differs by {abs(theirs - now).seconds} s", advice)
    return Finding(Level.OK, "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _age_of_code() -> datetime:
    return datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
