"""Handing over a roll: a file, or an entrance typed by hand."""

from __future__ import annotations

import asyncio

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, Refused, require
from council.kernel.text import canonical_json
from council.registry import forms, permissions, upload_queries, uploads
from council.registry.rollfile import limits
from council.registry.rollfile.checking import check_cells
from council.registry.rollfile.model import Unreadable, Use
from council.registry.rollfile.reading import read_roll
from council.web import Form, Request, Visit, enter, page, read_form, see_other

BASE = "/c/{slug:str}/desk/roll"
MOST_BODY = limits.MOST_BYTES + 64 * 1024


async def enter_keeper(request: Request, slug: str) -> Visit:
    visit = await enter(request, slug)
    require(permissions.may_keep_register(visit.actor))
    return visit


@get(BASE, name="desk.roll")
async def list_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    return await _list(request, await enter_keeper(request, slug), Form.blank())


async def _list(
    request: Request, visit: Visit, form: Form, *, status: int = 200, area_headings: tuple[str, ...] = ()
) -> Response[bytes]:
    summaries = await upload_queries.summaries(visit.community_id)
    return page(
        request, visit, "registry/rolls.html", status=status, form=form, uploads=summaries, area_headings=area_headings
    )


@post(BASE, name="desk.roll.upload", request_max_body_size=MOST_BODY)
async def upload(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """A file that cannot be read is told why, and nothing of it is kept."""
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    try:
        key, heading = form.key(), form.line("area_heading", most=200) or None
        files = form.files("file", least=1)
        form.check()
        data = await files[0].read()
        roll = await asyncio.to_thread(read_roll, files[0].filename, data, area_heading=heading)
    except Invalid as invalid:
        return await _list(request, visit, form.refused(invalid), status=422, area_headings=_asked(invalid))
    try:
        upload_id = await uploads.stage(
            actor=visit.actor,
            key=key,
            name=files[0].filename,
            roll=roll,
            digest=uploads.digest_of(data),
            area_heading=heading,
            now=visit.now,
        )
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _list(request, visit, form.sent_before("file", "roll.other_file"), status=409)
    return see_other(f"/c/{slug}/desk/roll/{upload_id}?said=roll.staged")


def _asked(invalid: Invalid) -> tuple[str, ...]:
    """The headings of which one may be the exclusive area, when that is what has to be said."""
    if isinstance(invalid, Unreadable) and invalid.code == "roll.area_not_told":
        return tuple(str(invalid.details["found"]).split("、"))
    return ()


@get(BASE + "/grid", name="desk.roll.grid")
async def grid_page(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    return _grid(request, visit, Form.blank())


def _grid(request: Request, visit: Visit, form: Form, *, status: int = 200) -> Response[bytes]:
    return page(
        request,
        visit,
        "registry/grid.html",
        status=status,
        form=form,
        numbers=range(1, forms.GRID_ROWS + 1),
        uses=[use.value for use in Use],
    )


@post(BASE + "/grid", name="desk.roll.grid.type")
async def grid(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    try:
        key, rows = form.key(), forms.parse_grid(form)
        if not any(cell for row in rows for cell in row.values()):
            raise Invalid({"room1": "roll.only_headings"})
        roll = await asyncio.to_thread(check_cells, rows, first_row=1)
    except Invalid as invalid:
        return _grid(request, visit, form.refused(invalid), status=422)
    first = next(row for row in rows if row[forms.GRID_HEADINGS[0]])
    try:
        upload_id = await uploads.stage(
            actor=visit.actor,
            key=key,
            name="-".join(part for part in (first[forms.GRID_HEADINGS[0]], first[forms.GRID_HEADINGS[1]]) if part),
            roll=roll,
            digest=uploads.digest_of(canonical_json(rows).encode()),
            area_heading=None,
            now=visit.now,
        )
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return _grid(request, visit, form.sent_before(), status=409)
    return see_other(f"/c/{slug}/desk/roll/{upload_id}?said=roll.staged")


handlers = [list_page, upload, grid_page, grid]
