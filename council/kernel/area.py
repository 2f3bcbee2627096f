"""Areas: integers in square decimetres (1 dm² = 0.01 m²)."""

from __future__ import annotations

import re

_AREA = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


def parse_area(text: str) -> int:
    """dm² from "89.53" (m²); ValueError for anything but a plain number with at most two decimals."""
    match = _AREA.fullmatch(text)
    if match is None:
        raise ValueError("area")
    whole, fraction = match.groups()
    return int(whole) * 100 + int((fraction or "").ljust(2, "0"))


def format_area(area_dm2: int) -> str:
    """ "1,074.36" from 107436; the unit sign is the template's."""
    return f"{area_dm2 // 100:,}.{area_dm2 % 100:02d}"
