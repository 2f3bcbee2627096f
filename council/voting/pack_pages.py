"""The page of a vote's signature pack: for owners who reads it, for the desk who signed, for its readers the sheets."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.accounts import staff
from council.documents.signature_forms import SignatureForm, forms_pdf
from council.files import DOCUMENT_LIMIT, handing_in
from council.files.model import Purpose, StoredFile
from council.kernel.errors import Invalid, Refused, require
from council.registry import queries as registry
from council.storage.crew import Crew
from council.voting import pack_queries, packs, paper_voter_queries, queries
from council.voting.figures import digest_words
from council.voting.motion import Motion, MotionState
from council.voting.pack_queries import Pack
from council.voting.packs import PackDraft, may_keep_pack, may_make_pack, may_take_pack
from council.voting.paper_press import PaperPress
from council.voting.permissions import may_see_participation
from council.voting.proxies import on_roll
from council.voting.sentences import Sentences
from council.web import Form, Request, Visit, enter, kit, page, read_form, see_other
from council.web.i18n import Words
from council.web.places import place

BASE = "/c/{slug:str}/motions/{motion_id:int}/pack"
_crew = Crew("packs", threads=1, places=8, retry_after=5)


@get(BASE, name="pack")
async def index(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """What is signed, for whom, and who reads it: for whoever is on the roll, and staff."""
    visit = await enter(request, slug)
    return await _index(request, visit, motion_id, Form.blank())


async def _index(request: Request, visit: Visit, motion_id: int, form: Form, *, status: int = 200) -> Response[bytes]:
    motion = await queries.motion(visit.community_id, motion_id)
    voters = await queries.voters_for(visit.actor, motion)
    require(may_see_participation(visit.actor, bool(on_roll(voters))))
    pack = await pack_queries.pack_of(visit.community_id, motion_id)
    keeps = may_keep_pack(visit.actor) is None
    reads = pack is not None and may_take_pack(visit.actor, pack) is None
    lines = [] if pack is None else await pack_queries.lines(visit.community_id, pack)
    own = {voter.roll_voter_id for voter in on_roll(voters)}
    may_make = pack is None and may_make_pack(visit.actor) is None and motion.state(visit.now) is MotionState.NOTICE
    people = {each.person_id: each for each in await staff.staff_of(visit.community_id)} if may_make else {}
    return page(
        request,
        visit,
        "voting/pack.html",
        status=status,
        motion=motion,
        pack=pack,
        lines=lines if keeps or reads else [],
        own=[each for each in lines if each.roll_voter_id in own],
        signed=sum(each.taken_at is not None for each in lines),
        takings=[] if pack is None else await pack_queries.takings(visit.community_id, pack),
        keeps=keeps,
        reads=reads,
        may_make=may_make,
        staff=list(people.values()),
        form=form,
    )


@post(BASE, name="pack.make")
async def make(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(may_make_pack(visit.actor))
    form = await read_form(request)
    try:
        key, words = form.key(), form.text("words", least=6, most=1000)
        office = form.line("office", least=2, most=100)
        readers = tuple(int(each) for each in form.values("readers") if each.isascii() and each.isdigit())
        if not readers:
            form.reject("readers", "pack.no_reader")
        form.check()
        draft = PackDraft(key, words, office, readers)
        await packs.make_pack(actor=visit.actor, motion_id=motion_id, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _index(request, visit, motion_id, form.refused(invalid), status=422)
    return see_other(f"/c/{slug}/motions/{motion_id}/pack?said=pack.made")


@get(BASE + "/forms.pdf", name="pack.forms")
async def forms(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """A form for everybody whose signed one is not there; with `?voter=v3` for that one alone."""
    visit = await enter(request, slug)
    require(may_keep_pack(visit.actor))
    motion = await queries.motion(visit.community_id, motion_id)
    pack = await pack_queries.pack(visit.community_id, motion_id)
    lines = await pack_queries.lines(visit.community_id, pack)
    asked = request.query_params.get("voter", "")
    numbers = {each.number for each in lines if (each.number == asked if asked else each.taken_at is None)}
    if not numbers:
        raise Refused("pack.all_signed")
    house = kit(request)
    words = house.words[visit.locale]
    community = await registry.community(visit.community_id)
    press = PaperPress(words, motion, community, house.base_url)
    voters = [
        each for each in await paper_voter_queries.paper_voters(visit.community_id, motion_id) if each.number in numbers
    ]
    owners = [
        f"{press.say.join([place(words, code) for code in each.unit_codes[:4]])}  {press.name(each)}  "
        f"{press.say.amounts(1, each.area_dm2)}"
        for each in voters
    ]
    form = _form_words(words, motion, pack, community.name)
    made = await _crew.run(lambda: forms_pdf(form, owners, now=pack.made_at))
    name = f"signatures-{slug}-{motion_id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


def _form_words(words: Words, motion: Motion, pack: Pack, community: str) -> SignatureForm:
    say = words.sentence
    readers = Sentences(words, motion).join([each.name for each in pack.readers])
    return SignatureForm(
        heading=community,
        title=say("pack_form.title"),
        matter=motion.title,
        lines=[*(line for line in pack.words.split("\n") if line.strip()), say("pack_form.apart")],
        consent=[
            say("pack_form.consent", {"office": pack.office, "readers": readers}),
            say("pack_form.withdraw"),
        ],
        sign=[say(f"paper_ballot.sign.{name}") for name in ("owner", "guardian", "seal", "day")],
        foot=say(
            "paper_form.digest", {"text": digest_words(motion.text_sha256), "roll": digest_words(motion.roll_sha256)}
        ),
    )


@get(BASE + "/sheets/{number:str}", name="pack.sheet")
async def sheet(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[str]
) -> Response[bytes]:
    visit = await enter(request, slug)
    return await _sheet(request, visit, motion_id, number, Form.blank())


async def _sheet(
    request: Request,
    visit: Visit,
    motion_id: int,
    number: str,
    form: Form,
    *,
    scan: StoredFile | None = None,
    status: int = 200,
) -> Response[bytes]:
    require(may_keep_pack(visit.actor))
    motion = await queries.motion(visit.community_id, motion_id)
    pack = await pack_queries.pack(visit.community_id, motion_id)
    line = await pack_queries.line(visit.community_id, pack, number)
    return page(
        request,
        visit,
        "voting/pack_sheet.html",
        status=status,
        motion=motion,
        pack=pack,
        line=line,
        form=form,
        scan=scan,
    )


@post(BASE + "/sheets/{number:str}", name="pack.sheet.take", request_max_body_size=DOCUMENT_LIMIT + 64 * 1024)
async def take_sheet(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[str]
) -> Response[bytes]:
    """A signed original comes in as a scan."""
    visit = await enter(request, slug)
    require(may_keep_pack(visit.actor))
    form = await read_form(request)
    scan = await handing_in.document(visit.actor, form, visit.now, purpose=Purpose.SCAN)
    try:
        key = form.key()
        if scan is None:
            form.reject("document", "form.file_missing")
        if not form.flag("consent"):
            form.reject("consent", "pack.no_consent")
        form.check()
        await packs.take_sheet(
            actor=visit.actor,
            motion_id=motion_id,
            number=number,
            key=key,
            file_id=scan.id if scan else 0,
            has_consent=form.flag("consent"),
            now=visit.now,
        )
    except Invalid as invalid:
        return await _sheet(request, visit, motion_id, number, form.refused(invalid), scan=scan, status=422)
    return see_other(f"/c/{slug}/motions/{motion_id}/pack?said=pack.signed")


@post(BASE + "/sheets/{number:str}/withdraw", name="pack.sheet.withdraw")
async def withdraw(
    request: Request, slug: FromPath[str], motion_id: FromPath[int], number: FromPath[str]
) -> Response[bytes]:
    """The owner, or the desk for an owner who is there."""
    visit = await enter(request, slug)
    await read_form(request)
    await packs.withdraw_sheet(actor=visit.actor, motion_id=motion_id, number=number, now=visit.now)
    return see_other(f"/c/{slug}/motions/{motion_id}/pack?said=pack.withdrawn")


@post(BASE + "/take", name="pack.take")
async def take(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """The sheets as a ZIP, for a named reader."""
    visit = await enter(request, slug)
    await read_form(request)
    made = await packs.take_pack(actor=visit.actor, motion_id=motion_id, now=visit.now)
    headers = {
        "Content-Disposition": f'attachment; filename="signatures-{slug}-{motion_id}.zip"',
        "Cache-Control": "no-store",
    }
    return Response(made, status_code=200, media_type="application/zip", headers=headers)


handlers: list[HTTPRouteHandler] = [index, make, forms, sheet, take_sheet, withdraw, take]
