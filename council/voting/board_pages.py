"""The building board: an entrance as it hangs on the wall, with who took part in a vote and whom its papers reached;
a room opens its facts, and to those who go from door to door the record of a delivery."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import permissions as account_permissions
from council.kernel.errors import NotFound
from council.registry import masking, register_queries
from council.registry import permissions as register_permissions
from council.registry import queries as registry
from council.registry.masking import OwnerShown
from council.registry.model import Unit
from council.voting import permissions, queries
from council.voting.board import (
    RoomState,
    chart,
    concerns,
    counts,
    floor_of,
)
from council.voting.board_view import Board, entrances_of, read_board
from council.voting.delivery import AT_THE_DOOR, Receiver
from council.voting.delivery_asking import rests_on
from council.voting.paper_printing import is_printing
from council.voting.paper_staff import may_handle
from council.web import Form, Request, Visit, enter, fragment, page, see_other

ADDRESS = "/c/{slug:str}/board"
_TALL = 14
"""From so many floors on there are links that jump."""


@get(ADDRESS, name="board.index")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """On to one's own entrance, else the first; with `?motion=` to the first that this vote reaches."""
    visit = await enter(request, slug)
    if (asked := request.query_params.get("motion", "")).isascii() and asked.isdigit() and len(asked) < 15:
        motion = await queries.motion(visit.community_id, int(asked))
        tree = await registry.tree(visit.community_id)
        reached = [code for code, b, e in entrances_of(tree) if concerns(motion, b.number, e.number)]
        if reached:
            return see_other(f"/c/{slug}/board/{quote(reached[0])}?motion={motion.id}")
    own = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
    codes = [f"{unit.building}-{unit.entrance}" for unit in sorted(own.values(), key=registry.by_place)]
    codes += [code for code, _, _ in entrances_of(await registry.tree(visit.community_id))]
    if not codes:
        raise NotFound
    return see_other(f"/c/{slug}/board/{quote(codes[0])}")


@get(ADDRESS + "/{entrance:str}", name="board")
async def show(request: Request, slug: FromPath[str], entrance: FromPath[str]) -> Response[bytes]:
    """`?motion=` chooses the vote, `?show=in|none|…` keeps one state, `?room=` opens a home (htmx gets that alone)."""
    visit = await enter(request, slug)
    asked = {name: request.query_params.get(name, "")[:20] for name in ("motion", "show")}
    return await board_page(request, visit, entrance, asked, room=request.query_params.get("room", ""))


async def board_page(
    request: Request,
    visit: Visit,
    entrance: str,
    asked: dict[str, str],
    *,
    room: str = "",
    form: Form | None = None,
    status: int = 200,
) -> Response[bytes]:
    """The board with one home open, if `room` is one; `form` is a record for it that cannot be taken as it is."""
    slug = visit.community.slug
    tree = await registry.tree(visit.community_id)
    board = await read_board(visit, tree, entrance, asked)
    home = next((unit for unit in board.units if unit.room == room), None)
    done = request.query_params.get("done", "")
    told = done if any(unit.room == done for unit in board.units) else ""
    context = {
        "board": board,
        "home": home,
        "done": told,
        "receivers": list(Receiver),
        "delivery_channels": AT_THE_DOOR,
        "form": form or Form.blank(),
        **(await _home(visit, board, home)),
    }
    if request.headers.get("HX-Target") == "home":
        return fragment(request, visit, "voting/_home.html", **context)
    kept = next((state for state in board.keys if state == board.asked["show"]), None)
    drawn = chart(board.units, board.states, show=kept)
    return page(
        request,
        visit,
        "voting/board.html",
        status=status,
        chart=drawn,
        counts=counts(board.states.values()),
        may_deliver=permissions.may_deliver(visit.actor) is None,
        addresses={key: board.link(show="" if key == kept else key.value, room="") for key in board.keys},
        shown=kept,
        jumps=[floor for floor, _ in drawn.floors][:: max(1, len(drawn.floors) // 4)][:4]
        if len(drawn.floors) >= _TALL
        else [],
        entrances=[(f"/c/{slug}/board/{quote(code)}", code) for code, _, _ in entrances_of(tree)],
        **context,
    )


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
        "prints_paper": await _prints_paper(visit, board, home),
        **_delivery_of(visit, board, home),
    }


async def _prints_paper(visit: Visit, board: Board, home: Unit) -> bool:
    """Whether this visitor may print the ballot of this home's voter now."""
    motion = board.motion
    if motion is None or home.id not in board.doors or permissions.may_deliver(visit.actor) is not None:
        return False
    return is_printing(motion, visit.now) and await may_handle(visit.actor, motion) is None


def _delivery_of(visit: Visit, board: Board, home: Unit) -> dict[str, Any]:
    """To those who follow deliveries: the voter's records, at whichever of their homes, and whether more are taken."""
    door = board.doors.get(home.id)
    if door is None or board.motion is None:
        return {}
    records = list(reversed(board.records.get(door.roll_voter_id, ())))
    same = [each for each in board.doors.values() if each.roll_voter_id == door.roll_voter_id]
    is_own = any(each.unit_id in visit.actor.unit_ids for each in same)
    return {
        "door": door,
        "other_homes": [each.code for each in same if each.unit_id != home.id],
        "deliveries": records,
        "hanging": {each.id for each in records if not door.took_part and rests_on(board.motion, records, each.id)},
        "may_record": board.is_delivering and not is_own and permissions.may_deliver(visit.actor) is None,
        "is_own_voter": is_own,
    }


handlers: list[HTTPRouteHandler] = [index, show]
