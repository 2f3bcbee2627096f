"""What leaves the house: pictures of cards, QR codes, the community's feed and its calendar. Anybody may fetch them.

Feed and calendar are in one language, the first (`LOCALES`): their readers have one address and one memory for all.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.documents import atom, calendar, qr
from council.documents.cards import CardWords
from council.kernel.errors import NotFound
from council.progress import cards, deadlines
from council.progress.public_feed import news
from council.progress.studio import Studio
from council.voting import queries as voting
from council.web import Request, enter_public, kit
from council.web.catalogues import LOCALES
from council.web.i18n import LANGUAGE

_PICTURE = re.compile(r"([a-z]+(?:-[0-9]{1,18})?)\.(zh-CN|en)\.([0-9a-f]{10})\.png", re.ASCII)
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
"""Dates a feed in which nothing has happened yet."""
_DAY, _MOMENT = "public, max-age=86400", "public, max-age=300"

_studio = Studio()


@get("/c/{slug:str}/cards/{picture:str}", name="card.picture", include_in_schema=False)
async def picture(request: Request, slug: FromPath[str], picture: FromPath[str]) -> Response[bytes]:
    """The picture as the thing stands now, whichever version was asked for. Without a font the plain one."""
    visit = await enter_public(request, slug)
    house = kit(request)
    parts = _PICTURE.fullmatch(picture)
    if parts is None:
        raise NotFound("picture")
    locale = next(locale for locale, language in LANGUAGE.items() if language == parts[2])
    card = await cards.named(visit.community, parts[1], house.words[locale], visit.now)
    if card is None:
        raise NotFound("picture")
    is_current = parts[3] == card.version
    headers = {"ETag": f'"{card.version}"', "Cache-Control": _DAY if is_current else _MOMENT}
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers)
    words = CardWords(card.title, card.sentence, card.place.name, house.words[locale].sentence("card.brand"))
    png = await _studio.picture((card.picture, card.version), words)
    if png is None:
        plain = house.assets.by_name[house.assets.address("card.png").rpartition("/")[2]]
        return Response(plain.plain, media_type="image/png", headers={"Cache-Control": _MOMENT})
    return Response(png, media_type="image/png", headers=headers)


@get("/c/{slug:str}/qr/{code:str}", name="card.qr", include_in_schema=False)
async def code(request: Request, slug: FromPath[str], code: FromPath[str]) -> Response[bytes]:
    """The QR code of a clean link ("motion-12.png"). It tells nothing but the link, so nobody is asked whether the
    thing exists."""
    visit = await enter_public(request, slug)
    path = cards.path_of(visit.community.slug, code.removesuffix(".png"))
    if path is None or not code.endswith(".png"):
        raise NotFound("code")
    png = await asyncio.to_thread(qr.png, kit(request).base_url + path)
    return Response(png, media_type="image/png", headers={"Cache-Control": _DAY})


@get("/c/{slug:str}/feed.atom", name="feed", include_in_schema=False)
async def feed(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """The thirty latest public things."""
    visit = await enter_public(request, slug)
    house, place = kit(request), visit.community
    words = house.words[LOCALES[0]]
    home, host = f"{house.base_url}/c/{place.slug}", _host(house.base_url)
    entries = []
    for each in await news(visit.community_id, visit.now):
        said = words.sentence(each.code)
        entries.append(
            atom.Entry(
                id=atom.tag(host, each.at, f"{place.slug}/{each.name}"),
                title=words.sentence("news.title", {"title": each.title, "what": said}),
                summary=words.sentence("news.summary", {"place": place.name, "title": each.title, "what": said}),
                url=home + each.path,
                at=each.at,
            )
        )
    told = atom.Feed(
        id=atom.tag(host, _BEGAN, f"{place.slug}/feed"),
        title=words.sentence("news.feed", {"place": place.name}),
        author=place.name,
        language=LANGUAGE[LOCALES[0]],
        url=f"{home}/feed.atom",
        home=f"{home}/",
        began_at=_BEGAN,
        entries=entries,
    )
    return _kept(request, atom.written(told), atom.MEDIA_TYPE, told.updated_at)


@get("/c/{slug:str}/calendar.ics", name="calendar", include_in_schema=False)
async def community_calendar(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Every vote's dates, to subscribe to."""
    visit = await enter_public(request, slug)
    house, place = kit(request), visit.community
    words = house.words[LOCALES[0]]
    motions = deadlines.upcoming(await voting.motions(visit.community_id), visit.now)
    where = {"base_url": house.base_url, "host": _host(house.base_url)}
    events = [event for motion in motions for event in deadlines.of_motion(place, motion, words, **where)]
    name = words.sentence("calendar.name", {"place": place.name})
    body = calendar.calendar(name, events, language=LANGUAGE[LOCALES[0]])
    return _kept(request, body, calendar.MEDIA_TYPE, max((event.changed_at for event in events), default=_BEGAN))


@get("/c/{slug:str}/motions/{motion_id:int}/deadlines.ics", name="motion.deadlines", include_in_schema=False)
async def motion_deadlines(request: Request, slug: FromPath[str], motion_id: FromPath[int]) -> Response[bytes]:
    """One vote's dates, to put into one's own calendar; in the reader's language."""
    visit = await enter_public(request, slug)
    house = kit(request)
    motion = await voting.motion(visit.community_id, motion_id)
    where = {"base_url": house.base_url, "host": _host(house.base_url)}
    events = deadlines.of_motion(visit.community, motion, house.words[visit.locale], **where)
    body = calendar.calendar(motion.title, events, language=LANGUAGE[visit.locale])
    headers = {
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
        "Content-Disposition": f'inline; filename="{visit.community.slug}-{motion_id}.ics"',
    }
    return Response(body, media_type=calendar.MEDIA_TYPE, headers=headers)


def _kept(request: Request, body: bytes, media_type: str, changed_at: datetime) -> Response[bytes]:
    """With what a reader needs to ask again without being sent the same twice (RFC 9110, 13.2.2: the tag decides)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(changed_at.astimezone(UTC), usegmt=True),
        "Cache-Control": "public, max-age=900",
    }
    if _is_known(request.headers, etag, changed_at):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _is_known(asked: Mapping[str, str], etag: str, changed_at: datetime) -> bool:
    if "If-None-Match" in asked:
        return etag in asked["If-None-Match"] or asked["If-None-Match"].strip() == "*"
    try:
        since = parsedate_to_datetime(asked.get("If-Modified-Since", ""))
        return since.tzinfo is not None and changed_at.replace(microsecond=0) <= since
    except (ValueError, OverflowError):  # no date, or none that a calendar has
        return False


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "localhost"


handlers: list[HTTPRouteHandler] = [picture, code, feed, community_calendar, motion_deadlines]
