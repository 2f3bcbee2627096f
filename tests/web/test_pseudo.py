"""A third language that nobody speaks: every sentence in brackets and two fifths longer.

What stands on a page outside brackets has escaped the catalogues, unless it is the community's own data; and what
still fits a narrow phone in this language fits it in English.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from babel.messages.pofile import read_po
from playwright.async_api import Route, async_playwright

import council.app
from council.app import ROOT, create_app
from council.cli.demo import PASSWORD
from council.settings import Settings
from council.web.catalogues import Catalogue, load
from council.web.static import Assets, read_assets
from tests.browser import chromium
from tests.fixtures.client import BASE_URL, browser, submit
from tests.journeys.conftest import ARGUMENTS
from tests.journeys.house import House

PEOPLE = {"nobody": "", "resident": "17000000001", "secretary": "17000000011"}
MOST_OF_A_SHAPE = 2
"""Pages that differ only in a number are looked at twice."""
MOST_PAGES = 80
"""Of one person; fewer than that would be a sign that the crawl went astray (see the test)."""


# the language


def longer(text: str) -> str:
    """Two fifths more, in words that wrap like others."""
    more = max(4, len(re.sub(r"%\(\w+\)s", "", text)) * 2 // 5)
    return f"[!!! {text} {('longer ' * more)[:more].strip()} !!!]"


def pseudo() -> Catalogue:
    """Every msgid of the house, in brackets; numbers and dates are written as in English."""
    english = load(ROOT / "locales", "en", True)
    singular: dict[str, str] = {}
    plural: dict[str, tuple[str, ...]] = {}
    for path in sorted((ROOT / "locales" / "zh_CN").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="zh_CN"):
                if not message.id:
                    continue
                if isinstance(message.id, str):
                    singular[message.id] = longer(english.singular.get(message.id, message.id))
                else:
                    one, other = message.id
                    plural[one] = tuple(longer(text) for text in english.forms(one, other))
    return Catalogue("en", True, singular, plural)


# the pages


@dataclass
class Site:
    """Every page found, by who looked and where, and what the community itself has written."""

    pages: dict[tuple[str, str], str] = field(default_factory=dict)
    data: str = ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("pseudo")
    database = folder / "data" / "council.db"
    house = House(folder, f"sqlite:///{database}")
    del house.environment["COUNCIL_NOW_FILE"]
    made = house.council("demo", "--once", "--data", str(folder / "data"))
    assert made.returncode == 0, made.stderr
    settings = Settings.from_env(
        {
            "COUNCIL_ENV": "test",
            "COUNCIL_DATA": str(folder / "data"),
            "COUNCIL_BASE_URL": BASE_URL,
            "DATABASE_URL": f"sqlite:///{database}",
        }
    )
    with ThreadPoolExecutor(1) as executor:
        pages = executor.submit(asyncio.run, _all_pages(settings)).result()
    return Site(pages, "\n".join(sorted({*_texts(database), *_laws()})))


async def _all_pages(settings: Settings) -> dict[tuple[str, str], str]:
    words = pseudo()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(council.app, "load", lambda folder, locale, strict: words)
        app = create_app(settings)
    found: dict[tuple[str, str], str] = {}
    async with app.lifespan():
        for who, phone in PEOPLE.items():
            async with browser(app, "en") as client:
                if phone:
                    page = await client.get("/login")
                    answer = await submit(client, page, "/login", phone=phone, password=PASSWORD)
                    assert answer.status_code == 303, answer.text
                found |= {(who, path): html async for path, html in _walk(client)}
    return found


async def _walk(client: httpx.AsyncClient) -> AsyncIterator[tuple[str, str]]:
    """Every page that links lead to from the first one, breadth first."""
    queue = ["/", "/login", "/join", "/login/help", "/me", "/nowhere", "/c/garden/", "/c/garden/motions/1/notice"]
    queue += [f"/c/garden/{page}" for page in ("rules", "verify", "privacy", "search?q=电梯")]
    seen, shapes = set(queue), dict.fromkeys(("",), 0)
    count = 0
    while queue and count < MOST_PAGES:
        path = queue.pop(0)
        answer = await client.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html") or answer.status_code == 303:
            continue
        count += 1
        yield path, answer.text
        for href in re.findall(r'<a [^>]*href="([^"#]+)', answer.text):
            parts = urlsplit(urljoin(BASE_URL + path, href.replace("&amp;", "&")))
            step = parts.path + (f"?{parts.query}" if parts.query else "")
            shape = re.sub(r"\d+|(?<==)[^&]+", "0", step)
            known = step in seen or parts.netloc != urlsplit(BASE_URL).netloc or "/styleguide" in step
            if known or shapes.get(shape, 0) >= MOST_OF_A_SHAPE:
                continue
            shapes[shape] = shapes.get(shape, 0) + 1
            seen.add(step)
            queue.append(step)


def _texts(database: Path) -> Iterator[str]:
    """What people have written: every text in the database, also inside JSON, that is no code of ours."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            for value in row:
                if isinstance(value, str):
                    yield from _written(value)
    connection.close()


def _laws() -> Iterator[str]:
    """Presets and profiles name their legal source in both languages, beside the rule."""
    for folder in ("pathways/presets", "bylaws/profiles"):
        for path in sorted((ROOT / "council" / folder).glob("*.toml")):
            yield from re.findall(r'\ben = "([^"]+)"', path.read_text(encoding="utf-8"))


def _written(text: str) -> Iterator[str]:
    if text[:1] in "[{":
        try:
            yield from _leaves(json.loads(text))
        except ValueError:
            pass
        else:
            return
    for line in text.splitlines():
        if line.strip() and not re.fullmatch(r"[a-z_.]+", line):
            yield line.strip()


def _leaves(thing: object) -> Iterator[str]:
    if isinstance(thing, str):
        yield from _written(thing)
    elif isinstance(thing, list | dict):
        for each in thing.values() if isinstance(thing, dict) else thing:
            yield from _leaves(each)


# what escaped


class _Visible(HTMLParser):
    """The texts of a page that somebody reads or hears."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in {"script", "style", "textarea", "code"}
        given = dict(attrs)
        spoken = ["aria-label", "alt", "title", "placeholder"]
        spoken += ["content"] if given.get("name") == "description" else []
        self.texts += [given[name] or "" for name in spoken if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style", "textarea", "code"}

    def handle_data(self, data: str) -> None:
        if not self._hidden and data.strip():
            self.texts.append(data)


INNERMOST = re.compile(r"\[!!!(?:(?!\[!!!|!!!\]).)*!!!\]", re.DOTALL)
CODE = re.compile(r"\b[0-9a-f]{4}(?: [0-9a-f]{4})+\b|\b[0-9A-Z]{4}(?:[ -][0-9A-Z]{4})+\b")
"""Check codes and receipts: four signs and four signs."""

BY_LOCALE = {
    *("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    *("EN", "glish", "English", "中文"),  # each language is called what it calls itself
}


def escaped(html: str, data: str) -> list[str]:
    """Words outside every bracket that are neither in the community's data nor written by the locale."""
    page = _Visible()
    page.feed(html)
    left = []
    # Inline elements cut a sentence in pieces: brackets are matched over the whole page.
    text = " \N{SYMBOL FOR RECORD SEPARATOR} ".join(page.texts)
    while INNERMOST.search(text):
        text = INNERMOST.sub(" ", text)
    for piece in text.split("\N{SYMBOL FOR RECORD SEPARATOR}"):
        rest = CODE.sub(" ", piece).strip("… \n")
        if rest not in data:
            left += [word for word in _words(rest) if word not in BY_LOCALE and word not in data]
    return left


def _words(text: str) -> Iterator[str]:
    """Runs of letters; what mixes Latin letters with digits is a code or a digest, not a word."""
    for token in re.findall(r"\w+", text):
        if not token.isascii() or token.isalpha():
            yield from re.findall(r"[^\W\d_]+", token)


def test_the_language_brackets_what_it_is_given() -> None:
    assert escaped("<p>[!!! You have [!!! two !!!] votes !!!]</p>", "") == []
    assert escaped("<p>[!!! from <b>Li Jing</b> longer !!!] Sun 15 Mar H4RT 9K2M 07ffcaa1</p>", "") == []
    assert escaped("<p>[!!! Filed by !!!] 李静</p>", "李静") == []
    assert escaped("<p>还差3户</p>", "") == ["还差", "户"]
    assert escaped("<p>Filed by 李静</p><input placeholder='Search'>", "李静") == ["Filed", "by", "Search"]


def test_every_word_on_every_page_comes_from_the_catalogues(site: Site) -> None:
    assert {who: sum(1 for whose, _ in site.pages if whose == who) for who in PEOPLE}.keys() == PEOPLE.keys()
    assert sum(who == "secretary" for who, _ in site.pages) >= 40
    assert sum(who == "resident" for who, _ in site.pages) >= 30
    found: dict[str, str] = {}
    for (who, path), html in site.pages.items():
        for words in escaped(html, site.data):
            found.setdefault(words, f"{who} {path}")
    assert found == {}


# what does not fit


@pytest.mark.parametrize("size", ["normal", "large"])
async def test_the_longest_words_fit_the_narrowest_phone(site: Site, size: str) -> None:
    """320 px, one page after the other: nothing scrolls sideways."""
    wide = {}
    assets = read_assets(ROOT / "static")
    async with async_playwright() as playwright:
        chrome = await playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            context = await chrome.new_context(
                viewport={"width": 320, "height": 700},
                is_mobile=True,
                has_touch=True,
                java_script_enabled=False,
                service_workers="block",
            )
            await context.route("**/*", lambda route: _serve(route, assets))
            page = await context.new_page()
            await page.goto(f"{BASE_URL}/")
            for (who, path), html in site.pages.items():
                sized = html.replace("<html ", '<html data-type="large" ', 1) if size == "large" else html
                await page.set_content(sized, wait_until="load")
                width = await page.evaluate("document.scrollingElement.scrollWidth")
                if width > 320:
                    wide[f"{who} {path}"] = width
        finally:
            await chrome.close()
    assert wide == {}


async def _serve(route: Route, assets: Assets) -> None:
    asset = assets.by_name.get(route.request.url.rpartition("/")[2].partition("#")[0])
    if asset is None:
        await route.fulfill(status=200, content_type="text/html", body="<!doctype html>")
    else:
        await route.fulfill(status=200, content_type=asset.media_type, body=asset.plain)
