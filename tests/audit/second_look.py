"""A second reading of the specifications, written without looking at `council/audit`: recursion as RFC 6962 defines it,
signed notes with nothing but `cryptography`."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def mth(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, from leaf *hashes*."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def signed_by(note: str, vkey: str) -> bool:
    """Whether the note bears a right signature of that verifier key, of a log (1) or of a witness (4)."""
    name, key_id, encoded = vkey.split("+", 2)
    kind, public = b64decode(encoded)[0], b64decode(encoded)[1:]
    assert sha256(name.encode() + b"\n" + bytes([kind]) + public).hexdigest()[:8] == key_id
    cut = note.rindex("\n\n")
    text, lines = note[: cut + 1], note[cut + 2 :].splitlines()
    for line in lines:
        dash, who, blob = line.split(" ")
        data = b64decode(blob)
        if dash != "—" or who != name or data[:4].hex() != key_id:
            continue
        message, signature = text.encode(), data[4:]
        if kind == 4:
            message = b"cosignature/v1\ntime %d\n" % int.from_bytes(signature[:8]) + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except InvalidSignature:
            return False
        return True
    return False


def head(note: str) -> tuple[str, int, bytes]:
    """Name, size and root of a checkpoint."""
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), b64decode(root)
