"""Words as conditions in SQL, the same on both databases.

There is no index and no second copy of any text: the columns themselves are read through, within one community. What
is said is found the moment it is said, what is hidden is gone the moment it is hidden, and nothing has to be kept in
step. 50,000 comments take some tens of milliseconds (`python -m bench.search`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from council.search.terms import Word
from council.storage.ddl import dialect


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` has a `{}` for each of `values`."""

    sql: str
    values: tuple[Any, ...]


def has_all(words: Sequence[Word], texts: Sequence[str], places: Sequence[str] = ()) -> Condition:
    """Every word stands in one of these columns of text, or names one of these columns' places."""
    return _joined(" AND ", [_has(word, texts, places) for word in words])


def _has(word: Word, texts: Sequence[str], places: Sequence[str]) -> Condition:
    of_texts = [_contains(column, writing) for column in texts for writing in word.writings]
    of_places = [Condition(f"{column} LIKE {{}}", (pattern,)) for column in places for pattern in word.places]
    return _joined(" OR ", [*of_texts, *of_places])


def _joined(between: str, parts: Sequence[Condition]) -> Condition:
    return Condition(
        "(" + between.join(part.sql for part in parts) + ")", tuple(value for part in parts for value in part.values)
    )


def _contains(column: str, writing: Sequence[str]) -> Condition:
    """A plain search for the longest run of signs that have no other form, then for the whole where there are others.

    The plain search is several times quicker than a pattern and settles nearly every row.
    """
    is_sqlite = dialect() == "sqlite"
    run = _longest_plain(writing)
    plain = Condition(f"{'INSTR' if is_sqlite else 'STRPOS'}({column}, {{}}) > 0", (run,))
    if len(run) == len(writing):
        return plain
    pattern = f"*{_glob(writing)}*" if is_sqlite else _regex(writing)
    whole = Condition(f"{column} {'GLOB' if is_sqlite else '~'} {{}}", (pattern,))
    return _joined(" AND ", [plain, whole]) if run else whole


def _longest_plain(writing: Sequence[str]) -> str:
    runs = [""]
    for signs in writing:
        runs.append(runs[-1] + signs if len(signs) == 1 else "")
    return max(runs, key=len)


def _glob(writing: Sequence[str]) -> str:
    """In brackets everything is itself, but ] must come first, - last and ^ not first."""
    return "".join(_bracket(signs) if len(signs) > 1 or signs in "*?[" else signs for signs in writing)


def _bracket(signs: str) -> str:
    rest = [sign for sign in signs if sign not in "]^-"]
    return "[" + "".join([*("]" if "]" in signs else ""), *rest, *(sign for sign in "^-" if sign in signs)]) + "]"


def _regex(writing: Sequence[str]) -> str:
    return "".join(f"(?:{'|'.join(map(_escaped, signs))})" for signs in writing)


def _escaped(sign: str) -> str:
    return sign if sign.isalnum() or not sign.isascii() else "\\" + sign
