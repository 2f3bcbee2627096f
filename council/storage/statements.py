"""What an SQL text is: whether it only reads, and its form in either dialect."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from string import Formatter

_SKIPPED = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|[()]|\w+",
    re.DOTALL,
)
_VERBS = frozenset({"SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"})
_READS = frozenset({"SELECT", "VALUES", "EXPLAIN"})


@lru_cache(maxsize=4096)
def is_read(sql: str) -> bool:
    """Whether SQLite may run this on a connection that cannot write: SELECT, VALUES, WITH … SELECT."""
    start = _SKIPPED.match(sql)
    rest = sql[start.end() if start else 0 :]
    word = re.match(r"\w*", rest)
    first = word.group().upper() if word else ""
    return first in _READS or (first == "WITH" and _verb_after_with(rest) in _READS)


def _verb_after_with(sql: str) -> str:
    depth = 0
    for match in _TOKEN.finditer(sql):
        found = match.group().upper()
        if found == "(":
            depth += 1
        elif found == ")":
            depth -= 1
        elif depth == 0 and found in _VERBS:
            return found
    return ""


@lru_cache(maxsize=4096)
def compiled(sql: str, engine_type: str, widths: tuple[int | None, ...]) -> str:
    """`sql` with each `{}` as the engine's placeholder; a width makes it a list, "(?, ?)" or "(NULL)" when empty.

    Braces of the SQL's own are doubled, as in `str.format`. ValueError when the count does not match.
    """
    made: list[str] = []
    used = number = 0
    for literal, field, spec, conversion in Formatter().parse(sql):
        made.append(literal)
        if field is None:
            continue
        if field or spec or conversion:
            raise ValueError(f"only empty placeholders are allowed, not {{{field}}}")
        if used == len(widths):
            raise ValueError("more placeholders than values")
        width = widths[used]
        used += 1
        marks = ["?" if engine_type == "sqlite" else f"${number + n + 1}" for n in range(1 if width is None else width)]
        number += len(marks)
        made.append(marks[0] if width is None else f"({', '.join(marks) or 'NULL'})")
    if used != len(widths):
        raise ValueError("more values than placeholders")
    return "".join(made)


def split(script: str) -> Sequence[str]:
    """The statements of an SQLite script, triggers kept whole."""
    found: list[str] = []
    pending = ""
    for piece in re.split(r"(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    rest = _SKIPPED.sub("", pending).strip()
    return [*found, pending.strip()] if rest else found
