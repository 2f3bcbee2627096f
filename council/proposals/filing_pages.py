"""Filing: first what kind of matter it is, for residents' matters four questions, then the form of that kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from council.files import PHOTOS_MOST, UPLOAD_LIMIT
from council.files import forms as file_forms
from council.files import queries as stored
from council.files import service as files
from council.files.model import Purpose, StoredFile
from council.kernel import ids
from council.kernel.errors import Invalid, Refused, TooMany, require
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind, Need, Preset
from council.pathways.presets import all_presets
from council.proposals import filing, forms, list_queries, permissions
from council.proposals import queries as proposals
from council.proposals.answers import QUESTIONS, routed, settled
from council.proposals.model import Proposal, ProposalDraft
from council.proposals.places import places
from council.proposals.similar import similar
from council.registry import queries as registry
from council.registry.model import Unit
from council.web import Form, Request, Visit, enter, kit, later, page, read_form, see_other

BASE = "/c/{slug:str}/proposals"


@get(BASE + "/new", name="proposal.new")
async def new(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_file(visit.actor))
    query = Form({name: [request.query_params.get(name, "")] for name in ("kind", *QUESTIONS)})
    picked = next((kind for kind in Kind if kind.value == query.value("kind")), None)
    if picked is None:
        return page(request, visit, "proposals/kinds.html", presets=all_presets(), key=ids.new_id())
    key, earlier = await _key(visit, request.query_params.get("form", ""))
    if picked is Kind.RESIDENT_MATTER:
        fresh = ids.new_id() if earlier else key
        if not request.query_params.get("answered") and not any(query.value(name) for name in QUESTIONS):
            return page(request, visit, "proposals/questions.html", form=query, key=fresh)
        try:
            forms.four_answers(query)
            query.check()
        except Invalid as invalid:
            return page(request, visit, "proposals/questions.html", status=422, form=query.refused(invalid), key=fresh)
    given = {name: query.value(name) for name in QUESTIONS if query.value(name)}
    form = Form.blank(kind=picked.value, key=key, **given)
    return await _form_page(request, visit, picked, form, earlier=earlier)


async def _key(visit: Visit, given: str) -> tuple[str, Proposal | None]:
    """The form's key, and what this person has filed under it. It stands in the page's address, so that the Back button
    leads to the same form: a page made anew would carry a new key, and what stands in it could be filed once more.
    Somebody who was sent the address starts a form of their own."""
    earlier = await proposals.proposal_by_key(visit.community_id, given) if ids.is_id(given) else None
    is_usable = ids.is_id(given) and (earlier is None or earlier.proposer_id == visit.actor.person_id)
    return (given, earlier) if is_usable else (ids.new_id(), None)


@post(BASE, name="proposal.file", request_max_body_size=UPLOAD_LIMIT)
async def file(request: Request, slug: FromPath[str]) -> Response[bytes]:
    visit = await enter(request, slug)
    require(permissions.may_file(visit.actor))
    form = await read_form(request)
    picked = forms.kind(form)
    form.check()
    pictures = await _pictures(visit, form)
    try:
        draft = await _draft(request, visit, form, picked, pictures)
        earlier = await proposals.proposal_by_key(visit.community_id, draft.key)
        proposal_id = await filing.file_proposal(actor=visit.actor, draft=draft, now=visit.now)
    except Invalid as invalid:
        return await _form_page(request, visit, picked, form.refused(invalid), status=422, kept=pictures)
    except TooMany as many:
        return later(await _form_page(request, visit, picked, form.put_off(many), kept=pictures), many)
    except Refused as refused:
        if refused.code != "form.used_before":
            raise
        return await _once_more(request, visit, picked, form, pictures)
    said = "proposal.filed" if earlier is None else "proposal.filed_already"
    return see_other(f"/c/{slug}/proposals/{proposal_id}?said={said}")


async def _once_more(
    request: Request, visit: Visit, picked: Kind, form: Form, pictures: Sequence[StoredFile]
) -> Response[bytes]:
    """Filed already, and now something else stands in the form: nothing of it is lost, and it may be filed as another
    matter, under a key of its own."""
    _, earlier = await _key(visit, form.value("key"))
    fresh = form.renewed()
    return await _form_page(request, visit, picked, fresh, status=409, kept=pictures, earlier=earlier, is_changed=True)


async def _pictures(visit: Visit, form: Form) -> list[StoredFile]:
    """The photos of a refused form that are still ticked, and those that came with this one: stored at once, so that
    nobody chooses them again because a title was too short. Problems are noted in the form."""
    ids = [int(each) for each in form.values("kept") if each.isascii() and each.isdigit() and len(each) <= 15]
    found = await stored.stored_files(visit.community_id, list(dict.fromkeys(ids))[:PHOTOS_MOST])
    kept = [each for each in found if each.purpose is Purpose.PHOTO and each.uploaded_by == visit.actor.person_id]
    received = await file_forms.photos(form)
    if len(kept) + len(received) > PHOTOS_MOST:
        form.reject("photos", "proposal.photos_kept", kept=len(kept), most=PHOTOS_MOST)
    if form.error("photos") is None:
        for each in received:
            try:
                kept.append(await files.save_photo(actor=visit.actor, data=each.data, name=each.name, now=visit.now))
            except Invalid as invalid:
                for name, code in invalid.errors.items():
                    form.reject(name, code, **invalid.details)
    return list({each.id: each for each in kept}.values())


async def _draft(request: Request, visit: Visit, form: Form, picked: Kind, pictures: list[StoredFile]) -> ProposalDraft:
    given = forms.filing(form, picked, _preset(form, picked), homes=len(visit.actor.unit_ids))
    scope = await _scope(visit, given)
    occupied = await _occupied(visit, form, given, scope)
    form.check()
    words = kit(request).words[visit.locale]
    parts = [words.sentence(code, {"text": text}) for code, text in given.parts]
    return ProposalDraft(
        key=given.key,
        kind=picked,
        answers=given.answers,
        title=given.title,
        body="\n\n".join([given.body, *parts]),
        scope=scope,
        cost_fen=given.cost_fen,
        unit_id=given.unit_id,
        photos=tuple(photo.id for photo in pictures),
        occupied=tuple((unit.id, given.rooms_how) for unit in occupied),
    )


def _preset(form: Form, picked: Kind) -> Preset:
    """The preset that the answers lead to, as far as they are given."""
    answers = {name: form.value(name) == "yes" for name in (*QUESTIONS, Need.RAISES_MONEY)}
    answers |= {Need.ELECTS.value: form.value("elects") in {"whole", "fills"}}
    return settled(routed(picked, answers).kind, answers)


async def _scope(visit: Visit, given: forms.Filing) -> Scope:
    """NotFound for a building or entrance of another community; anything while the place is not chosen."""
    if given.place is None:
        return Scope(ScopeKind.COMMUNITY)
    kind, place_id = given.place
    return await registry.scope_of(visit.community_id, kind, building_id=place_id, entrance_id=place_id)


async def _occupied(visit: Visit, form: Form, given: forms.Filing, scope: Scope) -> list[Unit]:
    """The units of the rooms that were typed; one that is not in the scope is noted in the form."""
    if not given.rooms or given.place is None:
        return []
    by_room = {unit.room: unit for unit in await registry.units_in(visit.community_id, scope)}
    for room in given.rooms:
        if room not in by_room:
            form.reject("occupied_rooms", "proposal.no_such_room", room=room)
    return [by_room[room] for room in given.rooms if room in by_room]


async def _form_page(
    request: Request,
    visit: Visit,
    picked: Kind,
    form: Form,
    *,
    status: int = 200,
    kept: Sequence[StoredFile] = (),
    earlier: Proposal | None = None,
    is_changed: bool = False,
) -> Response[bytes]:
    """`earlier`: what was filed with this form already; `is_changed`: something else stands in it now."""
    preset = _preset(form, picked)
    homes = await registry.units_by_id(visit.community_id, visit.actor.unit_ids)
    choices = places(await registry.tree(visit.community_id), homes.values(), preset.scopes)
    others = [one for one in await list_queries.live(visit.community_id) if earlier is None or one.id != earlier.id]
    answers = {name: form.value(name) == "yes" for name in QUESTIONS}
    context: dict[str, Any] = {
        "picked": picked,
        "preset": preset,
        "note": routed(picked, answers).note,
        "needs": frozenset(need.value for need in preset.needs),
        "questions": QUESTIONS if picked is Kind.RESIDENT_MATTER else (),
        "homes": sorted(homes.values(), key=registry.by_place),
        "places": choices,
        "similar": similar(preset.kind, form.value("title"), others),
        "form": form,
        "earlier": earlier,
        "is_changed": is_changed,
        "kept": [photo for photo in kept if photo.uploaded_by == visit.actor.person_id],
    }
    return page(request, visit, "proposals/new.html", status=status, **context)


handlers = [new, file]
