"""What is to stop somebody's vote or let it go on, for the second person of the desk: its words, its
document, yes or back."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files.giving import given
from council.files.model import StoredFile
from council.kernel.errors import NotFound, Refusal, require
from council.registry import queries as registry
from council.voting import halt_checks, halt_queries, halting, holding_queries, queries, standing_queries
from council.voting.halt import HaltDraft, Subject, may_confirm, may_withdraw
from council.voting.halt_staff import is_own_matter
from council.voting.holding import may_read_holders, may_record_holder
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/halts/{halt_id:int}"


@get(BASE, name="halt")
async def show(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    """Of what is about their own family a member of the desk learns that it waits or is in force, and no more."""
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    halt = await halt_queries.halt(visit.community_id, halt_id)
    subject, community_id, actor = halt.subject, visit.community_id, visit.actor
    motion = None if subject.motion_id is None else await queries.motion(community_id, subject.motion_id)
    line = None
    if motion is not None and subject.number is not None:
        line = await standing_queries.line(community_id, motion.id, subject.number)
    is_own = await is_own_matter(actor, subject)
    why_not = await halt_checks.why_not(actor, subject, visit.now) if halt.is_waiting else None
    return page(
        request,
        visit,
        "voting/halt.html",
        halt=halt,
        unit=None if subject.unit_id is None else await registry.unit(community_id, subject.unit_id),
        motion=motion,
        line=line,
        paper=None if subject.paper_id is None else await holding_queries.paper(community_id, subject.paper_id),
        claim=None if subject.claim_id is None else await halt_queries.claim(community_id, subject.claim_id),
        is_own=is_own,
        why_not=why_not,
        may_confirm=halt.is_waiting and not is_own and why_not is None and may_confirm(actor, halt) is None,
        may_withdraw=halt.is_waiting and not is_own and may_withdraw(actor, halt) is None,
    )


@get(BASE + "/scan", name="halt.scan", include_in_schema=False)
async def scan(request: Request, slug: FromPath[str], halt_id: FromPath[int]) -> Response[bytes]:
    """The document that it rests on. Refused "halt.own_matter" to whoever is a party."""
    visit = await enter(request, slug)
    require(may_read_holders(visit.actor))
    halt = await halt_queries.halt(visit.community_id, halt_id)
    if await is_own_matter(visit.actor, halt.subject):
        require(Refusal("halt.own_matter"))
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


async def recorded(visit: Visit, form: Form, scan: StoredFile | None, subject: Subject, field: str) -> int:
    """What a form of the desk says is to happen, with its scan; the halt's id. `field` holds its words. Invalid,
    Refused as the verb's."""
    key = form.key()
    words = form.text(field, least=4, most=500, missing="form.no_reason")
    if scan is None:
        form.reject("document", "form.file_missing")
    form.check()
    if scan is None:
        raise NotFound("file")
    draft = HaltDraft(key, subject, words)
    return await halting.record(actor=visit.actor, draft=draft, file_id=scan.id, now=visit.now)


handlers: list[HTTPRouteHandler] = [show, scan, confirm, withdraw]
