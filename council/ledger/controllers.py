"""The ledger's public pages: which projects there are, where each stands, and the decision behind it."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, require
from council.ledger import forms, permissions, queries, winding_up
from council.ledger.cards import ledger_card, project_card
from council.ledger.model import Milestone, Project, WindingUpKind, current_milestone
from council.voting import queries as voting
from council.web import Form, PublicVisit, Request, Visit, enter, enter_public, kit, page, read_form, see_other
from council.web.narrowing import asked, filters


@get("/c/{slug:str}/projects", name="projects")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Anybody may read totals; two queries, however many projects there are. `?show=` those under way, finished, or
    whose decision a court has revoked."""
    visit = await enter_public(request, slug)
    projects = await queries.projects(visit.community_id)
    milestones = await queries.milestones_of(visit.community_id, [project.id for project in projects])
    listed = [(project, current_milestone(milestones.get(project.id, ()))) for project in projects]
    show = asked(request, _SHOWN)
    counts = {name: sum(name in {"all", _progress(*each)} for each in listed) for name in _SHOWN}
    return page(
        request,
        visit,
        "ledger/index.html",
        card=ledger_card(visit.community, kit(request).words[visit.locale]),
        projects=[(project, current) for project, current in listed if show in {"all", _progress(project, current)}],
        filters=filters(
            f"/c/{slug}/projects",
            "projects.show",
            {name: n for name, n in counts.items() if n or name != "revoked"},
            show,
        ),
        show=show,
    )


_SHOWN = ("all", "under_way", "finished", "revoked")


def _progress(project: Project, current: Milestone | None) -> str:
    """One whose decision a court has revoked is neither."""
    return "revoked" if project.revoked_at else "finished" if current is None else "under_way"


@get("/c/{slug:str}/projects/{project_id:int}", name="project")
async def show(request: Request, slug: FromPath[str], project_id: FromPath[int]) -> Response[bytes]:
    return await _project_page(request, await enter_public(request, slug), project_id)


async def _project_page(
    request: Request, visit: Visit | PublicVisit, project_id: int, *, status: int = 200, form: Form | None = None
) -> Response[bytes]:
    project = await queries.project(visit.community_id, project_id)
    milestones = await queries.milestones(visit.community_id, project_id)
    keeps = visit.actor is not None and permissions.may_keep_project(visit.actor) is None
    words = kit(request).words[visit.locale]
    return page(
        request,
        visit,
        "ledger/show.html",
        status=status,
        card=project_card(visit.community, project, milestones, words),
        project=project,
        milestones=milestones,
        current=current_milestone(milestones),
        lines=await queries.budget_lines(visit.community_id, project_id),
        motion=await voting.motion(visit.community_id, project.motion_id),
        may_keep=keeps and project.revoked_at is None,
        may_tell=keeps and project.revoked_at is not None,
        told=await queries.winding_up(visit.community_id, project_id) if project.revoked_at else [],
        winding_up_kinds=[(kind.value, words.label("winding_up", kind)) for kind in WindingUpKind],
        form=form or Form.blank(),
    )


@post("/c/{slug:str}/projects/{project_id:int}/winding-up", name="project.winding_up")
async def tell(request: Request, slug: FromPath[str], project_id: FromPath[int]) -> Response[bytes]:
    """How a project that a court has stopped is wound up."""
    visit = await enter(request, slug)
    form = await read_form(request)
    require(permissions.may_keep_project(visit.actor))
    await queries.project(visit.community_id, project_id)
    try:
        draft = forms.parse_winding_up(form)
        await winding_up.record(actor=visit.actor, project_id=project_id, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _project_page(request, visit, project_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _project_page(request, visit, project_id, status=409, form=form.sent_before("words"))
    return see_other(f"/c/{slug}/projects/{project_id}?said=project.wound_up#told")


handlers = [index, show, tell]
