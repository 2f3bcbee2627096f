"""Which language, how large the letters, and the sentence for a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from council.kernel.errors import Detail
from council.web.catalogues import LOCALES, Catalogue

LANGUAGE = {"zh_CN": "zh-CN", "en": "en"}
"""The `lang` attribute of each locale."""

FALLBACK = "web.cannot"
"""What a code without words says in production: that it did not work, and whom to ask."""


def choose_locale(chosen: str | None, accept_language: str) -> str:
    """What was chosen (see `kernel.look.Look`), else the browser's wish, else Chinese."""
    return chosen if chosen in LOCALES else _negotiate(accept_language)


def _negotiate(accept_language: str) -> str:
    best, weight = LOCALES[0], 0
    for position in accept_language[:500].split(",")[:20]:
        tag, _, quality = position.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        value = _thousandths(quality)
        locale = {"zh": "zh_CN", "en": "en"}.get(language)
        if locale is not None and value > weight:
            best, weight = locale, value
    return best


def _thousandths(quality: str) -> int:
    """1000 for no quality, 800 for "q=0.8", 0 for anything that is not a quality."""
    if not quality.strip():
        return 1000
    name, _, number = quality.replace(" ", "").partition("=")
    whole, _, fraction = number.partition(".")
    if name != "q" or whole not in {"0", "1"} or not (fraction.isascii() and (fraction + "0").isdigit()):
        return 0
    return min(1000, int(whole) * 1000 + int((fraction + "000")[:3]))


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    catalogue: Catalogue

    def sentence(self, code: str, details: Mapping[str, Detail] | None = None) -> str:
        """The words of a reason code with its blanks filled. In production a code without words, or without
        what its sentence needs, gets the general sentence; elsewhere it raises."""
        try:
            if not self.catalogue.has(code) and not self.catalogue.strict:
                return self.catalogue.gettext(FALLBACK)
            return self.catalogue.gettext(code) % dict(details or {})
        except (KeyError, TypeError, ValueError):
            if self.catalogue.strict:
                raise
            return self.catalogue.gettext(FALLBACK)

    def label(self, kind: str, value: object) -> str:
        """The word for an enum's value: msgid "kind.value"."""
        return self.catalogue.gettext(f"{kind}.{value}")
