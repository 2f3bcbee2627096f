"""The desk: the queue, and one opened job beside it."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.kernel.actor import Role
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, require
from council.progress import permissions
from council.progress.desk import RUNNING, Job, JobKind, jobs, may_act
from council.progress.desk_details import Details, details_of
from council.web import Form, Request, Visit, enter, fragment, kit, page, see_other, wants_fragment

LINKS = ("/desk/people", "/desk/slips", "/desk/register", "/desk/roll", "/desk/settings", "/committee")
"""Pages that other rooms own; each is linked when it exists."""


@get("/c/{slug:str}/desk", name="desk")
async def show(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """`?open=answer-12` opens that job; asked by htmx, the queue alone."""
    visit = await enter(request, slug)
    require(permissions.may_see_desk(visit.actor))
    return await desk_page(request, visit, request.query_params.get("open", ""))


async def desk_page(
    request: Request, visit: Visit, opened: str = "", *, form: Form | None = None, status: int = 200, done: str = ""
) -> Response[bytes]:
    """The queue with one job open; `form` is what was typed there, `done` the code of what was just achieved."""
    everything = await jobs(visit.actor, visit.now)
    job = next((each for each in everything if each.key == opened), None)
    details = Details() if job is None else await details_of(visit.actor, job, visit.now)
    mine = [each for each in everything if each.kind not in RUNNING]
    context = {
        "mine": mine,
        "running": [each for each in everything if each.kind in RUNNING],
        "late": sum(each.days_late(visit.now) > 0 for each in mine),
        "opened": job,
        "details": details,
        "form": form or _blank(job, details),
        "may_act": may_act(visit.actor),
        "is_secretary": visit.actor.has(Role.SECRETARY),
        "links": _links(request, visit),
        "roles": [role for role in Role if role in visit.actor.roles],
        "is_today": lambda due: local_date(due) == local_date(visit.now),
        "done": done,
    }
    if wants_fragment(request):
        return fragment(request, visit, "progress/_jobs.html", status=status, **context)
    return page(request, visit, "progress/desk.html", status=status, **context)


def _blank(job: Job | None, details: Details) -> Form:
    if job is None or job.kind is not JobKind.PUBLISH:
        return Form.blank()
    return Form.blank(opens_at=details.opens_at, closes_at=details.closes_at)


def _links(request: Request, visit: Visit) -> list[str]:
    """Only those whose page exists, and that this member of staff may open."""
    if not visit.actor.has(Role.SECRETARY, Role.OPERATOR, Role.GRID_WORKER):
        if visit.actor.has(Role.COMMITTEE):
            return ["/desk/settings", "/committee"]
        return ["/committee"] if visit.actor.has(Role.AUDITOR) else []
    there = kit(request).rooms
    wanted = LINKS if visit.actor.has(Role.SECRETARY) else LINKS[:2]
    return [path for path in wanted if f"/c/{{slug}}{path}" in there]


async def done(request: Request, visit: Visit, code: str, *, opened: str = "") -> Response[bytes]:
    """After an act: the queue without the job, and the sentence that says so."""
    if wants_fragment(request):
        return await desk_page(request, visit, opened, done=f"said.{code}")
    onward = f"&open={opened}" if opened else ""
    return see_other(f"/c/{visit.community.slug}/desk?said={code}{onward}")


async def again(request: Request, visit: Visit, opened: str, form: Form, invalid: Invalid) -> Response[bytes]:
    """The job's form with what was typed and what is wrong with it."""
    return await desk_page(request, visit, opened, form=form.refused(invalid), status=422)


handlers = [show]
