"""Ratios of integers, compared by cross-multiplication and shown truncated, never rounded up."""

from __future__ import annotations


def percent(part: int, whole: int) -> str:
    """ "66.66" for 2 of 3: two decimals, truncated, for display only; "0.00" of nothing."""
    if whole == 0:
        return "0.00"
    hundredths = part * 10_000 // whole
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def least_at_least(numerator: int, denominator: int, whole: int) -> int:
    """The least integer x with x·denominator ≥ numerator·whole."""
    return -(-numerator * whole // denominator)


def least_more_than(numerator: int, denominator: int, whole: int) -> int:
    """The least integer x with x·denominator > numerator·whole."""
    return numerator * whole // denominator + 1
