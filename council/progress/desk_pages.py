"""The desk: the queue, and one opened job in it. After an act the next job is at hand; the list is never left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from litestar import Response, get
from litestar.params import FromPath

from council.kernel.actor import Role
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, Refused, require
from council.progress import permissions
from council.progress.desk import Job, JobKind, may_act
from council.progress.desk_details import Details, details_of
from council.progress.desk_jobs import Queue, queue
from council.progress.desk_portions import LISTS, Shown, shown
from council.progress.desk_titles import title_of
from council.web import Form, Request, Visit, enter, fragment, kit, page, see_other, wants_fragment
from council.web.kept import WRITTEN

LINKS = (
    "/board",
    "/desk/people",
    "/desk/slips",
    "/desk/register",
    "/desk/roll",
    "/bylaws",
    "/desk/bodies",
    "/desk/staff",
    "/committee",
)
"""Pages that other rooms own; each is linked when it exists."""

_INSTANT = timedelta(microseconds=1)
"""A deadline of 24:00 belongs to the day that ends then."""

_ROW = "job-"
"""A job's place in the list is `#job-answer-12`."""


@get("/c/{slug:str}/desk", name="desk")
async def show(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """`?open=answer-12` opens that job, `?next=` says where the hand is, `?mine=31` which part of a list to show
    (`desk_portions`); htmx gets the rows that change."""
    visit = await enter(request, slug)
    require(permissions.may_see_desk(visit.actor))
    opened = request.query_params.get("open", "")
    if wants_fragment(request) and request.headers.get("HX-Target", "").startswith(_ROW):
        return await _rows(request, visit, opened)
    asked = request.query_params
    return await desk_page(request, visit, opened, following=asked.get("next", ""), about=asked.get("about", ""))


async def desk_page(
    request: Request,
    visit: Visit,
    opened: str = "",
    *,
    following: str = "",
    form: Form | None = None,
    status: int = 200,
    done: str = "",
    refused: Refused | None = None,
    about: str = "",
    places: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The whole queue, a part of each long list.

    `form` is what was typed into the open job, `done` the code of what was just achieved, `refused` why nothing was,
    `following` the job that takes the focus, `places` which parts of the lists a form stood in (else the address says
    so), `about` the job ("answer-12") that was done or could not be. What was
    typed into a job that is gone is shown for copying, to whoever wrote it and nobody else: it is in this answer alone.
    """
    found = await queue(visit.actor, visit.now)
    job = found.opened(opened)
    details = Details() if job is None else await details_of(visit.actor, job, visit.now)
    parts = shown(found, request.query_params if places is None else places, {opened, following}, _desk(visit))
    context = _context(request, visit, found, parts, job, details, form) | {
        "done": done,
        "refused": refused,
        "focus": _focus(found, parts, job, following) if (done or refused or following) else "",
        "about": await title_of(visit.community_id, about, kit(request).words[visit.locale]) if about else "",
        "notice": None if refused else found.notice_of(about),
        "wrote": _wrote(form) if refused and job is None and form is not None else [],
    }
    if wants_fragment(request):
        answer = fragment(request, visit, "progress/_queue.html", status=status, **context)
        answer.headers["HX-Replace-Url"] = parts.address(job.key if job else "")
        return answer
    return page(request, visit, "progress/desk.html", status=status, **context)


def _desk(visit: Visit) -> str:
    return f"/c/{visit.community.slug}/desk"


def _wrote(form: Form) -> list[str]:
    """A person's own words in a form, as they were sent."""
    return [text for name in sorted(WRITTEN) if (text := form.value(name).strip())]


async def _rows(request: Request, visit: Visit, opened: str) -> Response[bytes]:
    """The row that opens and the one that closes; the whole queue, with a word about it, when either is gone."""
    found = await queue(visit.actor, visit.now)
    before = _open_in(request.headers.get("HX-Current-URL", ""))
    job, other = found.opened(opened), found.find(before)
    if (opened and job is None) or (before and other is None) or (job is None and other is None):
        is_gone = bool(opened) and job is None
        refused = Refused("desk.job_gone") if is_gone else None
        answer = await desk_page(request, visit, opened, refused=refused, about=opened)
        answer.headers["HX-Retarget"] = "#jobs"
        return answer
    details = Details() if job is None else await details_of(visit.actor, job, visit.now)
    rows = [each for each in (job, other) if each is not None]
    parts = shown(found, request.query_params, {opened}, _desk(visit))
    context = _context(request, visit, found, parts, job, details, None)
    return fragment(request, visit, "progress/_rows.html", rows=rows[:1] if job is other else rows, **context)


def _open_in(address: str) -> str:
    return parse_qs(urlsplit(address).query).get("open", [""])[0]


def _context(
    request: Request, visit: Visit, found: Queue, parts: Shown, job: Job | None, details: Details, form: Form | None
) -> dict[str, Any]:
    return {
        "queue": found,
        "shown": parts,
        "late": sum(each.days_late(visit.now) > 0 for each in found.mine),
        "others_late": sum(each.days_late(visit.now) > 0 for each in found.others),
        "others_keys": {each.key for each in found.others},
        "opened": job,
        "following": "" if job is None else found.after(job.key) if job in found.mine else _first(parts),
        "details": details,
        "form": form or _blank(job, details),
        "may_act": may_act(visit.actor),
        "is_secretary": visit.actor.has(Role.SECRETARY),
        "links": _links(request, visit),
        "roles": [role for role in Role if role in visit.actor.roles],
        "is_today": lambda due: local_date(due - _INSTANT) == local_date(visit.now),
        "focus": "",
    }


def _focus(found: Queue, parts: Shown, job: Job | None, following: str) -> str:
    """Where the hand goes on: the job that stays open, else the one that followed, else the first of mine shown."""
    if job is not None:
        return job.key
    return following if found.find(following) is not None else _first(parts)


def _first(parts: Shown) -> str:
    return parts.mine.items[0].key if parts.mine.items else ""


def _blank(job: Job | None, details: Details) -> Form:
    if job is None or job.kind is not JobKind.PUBLISH:
        return Form.blank()
    return Form.blank(opens_at=details.opens_at, closes_at=details.closes_at)


def _links(request: Request, visit: Visit) -> list[str]:
    """Only those whose page exists, and that this member of staff may open."""
    if not visit.actor.has(Role.SECRETARY, Role.OPERATOR, Role.GRID_WORKER):
        if visit.actor.has(Role.COMMITTEE):
            return ["/board", "/bylaws", "/desk/staff", "/committee"]
        return ["/board", "/committee"] if visit.actor.has(Role.AUDITOR) else []
    there = kit(request).rooms
    wanted = LINKS if visit.actor.has(Role.SECRETARY) else LINKS[:3]
    if visit.actor.has(Role.OPERATOR) and "/desk/staff" not in wanted:
        wanted = (*wanted, "/desk/staff")
    return [path for path in wanted if f"/c/{{slug}}{path}" in there]


async def attempt(
    request: Request,
    visit: Visit,
    form: Form,
    opened: str,
    act: Callable[[], Awaitable[str]],
    *,
    stays_open: bool = False,
) -> Response[bytes]:
    """Does what the form of the job `opened` ("answer-12") asks: every form that stands in the queue goes through here.

    `act` parses, calls the verb and answers the code of what was achieved (`said.<code>`). Invalid: the form again,
    with what was typed. Refused, because somebody was quicker or things moved on: a kind word and the queue as it is
    now; but "not you" goes on as an error. `stays_open` where more is to be done on the same job.
    """
    places = {name: form.value(name) for name in LISTS}
    following = form.value("next")[:40]
    try:
        code = await act()
    except Invalid as invalid:
        return await desk_page(request, visit, opened, form=form.refused(invalid), status=422, places=places)
    except Refused as refused:
        if refused.forbidden:
            raise
        return await desk_page(
            request,
            visit,
            opened,
            following=following,
            form=form.renewed() if refused.code == "form.used_before" else form,
            refused=refused,
            status=409,
            about=opened,
            places=places,
        )
    return await _done(request, visit, following, places, code, opened, stays_open)


async def _done(
    request: Request, visit: Visit, following: str, places: dict[str, str], code: str, about: str, stays_open: bool
) -> Response[bytes]:
    """After an act: the queue without the job, the sentence that says so, and the focus on the next job.

    Without scripts the page begins at the sentence; the next job stands right below it.
    """
    opened = about if stays_open else ""
    if wants_fragment(request):
        done = f"said.{code}"
        return await desk_page(request, visit, opened, following=following, done=done, about=about, places=places)
    onward = {"said": code, "about": about, "open": opened, "next": following} | places
    return see_other(f"{_desk(visit)}?{urlencode({name: text for name, text in onward.items() if text})}#said")


handlers = [show]
