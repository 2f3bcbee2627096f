"""What the desk gets on paper about a candidate: consents, letters of who stands back, sheets that owners signed."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import tie_queries
from council.documents.signing import SheetText, SigningSheet, signing_sheets_pdf
from council.elections import consenting, forms, letters, permissions, queries, sheets
from council.elections.candidate import SignedAs
from council.elections.desk_visits import keeping, paper_of, reading
from council.elections.review_pages import ONE, candidate_page
from council.files import DOCUMENT_LIMIT
from council.files.model import Purpose
from council.kernel.clock import local_date
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.proposals import queries as proposals
from council.web import Form, Request, Visit, enter, kit, see_other
from council.web.filters import day_words
from council.web.sheets import sheet

_LINES = 12
"""Rows of a sheet to sign."""


@post(ONE + "/papers", name="desk.candidate.papers", request_max_body_size=2 * DOCUMENT_LIMIT + 64 * 1024)
async def consent(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """The consent that the candidate signed, and a represented owner's authorisation."""
    visit, form = await keeping(request, slug)
    try:
        key = form.key()
        seal = await paper_of(visit, form, "authorisation", Purpose.SCAN)
        paper = await paper_of(visit, form, "consent", Purpose.SCAN, needed=True)
        form.check()
        await consenting.consent_on_paper(
            actor=visit.actor,
            candidate_id=candidate_id,
            key=key,
            file_id=paper or 0,
            authorisation_id=seal,
            now=visit.now,
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        return await _again(request, visit, candidate_id, form, refused, "consent")
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.papers")


@post(ONE + "/letter", name="desk.candidate.letter", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def letter(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """Somebody stands back on paper: recorded, for a second person to look at."""
    visit, form = await keeping(request, slug)
    try:
        key = form.key()
        reason = form.text("reason", least=2, most=500, missing="candidate.reason_needed")
        paper = await paper_of(visit, form, "document", Purpose.SCAN, needed=True)
        form.check()
        await letters.record(
            actor=visit.actor,
            candidate_id=candidate_id,
            key=key,
            reason=reason,
            file_id=paper or 0,
            now=visit.now,
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        return await _again(request, visit, candidate_id, form, refused, "document")
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.letter#letter")


@post(ONE + "/letters/{letter_id:int}/confirm", name="desk.candidate.letter_confirm")
async def confirm_letter(
    request: Request, slug: FromPath[str], candidate_id: FromPath[int], letter_id: FromPath[int]
) -> Response[bytes]:
    visit, _ = await reading(request, slug)
    await letters.confirm(actor=visit.actor, candidate_id=candidate_id, letter_id=letter_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.withdrawn")


@post(ONE + "/letters/{letter_id:int}/back", name="desk.candidate.letter_back")
async def take_back_letter(
    request: Request, slug: FromPath[str], candidate_id: FromPath[int], letter_id: FromPath[int]
) -> Response[bytes]:
    visit, form = await reading(request, slug)
    try:
        words = forms.words(form, "why_not")
        form.check()
        await letters.take_back(
            actor=visit.actor, candidate_id=candidate_id, letter_id=letter_id, words=words, now=visit.now
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.letter_back")


@post(ONE + "/sheets", name="desk.candidate.sheet", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def enter_sheet(request: Request, slug: FromPath[str], candidate_id: FromPath[int]) -> Response[bytes]:
    """The names on a sheet, as the desk reads them, with its picture."""
    visit, form = await keeping(request, slug)
    try:
        key = form.key()
        signed = await signers_of(visit, form)
        paper = await paper_of(visit, form, "sheet", Purpose.SCAN, needed=True)
        form.check()
        await sheets.enter(
            actor=visit.actor, candidate_id=candidate_id, key=key, file_id=paper or 0, signed=signed, now=visit.now
        )
    except Invalid as invalid:
        return await candidate_page(request, visit, candidate_id, status=422, form=form.refused(invalid))
    except Refused as refused:
        return await _again(request, visit, candidate_id, form, refused, "signers")
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.sheet#sheets")


async def signers_of(visit: Visit, form: Form) -> tuple[SignedAs, ...]:
    """Problems are noted in the form."""
    lines = forms.signers(form)
    if form.problems:
        return ()
    found = await tie_queries.units_matching_each(visit.community_id, [room for room, _ in lines])
    return forms.signed_as(form, lines, found)


@post(ONE + "/sheets/{sheet_id:int}/confirm", name="desk.candidate.sheet_confirm")
async def confirm_sheet(
    request: Request, slug: FromPath[str], candidate_id: FromPath[int], sheet_id: FromPath[int]
) -> Response[bytes]:
    visit, _ = await reading(request, slug)
    await sheets.confirm(actor=visit.actor, candidate_id=candidate_id, sheet_id=sheet_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.sheet_confirmed#sheets")


@post(ONE + "/sheets/{sheet_id:int}/back", name="desk.candidate.sheet_back")
async def take_back_sheet(
    request: Request, slug: FromPath[str], candidate_id: FromPath[int], sheet_id: FromPath[int]
) -> Response[bytes]:
    visit, _ = await reading(request, slug)
    await sheets.take_back(actor=visit.actor, candidate_id=candidate_id, sheet_id=sheet_id, now=visit.now)
    return see_other(f"/c/{slug}/desk/candidates/{candidate_id}?said=candidate.sheet_back#sheets")


async def _again(
    request: Request, visit: Visit, candidate_id: int, form: Form, refused: Refused, field: str
) -> Response[bytes]:
    """The page with its words, for a form that has been sent with others; anything else is raised."""
    if refused.code != "form.used_before":
        raise refused
    return await candidate_page(request, visit, candidate_id, status=409, form=form.sent_before(field))


@get("/c/{slug:str}/proposals/{proposal_id:int}/candidates/sheet", name="candidates.sheet")
async def to_sign(request: Request, slug: FromPath[str], proposal_id: FromPath[int]) -> Response[bytes]:
    """A sheet to print: who is named is written by hand, and twelve owners sign. For members."""
    visit = await enter(request, slug)
    require(permissions.may_print_sheet(visit.actor))
    proposal = await proposals.proposal(visit.community_id, proposal_id)
    if not proposal.preset.is_election:
        raise NotFound("candidates")
    election = await queries.election(visit.community_id, proposal_id)
    house = kit(request)
    words = house.words[visit.locale]
    until = day_words(local_date(election.nominations_until), visit.locale, 0)
    text = SheetText(
        heading=words.sentence("joint_sheet.heading"),
        title=proposal.title,
        facts=(words.sentence("joint_sheet.who"), words.sentence("joint_sheet.home")),
        statement=words.sentence("joint_sheet.statement", {"until": until, "need": election.joint_least}),
        columns=tuple(words.sentence(f"joint_sheet.column.{name}") for name in _COLUMNS),
        who=(),
        footer=(words.sentence("joint_sheet.by"), words.sentence("joint_sheet.on")),
    )
    blank = SigningSheet(
        visit.community.name,
        "",
        f"{house.base_url}/c/{slug}/proposals/{proposal_id}/candidates",
        (("", ""),) * _LINES,
    )
    return await sheet(lambda: signing_sheets_pdf([blank], text, now=visit.now), f"joint-{slug}-{proposal_id}")


_COLUMNS = ("number", "room", "signed", "name", "date")

handlers: list[HTTPRouteHandler] = [
    *(consent, letter, confirm_letter, take_back_letter, enter_sheet, confirm_sheet, take_back_sheet, to_sign),
]
