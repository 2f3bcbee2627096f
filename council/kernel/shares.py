"""One sum of money over many homes, to the fen."""

from __future__ import annotations

from collections.abc import Sequence


def shares(total_fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Largest remainder: each gets total · weight / Σweights rounded down, and the fen that are left over go one by one
    to the largest fractions, of equal ones to the first. The sum is `total_fen` exactly, and nobody is more than a fen
    away from their exact part. ValueError without a weight, or with a negative number.
    """
    whole = sum(weights)
    if total_fen < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("shares")
    found = [total_fen * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total_fen * weights[at] % whole), at))
    for at in by_remainder[: total_fen - sum(found)]:
        found[at] += 1
    return tuple(found)
