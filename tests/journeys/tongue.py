"""What a page says in English where a story tells it in Chinese: looked up in the catalogues, both ways.

A story is written once, in Chinese. On an English phone "12 户" is looked for as "12 households": the catalogue's
entry whose Chinese words these are gives the English ones. What no entry says is somebody's own words (a title, a
name), and those stand as they are in either language.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel.messages.pofile import read_po

from council.web.catalogues import load
from tests.journeys.house import ROOT

Words = str | re.Pattern[str]

_BLANK = re.compile(r"%\((\w+)\)[sd]|%%")
_ANY = r"[^\n]*?"
_NUMBER = re.compile(r"\d[\d,.]*")
_GAP = "\0"
_DAY = re.compile(r"(\d+)月(?:(\d+)日)?(?:（周([一二三四五六日])）)?(\d+:\d+)?")
_WEEKDAYS = dict(zip("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def spoken(words: Words, locale: str) -> Words:
    """What a page in this language says for what the story says."""
    return english(words) if isinstance(words, str) and locale.startswith("en") else words


def found_in(text: str, words: Words) -> bool:
    return words in text if isinstance(words, str) else words.search(text) is not None


@lru_cache(maxsize=512)
def english(words: str) -> Words:
    """A pattern of every English sentence that may stand for these Chinese words; the words themselves without one."""
    wanted = _plain(words)
    day = _DAY.fullmatch(wanted)
    if day is not None:
        month, number, weekday, hour = day.groups()
        said = (_WEEKDAYS.get(weekday), number, _MONTHS[int(month) - 1], hour)
        return re.compile(" ".join(each for each in said if each))
    found = _whole(wanted) | _inside(wanted)
    if not found:
        return words
    if wanted not in _fixed():
        found.add(re.escape(wanted))  # what fits a sentence of ours may be somebody's own words as well
    return re.compile("|".join(sorted(found, key=len, reverse=True)), re.IGNORECASE)


def _whole(wanted: str) -> set[str]:
    """The sentences that say just these words, their blanks filled with what stands in them."""
    found = set()
    for chinese, sentence in _pairs():
        pieces = _BLANK.split(_plain(chinese))
        match = re.fullmatch("".join(_named(piece, index) for index, piece in enumerate(pieces)), wanted)
        if match is not None and (len(pieces) == 1 or any(_letters(piece) for piece in pieces[::2])):
            names = pieces[1::2]
            filled = {name: text for name, text in zip(names, match.groups(), strict=True) if name}
            found.add(_filled(sentence, filled))
    return found


def _inside(wanted: str) -> set[str]:
    """The sentences of which these words are a part; numbers in them stand where the sentence has blanks."""
    if not _letters(wanted):
        return set()
    found = set()
    numbers = _NUMBER.findall(wanted)
    shape = _NUMBER.sub(_GAP, wanted)
    for chinese, sentence in _pairs():
        plain = _plain(chinese)
        names = [name for name in _BLANK.findall(plain) if name]
        before, is_part, _ = _BLANK.sub(lambda blank: _GAP if blank[1] else "%", plain).partition(shape)
        if is_part:
            at = before.count(_GAP)
            found.add(_filled(sentence, dict(zip(names[at:], numbers, strict=False))))
        elif wanted in plain:
            found.add(_filled(sentence, {}))
    return found


def _named(piece: str | None, index: int) -> str:
    if index % 2 == 0:
        return re.escape(piece or "")
    return "(.+?)" if piece else "(%)"


def _filled(sentence: str, values: dict[str, str]) -> str:
    """The English sentence as a pattern: its blanks filled with what the Chinese one holds, or with anything."""
    pieces = _BLANK.split(sentence)
    done = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            done.append(r"\s+".join(re.escape(word) for word in re.split(r"\s+", piece)))
        elif piece is None:
            done.append("%")
        else:
            done.append(_value(values.get(piece)))
    return "".join(done)


def _value(value: str | None) -> str:
    if value is None:
        return _ANY
    found = _whole(_plain(value)) if _letters(value) else set()
    return f"(?:{'|'.join(sorted(found))})" if found else re.escape(value)


@lru_cache(maxsize=1)
def _fixed() -> frozenset[str]:
    """The sentences without blanks: these words are ours and nobody else's."""
    return frozenset(_plain(chinese) for chinese, _ in _pairs())


@lru_cache(maxsize=1)
def _pairs() -> list[tuple[str, str]]:
    """Every Chinese sentence with its English one; singular and plural are two."""
    english = load(ROOT / "locales", "en", strict=False)
    pairs = []
    for path in sorted((ROOT / "locales" / "zh_CN").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="zh_CN"):
                if isinstance(message.id, str):
                    pairs.append((str(message.string), english.gettext(message.id)))
                else:
                    pairs += [(message.string[-1], form) for form in english.forms(*message.id)]
    return pairs


def _plain(words: str) -> str:
    return words.replace("\u00a0", " ").strip()


def _letters(piece: str | None) -> bool:
    return bool(piece and re.search(r"[\u4e00-\u9fff]", piece))
