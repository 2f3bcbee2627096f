"""What is to stop somebody's vote, for the second person of the desk: what it says, its document, yes or back."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files.giving import given
from council.files.model import StoredFile
from council.kernel.errors import NotFound, require
from council.registry import queries as registry
from council.voting import halt_queries, halting, holding_queries, queries, standing_queries
from council.voting.halt import HaltAct, HaltDraft, may_confirm
from council.voting.holding import may_read_holders, may_record_holder
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/halts/{halt_id:int}"


@get(BASE, name="halt")
async def show(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    halt = await halt_queries.halt(visit.community_id, halt_id)
    motion = None if halt.motion_id is None else await queries.motion(visit.community_id, halt.motion_id)
    line = None
    if motion is not None and halt.number is not None:
        line = await standing_queries.line(visit.community_id, motion.id, halt.number)
    return page(
        request,
        visit,
        "voting/halt.html",
        halt=halt,
        unit=None if halt.unit_id is None else await registry.unit(visit.community_id, halt.unit_id),
        motion=motion,
        line=line,
        paper=None if halt.paper_id is None else await holding_queries.paper(visit.community_id, halt.paper_id),
        may_confirm=halt.is_waiting and may_confirm(visit.actor, halt) is None,
        may_withdraw=halt.is_waiting
        and (visit.actor.person_id == halt.recorded_by or may_confirm(visit.actor, halt) is None),
    )


@get(BASE + "/scan", name="halt.scan", include_in_schema=False)
async def scan(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    """The document that it rests on."""
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    halt = await halt_queries.halt(visit.community_id, halt_id)
    return await given(visit.community_id, halt.file_id, f"halt-{halt_id}")


@post(BASE + "/confirm", name="halt.confirm")
async def confirm(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_record_holder(visit.actor, 0, None))
    await read_form(request)
    await halting.confirm(actor=visit.actor, halt_id=halt_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/halts/{halt_id}?said=halt.confirmed")


@post(BASE + "/withdraw", name="halt.withdraw")
async def withdraw(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_record_holder(visit.actor, 0, None))
    await read_form(request)
    await halting.withdraw(actor=visit.actor, halt_id=halt_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/holders?said=halt.withdrawn")


async def recorded(
    visit: Visit,
    form: Form,
    scan: StoredFile | None,
    act: HaltAct,
    field: str,
    *,
    unit_id: int | None = None,
    voter: tuple[int, str] | None = None,
    paper_id: int | None = None,
) -> int:
    """What a form of the desk says is to be stopped, with its scan; the halt's id. `field` holds its words. Invalid,
    Refused as the verb's."""
    key = form.key()
    words = form.text(field, least=4, most=500, missing="form.no_reason")
    if scan is None:
        form.reject("document", "form.file_missing")
    form.check()
    if scan is None:
        raise NotFound("file")
    draft = HaltDraft(key, act, words, unit_id, voter, paper_id)
    return await halting.record(actor=visit.actor, draft=draft, file_id=scan.id, now=visit.now)


handlers: list[HTTPRouteHandler] = [show, scan, confirm, withdraw]
