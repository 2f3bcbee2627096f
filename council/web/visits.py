"""Who is here, where, when, and in which language: asked once at the top of every controller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, TypeVar
from urllib.parse import quote, urlsplit

from litestar.exceptions import ClientException

from council.kernel.actor import Actor
from council.kernel.errors import CouncilError, NotFound
from council.kernel.look import UNCHOSEN
from council.web.addresses import split
from council.web.bodies import Malformed, read_body
from council.web.csrf import FIELD
from council.web.device import device_look
from council.web.i18n import choose_locale
from council.web.kept import carried, may_keep, turn
from council.web.kit import Place, Request, Signed, kit, notes
from council.web.sessions import session_token

_V = TypeVar("_V", bound="SiteVisit")


class SignIn(CouncilError):
    """This page is for people we know: answered with the way to the log-in and back to `next_path`.

    `kept` has the words of a form that was sent too late (`kept.carried`), and goes along.
    """

    def __init__(self, next_path: str, kept: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(next_path)
        self.next_path = next_path
        self.kept = kept

    @property
    def address(self) -> str:
        return f"/login?next={quote(self.next_path, safe='/')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteVisit:
    """A visit outside any one community. A signed-in person's home community, when they have one, frames the page.

    `now`: when the request came, and once its form is read (`read_form`), when that had come (`arrived`).
    """

    now: datetime
    locale: str
    large_type: bool = False
    theme: str = "auto"
    community: Place | None = None
    person: Signed | None = None
    actor: Actor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonVisit(SiteVisit):
    """A signed-in person, outside any one community (`/me`)."""

    person: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicVisit(SiteVisit):
    """A visit to a page that anybody may read; `actor` is None for strangers and for other communities' people."""

    community: Place

    @property
    def community_id(self) -> int:
        return self.community.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(PublicVisit):
    """A member of this community, signed in."""

    person: Signed
    actor: Actor


async def enter(request: Request, slug: str) -> Visit:
    """A member's visit. SignIn for a stranger; NotFound for an unknown community and for another community's member."""
    house, now = kit(request), kit(request).clock.now()
    person = await _person(request, now)
    if person is None:
        raise await _sign_in(request)
    place = await house.identify.community(slug)
    actor = await house.identify.actor(person.person_id, place.id, now) if place is not None else None
    if place is None or actor is None or not actor.is_member:
        raise NotFound(slug)
    visit = Visit(now=now, **_look(request, person), community=place, person=person, actor=actor)
    return _remember(request, visit)


async def enter_public(request: Request, slug: str) -> PublicVisit:
    """Anybody's visit to a community's public page. NotFound for an unknown community."""
    house, now = kit(request), kit(request).clock.now()
    person = await _person(request, now)
    place = await house.identify.community(slug)
    if place is None:
        raise NotFound(slug)
    actor = await house.identify.actor(person.person_id, place.id, now) if person is not None else None
    if actor is not None and not actor.is_member:
        actor = None
    visit = PublicVisit(now=now, **_look(request, person), community=place, person=person, actor=actor)
    return _remember(request, visit)


async def enter_site(request: Request) -> SiteVisit:
    """Anybody's visit to a page without a community (`/login`, `/join/{code}`)."""
    return await _at_site(request, session_token(request))


async def enter_as(request: Request, token: str) -> SiteVisit:
    """The visit of whoever has just logged in: the browser has not brought the new session's cookie yet."""
    return await _at_site(request, token)


async def _at_site(request: Request, token: str | None) -> SiteVisit:
    now = kit(request).clock.now()
    person = None if token is None else await kit(request).identify.identify(token, now)
    place, actor = await _home(request, person, now)
    visit = SiteVisit(now=now, **_look(request, person), community=place, person=person, actor=actor)
    return _remember(request, visit)


async def enter_person(request: Request) -> PersonVisit:
    """A signed-in person's visit to a page without a community (`/me`). SignIn for a stranger."""
    now = kit(request).clock.now()
    person = await _person(request, now)
    if person is None:
        raise await _sign_in(request)
    place, actor = await _home(request, person, now)
    visit = PersonVisit(now=now, **_look(request, person), community=place, person=person, actor=actor)
    return _remember(request, visit)


def known_visit(request: Request) -> SiteVisit:
    """The visit that a controller already entered, or a stranger's: for error pages, which must not ask anything."""
    visit = notes(request).get("visit")
    if isinstance(visit, SiteVisit):
        return visit
    return SiteVisit(now=kit(request).clock.now(), **_look(request, None))


def arrived(request: Request) -> None:
    """The form is there: from here on the visit's `now` is this instant, the one thing of a visit that moves.

    A body may take its time, and a closing with it: what is done with a form is done when the form has come, not when
    its first byte has.
    """
    visit = notes(request).get("visit")
    if isinstance(visit, SiteVisit):
        object.__setattr__(visit, "now", kit(request).clock.now())


def known_person(request: Request) -> Signed | None:
    """Who sent this request, if a controller asked."""
    return known_visit(request).person


class _Chosen(TypedDict):
    locale: str
    large_type: bool
    theme: str


def _look(request: Request, person: Signed | None) -> _Chosen:
    """The account's look, then this device's, then what is usual; see `Look`."""
    account = UNCHOSEN if person is None else person.look
    look = account.over(device_look(request))
    locale = choose_locale(look.locale, request.headers.get("Accept-Language", ""))
    return {"locale": locale, "large_type": look.type_size == "large", "theme": look.theme or "auto"}


def local_path(text: str | None, default: str = "/") -> str:
    """A path on this site and nothing else: no scheme, no host, no `//`, no backslash, no control signs."""
    if not text or len(text) > 2000 or not text.startswith("/") or text.startswith("//") or "\\" in text:
        return default
    if any(ord(sign) < 0x20 or ord(sign) == 0x7F for sign in text):
        return default
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else default


def return_path(request: Request) -> str:
    """Where this visitor was: the page itself for a GET, the page that held the form for a POST."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        query = request.url.query
        return local_path(request.url.path + (f"?{query}" if query else ""))
    parts = split(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if parts.netloc != request.headers.get("Host", ""):
        return "/"
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))


async def _sign_in(request: Request) -> SignIn:
    onward = return_path(request)
    if not may_keep(request):
        return SignIn(onward)
    async with turn(request) as is_free:
        if not is_free:
            return SignIn(onward)
        try:
            values, files = await read_body(request)
        except (Malformed, ClientException):
            return SignIn(onward)
        return SignIn(onward, carried(request.url.path, onward, values.pop(FIELD, [""])[0], values, files))


async def _person(request: Request, now: datetime) -> Signed | None:
    token = session_token(request)
    return await kit(request).identify.identify(token, now) if token is not None else None


async def _home(request: Request, person: Signed | None, now: datetime) -> tuple[Place | None, Actor | None]:
    if person is None or person.home is None:
        return None, None
    identify = kit(request).identify
    place = await identify.community(person.home)
    actor = await identify.actor(person.person_id, place.id, now) if place is not None else None
    return (place, actor) if actor is not None and actor.is_member else (None, None)


def _remember(request: Request, visit: _V) -> _V:
    notes(request)["visit"] = visit
    return visit
