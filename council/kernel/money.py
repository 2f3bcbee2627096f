"""Money: integers in fen."""

from __future__ import annotations

import re

_MONEY = re.compile(r"(\d{1,13})(?:\.(\d{1,6}))? *(万)?(?:元|块|块钱)?")


def parse_money(text: str) -> int:
    """Fen from "628,460.00", "50000元" or "60万"; ValueError for anything else, negative and part fen included."""
    match = _MONEY.fullmatch(text.strip().lstrip("¥￥ ").replace(",", "").replace("，", ""))
    if match is None:
        raise ValueError("money")
    whole, fraction, is_in_ten_thousands = match.groups()
    places, most = (6, 9) if is_in_ten_thousands else (2, 13)
    if len(fraction or "") > places or len(whole) > most:
        raise ValueError("money")
    return int(whole + (fraction or "").ljust(places, "0"))


def format_money(fen: int) -> str:
    """ "1,234.56" from 123456, with a minus sign before negative amounts; the ￥ is the template's."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
