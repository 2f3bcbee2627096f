"""What the log holds and what is said about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the log, as stored. `body` is what is hashed (its UTF-8 bytes); `private` never leaves the house."""

    seq: int
    at: datetime
    kind: str
    body: str
    private: str | None
    leaf_hash: bytes

    @property
    def data(self) -> dict[str, Any]:
        """What happened, as the service that recorded it put it."""
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


@dataclass(frozen=True, slots=True)
class Head:
    """A log's size, right edge (largest subtree first) and root; `at` is the instant of its newest record."""

    size: int
    edge: tuple[bytes, ...]
    root: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record with the proof that the log of `size` records whose root is `root` holds it at place `seq`.

    `at` may be a moment later than the `now` that was handed in: the log's time never runs backwards.
    """

    seq: int
    at: datetime
    leaf_hash: bytes
    path: tuple[bytes, ...]
    root: bytes
    size: int
    body: str


class FaultKind(StrEnum):
    """What a check of the log can find. Words: `SAID` in `council/cli/log.py`."""

    MISSING = "missing"
    EXTRA = "extra"
    ALTERED = "altered"
    MISLABELLED = "mislabelled"
    BACK_DATED = "back_dated"
    PRIVATE = "private"
    NODE = "node"
    HEAD = "head"
    FORKED = "forked"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing wrong: in record `first`, or somewhere in `first` … `last` when only their common hash tells."""

    kind: FaultKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of re-hashing a whole log; `checked` records were in order, `root` is theirs."""

    checked: int
    root: bytes
    fault: Fault | None

    @property
    def holds(self) -> bool:
        return self.fault is None
