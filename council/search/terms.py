"""What somebody typed into the search box, as words to look for. Pure.

A word is found sign by sign: each sign of it stands for its full-width and half-width forms and for both cases, and
a radical copied out of a PDF (⼈) for the character (人). There is no stemming and no guessing at where Chinese words
end, so any two signs that stand together in a text find it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from council.kernel.text import clean_line

LONGEST = 200
"""Signs of a query."""
MOST_WORDS = 20

_BETWEEN = re.compile(r"[\s,;\"，、。；！？“”‘’「」《》【】]+")
_NUMBER = r"(?<![0-9a-z-]){}(?![0-9a-z-])"
_PLACES = (
    re.compile(r"(?<![0-9a-z-])(?P<b>[0-9]{1,3})-(?P<e>[0-9]{1,2})(?:-(?P<r>s?[0-9]{1,5}))?(?![0-9a-z-])"),
    re.compile(
        r"(?<![0-9])(?P<b>[0-9]{1,3})\s*(?:号楼|栋|幢)"
        r"(?:\s*(?P<e>[0-9]{1,2})\s*单元)?(?:\s*(?P<r>s?[0-9]{1,5})\s*室)?"
    ),
    re.compile(
        r"\bbuilding\s+(?P<b>[0-9]{1,3})\b(?:,?\s+entrance\s+(?P<e>[0-9]{1,2})\b)?"
        r"(?:,?\s+room\s+(?P<r>s?[0-9]{1,5})\b)?"
    ),
    re.compile(r"(?<![0-9])(?P<b>)(?P<e>)(?P<r>[0-9]{3,4})\s*室"),
    re.compile(r"\broom\s+(?P<b>)(?P<e>)(?P<r>[0-9]{3,4})\b"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One thing to look for. A text has it when one of `writings` stands in it; each sign there is a set of equals.

    `places` are patterns for LIKE on a place's code ("2-1", "2-1-%"); none when the word names no place.
    """

    writings: tuple[tuple[str, ...], ...]
    places: tuple[str, ...] = ()


def words_of(typed: str) -> tuple[Word, ...]:
    """The words of a query, places first; () when there is nothing to look for."""
    line = clean_line(typed)
    plain = "".join(map(narrow, line))
    found: list[Word] = []
    for pattern in _PLACES:
        for match in pattern.finditer(plain):
            found.append(_place(match, line[match.start() : match.end()]))
            plain = plain[: match.start()] + " " * len(match[0]) + plain[match.end() :]
    rest = "".join(sign if left != " " else " " for sign, left in zip(line, plain, strict=True))
    single = [part for part in _BETWEEN.split(rest) if part] or ([] if found else rest.split())
    found += [_word(part) for part in single]
    return tuple(dict.fromkeys(found))


def narrow(sign: str) -> str:
    """The small half-width form of one sign; the sign itself where that would be several."""
    folded = unicodedata.normalize("NFKC", sign).casefold()
    return folded if len(folded) == 1 else sign


@lru_cache(maxsize=4096)
def alike(sign: str) -> str:
    """Every sign that counts as this one, itself among them, in a fixed order."""
    plain = narrow(sign)
    upper = plain.upper() if len(plain.upper()) == 1 else plain
    return "".join(sorted({sign, plain, upper, *_forms().get(plain, ())}))


@lru_cache(maxsize=1)
def _forms() -> dict[str, list[str]]:
    """Full-width and half-width signs and the radicals, by the sign they stand for."""
    found: dict[str, list[str]] = {}
    for number in (*range(0x2E80, 0x2FE0), *range(0xFF01, 0xFFE7)):
        if narrow(chr(number)) != chr(number):
            found.setdefault(narrow(chr(number)), []).append(chr(number))
    return found


def _signs(text: str) -> tuple[str, ...]:
    return tuple(alike(sign) for sign in text)


def _word(text: str) -> Word:
    number = "".join(map(narrow, text))
    is_room = number.isascii() and number.isdigit() and 3 <= len(number) <= 5
    return Word((_signs(text),), (f"%-{number}",) if is_room else ())


def _place(match: re.Match[str], typed: str) -> Word:
    """2-1-502 and 2号楼1单元502室 are one place, whichever of them stands in a text."""
    building, entrance, room = (match[name] or "" for name in "ber")
    number = room.upper()
    if not building:
        return Word((_signs(typed), _signs(f"{number}室")), (f"%-{number}",))
    writings = [typed, "".join(typed.split()), f"{building}号楼" + (f"{entrance}单元" if entrance else "") + number]
    if entrance and room:
        writings += [f"{building}-{entrance}-{number}", f"{building}号楼{entrance}单元 {number}"]
    code = "-".join([building, entrance, number] if room else [building, entrance] if entrance else [building])
    places = (code,) if room else (code, f"{code}-%")
    return Word(tuple(dict.fromkeys(_signs(writing) for writing in writings)), places)
