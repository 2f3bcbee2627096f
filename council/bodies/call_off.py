"""A record of calling a ballot of the members off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallOff:
    """That somebody wants an internal ballot called off, and why; it is once somebody else has confirmed it."""

    id: int
    round_id: int
    reason: str
    recorded_by: int
    recorded_by_name: str
    recorded_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        return self.confirmed_at is None
