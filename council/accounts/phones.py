"""Telephone numbers as people write them, and one form of each for the database."""

from __future__ import annotations

import re
import unicodedata

_MAINLAND = re.compile(r"1\d{10}")
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}")
_SEPARATORS = re.compile(r"[\s\-().·]")


def parse_phone(text: str) -> str:
    """One form of a number: "13800000000" for mainland mobiles, "+85291234567" (7 to 15 digits, ITU-T E.164) abroad.

    Full-width signs, spaces, hyphens, brackets and +86 / 0086 are taken as typed; ValueError for anything else.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text.strip()))
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if not plain.isascii():
        raise ValueError("phone")
    if plain.startswith("+86") and _MAINLAND.fullmatch(plain[3:]):
        plain = plain[3:]
    if _MAINLAND.fullmatch(plain) or _FOREIGN.fullmatch(plain):
        return plain
    raise ValueError("phone")


def mask_phone(phone: str) -> str:
    """ "138****0000": enough for its owner to recognise it."""
    return f"{phone[:3]}****{phone[-4:]}"
