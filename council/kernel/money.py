"""Money: integers in fen."""

from __future__ import annotations

import re

_MONEY = re.compile(r"(\d{1,13})(?:\.(\d{1,2}))?")


def parse_money(text: str) -> int:
    """Fen from "628,460.00" or "50000"; ValueError for anything else, negative amounts included."""
    match = _MONEY.fullmatch(text.strip().lstrip("¥￥").replace(",", "").replace("，", ""))
    if match is None:
        raise ValueError("money")
    whole, fraction = match.groups()
    return int(whole) * 100 + int((fraction or "").ljust(2, "0"))


def format_money(fen: int) -> str:
    """ "1,234.56" from 123456, with a minus sign before negative amounts; the ￥ is the template's."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
