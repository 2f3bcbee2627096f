"""What open pages are told: that a part of a topic is at another version, never what it says.

A topic (one motion, one proposal) has parts ("turnout", "talk"), each at a version: short words without meaning to
anybody but whoever compares them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s

from litestar.serialization import encode_json

Parts = Mapping[str, str]
Reader = Callable[[int, Sequence[int], datetime], Awaitable[Mapping[int, Parts]]]
"""(community id, ids, now) → parts by id; ids that are not this community's are left out. As many queries for one id
as for a hundred."""


@dataclass(frozen=True, slots=True, order=True)
class Topic:
    kind: str
    community_id: int
    id: int


def joined(parts: Parts) -> str:
    return ",".join(f"{name}={version}" for name, version in sorted(parts.items()))


def version(*values: object) -> str:
    """A short word that differs when any of these does; their `repr` must be the same in every process."""
    return blake2s(repr(values).encode(), digest_size=5).hexdigest()


def told(at: str, within: int) -> bytes:
    return encode_json({"at": at, "within": within})
