"""The words: every `locales/<locale>/*.po` of a language, merged in memory when the app starts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = ("zh_CN", "en")
"""Simplified Chinese first; it is also what a stranger without a stated preference reads."""

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_UNIT = re.compile(r"(\)[sd]|\d) (?=[户㎡天人件条层张位个套分小元份次楼名票室年月日行页处段家栋字项笔])")


class CatalogueError(Exception):
    """The catalogues contradict each other or carry an unfinished entry: the start stops."""


class MissingTranslation(LookupError):
    """A sentence without words; raised in tests and development, never in production."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language. Plural forms are ordered as the language counts: Chinese has one, English two."""

    locale: str
    strict: bool
    singular: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, msgid: str) -> bool:
        return msgid in self.singular

    def gettext(self, msgid: str) -> str:
        """The sentence. English msgids are their own English; a code without words is missing anywhere."""
        found = self.singular.get(msgid)
        if found is not None:
            return found
        if self.locale == "en" and not is_code(msgid):
            return msgid
        if self.strict:
            raise MissingTranslation(f"{self.locale}: {msgid!r}")
        return msgid

    def forms(self, singular: str, plural: str) -> tuple[str, str]:
        """The sentence for one, and for any other number."""
        found = self.plural.get(singular)
        if found is not None:
            return found[0], found[-1]
        if self.locale != "en" and self.strict:
            raise MissingTranslation(f"{self.locale}: {singular!r} / {plural!r}")
        return singular, plural

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        one, other = self.forms(singular, plural)
        return one if number == 1 else other


def is_code(msgid: str) -> bool:
    """Reason codes, labels and `said.*` are dotted lower-case names; sentences are not."""
    return _CODE.fullmatch(msgid) is not None


@lru_cache(maxsize=8)
def load(folder: Path, locale: str, strict: bool) -> Catalogue:
    """Every .po of one language as one catalogue. CatalogueError: the same msgid in two wordings, or fuzzy."""
    singular: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    origin: dict[str, Path] = {}
    for path, msgid, words in _entries(folder, locale):
        bound = tuple(_bind(locale, text) for text in words)
        key = msgid if isinstance(msgid, str) else msgid[0]
        known = singular.get(key) if isinstance(msgid, str) else plural.get(key)
        value = bound[0] if isinstance(msgid, str) else bound
        if known is not None and known != value:
            raise CatalogueError(f"{key!r} is worded twice: {origin[key].name} and {path.name}")
        origin[key] = path
        if isinstance(msgid, str):
            singular[key] = bound[0]
        else:
            plural[key] = bound
    return Catalogue(locale, strict, singular, plural)


def _entries(folder: Path, locale: str) -> Iterator[tuple[Path, str | tuple[str, ...], tuple[str, ...]]]:
    for path in sorted((folder / locale).glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=locale)
        for message in catalogue:
            if not message.id:
                continue
            words = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if not words or not all(words):
                continue  # extracted, not yet translated: missing, which the strict catalogue says when asked
            if message.fuzzy:
                raise CatalogueError(f"{path.name}: {message.id!r} is fuzzy")
            msgid = message.id if isinstance(message.id, str) else tuple(message.id)
            yield path, msgid, words


def _bind(locale: str, text: str) -> str:
    """A number stays on the line of its unit: no-break space between them (Chinese is where we set the space)."""
    return _UNIT.sub("\\1\u00a0", text) if locale == "zh_CN" else text
