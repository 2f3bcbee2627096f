"""The eight signs on a slip: derived from the secret, so that a sheet can be printed again and the database
never holds a code, only what finds it.

39 bits behind a limit of 20 attempts per address and quarter of an hour are out of a guesser's reach, and whoever
copies the database without the secret learns no code.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from council.kernel.ids import ALPHABET, clean_code

LENGTH = 8


class CodeKind(StrEnum):
    RESIDENT = "resident"
    """Of a dwelling: opens discussion, meetings and resident matters."""
    OWNER = "owner"
    """Of a voter, for all their units: opens a claim that staff verify."""
    RESET = "reset"
    """Of a person: sets a new password once, within `RESET_DAYS`."""


@dataclass(frozen=True, slots=True)
class CodeKey:
    """What a code is derived from; the next serial of the same target is an unrelated code."""

    community_id: int
    kind: CodeKind
    target_id: int
    serial: int


def derive(secret: bytes, key: CodeKey) -> str:
    """The code of a slip: eight signs of `ALPHABET`."""
    text = f"slip:{key.community_id}:{key.kind}:{key.target_id}:{key.serial}"
    number = int.from_bytes(_mac(secret, text), "big")
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


def lookup(secret: bytes, code: str) -> str:
    """What the database finds a code by."""
    return _mac(secret, f"lookup:{code}").hex()


def read_code(typed: str) -> str | None:
    """The code somebody typed ("h4rt-9k2m"), or None when it cannot be one."""
    if len(typed) > 4 * LENGTH:
        return None
    code = clean_code(typed)
    return code if len(code) == LENGTH and all(sign in ALPHABET for sign in code) else None


def _mac(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()
