"""What the environment says, checked once at the start: an unknown or malformed setting stops it, by name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from council.kernel.clock import Clock, parse_instant
from council.kernel.errors import CouncilError

_PASSWORD = re.compile(r"(?<=:)[^:/@]+(?=@)|(?<=password=)[^&]+")
LEAST_SECRET = 32
DEVELOPMENT_SECRET = "not a secret: for development and tests only"  # noqa: S105 - it says so itself


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


class BadSetting(CouncilError):
    """A setting that cannot be used; `name` is the variable's."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True, slots=True)
class Settings:
    """The process's settings; see README for what to set in production.

    `database_url` is "sqlite:///relative", "sqlite:////absolute" or "postgresql://…"; `data` the folder of files
    (and of the SQLite file, unless told otherwise); `base_url` has no slash at its end; `trusted_proxies` is how
    many proxies in front may be believed about the client's address.
    """

    environment: Environment
    data: Path
    database_url: str = field(repr=False)
    secret: str = field(repr=False)
    base_url: str
    now_file: Path | None
    metrics_token: str | None = field(repr=False)
    trusted_proxies: int
    pool_size: int
    font: Path | None = None
    """The font that PDFs embed; None: the best one found on this machine."""
    witnesses: tuple[tuple[str, str], ...] = ()
    """Who signs the logs' heads on other machines: address and public key (`name+id+key`) of each."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """BadSetting names the first variable that is wrong. Empty counts as not set."""
        given = {name: value for name, value in (os.environ if environ is None else environ).items() if value}
        for name in sorted(given):
            if name.startswith("COUNCIL_") and name not in NAMES:
                raise BadSetting(name, f"unknown setting (known: {', '.join(NAMES)})")
        environment = _read(given, "COUNCIL_ENV", "development", _environment)
        data = _read(given, "COUNCIL_DATA", "data", Path)
        return cls(
            environment=environment,
            data=data,
            database_url=_read(given, "DATABASE_URL", f"sqlite:///{data / 'council.db'}", _database_url),
            secret=_secret(given, environment),
            base_url=_base_url(given, environment),
            now_file=_now_file(given, environment),
            metrics_token=_read(given, "COUNCIL_METRICS_TOKEN", "", _token) or None,
            trusted_proxies=_read(given, "COUNCIL_TRUSTED_PROXIES", "0", _whole(0, 9)),
            pool_size=_read(given, "COUNCIL_POOL_SIZE", "10", _whole(2, 200)),
            font=_read(given, "COUNCIL_FONT", "", _file),
            witnesses=_read(given, "COUNCIL_WITNESSES", "", _witnesses),
        )

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def sqlite_path(self) -> Path | None:
        """The SQLite file, or None on PostgreSQL."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme == "sqlite" else None

    @property
    def files(self) -> Path:
        """Where uploaded files lie, by digest."""
        return self.data / "files"

    def clock(self) -> Clock:
        return Clock(self.now_file)

    def describe(self) -> list[tuple[str, str]]:
        """Every setting by the variable's name, fit to be shown: secrets only as "set" or "not set"."""
        return [
            ("COUNCIL_ENV", self.environment.value),
            ("COUNCIL_DATA", str(self.data)),
            ("DATABASE_URL", _PASSWORD.sub("***", self.database_url)),
            ("COUNCIL_SECRET", "default of development" if self.secret == DEVELOPMENT_SECRET else "set"),
            ("COUNCIL_BASE_URL", self.base_url),
            ("COUNCIL_NOW_FILE", str(self.now_file) if self.now_file else "not set"),
            ("COUNCIL_METRICS_TOKEN", "set" if self.metrics_token else "not set"),
            ("COUNCIL_TRUSTED_PROXIES", str(self.trusted_proxies)),
            ("COUNCIL_POOL_SIZE", str(self.pool_size)),
            ("COUNCIL_FONT", str(self.font) if self.font else "not set"),
            ("COUNCIL_WITNESSES", ", ".join(" ".join(each) for each in self.witnesses) or "not set"),
        ]


NAMES = (
    "COUNCIL_ENV",
    "COUNCIL_DATA",
    "COUNCIL_SECRET",
    "COUNCIL_BASE_URL",
    "COUNCIL_NOW_FILE",
    "COUNCIL_METRICS_TOKEN",
    "COUNCIL_TRUSTED_PROXIES",
    "COUNCIL_POOL_SIZE",
    "COUNCIL_FONT",
    "COUNCIL_WITNESSES",
)

T = TypeVar("T")


def _read(given: Mapping[str, str], name: str, default: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(given.get(name, default))
    except ValueError as exc:
        raise BadSetting(name, str(exc)) from None


def _environment(text: str) -> Environment:
    try:
        return Environment(text)
    except ValueError:
        raise ValueError(f"must be one of {', '.join(Environment)}") from None


def _database_url(text: str) -> str:
    if text.startswith(("postgresql://", "postgres://")):
        try:
            parts = urlsplit(text)
            _ = parts.port
        except ValueError:
            raise ValueError("is not a valid postgresql:// address") from None
        if parts.path in {"", "/"}:
            raise ValueError("names no database after the host")
        return text
    path = text.removeprefix("sqlite:///")
    if "://" in path or path.startswith((":", "sqlite:")) or not path:
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")
    return f"sqlite:///{path}"


def _secret(given: Mapping[str, str], environment: Environment) -> str:
    name = "COUNCIL_SECRET"
    secret = given.get(name)
    if secret is None:
        if environment is Environment.PRODUCTION:
            raise BadSetting(name, f"must be set in production, to {LEAST_SECRET} or more random signs")
        return DEVELOPMENT_SECRET
    if len(secret) < LEAST_SECRET or len(set(secret)) < 8:
        raise BadSetting(name, f"must be {LEAST_SECRET} or more random signs")
    if environment is Environment.PRODUCTION and secret == DEVELOPMENT_SECRET:
        raise BadSetting(name, "is the one that everybody knows")
    return secret


def _base_url(given: Mapping[str, str], environment: Environment) -> str:
    name = "COUNCIL_BASE_URL"
    if environment is Environment.PRODUCTION and name not in given:
        raise BadSetting(name, "must be set in production: printed QR codes carry it")
    text = given.get(name, "http://127.0.0.1:8000").rstrip("/")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise BadSetting(name, "is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        raise BadSetting(name, "must be http(s)://HOST[:PORT] and nothing after it")
    return text


def _now_file(given: Mapping[str, str], environment: Environment) -> Path | None:
    name = "COUNCIL_NOW_FILE"
    text = given.get(name)
    if text is None:
        return None
    if environment is Environment.PRODUCTION:
        raise BadSetting(name, "is refused in production: the present comes from the clock")
    try:
        parse_instant(Path(text).read_text(encoding="utf-8").strip())
    except OSError:
        raise BadSetting(name, f"cannot be read: {text}") from None
    except ValueError:
        raise BadSetting(name, "must hold one instant with a zone, as 2026-03-01T09:00:00Z") from None
    return Path(text)


def _token(text: str) -> str:
    if text and len(text) < 16:
        raise ValueError("must be 16 or more signs")
    return text


def _file(text: str) -> Path | None:
    if text and not Path(text).is_file():
        raise ValueError("names no file")
    return Path(text) if text else None


_VKEY = re.compile(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*")


def _witnesses(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for each in filter(None, (part.strip() for part in text.split(","))):
        address, _, key = each.partition(" ")
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not _VKEY.fullmatch(key.strip()):
            raise ValueError("must be ADDRESS KEY, ADDRESS KEY … (a key as council witness key prints it)")
        found.append((address, key.strip()))
    return tuple(found)


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(text)

    return parse
