"""What happens in the demo, read from `*.toml`: people, matters, and what is said, each at an instant before now
(`instants.py`). Matters are read by `matters.py`, their votes by `votes.py`, the desk's papers by `recorded.py`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from council.demo.houses import BuildingPlan
from council.demo.instants import BadScript, instants
from council.demo.matters import Matter, read_matter
from council.demo.recorded import Appointed, Bylaws, Correction, HolderPaper, read_appointed, read_bylaws, read_holder


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whose log-in is printed. `who` says in a few words what to try with it, in both languages."""

    key: str
    name: str
    phone: str
    who: tuple[str, str]
    locale: str = ""
    role: str | None = None
    homes: tuple[str, ...] = ()
    owns: tuple[str, ...] = ()
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class Script:
    """One community: where, whose, and its matters in the order of the file."""

    slug: str
    name: str
    phone: str
    address: str
    seed: int
    first_phone: int
    parking: int
    plans: tuple[BuildingPlan, ...]
    logins: tuple[Login, ...]
    neighbours: Mapping[str, str]
    """Names of owners by unit code, for those who speak without a printed log-in."""
    bylaws: tuple[Bylaws, ...]
    appointments: tuple[Appointed, ...]
    corrections: tuple[Correction, ...]
    holders: tuple[HolderPaper, ...]
    matters: tuple[Matter, ...]


def read(name: str) -> Script:
    """The script `council/demo/<name>.toml`, its matters from `<name>-*.toml` beside it."""
    folder = files("council.demo")
    data = tomllib.loads(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    parts = sorted(each.name for each in folder.iterdir() if each.name.startswith(f"{name}-"))
    matters: list[Matter] = []
    for part in parts:
        for table in tomllib.loads(folder.joinpath(part).read_text(encoding="utf-8"))["matter"]:
            try:
                matters.append(read_matter(table))
            except (KeyError, TypeError, ValueError) as error:
                raise BadScript(f"{part}: {table.get('key')}: {error!r}") from error
    return Script(
        **data["community"],
        plans=tuple(BuildingPlan(**{**table, "flats": tuple(table["flats"])}) for table in data["building"]),
        logins=tuple(_login(table) for table in data["login"]),
        neighbours=data.get("neighbours", {}),
        bylaws=tuple(read_bylaws(table) for table in data.get("bylaws", ())),
        appointments=tuple(read_appointed(table) for table in data.get("appointment", ())),
        corrections=tuple(Correction(**instants(each, "at")) for each in data.get("correction", ())),
        holders=tuple(read_holder(each) for each in data.get("holder", ())),
        matters=tuple(matters),
    )


def _login(table: Mapping[str, Any]) -> Login:
    plain = {**table, "who": tuple(table["who"])}
    for name in ("homes", "owns"):
        plain[name] = tuple(table.get(name, ()))
    return Login(**plain)
