"""The bytes of one record, and the salted hash that stands in them for private content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from council.kernel.text import canonical_json

MOST_BYTES = 65_535
"""C2SP tlog-tiles stores a record's length in 16 bits."""


def instant(at: datetime) -> str:
    """UTC to the microsecond, always written alike."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def body(*, seq: int, at: datetime, kind: str, data: Mapping[str, Any], private: str | None = None) -> str:
    """Canonical JSON of a record; `private` is a preimage, of which only the hash goes in.

    ValueError above 65,535 bytes or for text that is not Unicode: both are faults of the caller, which bounds
    what people type long before.
    """
    content: dict[str, Any] = {"v": 1, "seq": seq, "at": instant(at), "kind": kind, "data": data}
    if private is not None:
        content["private"] = private_hash(private)
    text = canonical_json(content)
    if len(text.encode()) > MOST_BYTES:
        raise ValueError("a record has at most 65,535 bytes")
    return text


def preimage(private: Mapping[str, Any], salt: bytes) -> str:
    """What is hashed for private content. Without 32 random bytes a name could be found by trying names."""
    if len(salt) < 32:
        raise ValueError("a salt has 32 bytes or more")
    return canonical_json({"salt": salt.hex(), "data": private})


def private_hash(private: str) -> str:
    return sha256(private.encode()).hexdigest()


def read(text: str) -> dict[str, Any] | None:
    """A body's content, or None when it is not one of ours."""
    try:
        content = parse_object(text)
    except ValueError:
        return None
    return content if content.get("v") == 1 and isinstance(content.get("data"), dict) else None


def parse_object(text: str) -> dict[str, Any]:
    """A JSON object from a stranger; ValueError for anything else."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
