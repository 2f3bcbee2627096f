"""What one visitor sees of an entrance: its homes, the votes that reach it, and where each home stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.registry import queries as registry
from council.registry.model import BuildingNode, EntranceNode, Unit
from council.voting import delivery_queries, permissions, proxies, queries
from council.voting.board import ALWAYS, SOMETIMES, RoomState, concerns, delivery_state, follows_turnout
from council.voting.delivery import Delivery, is_taken, standing
from council.voting.delivery_queries import Door, by_voter
from council.voting.motion import Motion, MotionState
from council.voting.roll_queries import took_part_in
from council.web import Visit

_TOOK_PART = (RoomState.IN, RoomState.YET)


@dataclass(frozen=True, slots=True)
class Board:
    """One entrance for one visitor. `motion` None: the homes plain."""

    building: BuildingNode
    entrance: EntranceNode
    units: Sequence[Unit]
    motions: Sequence[Motion]
    motion: Motion | None
    states: dict[int, RoomState]
    asked: dict[str, str]
    is_delivering: bool = False
    """Papers are going round, and this visitor follows them."""
    doors: dict[int, Door] = field(default_factory=dict)
    records: dict[int, list[Delivery]] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[RoomState, ...]:
        """The legend's keys, each a filter."""
        if not self.is_delivering:
            return _TOOK_PART
        return (*ALWAYS, *(state for state in SOMETIMES if state in self.states.values()))

    @property
    def code(self) -> str:
        return f"{self.building.number}-{self.entrance.number}"

    def link(self, **changed: str | None) -> str:
        """This board with something changed in its address; relative, so that 400 of them stay light."""
        wanted = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return "?" + urlencode(wanted)


def entrances_of(tree: Sequence[BuildingNode]) -> list[tuple[str, BuildingNode, EntranceNode]]:
    return [(f"{b.number}-{e.number}", b, e) for b in tree for e in b.entrances if e.units]


async def read_board(visit: Visit, tree: Sequence[BuildingNode], entrance: str, asked: dict[str, str]) -> Board:
    """NotFound for an entrance that is not here, or a vote that is not this visitor's to see on it."""
    found = next((each for each in entrances_of(tree) if each[0] == entrance), None)
    if found is None:
        raise NotFound
    _, building, node = found
    scope = Scope(ScopeKind.ENTRANCE, entrance, building.id, node.id)
    units = await registry.units_in(visit.community_id, scope)
    motions = [m for m in await _seen_motions(visit) if concerns(m, building.number, node.number)]
    motion = _chosen(motions, asked["motion"], visit)
    if motion is None:
        return Board(building, node, units, motions, None, {}, asked)
    if permissions.may_see_deliveries(visit.actor) is None:
        return await _with_deliveries(visit, Board(building, node, units, motions, motion, {}, asked))
    took_part = await took_part_in(visit.community_id, motion.id, node.id)
    states = {
        unit.id: RoomState.OFF if unit.id not in took_part else (RoomState.IN if took_part[unit.id] else RoomState.YET)
        for unit in units
    }
    return Board(building, node, units, motions, motion, states, asked)


async def _with_deliveries(visit: Visit, board: Board) -> Board:
    """For those who follow them: where each home stands while papers go round, else only who took part."""
    motion = board.motion
    if motion is None:
        return board
    doors = await delivery_queries.doors_around(visit.community_id, motion.id, board.entrance.id)
    records = by_voter(await delivery_queries.deliveries_around(visit.community_id, motion.id, board.entrance.id))
    by_unit = {door.unit_id: door for door in doors}
    is_delivering = is_taken(motion, visit.now)

    def state(unit: Unit) -> RoomState:
        door = by_unit.get(unit.id)
        if door is None:
            return RoomState.OFF
        if is_delivering:
            where = standing(records.get(door.roll_voter_id, ()), visit.now)
            return delivery_state(where, took_part=door.took_part)
        return RoomState.IN if door.took_part else RoomState.YET

    states = {unit.id: state(unit) for unit in board.units}
    return replace(board, states=states, is_delivering=is_delivering, doors=by_unit, records=records)


async def _seen_motions(visit: Visit) -> list[Motion]:
    """Votes whose participation this visitor may see now, the newest first; whoever delivers, from the notice on."""
    delivers = permissions.may_see_deliveries(visit.actor) is None
    begun = [
        m
        for m in await queries.motions(visit.community_id)
        if m.cancelled_at is None and (visit.now >= m.opens_at or delivers)
    ]
    voters = await queries.voters_for_motions(visit.actor, begun)
    return [
        motion
        for motion in sorted(begun, key=lambda each: (each.closes_at, each.id), reverse=True)
        if permissions.may_see_participation(visit.actor, bool(proxies.on_roll(voters.get(motion.id, [])))) is None
        and (motion.is_closed(visit.now) or follows_turnout(visit.actor))
    ]


def _chosen(motions: Sequence[Motion], asked: str, visit: Visit) -> Motion | None:
    """The one that was asked for; by itself the open one that closes first, else the one whose notice is out. NotFound
    for one that is not shown here."""
    if asked == "none":
        return None
    if asked:
        for motion in motions:
            if str(motion.id) == asked:
                return motion
        raise NotFound
    opened = [motion for motion in motions if is_taken(motion, visit.now)]
    return min(opened, key=lambda m: (m.state(visit.now) is not MotionState.OPEN, m.closes_at, m.id), default=None)
