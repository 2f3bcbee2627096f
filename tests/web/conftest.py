"""The web by itself: a community of made-up people behind `Identify`, and a few handlers that refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from litestar import Litestar, get, post
from litestar.params import FromPath

from council.app import create_app
from council.kernel.actor import Actor, Role
from council.kernel.errors import Invalid, Refused
from council.kernel.look import Look
from council.settings import Settings
from council.storage.errors import Busy, OutcomeUnknown
from council.web import (
    Form,
    Place,
    Request,
    Signed,
    enter,
    enter_person,
    enter_public,
    page,
    read_form,
    see_other,
)
from council.web.styleguide import samples
from tests.fixtures.client import BASE_URL, browser

ALICE = Signed(1, "Alice", "s1", "seed-alice", home="garden")
CHARLIE = Signed(3, "Charlie", "s3", "seed-charlie", look=Look("en", "large"))
DANA = Signed(4, "Dana", "s4", "seed-dana")
TOKENS = {"alice": ALICE, "charlie": CHARLIE, "dana": DANA}
GARDEN = Place(7, "garden", "花园小区", "010-5555 0132")


class People:
    async def identify(self, token: str, now: datetime) -> Signed | None:
        assert now.tzinfo is not None
        return TOKENS.get(token)

    async def choose(self, person_id: int, wish: Look) -> None:
        raise AssertionError("these people choose nothing")

    async def community(self, slug: str) -> Place | None:
        return GARDEN if slug == "garden" else None

    async def actor(self, person_id: int, community_id: int, now: datetime) -> Actor | None:
        roles = frozenset({Role.SECRETARY}) if person_id == DANA.person_id else frozenset[Role]()
        units = frozenset({501}) if person_id == ALICE.person_id else frozenset[int]()
        return Actor(person_id, "somebody", community_id, roles=roles, unit_ids=units)


def blank() -> Form:
    return Form.blank(kind="b")


@get("/c/{slug:str}")
async def courtyard(request: Request, slug: FromPath[str]) -> object:
    visit = await enter(request, slug)
    return page(request, visit, "web/styleguide.html", **_sample())


@get("/c/{slug:str}/motions")
async def motions(request: Request, slug: FromPath[str]) -> object:
    visit = await enter_public(request, slug)
    return page(request, visit, "web/styleguide.html", **_sample())


@get("/c/{slug:str}/desk")
async def desk(request: Request, slug: FromPath[str]) -> object:
    visit = await enter(request, slug)
    return page(request, visit, "web/styleguide.html", **_sample())


@get("/me")
async def me(request: Request) -> object:
    visit = await enter_person(request)
    return page(request, visit, "web/styleguide.html", **_sample())


@post("/c/{slug:str}/echo")
async def echo(request: Request, slug: FromPath[str]) -> object:
    visit = await enter_public(request, slug)
    form = await read_form(request)
    try:
        title = form.line("title", least=6, most=20)
        form.secret("password_again") if form.values("password_again") else None
        form.check()
    except Invalid as invalid:
        return page(request, visit, "web/styleguide.html", status=422, **_sample(form.refused(invalid)))
    return see_other(f"/c/{slug}/motions?said=sample&title={len(title)}")


@get("/fail/{how:str}")
async def fail(how: FromPath[str]) -> None:
    raise {
        "refused": Refused("web.forbidden"),
        "forbidden": Refused("web.forbidden", forbidden=True),
        "unworded": Refused("nobody.wrote_words_for_this"),
        "invalid": Invalid({"title": "form.too_short"}, **{"title.least": 6, "title.have": 2}),
        "busy": Busy(retry_after=9),
        "unknown": OutcomeUnknown("gone"),
        "crash": RuntimeError("a secret detail"),
    }[how]


def _sample(form: Form | None = None) -> dict[str, object]:
    """A page with one form, #sample: the styleguide's."""
    context = samples("zh_CN", form or blank(), [])
    return context | {"bar": "real", "sections": ["forms"], "ways": [], "blank": None}


HANDLERS = [courtyard, motions, desk, me, echo, fail]


def make_app(folder: Path, environment: str = "test", **more: str) -> Litestar:
    """The web alone, no room and no database."""
    given = {"COUNCIL_ENV": environment, "COUNCIL_DATA": str(folder), "COUNCIL_BASE_URL": BASE_URL}
    return create_app(Settings.from_env(given | more), identify=People(), rooms=(), extra=HANDLERS)


@pytest.fixture
def web_app(tmp_path: Path) -> Litestar:
    return make_app(tmp_path)


@pytest.fixture
async def web(web_app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(web_app) as client:
        yield client


@pytest.fixture
async def alice(web_app: Litestar) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(web_app) as client:
        client.cookies.set("council", "alice")
        yield client
