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

RARE = "⺀-⿟＂-＇＊＋－-９＜-＞＠-｝"
"""Inside brackets: radicals and full-width signs, but for the punctuation that every Chinese text has.

The comments that have any of these stand in an index of their own (`comment_rare_signs`; its condition is this very
one, so it must not change without a migration). All the others are searched in the one form that they can have.
"""
_RARE = tuple((ord(part[0]), ord(part[-1])) for part in ("⺀⿟", "＂＇", "＊", "＋", "－９", "＜＞", "＠｝"))


@dataclass(frozen=True, slots=True)
class Condition:
    """`sql` has a `{}` for each of `values`."""

    sql: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A text to search. `rare`, for a long list: a condition on its rows with rare signs, a `{}` for the pattern last.

    `NOWHERE` for short texts in a long list: names, whose full-width letters are then not looked for.
    """

    sql: str
    rare: Condition | None = None


NOWHERE = Condition("", ())


def has_all(words: Sequence[Word], texts: Sequence[Column], places: Sequence[str] = ()) -> Condition:
    """Every word stands in one of these columns of text, or names one of these columns' places."""
    return _joined(" AND ", [_has(word, texts, places) for word in words])


def together(column: str, between: str) -> str:
    """The dialect's aggregate that writes a column's texts one behind the other."""
    return f"{'GROUP_CONCAT' if dialect() == 'sqlite' else 'STRING_AGG'}({column}, '{between}')"


def matches(column: str, pattern: str = "{}") -> str:
    """The dialect's comparison with a pattern."""
    return f"{column} {'GLOB' if dialect() == 'sqlite' else '~'} {pattern}"


def rare_signs(column: str) -> str:
    """Whether a text has any of `RARE`, letter for letter as the index says it."""
    return matches(column, f"'*[{RARE}]*'" if dialect() == "sqlite" else f"'[{RARE}]'")


def _has(word: Word, texts: Sequence[Column], places: Sequence[str]) -> Condition:
    of_texts = [_contains(column, writing) for column in texts for writing in word.writings]
    of_places = [
        Condition(f"{column} {'LIKE' if '%' in pattern else '='} {{}}", (pattern,))
        for column in places
        for pattern in word.places
    ]
    return _joined(" OR ", [*of_texts, *of_places])


def _joined(between: str, parts: Sequence[Condition]) -> Condition:
    return Condition(
        "(" + between.join(part.sql for part in parts) + ")", tuple(value for part in parts for value in part.values)
    )


def _contains(column: Column, writing: Sequence[str]) -> Condition:
    usual = ["".join(sign for sign in signs if not _is_rare(sign)) for signs in writing]
    if column.rare is None or not all(_is_simple(signs) for signs in usual):
        return _anyhow(column.sql, writing)
    plain = _usual(column.sql, usual)
    if list(writing) == usual or column.rare is NOWHERE:
        return plain
    rare = Condition(column.rare.sql, (*column.rare.values, _pattern(writing)))
    return _joined(" OR ", [plain, rare])


def _is_rare(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _RARE)


def _is_simple(signs: str) -> bool:
    """One sign, or one Latin letter in both cases."""
    return len(signs) == 1 or (len(signs) == 2 and signs.isascii() and signs[0].lower() == signs[1].lower())


def _usual(column: str, writing: Sequence[str]) -> Condition:
    """A plain search; SQLite's LIKE knows the two cases of Latin letters."""
    text = "".join(signs[-1] for signs in writing)
    is_sqlite = dialect() == "sqlite"
    if not any(len(signs) > 1 for signs in writing):
        return Condition(f"{'INSTR' if is_sqlite else 'STRPOS'}({column}, {{}}) > 0", (text,))
    if is_sqlite:
        escaped = "".join("\\" + sign if sign in "%_\\" else sign for sign in text)
        return Condition(f"{column} LIKE {{}} ESCAPE '\\'", (f"%{escaped}%",))
    return Condition(matches(column), (_regex(writing),))


def _anyhow(column: str, writing: Sequence[str]) -> Condition:
    """A plain search for the longest run of signs that have no other form, then for the whole."""
    run = _longest_plain(writing)
    plain = Condition(f"{'INSTR' if dialect() == 'sqlite' else 'STRPOS'}({column}, {{}}) > 0", (run,))
    if len(run) == len(writing):
        return plain
    whole = Condition(matches(column), (_pattern(writing),))
    return _joined(" AND ", [plain, whole]) if run else whole


def _pattern(writing: Sequence[str]) -> str:
    return f"*{_glob(writing)}*" if dialect() == "sqlite" else _regex(writing)


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
