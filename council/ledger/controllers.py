"""The ledger's public pages: which projects there are, where each stands, and the decision behind it."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.ledger import permissions, queries
from council.ledger.cards import ledger_card, project_card
from council.ledger.model import Milestone, Project, current_milestone
from council.voting import queries as voting
from council.web import Request, enter_public, kit, page
from council.web.narrowing import asked, filters


@get("/c/{slug:str}/projects", name="projects")
async def index(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Anybody may read totals; two queries, however many projects there are. `?show=` those under way or finished."""
    visit = await enter_public(request, slug)
    projects = await queries.projects(visit.community_id)
    milestones = await queries.milestones_of(visit.community_id, [project.id for project in projects])
    listed = [(project, current_milestone(milestones.get(project.id, ()))) for project in projects]
    show = asked(request, _SHOWN)
    return page(
        request,
        visit,
        "ledger/index.html",
        card=ledger_card(visit.community, kit(request).words[visit.locale]),
        projects=[(project, current) for project, current in listed if show in {"all", _progress(project, current)}],
        filters=filters(
            f"/c/{slug}/projects",
            "projects.show",
            {name: sum(name in {"all", _progress(*each)} for each in listed) for name in _SHOWN},
            show,
        ),
        show=show,
    )


_SHOWN = ("all", "under_way", "finished")


def _progress(project: Project, current: Milestone | None) -> str:
    """One whose decision a court has revoked is neither."""
    return "revoked" if project.revoked_at else "finished" if current is None else "under_way"


@get("/c/{slug:str}/projects/{project_id:int}", name="project")
async def show(request: Request, slug: FromPath[str], project_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_public(request, slug)
    project = await queries.project(visit.community_id, project_id)
    milestones = await queries.milestones(visit.community_id, project_id)
    may_keep = visit.actor is not None and permissions.may_keep_project(visit.actor) is None and not project.revoked_at
    return page(
        request,
        visit,
        "ledger/show.html",
        card=project_card(visit.community, project, milestones, kit(request).words[visit.locale]),
        project=project,
        milestones=milestones,
        current=current_milestone(milestones),
        lines=await queries.budget_lines(visit.community_id, project_id),
        motion=await voting.motion(visit.community_id, project.motion_id),
        may_keep=may_keep,
    )


handlers = [index, show]
