"""Numbers as a spreadsheet stores them, turned into the text that a clerk sees.

A workbook keeps a number as decimal text of a binary fraction: 89.53 may stand there as "89.530000000000001", and an
18-digit number has lost its tail. Everything here works on that text with integers, so no binary fraction is ever made.
"""

from __future__ import annotations

import re

_STORED = re.compile(r"(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?", re.ASCII)
_SHOWN_DIGITS = 11
"""What an ordinary cell shows of a fraction; digits beyond it are arithmetic dust (89.530000000001)."""
_EXACT_DIGITS = 15
_LARGEST_EXPONENT = 40


def plain_number(stored: str) -> str:
    """ "89.53" from "89.530000000000001", "13800000000" from "1.38E10"; unchanged when it is no number.

    An integer of more than 15 digits that a spreadsheet has rounded comes back as "9.90101194510049E+17": damaged,
    and to be recognised as such, not as a number that happens to end in zeros.
    """
    match = _STORED.fullmatch(stored.strip())
    if match is None or not (match[2] or match[3]):
        return stored
    sign, whole, fraction, exponent = match[1], match[2], match[3], int(match[4] or 0)
    if abs(exponent) > _LARGEST_EXPONENT or len(whole) + len(fraction) > 2 * _LARGEST_EXPONENT:
        return stored
    digits, scale = int(whole + fraction), len(fraction) - exponent
    if scale <= 0:
        digits, scale = digits * 10**-scale, 0
    digits, scale = _without_dust(digits, scale)
    if scale:
        text = str(digits).rjust(scale + 1, "0")
        text = f"{text[:-scale]}.{text[-scale:]}"
    else:
        text = _scientific(digits) if _is_rounded(digits, match[4] is not None) else str(digits)
    return sign + text if digits else text


def _without_dust(digits: int, scale: int) -> tuple[int, int]:
    excess = min(len(str(digits)) - _SHOWN_DIGITS, scale)
    if excess > 0:
        digits, scale = (digits + 5 * 10 ** (excess - 1)) // 10**excess, scale - excess
    while scale > 0 and digits % 10 == 0:
        digits, scale = digits // 10, scale - 1
    return digits, scale


def _is_rounded(number: int, has_exponent: bool) -> bool:
    """Has it been through a double? Fifteen digits survive; beyond, a double steps by a power of two."""
    if len(str(number)) <= _EXACT_DIGITS:
        return False
    step = 1 << max(number.bit_length() - 53, 0)
    return has_exponent or number % 1000 == 0 or (step > 1 and number % step == 0)


def _scientific(number: int) -> str:
    text = str(number)
    fraction = text[1:_EXACT_DIGITS].rstrip("0")
    return f"{text[0]}{'.' if fraction else ''}{fraction}E+{len(text) - 1}"
