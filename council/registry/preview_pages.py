"""A roll handed over: what it would do, its rows to mend, and the confirmation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from council.kernel.errors import Invalid, NotFound
from council.registry import faults, forms, mending, staged, upload_queries, uploads
from council.registry.portions import portion
from council.registry.rollfile.model import Problem, RollFile
from council.registry.staged import RowState, StagedRow, Upload, UploadState
from council.registry.upload_pages import BASE, enter_keeper
from council.registry.uploads import Preview
from council.web import Form, Request, Visit, fragment, kit, page, read_form, see_other, wants_fragment

ONE = BASE + "/{upload_id:int}"
ROW = ONE + "/rows/{number:int}"
FAULTY_AT_ONCE = 20
CHANGED_AT_ONCE = 50
LISTED = 100
"""Warnings and absent units named on the page; beyond it their number is."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class RowShown:
    """A row of an upload with its form: (field, heading) of the cells with a problem, and of the others.

    `says` is the unit and owner as they were written, to know the row by.
    """

    row: StagedRow
    says: str
    problems: list[Problem]
    form: Form
    wrong: list[tuple[str, str]]
    right: list[tuple[str, str]]


@get(ONE, name="desk.roll.preview")
async def preview_page(request: Request, slug: FromPath[str], upload_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    shown = await uploads.preview(actor=visit.actor, upload_id=upload_id)
    return page(request, visit, "registry/preview.html", **_context(request, shown))


def _context(request: Request, shown: Preview) -> dict[str, Any]:
    problems = staged.problems_by_row(shown.roll.problems)
    faulty = portion(shown.faulty, request, "faulty", FAULTY_AT_ONCE)
    warnings = [problem for problem in shown.roll.warnings if _is_open(shown, problem.row)]
    plan = shown.foreseen.plan
    return {
        "upload": shown.upload,
        "seen": shown.seen,
        "plan": plan,
        "faulty": faulty,
        "rows": [_row_shown(shown.upload, row, problems.get(row.number, [])) for row in faulty.items],
        "changed": portion(plan.changed, request, "changed", CHANGED_AT_ONCE),
        "warnings": warnings[:LISTED],
        "more_warnings": max(0, len(warnings) - LISTED),
        "absent": plan.absent[:LISTED],
        "more_absent": max(0, len(plan.absent) - LISTED),
        "dropped": [row for row in shown.rows if row.state is RowState.DROPPED and row.closed_reason],
    }


def _is_open(shown: Preview, number: int) -> bool:
    open_rows = {RowState.WAITING, RowState.FAULTY}
    return any(row.number == number and row.state in open_rows for row in shown.rows)


def _row_shown(upload: Upload, row: StagedRow, problems: list[Problem], form: Form | None = None) -> RowShown:
    fields = [(forms.cell_name(row.number, index), heading) for index, heading in enumerate(upload.headings) if heading]
    texts = {
        forms.cell_name(row.number, index): row.cells[index].text if index < len(row.cells) else ""
        for index in range(len(upload.headings))
    }
    columns = {problem.column for problem in problems}
    return RowShown(
        row,
        staged.written(upload, row),
        problems,
        form or Form.blank(**texts),
        [field for field in fields if field[1] in columns],
        [field for field in fields if field[1] not in columns],
    )


@post(ONE + "/confirm", name="desk.roll.confirm")
async def confirm(request: Request, slug: FromPath[str], upload_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    applied = await uploads.confirm(
        actor=visit.actor, upload_id=upload_id, seen=form.line("seen", most=64), now=visit.now
    )
    said = "?said=roll.confirmed" if applied is not None else "?said=roll.confirmed_before"
    return see_other(f"/c/{slug}/desk/roll/{upload_id}{said}")


@post(ONE + "/discard", name="desk.roll.discard")
async def discard(request: Request, slug: FromPath[str], upload_id: FromPath[int]) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    await read_form(request)
    await uploads.discard(actor=visit.actor, upload_id=upload_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/roll?said=roll.discarded")


@get(ROW, name="desk.roll.row")
async def row_page(
    request: Request, slug: FromPath[str], upload_id: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    upload, shown = await _row(visit, upload_id, number)
    return page(request, visit, "registry/row.html", upload=upload, one=shown)


async def _row(visit: Visit, upload_id: int, number: int, form: Form | None = None) -> tuple[Upload, RowShown]:
    upload = await upload_queries.upload(visit.community_id, upload_id)
    rows = await upload_queries.rows(visit.community_id, upload_id)
    row = next((one for one in rows if one.number == number), None)
    if row is None or not row.cells:
        raise NotFound
    roll: RollFile = await asyncio.to_thread(staged.check, upload, rows)
    problems = staged.problems_by_row(roll.problems).get(number, [])
    return upload, _row_shown(upload, row, problems, form)


@post(ROW, name="desk.roll.row.mend")
async def mend(
    request: Request, slug: FromPath[str], upload_id: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    """Kept even while it is still faulty: what somebody typed is not lost. htmx swaps this row and the effect."""
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    upload = await upload_queries.upload(visit.community_id, upload_id)
    try:
        texts = forms.parse_cells(form, number, upload.headings)
    except Invalid as invalid:
        _, shown = await _row(visit, upload_id, number, form.refused(invalid))
        answer, template = (fragment, "_refused") if wants_fragment(request) else (page, "row")
        return answer(request, visit, f"registry/{template}.html", status=422, upload=upload, one=shown)
    mended = await mending.mend_row(actor=visit.actor, upload_id=upload_id, number=number, texts=texts, now=visit.now)
    said = "row.mended" if mended.is_good else "row.still_faulty"
    back = f"/c/{slug}/desk/roll/{upload_id}?said={said}"
    if not wants_fragment(request):
        return see_other(back + ("" if mended.is_good else f"#row-{number}"))
    if mended.moved_others or upload.state is UploadState.APPLIED:
        return Response(b"", status_code=204, headers={"HX-Redirect": back})
    shown_all = await uploads.preview(actor=visit.actor, upload_id=upload_id)
    row = next(one for one in shown_all.rows if one.number == number)
    problems = staged.problems_by_row(shown_all.roll.problems).get(number, [])
    return fragment(
        request,
        visit,
        "registry/_mended.html",
        one=_row_shown(upload, row, problems),
        is_good=mended.is_good,
        **_context(request, shown_all),
    )


@post(ROW + "/drop", name="desk.roll.row.drop")
async def drop(
    request: Request, slug: FromPath[str], upload_id: FromPath[int], number: FromPath[int]
) -> Response[bytes]:
    visit = await enter_keeper(request, slug)
    form = await read_form(request)
    try:
        reason = forms.parse_reason(form)
    except Invalid as invalid:
        upload, shown = await _row(visit, upload_id, number)
        refused = form.refused(invalid)
        return page(request, visit, "registry/row.html", status=422, upload=upload, one=shown, dropping=refused)
    await mending.drop_row(actor=visit.actor, upload_id=upload_id, number=number, reason=reason, now=visit.now)
    return see_other(f"/c/{slug}/desk/roll/{upload_id}?said=row.dropped")


@get(ONE + "/file", name="desk.roll.file")
async def file_back(request: Request, slug: FromPath[str], upload_id: FromPath[int]) -> Response[bytes]:
    """The rows as a workbook with the faults coloured; NotFound once the copy is gone."""
    visit = await enter_keeper(request, slug)
    upload = await upload_queries.upload(visit.community_id, upload_id)
    rows = await upload_queries.rows(visit.community_id, upload_id)
    if not any(row.cells for row in rows):
        raise NotFound
    words = kit(request).words[visit.locale]

    def made() -> bytes:
        roll = staged.in_order(staged.check(upload, rows))
        return faults.coloured(
            roll,
            words=lambda problem: words.sentence(problem.code, problem.details),
            heading=words.sentence("roll.faults_heading"),
        )

    name = quote(upload.name.rpartition(".")[0] or upload.name, safe="")
    headers = {
        "Content-Disposition": f"attachment; filename=\"roll.xlsx\"; filename*=UTF-8''{name}.xlsx",
        "Cache-Control": "no-store",
    }
    return Response(await asyncio.to_thread(made), media_type=XLSX, headers=headers)


handlers = [preview_page, confirm, discard, row_page, mend, drop, file_back]
