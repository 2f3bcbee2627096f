"""`/styleguide`: every component with made-up data, to look at. Development only."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from council.kernel.errors import Invalid
from council.web.forms import Form
from council.web.kit import Place, Request, kit
from council.web.render import page
from council.web.tabs import Tab
from council.web.visits import enter_site

_CLOSES = datetime(2026, 3, 15, 10, tzinfo=UTC)
_TABS = (("talk", "talk"), ("vote", "vote"), ("meet", "stool"), ("book", "book"), ("me", "me"))


@get("/styleguide", name="styleguide", include_in_schema=False)
async def styleguide(request: Request) -> Response[bytes]:
    """The components. `?bar=act` shows the action bar instead of the tabs."""
    visit = await enter_site(request)
    form = Form.blank(title="车棚", why="车棚没有地方充电，有三家从窗户拉线下来，不安全。").refused(
        Invalid({"title": "form.too_short", "where": "form.not_chosen"}, **{"title.least": 6, "title.have": 2})
    )
    place = visit.community or Place(0, "garden", "花园小区", "010-5555 0132")
    samples = [Tab(name, icon, "/styleguide") for name, icon in _TABS]
    return page(
        request,
        visit,
        "web/styleguide.html",
        form=form,
        place=place,
        closes_at=_CLOSES,
        bar=request.query_params.get("bar", "tabs"),
        icons=sorted(kit(request).assets.icons),
        samples=samples,
    )


handlers: list[HTTPRouteHandler] = [styleguide]
