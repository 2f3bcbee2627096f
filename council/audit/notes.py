"""C2SP `signed-note`: a text and the lines that Ed25519 keys sign it with.

A line is "— NAME base64(key id ‖ signature)". Type 0x01 signs the text itself; type 0x04 (`cosignature/v1`, a
witness's) signs the text under a header with the second at which it was signed. A key is known by name and id
together; lines of unknown keys are passed over, as the specification asks.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = "— "
SEED_BYTES = 32
MOST_LINES = 64
"""Signatures in one note; the specification asks for at least 16."""

_ID, _STAMP = 4, 8


class Kind(IntEnum):
    """The signature's type byte."""

    LOG = 0x01
    WITNESS = 0x04


class BadKey(ValueError):
    """Not a verifier key (`NAME+ID+KEY`) of a type that we know."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name: `public` has 32 bytes. Text form (vkey): `NAME+ID in hex+base64(type ‖ key)`."""

    name: str
    kind: Kind
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """BadKey unless name, id and key belong together."""
        parts = text.strip().split("+", 2)
        try:
            name, key_id = parts[0], bytes.fromhex(parts[1])
            data = b64decode(parts[2], validate=True)
            key = cls(checked_name(name), Kind(data[0]), data[1:])
        except (ValueError, IndexError) as error:
            raise BadKey(f"not a verifier key: {text[:80]!r}") from error
        if len(key.public) != SEED_BYTES or key.id != key_id or str(key) != text.strip():
            raise BadKey(f"not a verifier key: {text[:80]!r}")
        return key


@dataclass(frozen=True, slots=True)
class Signed:
    """A line that holds; `at` is the second that a witness put into it, None in a log's own."""

    key: VerifierKey
    line: str
    at: datetime | None = None


def checked_name(name: str) -> str:
    """A key's name; ValueError for what the format forbids: nothing, spaces, a plus, control characters."""
    if not name or "+" in name or any(sign.isspace() or not sign.isprintable() for sign in name):
        raise ValueError("a key's name is not empty and has no spaces and no plus")
    return name


def public_of(seed: bytes) -> bytes:
    """The 32 bytes that belong to a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(text: str, *, name: str, seed: bytes) -> str:
    """The signature line of a log's key under a text that ends in a line feed."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    known = VerifierKey(checked_name(name), Kind.LOG, key.public_key().public_bytes_raw())
    return _line(known, key.sign(text.encode()))


def cosign(text: str, *, name: str, seed: bytes, at: datetime) -> str:
    """The line of a witness, who has seen that the log of this checkpoint only grew."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    known = VerifierKey(checked_name(name), Kind.WITNESS, key.public_key().public_bytes_raw())
    second = int(at.timestamp())
    return _line(known, second.to_bytes(_STAMP) + key.sign(_stamped(text, second)))


def verified(text: str, lines: Sequence[str], keys: Iterable[VerifierKey]) -> list[Signed] | None:
    """The lines that known keys signed, in order; None when one that claims to be of a known key is not.

    Lines of unknown keys are passed over; more than `MOST_LINES` are no note.
    """
    known = {(key.name, key.id): key for key in keys}
    found = []
    if len(lines) > MOST_LINES:
        return None
    for line in lines:
        parts = _parts(line)
        if parts is None:
            return None
        name, data = parts
        key = known.get((name, data[:_ID]))
        if key is None:
            continue
        signed = _checked(key, text, line, data[_ID:])
        if signed is None:
            return None
        found.append(signed)
    return found


def split(note: str) -> tuple[str, tuple[str, ...]] | None:
    """A note's text (with its last line feed) and its signature lines; None when it is none."""
    text, gap, after = note.rpartition("\n\n")
    if not gap or not after.endswith("\n"):
        return None
    lines = tuple(after.removesuffix("\n").split("\n"))
    if not all(_parts(line) for line in lines) or any(sign < " " and sign != "\n" for sign in note):
        return None
    return f"{text}\n", lines


def joined(text: str, lines: Sequence[str]) -> str:
    return text + "\n" + "".join(f"{line}\n" for line in lines)


def _line(key: VerifierKey, signature: bytes) -> str:
    return f"{DASH}{key.name} {b64encode(key.id + signature).decode()}"


def _parts(line: str) -> tuple[str, bytes] | None:
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    try:
        data = b64decode(encoded, validate=True)
        checked_name(name)
    except ValueError:
        return None
    return (name, data) if line.startswith(DASH) and len(data) > _ID else None


def _checked(key: VerifierKey, text: str, line: str, signature: bytes) -> Signed | None:
    at, message = None, text.encode()
    if key.kind is Kind.WITNESS:
        second, signature = int.from_bytes(signature[:_STAMP]), signature[_STAMP:]
        try:
            at = datetime.fromtimestamp(second, UTC)
        except (ValueError, OverflowError, OSError):
            return None
        message = _stamped(text, second)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return None
    return Signed(key, line, at)


def _stamped(text: str, second: int) -> bytes:
    return f"cosignature/v1\ntime {second}\n{text}".encode()
