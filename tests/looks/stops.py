"""One stop of the looks: who opens what, and what is sent there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.looks.annex import LONG_ENGLISH, UNBROKEN

G, F, A, M, B = "/c/garden", "/c/orchard", "/c/annex", "/c/meadow", "/c/bare"
P, V = f"{G}/proposals", f"{G}/motions"
DESK, PEOPLE, REGISTER, ROLL = f"{G}/desk", f"{G}/desk/people", f"{G}/desk/register", f"{A}/desk/roll"
HOME = "<unit garden 2-1-502>"
WORDS = f"{LONG_ENGLISH} {UNBROKEN}"
TOO_LATE = urlencode({"body": WORDS, "_csrf": "of an earlier session"}).encode()


@dataclass(frozen=True, slots=True)
class Stop:
    """One look: `who` opens `path`; with `form`, sends that form of the page and looks at the answer.

    `taps` is tapped in the open page, and what htmx swaps in is looked at with it (nothing that changes the world).
    `raw` is sent as it is to `path`, for what no form of ours sends.
    """

    who: str
    path: str
    status: int = 200
    form: str = ""
    fields: Mapping[str, str | None] = field(default_factory=dict)
    raw: bytes | None = None
    method: str = ""
    taps: str = ""

    @property
    def name(self) -> str:
        sent = f" {self.form} {dict(self.fields)}" if self.form else f" taps {self.taps}" if self.taps else ""
        return f"{self.who} {self.method} {self.path}{sent} → {self.status}"


def opened(who: str, *paths: str, status: int = 200) -> Iterator[Stop]:
    return (Stop(who, path, status) for path in paths)


def refused(who: str, path: str, form: str, status: int = 422, **fields: str | None) -> Stop:
    return Stop(who, path, status, form, fields)
