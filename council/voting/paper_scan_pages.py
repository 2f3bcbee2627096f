"""What the code on a printed ballot opens: one button for those who take papers back, a kind word for anybody else."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.files import UPLOAD_LIMIT
from council.files import forms as file_forms
from council.files import service as files
from council.kernel.errors import Invalid, NotFound, Refused, require
from council.registry import masking
from council.voting import (
    paper_printing_queries,
    paper_return_queries,
    paper_voter_queries,
    permissions,
    proxy_queries,
    queries,
    succession,
)
from council.voting.motion import Motion
from council.voting.paper import Printed, grouped, read_serial
from council.voting.paper_pages import just_kept, sent_by_mandate, taken_from
from council.voting.paper_printing import is_printing
from council.voting.paper_printing_queries import ActsNow
from council.voting.paper_returns import add_photo, not_theirs
from council.voting.paper_staff import may_handle, require_handling
from council.voting.paper_voter_queries import PaperVoter
from council.voting.proxy import Mandate
from council.voting.succession import Sold
from council.web import Form, Request, Visit, enter, enter_public, kit, page, read_form, see_other
from council.web.i18n import Words

SCAN = "/c/{slug:str}/paper/{serial:str}"


@get(SCAN, name="paper.scan")
async def scan(request: Request, slug: FromPath[str], serial: FromPath[str]) -> Response[bytes]:
    """Staff who may take it back see whose it is and one button; anybody else what this is, and nothing of a voter."""
    visit = await enter_public(request, slug)
    printed = await paper_printing_queries.by_serial(visit.community_id, read_serial(serial))
    motion = None if printed is None else await queries.motion(visit.community_id, printed.motion_id)
    if visit.actor is None or permissions.may_take_papers(visit.actor) is not None:
        return page(request, visit, "voting/paper_stranger.html", motion=motion)
    staff = await enter(request, slug)
    if printed is None or motion is None:
        return page(request, staff, "voting/paper_unknown.html", status=404, serial=grouped(read_serial(serial)))
    if (refusal := await may_handle(staff.actor, motion)) is not None:
        return page(request, staff, "voting/paper_stranger.html", motion=motion, refusal=refusal)
    return await _staff_page(request, staff, motion, printed, Form.blank(channel="door"))


async def _staff_page(
    request: Request, visit: Visit, motion: Motion, printed: Printed, form: Form, *, status: int = 200
) -> Response[bytes]:
    sealed = await paper_return_queries.sealed_of_paper(visit.community_id, printed.id)
    refused = await paper_return_queries.returns(visit.community_id, motion.id, refused=True)
    every_sold = await succession.sold(visit.community_id, motion.id)
    sold = every_sold.get(printed.roll_voter_id)
    voters = await paper_voter_queries.signing_voters(visit.community_id, motion.id, every_sold)
    voted = set() if sold is None else await succession.voted(visit.community_id, [printed.roll_voter_id])
    voter = next(each for each in voters if each.roll_voter_id == printed.roll_voter_id)
    acting = (await paper_printing_queries.acting_now(visit.community_id, motion.id, every_sold, visit.now)).get(
        printed.roll_voter_id
    )
    return page(
        request,
        visit,
        "voting/paper_scan.html",
        status=status,
        motion=motion,
        state=motion.state(visit.now),
        printed=printed,
        serial=grouped(printed.serial),
        units=voter.unit_codes,
        signer=_signer(kit(request).words[visit.locale], printed, voter, sold, acting),
        over=not_theirs(printed, sold, acting),
        has_voted=bool(voted),
        is_one_of_several=await paper_printing_queries.good_papers(visit.community_id, printed.roll_voter_id) > 1,
        is_printing=is_printing(motion, visit.now),
        sealed=sealed,
        mandate=await _mandate(motion, printed),
        kept=just_kept(request, [*([sealed] if sealed else []), *refused]),
        form=form,
    )


def _signer(words: Words, printed: Printed, voter: PaperVoter, sold: Sold | None, acting: ActsNow | None) -> str:
    """Who is to sign, and as what: whom the paper names, else whoever acts now, else the owner who casts; of a home
    that was sold, who casts for it today."""
    if sold is not None and sold.signs is None:
        return words.sentence("paper.signs.unnamed")
    if printed.capacity and sold is None:
        return words.sentence(f"paper.signs.{printed.capacity}", {"name": printed.acting_name})
    if acting is not None:
        return words.sentence(f"paper.signs.{acting.capacity}", {"name": acting.acting_name})
    if voter.is_company:
        return words.sentence("paper.signs.company")
    if not voter.owners:
        return words.sentence("paper.signs.household")
    return words.sentence("paper.signs.owner", {"name": masking.name(voter.owners[0][0])})


async def _mandate(motion: Motion, printed: Printed) -> Mandate | None:
    """The one in force for this voter: then the form asks who filled the paper in."""
    found = (await proxy_queries.live_of_voters(motion.community_id, [printed.roll_voter_id])).get(
        printed.roll_voter_id
    )
    return found if found is not None and found.is_in_force else None


@post(SCAN, name="paper.scan.return", request_max_body_size=UPLOAD_LIMIT)
async def take(request: Request, slug: FromPath[str], serial: FromPath[str]) -> Response[bytes]:
    """已收回. A serial that nobody printed is taken at the vote's own page, where the attempt is kept."""
    visit = await enter(request, slug)
    require(permissions.may_take_papers(visit.actor))
    printed = await paper_printing_queries.by_serial(visit.community_id, read_serial(serial))
    form = await read_form(request)
    if printed is None:
        return page(request, visit, "voting/paper_unknown.html", status=404, serial=grouped(read_serial(serial)))
    motion = await queries.motion(visit.community_id, printed.motion_id)
    await require_handling(visit.actor, motion)
    try:
        kept = await taken_from(request, visit, motion, form, serial)
    except Invalid as invalid:
        return await _staff_page(request, visit, motion, printed, form.refused(invalid), status=422)
    except Refused as refused:
        if sent_by_mandate(form, refused):
            return await _staff_page(request, visit, motion, printed, form, status=409)
        if refused.code != "form.used_before":
            raise
        again = form.sent_before("channel", "paper.other_paper")
        return await _staff_page(request, visit, motion, printed, again, status=409)
    return see_other(f"/c/{slug}/paper/{printed.serial}?kept={kept.id}")


@post(SCAN + "/photo", name="paper.scan.photo", request_max_body_size=UPLOAD_LIMIT)
async def photograph(request: Request, slug: FromPath[str], serial: FromPath[str]) -> Response[bytes]:
    """The photo of a paper that came back without one."""
    visit = await enter(request, slug)
    require(permissions.may_take_papers(visit.actor))
    printed = await paper_printing_queries.by_serial(visit.community_id, read_serial(serial))
    sealed = None if printed is None else await paper_return_queries.sealed_of_paper(visit.community_id, printed.id)
    if printed is None or sealed is None:
        raise NotFound
    motion = await queries.motion(visit.community_id, printed.motion_id)
    await require_handling(visit.actor, motion)
    form = await read_form(request)
    try:
        photos = await file_forms.photos(form, "photo", most=1)
        if not photos:
            form.reject("photo", "form.file_missing")
        form.check()
        image = await files.save_sealed(actor=visit.actor, data=photos[0].data, name=photos[0].name)
        await add_photo(actor=visit.actor, motion_id=motion.id, return_id=sealed.id, image=image, now=visit.now)
    except Invalid as invalid:
        return await _staff_page(request, visit, motion, printed, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/paper/{printed.serial}?said=paper.photographed")


handlers: list[HTTPRouteHandler] = [scan, take, photograph]
