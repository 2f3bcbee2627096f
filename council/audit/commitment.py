"""Ballot commitments of `council.tally/1` (Cramer, Franklin, Schoenmakers and Yung 1996, over ristretto255).

C = G_choice + r·B hides the choice unconditionally (r is as good as uniform) and cannot be opened to another choice
by anybody who does not know a discrete logarithm between generators; those are one-way maps, so nobody does.
Hash inputs are parts, each after its length in eight bytes: no two different lists of parts give the same input.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha512

from council.audit import ristretto
from council.audit.ristretto import ORDER, Element

TAG = "council.tally/1"
CHOICES = ("agree", "oppose", "abstain")
SECRET_BYTES = 32


@cache
def generator(choice: str) -> Element:
    """G_choice; ValueError for anything but the three choices."""
    if choice not in CHOICES:
        raise ValueError("unknown choice")
    return ristretto.from_uniform(sha512(f"{TAG} generator {choice}".encode()).digest())


def context(*, motion: str, text_digest: str, ruleset: str, roll_digest: str) -> bytes:
    """64 bytes that tie every blinding to one motion: its public id, the digest of its frozen text, its ruleset
    (canonical JSON), the digest of its public roll, and the generators."""
    generators = b"".join(generator(choice).encode() for choice in CHOICES)
    public = [part.encode() for part in (motion, text_digest, ruleset, roll_digest)]
    return _hash("context", *public, generators)


def blinding(secret: bytes, ctx: bytes, ballot_id: str) -> int:
    """r of one ballot: a scalar that only the holder of the motion's secret (32 bytes or more) can compute.

    Bound to the ballot and not to the voter: the same r for two ballots of one voter would publish both choices.
    """
    if len(secret) < SECRET_BYTES:
        raise ValueError("a secret has 32 bytes or more")
    return int.from_bytes(_hash("blinding", secret, ctx, ballot_id.encode()), "little") % ORDER


def commit(choice: str, r: int) -> bytes:
    """C, 32 bytes; ValueError for an unknown choice or an r that is no scalar."""
    if not 0 <= r < ORDER:
        raise ValueError("not a scalar")
    return (generator(choice) + ristretto.base_times(r)).encode()


def opens(commitment: bytes, choice: str, r: int) -> bool:
    """Whether this choice and r are what the commitment was made from (False too for what cannot be)."""
    return choice in CHOICES and 0 <= r < ORDER and commit(choice, r) == commitment


def warm_up() -> None:
    """Compute tables and generators before the first ballot (about 15 ms)."""
    ristretto.warm_up()
    for choice in CHOICES:
        generator(choice)


def _hash(label: str, *parts: bytes) -> bytes:
    digest = sha512()
    for part in (f"{TAG} {label}".encode(), *parts):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()
