"""The catalogue leaves no page out."""

from __future__ import annotations

import re

from council.app import create_app
from council.settings import Settings
from tests.looks.catalogue import NOT_LOOKED_AT, PARTS


def pages() -> set[str]:
    """The addresses that answer a GET."""
    app = create_app(Settings.from_env({"COUNCIL_ENV": "test"}))
    return {route.path_format for route in app.routes if "GET" in getattr(route, "methods", ())}


def visited(path: str, address: str) -> bool:
    """Whether an address of the catalogue, facts and query included, is one of this route's."""
    plain = re.sub(r"<[^<>]+>", "1", address).partition("?")[0].rstrip("/") or "/"
    return re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)), plain) is not None


def test_every_page_is_looked_at() -> None:
    shown = [stop.path for make in PARTS.values() for stop in make() if stop.status in {200, 503} and not stop.form]
    missing = {path for path in pages() - set(NOT_LOOKED_AT) if not any(visited(path, each) for each in shown)}
    assert missing == set()


def test_what_is_not_looked_at_is_there_and_has_a_reason() -> None:
    assert set(NOT_LOOKED_AT) <= pages()
    assert all(NOT_LOOKED_AT.values())


def test_a_page_that_nobody_visits_is_noticed() -> None:
    assert visited("/c/{slug}/motions/{motion_id}", "/c/garden/motions/<motion cctv>?said=x")
    assert not visited("/c/{slug}/motions/{motion_id}", "/c/garden/motions")


def test_no_stop_is_there_twice() -> None:
    names = [stop.name for make in PARTS.values() for stop in make()]
    assert sorted(set(names)) == sorted(names)
