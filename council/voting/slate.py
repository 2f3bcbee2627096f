"""Who stands in an election and for how many seats: what a motion freezes, and which names a ballot may hold. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from council.elections.candidate import Channel
from council.elections.slate import Nominee, Slate
from council.kernel.errors import Invalid, Refused
from council.voting.model import Choice

_CHANNELS = {
    Channel.PARTY: "党组织推荐",
    Channel.NEIGHBOURHOOD: "居委会推荐",
    Channel.SELF: "自荐",
    Channel.JOINT: "联名推荐",
}
"""As the locked text says it; pages have words of their own (`nominated.*`)."""


@dataclass(frozen=True, slots=True)
class OnBallot:
    """Somebody who stands in an election, frozen with its motion; `number` is what stands on the ballot.

    `place_in_result` (1 to the seats) and `is_reserve` (passed, and the seats were full) once it is certified; `drawn`:
    where they came in a lot, if one was drawn.
    """

    number: int
    candidate_id: int | None
    person_id: int | None
    owner_id: int | None
    name: str
    place: str
    channel: str
    statement: str
    place_in_result: int | None
    is_reserve: bool
    drawn: int | None


def check_slate(slate: Slate) -> None:
    """Refused where there is nobody to choose, or nothing to choose them for; ValueError for numbers out of order.

    Whoever left after the notice leaves their number free.
    """
    if slate.seats < 1 or not slate.candidates:
        raise Refused("motion.no_candidates")
    numbers = [each.number for each in slate.candidates]
    if numbers != sorted(set(numbers)) or numbers[0] < 1:
        raise ValueError("candidates stand in the order of their numbers")


WHOLE = "本次是换届选举：选出新一届业主委员会，结果确认后现任业主委员会的任期结束。"
FILLS = "本次是补选：补选的委员加入现任业主委员会，任期随本届，其他委员不变。"
"""Which of the two an election is stands in the locked text, so that everybody votes on the same thing."""


def slate_lines(slate: Slate) -> list[str]:
    """What the locked text says, and so its digest covers: seats, numbers and names."""
    seats = slate.seats
    most = f"应选{seats}名，候选人{len(slate.candidates)}名，每张票最多选{seats}名，按编号排列："
    return [most, *(_line(each) for each in slate.candidates)]


def _line(one: Nominee) -> str:
    facts = "，".join(filter(None, [home(one.place), _CHANNELS[one.channel]]))
    return f"{one.number}. {one.name}（{facts}）"


def home(code: str) -> str:
    """A unit's code as neighbours say it: the locked text is Chinese in every language."""
    building, entrance, room = (*code.split("-", 2), "", "")[:3]
    if not (building.isdigit() and room):  # 地库-B1-001: it has a name, not a number
        return " ".join(filter(None, (building, entrance, room)))
    return f"{building}号楼" + (f"{entrance}单元" if entrance else "") + f"{room}室"


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
