"""Identifiers and codes that people read aloud."""

from __future__ import annotations

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0/O, 1/I/L: 31 signs, so eight of them hold 39 bits."""


def new_id() -> str:
    """A fresh 130-bit id in the alphabet people can read (ballots, form keys)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(27))


def new_code(length: int = 8) -> str:
    """A slip's code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def is_id(text: str) -> bool:
    return 8 <= len(text) <= 40 and all(sign in ALPHABET for sign in text)


def clean_code(text: str) -> str:
    """What somebody typed from a slip, as it was printed: capitals, no spaces or hyphens."""
    return "".join(sign for sign in text.upper() if sign.isalnum())
