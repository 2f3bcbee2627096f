"""One human, one seat: whether two lines speak of the same one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Human(Protocol):
    """A member, or somebody whom a result names. `owner_id` of a company with `is_representing`: then `name` says who
    of its people it is, for a company may send two."""

    @property
    def name(self) -> str: ...
    @property
    def owner_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def is_representing(self) -> bool: ...


H = TypeVar("H", bound=Human)


def is_same(one: Human, other: Human) -> bool:
    """By the account, or by the owner in the register."""
    if one.person_id is not None and one.person_id == other.person_id:
        return True
    if one.owner_id is None or one.owner_id != other.owner_id:
        return False
    return one.name == other.name if one.is_representing or other.is_representing else True


def is_among(one: Human, others: Iterable[Human]) -> bool:
    return any(is_same(one, each) for each in others)


def once(listed: Sequence[H]) -> list[H]:
    """Everybody where they stand first."""
    found: list[H] = []
    for each in listed:
        if not is_among(each, found):
            found.append(each)
    return found
