"""A vote of 432 homes as it goes in life: online, paper, proxies, silence; duplicates, sales, void and late paper.

What every home did is written down beside it (`World.chosen`), home by home, so that the figures can be worked out
from that alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from council.accounts.tables import PersonPhone
from council.kernel.actor import Actor
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.storage.sql import fetch
from council.voting import delivering, delivery_checks, proxies, queries
from council.voting.delivery import Channel as DeliveryChannel
from council.voting.delivery import DeliveryDraft, Receiver, Result
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.paper import Returned
from council.voting.paper_keying import decide_paper
from council.voting.proxy import MandateDraft
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.crowd import crowd
from tests.voting.motions import AFTER, CLOSES, OPENS, cast, certified, draft, filed, open_filed
from tests.voting.papers import brought, key, mark, printed
from tests.voting.test_standing import sell

HOMES = 432
FIRST = 12
"""Homes of the entrance whose owners have no account: their papers are the first."""
MINUTE = timedelta(minutes=1)
ONLINE = range(173)
PAPER = range(173, 334)
BY_PROXY = range(334, 356)
SILENT = range(356, 399)
VOID = range(399, 406)
LATE = range(406, 413)
NEVER_REACHED = range(413, 420)
TWICE_PAPER_FIRST = range(5)
TWICE_ONLINE_FIRST = range(5, 10)
SOLD_BEFORE, SOLD_AFTER = 10, 11
HOLDERS = ("grace", "heidi", "ivan", "judy", "ken", "leo", "alice", "bob")


def choice_of(number: int) -> Choice:
    """Not three quarters agree, as long as silence is only silence."""
    place = number % 50
    return Choice.AGREE if place < 37 else Choice.OPPOSE if place < 46 else Choice.ABSTAIN


def other(choice: Choice) -> Choice:
    return Choice.OPPOSE if choice is Choice.AGREE else Choice.AGREE


@dataclass
class World:
    """`chosen`: of each home that took part, by its number on the roll, what counts; `area` in dm² of every home."""

    people: Garden
    motion: Motion
    owners: list[Actor]
    numbers: list[str]
    area: dict[str, int]
    papers: dict[str, str]
    chosen: dict[str, Choice] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    returned: list[tuple[Returned, str]] = field(default_factory=list)
    tick: int = 0

    def now(self) -> datetime:
        self.tick += 1
        return OPENS + self.tick * MINUTE

    def of(self, index: int) -> str:
        """The roll's number of an owner with an account."""
        return self.numbers[FIRST + index]

    async def votes(self, index: int, choice: Choice, *, by: Actor | None = None) -> None:
        number = self.of(index)
        await cast(by or self.owners[index], self.motion, choice.value, at=self.now(), voter=number)

    async def hands_in(self, number: str, typed: str, *, at: datetime | None = None) -> Returned:
        """A paper with this on it ("1" agree, "2" oppose, "3" abstain, "92" void), to be read after the closing."""
        taken = await self.takes(self.papers[number], at or self.now())
        if taken.reason is None:
            self.returned.append((taken, typed))
        return taken

    async def takes(self, serial: str, at: datetime) -> Returned:
        return await brought(self.people, self.motion, serial, at=at)

    async def gives(self, index: int, holder: str) -> None:
        """A mandate for one of the garden's people."""
        mandate = MandateDraft(
            key=new_id(),
            holder_name=self.people.actors[holder].name,
            holder_phone=telephone(self.people, holder),
            words="我在外地，委托邻居按我的意思投票",
        )
        await proxies.give(
            actor=self.owners[index],
            motion_id=self.motion.id,
            number=self.of(index),
            draft=mandate,
            now=self.now(),
        )

    async def delivers(self, indexes: Iterable[int]) -> None:
        """Into the owners' hands, says Frank; Dana has asked them."""
        records = []
        for index in indexes:
            draft_ = DeliveryDraft(new_id(), Result.DELIVERED, DeliveryChannel.DOOR, Receiver.OWNER, "", "", "当面")
            record = await delivering.record_delivery(
                actor=self.people.frank,
                motion_id=self.motion.id,
                unit=room_of(index),
                draft=draft_,
                photo_id=None,
                waited=0,
                now=self.now(),
            )
            records.append(record.id)
        await delivery_checks.confirm_deliveries(
            actor=self.people.dana, motion_id=self.motion.id, ids=records, now=self.now()
        )

    async def reads(self, counter: str, papers: Iterable[tuple[Returned, str]]) -> None:
        for paper, typed in papers:
            await key(self.people.actors[counter], self.motion, paper, typed)

    async def decides(self, return_id: int, typed: str) -> None:
        await decide_paper(
            actor=self.people.ken,
            motion_id=self.motion.id,
            return_id=return_id,
            mark=mark(typed),
            words=WHY,
            now=AFTER,
        )

    async def certifies(self) -> None:
        await certified(self.people, self.motion)


WHY = "勾在第一格里，另一处是笔划带过"


def room_of(index: int) -> str:
    return f"1-2-9{index:03d}"


def telephone(people: Garden, name: str) -> str:
    return f"170{people.actors[name].person_id:08d}"


TYPED = {Choice.AGREE: "1", Choice.OPPOSE: "2", Choice.ABSTAIN: "3"}


async def announced(kind: type[World] = World, **bylaws: str | int) -> World:
    """The notice is out, papers are printed for everybody; `kind` says how people act."""
    people = await garden()
    await say_in_bylaws(people.community_id, online_counts="yes", **bylaws)
    owners = await crowd(people, HOMES - FIRST)
    scope = Scope(ScopeKind.ENTRANCE, "1-2", people.building_id, people.entrances["2"])
    proposal_id = await filed(people, scope=scope, title="1号楼2单元加装电梯")
    motion = await open_filed(people, proposal_id, draft(people, is_on_paper=True))
    await printed(people, motion, at=OPENS)
    rows = await fetch(
        "SELECT v.number, v.area_dm2, p.serial FROM roll_voter v JOIN paper_ballot p ON p.roll_voter_id = v.id"
        " WHERE v.motion_id = {} AND p.void_at IS NULL ORDER BY v.id",
        motion.id,
    )
    area = {row["number"]: row["area_dm2"] for row in rows}
    serials = {row["number"]: row["serial"] for row in rows}
    return kind(people, motion, owners, list(area), area, serials)


async def voted(world: World) -> None:
    """The whole vote, up to its closing."""
    await _online(world)
    await _on_paper(world)
    await _by_proxy(world)
    await _silent(world)


async def _online(world: World) -> None:
    for index in TWICE_PAPER_FIRST:
        number, mine = world.of(index), choice_of(index)
        await world.hands_in(number, TYPED[other(mine)])
        await world.votes(index, mine)
        world.chosen[number] = other(mine)
    for index in (each for each in ONLINE if each not in TWICE_PAPER_FIRST):
        by = await _buyer(world, index) if index == SOLD_BEFORE else None
        await world.votes(index, choice_of(index), by=by)
        world.chosen[world.of(index)] = choice_of(index)
    for index in TWICE_ONLINE_FIRST:
        await world.hands_in(world.of(index), TYPED[other(choice_of(index))])
    buyer = await _buyer(world, SOLD_AFTER)
    try:
        await world.votes(SOLD_AFTER, other(choice_of(SOLD_AFTER)), by=buyer)
    except Refused as refused:
        world.refused.append(refused.code)


async def _buyer(world: World, index: int) -> Actor:
    """The flat is sold while the vote runs."""
    (row,) = await fetch(
        "SELECT u.id, u.code FROM unit u JOIN roll_unit r ON r.unit_id = u.id"
        " JOIN roll_voter v ON v.id = r.roll_voter_id WHERE v.motion_id = {} AND v.number = {}",
        *(world.motion.id, world.of(index)),
    )
    (owner,) = await fetch("SELECT owner_id FROM ownership WHERE unit_id = {}", row["id"])
    world.people.units[row["code"]] = row["id"]
    world.people.owners[row["code"]] = owner["owner_id"]
    (buyer,) = await sell(world.people, row["code"], f"买家{index}", now=world.now())
    return buyer


async def _on_paper(world: World) -> None:
    for place in range(FIRST):
        number = world.numbers[place]
        await world.hands_in(number, TYPED[choice_of(place)])
        world.chosen[number] = choice_of(place)
    for index in PAPER:
        await world.hands_in(world.of(index), TYPED[choice_of(index)])
        world.chosen[world.of(index)] = choice_of(index)
    for index in VOID:
        await world.hands_in(world.of(index), "92")
    for index in LATE:
        late = await world.hands_in(world.of(index), "1", at=CLOSES + MINUTE)
        world.refused.append(str(late.reason))


async def _by_proxy(world: World) -> None:
    """Three mandates a holder, which is as many as the preset allows."""
    await _telephones(world.people, HOLDERS)
    for place, index in enumerate(BY_PROXY):
        holder = HOLDERS[place // 3]
        await world.gives(index, holder)
        await world.votes(index, choice_of(index), by=world.people.actors[holder])
        world.chosen[world.of(index)] = choice_of(index)


async def _telephones(people: Garden, names: Iterable[str]) -> None:
    for name in names:
        person_id = people.actors[name].person_id
        if not await fetch("SELECT 1 AS found FROM person_phone WHERE person_id = {}", person_id):
            await PersonPhone.insert(PersonPhone(person_id=person_id, phone=telephone(people, name), added_at=OPENS))


async def _silent(world: World) -> None:
    """The papers reached them, two people say so; nothing came back."""
    await world.delivers(SILENT)
    world.silent.update(map(world.of, SILENT))


async def read(world: World) -> None:
    """After the closing two counters read every paper, each by themselves; one they read differently."""
    (first, typed), *rest = world.returned
    await world.reads("erin", world.returned)
    await world.reads("frank", [(first, "92"), *rest])
    assert typed != "92"


async def decided(world: World) -> None:
    """The one paper that the counters read differently, by the scrutineer."""
    (row,) = await fetch(
        "SELECT k.return_id FROM paper_keying k JOIN paper_return r ON r.id = k.return_id"
        " WHERE r.ballot_id IS NULL AND r.state = 'sealed' GROUP BY k.return_id HAVING COUNT(*) = 2"
    )
    await world.decides(row["return_id"], next(what for paper, what in world.returned if paper.id == row["return_id"]))


async def reload(world: World) -> Motion:
    world.motion = await queries.motion(world.people.community_id, world.motion.id)
    return world.motion
