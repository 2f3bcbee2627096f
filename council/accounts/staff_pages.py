"""Who holds which role here, for the secretary to see; roles are given and ended on the command line."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import permissions, staff
from council.kernel.actor import Role
from council.kernel.errors import require
from council.web import Request, enter, page


@get("/c/{slug:str}/desk/staff", name="desk.staff")
async def staff_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """By role, in the order they were named; those of a whole area are marked."""
    visit = await enter(request, slug)
    require(permissions.may_read_staff(visit.actor))
    everybody = await staff.staff_of(visit.community_id)
    groups = [(role, [each for each in everybody if each.role is role]) for role in Role]
    return page(request, visit, "accounts/desk_staff.html", groups=[group for group in groups if group[1]])


handlers: list[HTTPRouteHandler] = [staff_page]
