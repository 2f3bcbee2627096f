"""What a motion freezes of an election: the candidates by number."""

from __future__ import annotations

from dataclasses import dataclass

from council.elections.candidate import Channel


@dataclass(frozen=True, slots=True)
class Nominee:
    candidate_id: int
    number: int
    name: str
    place: str
    channel: Channel
    statement: str
    person_id: int | None
    owner_id: int


@dataclass(frozen=True, slots=True)
class Slate:
    """What a motion freezes: the candidates by number. Numbers of those who have left stay free."""

    seats: int
    candidates: tuple[Nominee, ...]
