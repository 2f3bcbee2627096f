"""Templates to pages: one environment a language, strict, autoescaped, translations folded in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache, FileSystemLoader
from litestar import Response
from markupsafe import Markup

from council.documents import lines
from council.kernel.clock import Clock
from council.kernel.errors import Detail
from council.kernel.fractions import percent
from council.web import csrf, filters, fold, offline, places
from council.web.cards import by_default
from council.web.catalogues import Catalogue
from council.web.fold import FoldingEnvironment
from council.web.i18n import LANGUAGE, Words
from council.web.kit import Request, kit
from council.web.responses import FOR_BACK, html
from council.web.static import Assets
from council.web.tabs import foot_links, tabs_for
from council.web.visits import SiteVisit, return_path


class Renderer:
    """The environments, by locale."""

    def __init__(
        self, folder: Path, catalogues: Mapping[str, Catalogue], assets: Assets, clock: Clock, *, reload: bool = True
    ) -> None:
        self.environments = {
            locale: _environment(folder, catalogue, assets, clock, reload) for locale, catalogue in catalogues.items()
        }

    def render(self, locale: str, template: str, context: Mapping[str, Any]) -> str:
        return self.environments[locale].get_template(template).render(context)


class CsrfField:
    """`{{ csrf }}` in a form writes the hidden field; only then does a stranger get the cookie it needs."""

    def __init__(self, request: Request, visit: SiteVisit) -> None:
        self._request = request
        self._visit = visit

    @property
    def token(self) -> str:
        return csrf.token(self._request, self._visit.person)

    def __html__(self) -> str:
        return Markup('<input type="hidden" name="{}" value="{}">').format(csrf.FIELD, self.token)


def page(request: Request, visit: SiteVisit, template: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    """A whole page that extends base.html.

    A form that was refused and then mended lies behind the page that followed: without a copy the Back button would
    show the browser's own "confirm form resubmission". On a telephone of somebody else's nothing is kept.
    """
    answer = html(request, _render(request, visit, template, context), status=status)
    if status >= 400 and request.method == "POST" and (visit.person is None or visit.person.is_own_phone):
        answer.headers["Cache-Control"] = FOR_BACK
    return offline.mark(request, visit, answer)


def fragment(
    request: Request, visit: SiteVisit, template: str, *, status: int = 200, **context: Any
) -> Response[bytes]:
    """A part of a page, for htmx to swap in: the same template file that the page includes."""
    return html(request, _render(request, visit, template, context), status=status)


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks for a part: not a boosted link, not a page restored from its history."""
    asks = request.headers.get("HX-Request") == "true"
    whole = request.headers.get("HX-Boosted") == "true" or request.headers.get("HX-History-Restore-Request") == "true"
    return asks and not whole


def _render(request: Request, visit: SiteVisit, template: str, context: Mapping[str, Any]) -> str:
    house = kit(request)
    frame: dict[str, Any] = {
        "visit": visit,
        "community": visit.community,
        "actor": visit.actor,
        "person": visit.person,
        "locale": visit.locale,
        "lang": LANGUAGE[visit.locale],
        "now": visit.now,
        "csrf": CsrfField(request, visit),
        "said": _said(house.words[visit.locale], request),
        "tabs": tabs_for(visit, house.rooms),
        "foot_links": foot_links(visit, house.rooms),
        "here": return_path(request),
        "base_url": house.base_url,
        "card": by_default(visit, house.words[visit.locale]),
    }
    return house.renderer.render(visit.locale, template, frame | dict(context))


_FROM_ELSEWHERE = frozenset({"none", "cross-site"})


def _said(words: Words, request: Request) -> str | None:
    """The sentence of `?said=code`; anybody can write an address, so an unknown code says nothing.

    Nor does an address that was handed on: "endorsed" is not true of the neighbour who opens it. Where the browser
    says that no page of ours led here (old ones say nothing), nothing is said.
    """
    code = request.query_params.get("said")
    if code is None or not words.catalogue.has(f"said.{code}"):
        return None
    if request.headers.get("Sec-Fetch-Site") in _FROM_ELSEWHERE:
        return None
    return words.sentence(f"said.{code}")


def _environment(folder: Path, catalogue: Catalogue, assets: Assets, clock: Clock, reload: bool) -> FoldingEnvironment:
    # The digest keeps compiled templates of other wordings apart: translations are inside them, and what the filters
    # make of these.
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (fold, filters, lines))
    inside = repr((catalogue.singular, catalogue.plural, catalogue.strict)).encode() + code
    digest = hashlib.sha256(inside).hexdigest()[:16]
    cache = FileSystemBytecodeCache(pattern=f"council-{catalogue.locale}-{digest}-%s.cache")
    environment = FoldingEnvironment(catalogue, FileSystemLoader(folder), cache, reload=reload)
    words = Words(catalogue)

    def icon(name: str) -> Markup:
        if name not in assets.icons:
            raise LookupError(f"no icon {name!r} in the sprite")
        return Markup('<svg class="i" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
            assets.address("icons.svg"), name
        )

    def sentence(code: str, details: Mapping[str, Detail] | None = None) -> str:
        return words.sentence(code, details)

    environment.globals |= {
        "gap": "" if catalogue.locale == "zh_CN" else " ",  # between two sentences, or words and a bracket, of one line
        "icon": icon,
        "icon_address": lambda name: f"{assets.address('icons.svg')}#{name}",
        "asset": assets.address,
        "label": words.label,
        "sentence": sentence,
        "share_of": lambda part, whole: percent(part, whole) + "%",
    }
    environment.filters |= {
        "m2": filters.m2,
        "yuan": filters.yuan,
        "count": filters.count,
        "percent": filters.percentage,
        "whole": filters.whole,
        "place": lambda code: places.place_markup(words, code),
        "room": lambda code: places.room(words, code),
        **filters.time_filters(catalogue.locale, clock),
    }
    return environment
