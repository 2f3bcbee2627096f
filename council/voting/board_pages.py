"""The building board: an entrance as it hangs on the wall, with who took part in a vote; a room opens its facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import permissions as account_permissions
from council.kernel.errors import NotFound
from council.kernel.scope import Scope, ScopeKind
from council.registry import masking, register_queries
from council.registry import permissions as register_permissions
from council.registry import queries as registry
from council.registry.masking import OwnerShown
from council.registry.model import BuildingNode, EntranceNode, Unit
from council.voting import permissions, queries
from council.voting.board import RoomState, chart, concerns, counts, floor_of, follows_turnout
from council.voting.motion import Motion, MotionState
from council.voting.roll_queries import took_part_in
from council.web import Request, Visit, enter, fragment, page, see_other

ADDRESS = "/c/{slug:str}/board"
_FILTERS = (RoomState.IN, RoomState.YET)
_TALL = 14
"""From so many floors on there are links that jump."""


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

    @property
    def code(self) -> str:
        return f"{self.building.number}-{self.entrance.number}"

    def link(self, **changed: str | None) -> str:
        """This board with something changed in its address; relative, so that 400 of them stay light."""
        wanted = {name: value for name, value in {**self.asked, **changed}.items() if value}
        return "?" + urlencode(wanted)


@get(ADDRESS, name="board.index")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """On to one's own entrance, else the first."""
    visit = await enter(request, slug)
    own = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
    codes = [f"{unit.building}-{unit.entrance}" for unit in sorted(own.values(), key=registry.by_place)]
    codes += [code for code, _, _ in _entrances(await registry.tree(visit.community_id))]
    if not codes:
        raise NotFound
    return see_other(f"/c/{slug}/board/{quote(codes[0])}")


@get(ADDRESS + "/{entrance:str}", name="board")
async def show(request: Request, slug: FromPath[str], entrance: FromPath[str]) -> Response[bytes]:
    """`?motion=` chooses the vote, `?show=in|yet` keeps one state, `?room=` opens a home (htmx gets that alone)."""
    visit = await enter(request, slug)
    tree = await registry.tree(visit.community_id)
    board = await _board(request, visit, tree, entrance)
    room = request.query_params.get("room", "")
    home = next((unit for unit in board.units if unit.room == room), None)
    context = {"board": board, "home": home, **(await _home(visit, board, home))}
    if request.headers.get("HX-Target") == "home":
        return fragment(request, visit, "voting/_home.html", **context)
    kept = next((state for state in _FILTERS if state == board.asked["show"]), None)
    drawn = chart(board.units, board.states, show=kept)
    return page(
        request,
        visit,
        "voting/board.html",
        chart=drawn,
        counts=counts(board.states.values()),
        shown=kept,
        jumps=[floor for floor, _ in drawn.floors][:: max(1, len(drawn.floors) // 4)][:4]
        if len(drawn.floors) >= _TALL
        else [],
        entrances=[(f"/c/{slug}/board/{quote(code)}", code) for code, _, _ in _entrances(tree)],
        **context,
    )


def _entrances(tree: Sequence[BuildingNode]) -> list[tuple[str, BuildingNode, EntranceNode]]:
    return [(f"{b.number}-{e.number}", b, e) for b in tree for e in b.entrances if e.units]


async def _board(request: Request, visit: Visit, tree: Sequence[BuildingNode], entrance: str) -> Board:
    found = next((each for each in _entrances(tree) if each[0] == entrance), None)
    if found is None:
        raise NotFound
    _, building, node = found
    scope = Scope(ScopeKind.ENTRANCE, entrance, building.id, node.id)
    units = await registry.units_in(visit.community_id, scope)
    asked = {name: request.query_params.get(name, "")[:20] for name in ("motion", "show")}
    motions = [m for m in await _seen_motions(visit) if concerns(m, building.number, node.number)]
    motion = _chosen(motions, asked["motion"], visit)
    if motion is None:
        return Board(building, node, units, motions, None, {}, asked)
    took_part = await took_part_in(visit.community_id, motion.id, node.id)
    states = {
        unit.id: RoomState.OFF if unit.id not in took_part else (RoomState.IN if took_part[unit.id] else RoomState.YET)
        for unit in units
    }
    return Board(building, node, units, motions, motion, states, asked)


async def _seen_motions(visit: Visit) -> list[Motion]:
    """Votes whose participation this visitor may see now, the newest first."""
    begun = [m for m in await queries.motions(visit.community_id) if visit.now >= m.opens_at and m.cancelled_at is None]
    voters = await queries.voters_for_motions(visit.actor, begun)
    return [
        motion
        for motion in sorted(begun, key=lambda each: (each.closes_at, each.id), reverse=True)
        if permissions.may_see_participation(visit.actor, bool(voters.get(motion.id))) is None
        and (motion.is_closed(visit.now) or follows_turnout(visit.actor))
    ]


def _chosen(motions: Sequence[Motion], asked: str, visit: Visit) -> Motion | None:
    """The one that was asked for; by itself the open one that closes first. NotFound for one that is not shown here."""
    if asked == "none":
        return None
    if asked:
        for motion in motions:
            if str(motion.id) == asked:
                return motion
        raise NotFound
    opened = [motion for motion in motions if motion.state(visit.now) is MotionState.OPEN]
    return min(opened, key=lambda each: (each.closes_at, each.id), default=None)


async def _home(visit: Visit, board: Board, home: Unit | None) -> dict[str, Any]:
    """What this visitor may know of one home: staff its owners, whoever sees participation its area."""
    if home is None:
        return {}
    reads = register_permissions.may_read_register(visit.actor) is None
    owners: list[OwnerShown] = []
    if reads:
        held = await register_queries.holders(visit.community_id, [home.id])
        owners = [masking.shown(each.owner, is_representative=each.is_representative) for each in held.get(home.id, ())]
    return {
        "owners": owners,
        "floor": floor_of(home.room, home.floor),
        "state": board.states.get(home.id, RoomState.PLAIN),
        "reads_register": reads,
        "sees_people": account_permissions.may_see_people(visit.actor) is None,
        "sees_area": reads or board.motion is not None or home.id in visit.actor.unit_ids,
        "is_own": home.id in visit.actor.unit_ids,
    }


handlers: list[HTTPRouteHandler] = [index, show]
