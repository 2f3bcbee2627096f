"""The site as an application: manifest, worker, the page for "no network", and which pages may be kept, for whom."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import httpx
import pytest
from litestar import Litestar
from PIL import Image

from council.accounts.tables import Session
from council.kernel.actor import Actor
from council.web.offline import KEPT, NOBODY
from council.web.responses import CONTENT_SECURITY_POLICY
from council.web.shell import APART, ASSETS, DOORS, make_shell
from council.web.static import Assets
from tests.fixtures.client import browser, submit
from tests.people import Garden, garden, sign_in

# the manifest


@pytest.mark.parametrize(("locale", "lang", "name"), [("zh_CN", "zh-CN", "邻里议事厅"), ("en", "en", "Council")])
async def test_the_manifest_speaks_the_visitors_language(
    web: httpx.AsyncClient, locale: str, lang: str, name: str
) -> None:
    web.cookies.set("locale", locale)
    page = await web.get("/c/garden/motions")
    link = re.search(r'<link rel="manifest" href="([^"]+)"', page.text)
    assert link
    web.cookies.clear()  # browsers ask for it without cookies
    answer = await web.get(link[1])
    told = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["lang"], told["name"], told["start_url"], told["display"]) == (lang, name, "/", "standalone")


async def test_the_manifests_pictures_are_as_large_as_it_says(web: httpx.AsyncClient) -> None:
    told = (await web.get("/manifest.webmanifest")).json()
    sizes = {(icon["sizes"], icon["purpose"]) for icon in told["icons"]}
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in told["icons"]:
        picture = Image.open(io.BytesIO((await web.get(icon["src"])).content)).convert("RGBA")
        assert "x".join(map(str, picture.size)) == icon["sizes"]
        alphas = picture.getchannel("A").getextrema()
        assert alphas == ((255, 255) if icon["purpose"] == "maskable" else (0, 255)), (
            "a maskable one is cut by the phone"
        )


async def test_the_pages_ground_is_the_manifests(web: httpx.AsyncClient) -> None:
    told = (await web.get("/manifest.webmanifest")).json()
    css = (await web.get(re.findall(r"/static/app\.\w+\.css", (await web.get("/c/garden/motions")).text)[0])).text
    assert f"--paper: {told['background_color']}" in css
    assert told["theme_color"] == told["background_color"]


def test_the_policy_lets_in_a_worker_of_ours_and_nothing_unsafe() -> None:
    rules = CONTENT_SECURITY_POLICY.split("; ")
    assert {"default-src 'none'", "worker-src 'self'", "manifest-src 'self'"} <= set(rules)
    assert "unsafe" not in CONTENT_SECURITY_POLICY


# the worker


async def test_an_unchanged_worker_costs_nothing(web: httpx.AsyncClient) -> None:
    first = await web.get("/sw.js")
    assert first.headers["cache-control"] == "no-cache"
    assert first.headers["content-type"].startswith("text/javascript")
    assert int(first.headers["content-length"]) <= 4000
    again = await web.get("/sw.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = await web.get("/sw.js", headers={"Accept-Encoding": "identity"})
    assert plain.text == first.text


async def test_everything_the_worker_fetches_ahead_is_there(web: httpx.AsyncClient) -> None:
    files = (await shell_of(web))["files"]
    for address in files:
        assert (await web.get(address)).status_code == 200, address
    page = (await web.get("/c/garden/motions")).text
    linked = set(re.findall(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', page))
    assert linked <= set(files), "a page without a network has its clothes"


async def test_any_change_of_what_it_keeps_is_a_new_worker(web: httpx.AsyncClient, web_app: Litestar) -> None:
    house = web_app.state.kit
    version = make_shell(house).version
    assert version == (await shell_of(web))["version"]
    for name in ASSETS:
        addresses = dict(house.assets.addresses) | {name: "/static/another"}
        changed = Assets(addresses, house.assets.by_name, house.assets.icons)
        assert make_shell(replace(house, assets=changed)).version != version, name
    words = dict(house.words) | {"en": house.words["zh_CN"]}
    assert make_shell(replace(house, words=words)).version != version


async def shell_of(web: httpx.AsyncClient) -> dict[str, object]:
    head = (await web.get("/sw.js")).text.partition(";\n")[0]
    told: dict[str, object] = json.loads(head.removeprefix("var SHELL="))
    return told


@pytest.mark.parametrize(
    "path",
    [
        "/c/garden/live",
        "/c/garden/proposals/5/live",
        "/c/garden/files/7",
        "/c/garden/files/7/thumb",
        "/c/garden/motions/3/bundle.json",
        "/c/garden/motions/3/ballots/ABC/receipt",
        "/c/garden/feed.atom",
        "/c/garden/meetings.ics",
        "/c/garden/desk/roll/3/file",
        "/c/garden/desk/slips/3/print",
        "/c/garden/committee/roll.csv",
    ],
)
def test_downloads_and_streams_pass_the_worker_by(path: str) -> None:
    assert re.search(APART, path)


@pytest.mark.parametrize(
    "path", ["/", "/me", "/c/garden/", "/c/live/", "/c/garden/proposals/5", "/c/garden/motions", "/c/garden/motions/3"]
)
def test_pages_do_not(path: str) -> None:
    assert not re.search(APART, path)


def test_the_doors_are_where_the_worker_thinks(app: Litestar) -> None:
    """The forms that set or clear the session's cookie: sending one makes the telephone forget."""
    posts = {route.path for route in app.routes if "POST" in getattr(route, "methods", ())}
    doors = {path for path in posts if re.search(DOORS, path.replace("{code:str}", "CODE"))}
    assert doors == {"/login", "/logout", "/join", "/join/{code:str}", "/me/password", "/me/log-out-everywhere"}


# which pages, and whose


def test_every_page_that_may_be_kept_exists(app: Litestar) -> None:
    names = {handler.name for route in app.routes for handler in getattr(route, "route_handlers", ())}
    assert names >= KEPT


async def test_a_resident_keeps_what_they_read(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    for path in ("/c/garden", "/c/garden/proposals", "/c/garden/motions", "/c/garden/projects", "/me"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers.get("x-offline")) == (200, "keep"), path
        assert answer.headers["cache-control"] == "no-store", "only the worker keeps it"
        assert answer.headers["content-language"] == "zh-CN"
    await sign_in(client, people.dana)
    for path in (
        "/c/garden/desk",
        "/c/garden/desk/register",
        "/c/garden/desk/people",
        "/me/phones",
        "/c/garden/verify",
    ):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert "x-offline" not in answer.headers, path
        assert answer.headers["x-reader"] != NOBODY, "whose page it is, is said all the same"


async def test_the_way_in_is_nobodys_and_not_kept(client: httpx.AsyncClient) -> None:
    for path in ("/login", "/join", "/login/help"):
        answer = await client.get(path)
        assert answer.headers["x-reader"] == NOBODY
        assert "x-offline" not in answer.headers


async def test_each_log_in_is_another_reader(app: Litestar, client: httpx.AsyncClient) -> None:
    people = await signed(client)
    first = await reader(client)
    assert first == await reader(client)
    assert str(people.alice.person_id) != first
    async with browser(app) as other:
        await sign_in(other, people.bob)
        bob = await reader(other)
    await sign_in(client, people.alice)
    assert len({first, bob, await reader(client), NOBODY}) == 4


async def test_a_borrowed_telephone_keeps_nothing(client: httpx.AsyncClient) -> None:
    await signed(client)
    await Session.update({Session.is_own_phone: False}, force=True)
    answer = await client.get("/c/garden")
    assert answer.status_code == 200
    assert "x-offline" not in answer.headers
    assert answer.headers["x-reader"] != NOBODY


async def test_refusals_and_answers_to_forms_are_not_kept(client: httpx.AsyncClient) -> None:
    await signed(client)
    said = await client.get("/c/garden?said=logged_out")
    assert "x-offline" not in said.headers
    for path in ("/c/orchard", "/nowhere", "/c/garden/proposals/99999"):
        refused = await client.get(path)
        assert refused.status_code == 404
        assert not {"x-offline", "x-reader"} & set(refused.headers), "an error says nothing about who is there"


async def signed(client: httpx.AsyncClient) -> Garden:
    people = await garden()
    await sign_in(client, people.alice)
    return people


async def reader(client: httpx.AsyncClient) -> str:
    return (await client.get("/c/garden")).headers["x-reader"]


async def test_the_page_for_no_network_names_nobody(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    name = await name_of(people.alice, client)
    for locale, words in (("zh_CN", "您现在没有网络"), ("en", "You have no network now")):
        answer = await client.get(f"/offline?locale={locale}")
        assert words in answer.text
        assert name not in answer.text
        assert "花园小区" not in answer.text
        assert not {"x-offline", "x-reader"} & set(answer.headers)


async def name_of(actor: Actor, client: httpx.AsyncClient) -> str:
    assert actor.name in (await client.get("/me")).text
    return actor.name


# forms that a script sends


async def test_a_script_is_told_where_to_go_on(web: httpx.AsyncClient) -> None:
    page = await web.get("/c/garden/motions")
    sent = await submit(web, page, "/type", button="type=large", headers={"X-Steady": "1"})
    assert (sent.status_code, sent.headers["x-next"]) == (204, "/c/garden/motions")
    assert "location" not in sent.headers
    assert "set-cookie" in sent.headers
    plain = await submit(web, page, "/type", button="type=large")
    assert (plain.status_code, "x-next" in plain.headers) == (303, False)


async def test_a_refusal_is_what_it_is(web: httpx.AsyncClient) -> None:
    sent = await web.post("/type", data={"type": "odd"}, headers={"X-Steady": "1"})
    plain = await web.post("/type", data={"type": "odd"})
    assert (sent.status_code, sent.headers.get("x-next")) == (plain.status_code, None)
    assert plain.status_code == 400
