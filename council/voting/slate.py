"""Who stands in an election and for how many seats: what a motion freezes, and which names a ballot may hold. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from council.kernel.errors import Invalid, Refused
from council.voting.model import Choice

_CHANNELS = {"party": "党组织推荐", "neighbourhood": "居委会推荐", "self": "自荐", "joint": "联名推荐"}
"""As the locked text says it; pages have words of their own (`nomination.*`)."""


@dataclass(frozen=True, slots=True)
class Nominee:
    """A candidate as published: `number` from 1 in the order fixed then; `person_id` and `owner_id` where they have an
    account here, or a home."""

    candidate_id: int
    number: int
    name: str
    place: str
    channel: str
    statement: str
    person_id: int | None
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Slate:
    seats: int
    candidates: tuple[Nominee, ...]

    def check(self) -> None:
        """Refused where there is nobody to choose, or nothing to choose them for; ValueError for numbers out of row."""
        if self.seats < 1 or not self.candidates:
            raise Refused("motion.no_candidates")
        if [each.number for each in self.candidates] != list(range(1, len(self.candidates) + 1)):
            raise ValueError("candidates are numbered from 1 in their order")

    def lines(self) -> list[str]:
        """What the locked text says, and so its digest covers: seats, numbers and names."""
        most = f"应选{self.seats}名，候选人{len(self.candidates)}名，每张票最多选{self.seats}名，按编号排列："
        return [most, *(_line(each) for each in self.candidates)]


def _line(one: Nominee) -> str:
    facts = "，".join(filter(None, [one.place, _CHANNELS.get(one.channel, "")]))
    return f"{one.number}. {one.name}" + (f"（{facts}）" if facts else "")


def choice_of(picks: Collection[int]) -> Choice:
    """What a ballot of an election is in the one word that every ballot has: names chosen, or none of them (弃权).

    A name that is not chosen is not opposed.
    """
    return Choice.AGREE if picks else Choice.ABSTAIN


def check_picks(picks: Iterable[int], numbers: Collection[int], seats: int) -> frozenset[int]:
    """The names of one ballot; Invalid for a number that nobody stands under, and for more names than seats."""
    chosen = frozenset(picks)
    if not chosen <= set(numbers):
        raise Invalid({"pick": "ballot.no_such_candidate"})
    if len(chosen) > seats:
        raise Invalid({"pick": "ballot.too_many_names"}, **{"pick.seats": seats, "pick.chosen": len(chosen)})
    return chosen
