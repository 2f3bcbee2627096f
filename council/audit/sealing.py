"""How a log's seed lies in the database: encrypted under COUNCIL_SECRET, so that whoever reads the tables or a backup
cannot sign in the log's name. Every process that has the secret can."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


def seal(seed: bytes, *, secret: bytes, public: bytes, origin: str) -> bytes:
    """Nonce, ciphertext and tag: 60 bytes for 32."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, seed, _about(public, origin))


def unseal(sealed: bytes, *, secret: bytes, public: bytes, origin: str) -> bytes | None:
    """The seed; None when the secret is not the one it was sealed with (or somebody changed the row)."""
    try:
        return AESGCM(_key(secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _about(public, origin))
    except (InvalidTag, ValueError):
        return None


def _key(secret: bytes) -> bytes:
    return hmac.digest(secret, b"council log key/1", sha256)


def _about(public: bytes, origin: str) -> bytes:
    return public + origin.encode()
