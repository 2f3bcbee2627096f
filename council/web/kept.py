"""What somebody wrote, and the log-in had run out meanwhile: without scripts it would be gone with the page.

It travels through the log-in in hidden fields of its form, and is then offered again: to be read, changed and sent by
the same person once they have logged in, never sent by itself. It is in no address, no cookie, no log, and nowhere on
the server. Only what that person's own page has sent is offered (`csrf.is_ours`, `csrf.is_by`): nobody else puts words,
or a ballot, into a neighbour's hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar

from council.web import csrf
from council.web.forms import Form
from council.web.kit import Request, Signed

PREFIX = "kept."
_TO, _BACK, _BY, _FILES, _FIELD = "kept.to", "kept.back", "kept.by", "kept.files", "kept.in."

WRITTEN = frozenset(
    {"title", "body", "text", "affected", "business", "said", "ground"}
    | {"reply", "remedy", "reason", "why", "clause_", "merge_reason", "kind_reason"}
    | {"question", "answer", "words", "why_longer", "why_again", "court_said", "suspend", "lift", "name", "dispute"}
    | {"statement", "signers", "why_not"}
)
"""Fields that hold a person's own words ("clause_" stands for all that begin so); a form without a word in them is as
quickly filled in again."""

MOST_BODY = 4 * 1024 * 1024
"""Bytes of a request that are read for the words in it, photos included."""
LARGE_BODY = 256 * 1024
_large = asyncio.Semaphore(4)
"""Of bodies above LARGE_BODY so many are read at once, a process: nobody has logged in who sends them."""
MOST_WORDS = 48 * 1024
"""Bytes that are carried on: the log-in's own form may be 64 KB."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`words` are offered for reading and changing, `rest` goes along as it is; `files` are the names of the fields
    whose files have to be chosen again. `to` takes the form, `back` is the page it stood on, `by` its token."""

    to: str
    back: str
    by: str
    words: tuple[tuple[str, str], ...]
    rest: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    prefix: ClassVar[str] = PREFIX

    def is_of(self, request: Request, person: Signed | None) -> bool:
        """Whether this person wrote it; on a shared telephone the next one to log in is somebody else."""
        return person is not None and csrf.is_by(request, self.by, person)


def is_written(name: str) -> bool:
    """Whether a field of this name holds a person's own words."""
    start, joint, _ = name.partition("_")
    return name in WRITTEN or start + joint in WRITTEN


def may_keep(request: Request) -> bool:
    """Whether this is a form of ours, and no larger than we read. What htmx sends stays in the tab (`data-draft`); what
    offline.js sends (`data-steady`) and sees refused it sends again the ordinary way, and that is kept here."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return False
    length = request.headers.get("Content-Length", "")
    return (
        length.isascii()
        and length.isdigit()
        and len(length) < 10
        and int(length) <= MOST_BODY
        and csrf.is_ours(request)
    )


@asynccontextmanager
async def turn(request: Request) -> AsyncIterator[bool]:
    """Whether there is room now to read a stranger's body (`may_keep`) for its words; nobody waits for it."""
    if int(request.headers.get("Content-Length", "0")) <= LARGE_BODY:
        yield True
    elif _large.locked():
        yield False
    else:
        async with _large:
            yield True


def login_form(next_path: str, carried: Mapping[str, list[str]] | None = None) -> Form:
    """The log-in's form before anything is typed: where it leads, and what it carries on."""
    return Form({"next": [next_path], "keep": ["1"], **(carried or {})})


def carried(
    to: str, back: str, by: str, values: Mapping[str, list[str]], files: Iterable[str] = ()
) -> dict[str, list[str]]:
    """The hidden fields that carry a form with this token on; {} when there are no words in it, or too many."""
    own = {name: each for name, each in values.items() if name != csrf.FIELD and "password" not in name}
    if not any(value.strip() for name, each in own.items() if is_written(name) for value in each):
        return {}
    if sum(len(f"{name}{value}".encode()) for name, each in own.items() for value in each) > MOST_WORDS:
        return {}
    return {
        _TO: [to],
        _BACK: [back],
        _BY: [by],
        _FILES: sorted(filter(None, files)),
        **{_FIELD + name: each for name, each in own.items()},
    }


def found(form: Form) -> Kept | None:
    """What a form carries on, if it does. Its addresses are paths of ours: the form came from a page of ours."""
    fields = form.starting(PREFIX)
    to, back = ((fields.get(name) or [""])[0] for name in (_TO, _BACK))
    if not to.startswith(("/c/", "/me")) or "\\" in to or "//" in to:
        return None
    inside = [(name.removeprefix(_FIELD), each) for name, each in fields.items() if name.startswith(_FIELD)]
    flat = [(name, value) for name, each in inside for value in each]
    return Kept(
        to=to,
        back=back if back.startswith("/") and not back.startswith("//") and "\\" not in back else "/",
        by=(fields.get(_BY) or [""])[0],
        words=tuple((name, value) for name, value in flat if is_written(name) and value.strip()),
        rest=tuple((name, value) for name, value in flat if not (is_written(name) and value.strip())),
        files=tuple(fields.get(_FILES, ())),
    )
