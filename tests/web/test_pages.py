from __future__ import annotations

import gzip
import hashlib
import logging
import re
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.web.responses import CONTENT_SECURITY_POLICY
from tests.fixtures.client import browser, submit
from tests.web.conftest import make_app

STATIC = Path(__file__).parents[2] / "static"


# who may see what


async def test_a_stranger_is_sent_to_the_log_in_and_back(web: httpx.AsyncClient) -> None:
    answer = await web.get("/c/garden/?a=1&b=%E4%BA%8C")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/c/garden%3Fa%3D1%26b%3D%25E4%25BA%258C"


async def test_htmx_is_sent_to_the_log_in_as_a_whole_page(web: httpx.AsyncClient) -> None:
    answer = await web.get(
        "/c/garden", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/c/garden/motions"}
    )
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/login?next=/c/garden/motions")


async def test_an_outsider_and_a_wrong_slug_get_the_same_404(web_app: Litestar) -> None:
    async with browser(web_app) as charlie:
        charlie.cookies.set("council", "charlie")
        theirs, nobodys = await charlie.get("/c/garden"), await charlie.get("/c/park")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace("garden", "park") == nobodys.text
    assert "花园小区" not in theirs.text


async def test_tabs_are_those_of_rooms_that_exist(web_app: Litestar, alice: httpx.AsyncClient) -> None:
    page = await alice.get("/c/garden")
    assert re.findall(r'<a href="([^"]+)"[^>]*><svg class="i"', page.text)[-3:] == [
        "/c/garden/",
        "/c/garden/motions",
        "/me",
    ]
    async with browser(web_app) as dana:
        dana.cookies.set("council", "dana")
        assert "/c/garden/desk" in (await dana.get("/c/garden")).text
    assert "/c/garden/desk" not in page.text


async def test_a_page_outside_wears_the_home_communitys_frame(alice: httpx.AsyncClient) -> None:
    assert 'href="/c/garden/"' in (await alice.get("/me")).text


# headers


async def test_every_answer_carries_the_strict_headers(web: httpx.AsyncClient) -> None:
    for path in ("/c/garden/motions", "/nowhere", "/fail/crash", "/healthz", "/static/none.css"):
        answer = await web.get(path)
        assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cache-control"] == "no-store", path
    assert "unsafe" not in CONTENT_SECURITY_POLICY


async def test_the_back_button_finds_a_refused_form_but_on_a_phone_of_somebody_elses(
    client: httpx.AsyncClient,
) -> None:
    login = await client.get("/login")
    refused = await submit(client, login, "#login", phone="13900000099", password="wrong-13579")
    assert (refused.status_code, refused.headers["cache-control"]) == (422, "private, no-cache")
    assert login.headers["cache-control"] == "no-store"


async def test_what_was_achieved_is_not_said_to_whom_the_address_is_handed(alice: httpx.AsyncClient) -> None:
    done = "/c/garden/motions?said=proposal.filed"
    for led_by in ({}, {"Sec-Fetch-Site": "same-origin"}):
        assert "已经交上去" in (await alice.get(done, headers=led_by)).text
    for led_by in ("none", "cross-site"):
        assert "已经交上去" not in (await alice.get(done, headers={"Sec-Fetch-Site": led_by})).text


async def test_nothing_is_inline(web: httpx.AsyncClient) -> None:
    text = (await web.get("/c/garden/motions")).text
    assert not re.search(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://(?!testserver/)", text
    )


async def test_pages_are_compressed_for_whoever_asks(web: httpx.AsyncClient) -> None:
    small = await web.get("/c/garden/motions")
    plain = await web.get("/c/garden/motions", headers={"Accept-Encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(small.headers["content-length"]) * 2 < int(plain.headers["content-length"])


async def test_cookies_are_secure_behind_https(tmp_path: Path) -> None:
    async with browser(make_app(tmp_path, COUNCIL_BASE_URL="https://council.example")) as client:
        answer = await client.post("/type", data={"type": "large"})
    assert "Secure" in answer.headers["set-cookie"]


# errors


@pytest.mark.parametrize(
    ("how", "status", "zh", "en"),
    [
        ("refused", 409, "这一步要由别人来办", "This step is for somebody else"),
        ("forbidden", 403, "这一步要由别人来办", "This step is for somebody else"),
        ("invalid", 422, "只写了 2\u00a0个字，请至少写 6\u00a0个字", "Only 2 characters: please write at least 6"),
        ("busy", 503, "现在用的人多，没有办成", "Many people are here at once"),
        ("unknown", 503, "不能确定有没有保存", "may or may not be saved"),
        ("crash", 500, "我们这边出了问题", "Something went wrong on our side"),
    ],
)
async def test_each_failure_is_a_sentence_in_both_languages(
    web_app: Litestar, how: str, status: int, zh: str, en: str
) -> None:
    for language, words in (("zh-CN", zh), ("en", en)):
        async with browser(web_app, language) as client:
            answer = await client.get(f"/fail/{how}")
        assert answer.status_code == status
        assert words in answer.text.replace("个", "\u00a0个") or words in answer.text
        assert "<!doctype html>" in answer.text
        assert "secret detail" not in answer.text
        assert "Error" not in answer.text


BACK, HOME, AGAIN = "返回刚才的页面", "回到首页", "再试一次"


@pytest.mark.parametrize(
    ("method", "path", "status", "next_step", "button"),
    [
        ("GET", "/fail/refused", 409, "刚才没有改动任何内容", HOME),
        ("GET", "/fail/forbidden", 403, "请社区核对", HOME),
        ("GET", "/fail/busy", 503, "什么都没有丢", AGAIN),
        ("GET", "/fail/unknown", 503, "不会重复计算", AGAIN),
        ("GET", "/fail/crash", 500, "不是您的操作有误", AGAIN),
        ("GET", "/nowhere", 404, "请再扫一次", HOME),
        ("POST", "/nowhere", 404, "请再扫一次", HOME),
        ("PUT", "/healthz", 405, "请从首页点进去", HOME),
        ("POST", "/c/garden/echo", 400, "再交一次", BACK),
        ("POST", "/theme", 400, "再交一次", BACK),
    ],
)
async def test_every_refusal_says_what_to_do_next_and_has_one_large_button(
    web: httpx.AsyncClient, method: str, path: str, status: int, next_step: str, button: str
) -> None:
    headers = {"Referer": "http://testserver/c/garden/motions", "Content-Type": "application/json"}
    answer = await web.request(method, path, headers=headers)
    assert answer.status_code == status
    lede = re.search(r'<p class="lede">([^<]+)</p>', answer.text)
    assert lede is not None
    assert next_step in lede[1]
    buttons = re.findall(r'<a class="btn main full" href="([^"]+)">([^<]+)</a>', answer.text)
    address = {BACK: "/c/garden/motions", HOME: "/", AGAIN: path}[button]
    if "/c/" in path:
        assert 'href="tel:01055550132"' in answer.text  # whom to call
    assert buttons == [(address, button)]


async def test_busy_says_when_to_come_back(web: httpx.AsyncClient) -> None:
    assert (await web.get("/fail/busy")).headers["retry-after"] == "9"


async def test_a_crash_is_logged_under_the_reference_that_is_shown(
    web: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "council.web"):
        answer = await web.get("/fail/crash")
    found = re.search(r"编号 ([0-9A-Z]{8})", answer.text)
    assert found is not None
    assert f"reference {found[1]}: GET /fail/crash" in caplog.text
    assert "a secret detail" in caplog.text


async def test_htmx_gets_a_fragment_for_the_live_region(web: httpx.AsyncClient) -> None:
    answer = await web.get("/fail/refused", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert answer.headers["hx-retarget"] == "#live"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


async def test_a_code_without_words_reads_calmly_in_production(tmp_path: Path) -> None:
    secret = "0123456789abcdefghijklmnopqrstuvwxyz"
    async with browser(make_app(tmp_path, "production", COUNCIL_SECRET=secret)) as client:
        answer = await client.get("/fail/unworded")
        guide = await client.get("/styleguide")
    assert (answer.status_code, guide.status_code) == (409, 404)
    assert "这件事现在办不了" in answer.text
    assert "nobody.wrote" not in answer.text


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/healthz", 405)])
async def test_the_frameworks_refusals_are_pages_too(
    web: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await web.request(method, path)
    assert answer.status_code == status
    assert '<html lang="zh-CN">' in answer.text


# forms that are not forms


async def test_an_oversized_form_is_413_with_a_sentence(alice: httpx.AsyncClient) -> None:
    answer = await alice.post("/c/garden/echo", data={"title": "长" * 30_000})
    assert answer.status_code == 413
    assert "内容太大，没有收下" in answer.text


def _part(number: int) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % number


async def test_two_hundred_parts_are_a_form(alice: httpx.AsyncClient) -> None:
    body = b"".join(map(_part, range(200))) + b"--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await alice.post("/c/garden/echo", content=body, headers=kind)).status_code == 403, "read, and not of ours"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"title=%ff%fe"),
        ("application/x-www-form-urlencoded", "title=长".encode()),
        ("application/x-www-form-urlencoded", b"&".join(b"a=%d" % n for n in range(3000))),
        ("multipart/form-data", b"--x"),
        ("multipart/form-data; boundary=x", b"nothing like it"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\n\xff\r\n--x--\r\n',
        ),
        ("", b""),
        ("multipart/form-data; boundary=x", b"".join(map(_part, range(201))) + b"--x--\r\n"),
    ],
)
async def test_a_body_that_is_no_form_is_400(alice: httpx.AsyncClient, kind: str, body: bytes) -> None:
    answer = await alice.post("/c/garden/echo", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert "收到的内容不完整" in answer.text


async def test_what_was_typed_comes_back_but_no_password(alice: httpx.AsyncClient) -> None:
    page = await alice.get("/c/garden")
    token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
    assert token is not None
    answer = await alice.post(
        "/c/garden/echo", data={"_csrf": token[1], "title": "车<棚", "password_again": "open sesame"}
    )
    assert answer.status_code == 422
    assert 'value="车&lt;棚"' in answer.text
    assert 'href="#title"' in answer.text
    assert "open sesame" not in answer.text


async def test_an_upload_is_measured_and_its_name_is_only_a_name(tmp_path: Path) -> None:
    async with browser(make_app(tmp_path)) as client:
        client.cookies.set("council", "alice")
        page = await client.get("/c/garden/motions")
        token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
        assert token is not None
        answer = await client.post(
            "/c/garden/echo",
            data={"_csrf": token[1], "title": "车棚装充电桩"},
            files={"pic": ("../../树.png", b"12345", "image/png")},
        )
    assert answer.status_code == 303


# static files


async def test_assets_are_hashed_packed_and_kept_for_ever(web: httpx.AsyncClient) -> None:
    page = await web.get("/c/garden/motions")
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    assert {address.split(".")[0] for address in addresses} == {
        "/static/app",
        "/static/htmx",
        "/static/icon-180",
        "/static/icons",
        "/static/mark",
    }
    for address in addresses:
        answer = await web.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        digest = re.search(r"\.([0-9a-f]{12})\.", address)
        assert digest is not None
        assert hashlib.sha256(answer.content).hexdigest().startswith(digest[1])


async def test_the_first_visit_weighs_little(web: httpx.AsyncClient) -> None:
    page = await web.get("/c/garden/motions")
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    weights = [int((await web.get(address)).headers["content-length"]) for address in addresses]
    assert sum(weights) + int(page.headers["content-length"]) < 40_000
    assert int(page.headers["content-length"]) < 15_000


async def test_scripts_are_sent_without_their_comments(web: httpx.AsyncClient) -> None:
    """A line is dropped when it is a comment whole; that is safe as long as no text of ours runs over several lines."""
    sources = [path.read_text(encoding="utf-8") for path in (STATIC / "js").glob("*.js")]
    assert not [source for source in sources if "`" in source]
    page = await web.get("/c/garden/motions")
    address = re.search(r'src="(/static/app\.[^"]+)', page.text)
    assert address is not None
    sent = (await web.get(address[1])).text.splitlines()
    kept = [line for source in sources for line in source.splitlines() if not line.lstrip().startswith("//")]
    assert sorted(line for line in sent if line) == sorted(line for line in kept if line)


def test_the_checker_of_signatures_is_what_its_label_says_and_old_browsers_read_it() -> None:
    label = (STATIC / "vendor" / "README.txt").read_text()
    content = (STATIC / "vendor" / "noble-ed25519.min.js").read_bytes()
    assert f"sha-256   {hashlib.sha256(content).hexdigest()}" in label
    assert (STATIC / "vendor" / "noble-ed25519.LICENSE").read_text().startswith("The MIT License (MIT)")
    assert len(gzip.compress(content)) < 8_500
    for later in (b"?.", b"??", b"||=", b"static{", b".at(", b"replaceAll"):
        assert later not in content
    ours = (STATIC / "check.js").read_text()
    assert not re.search(
        r"\?\.[a-z(\[]|\?\?|=>|\bconst\b|\blet\b|\d+n\b|`", re.sub(r"/\*.*?\*/", "", ours, flags=re.DOTALL)
    )
    assert len(gzip.compress(ours.encode())) < 3_600


def test_htmx_is_what_its_label_says() -> None:
    label = (STATIC / "vendor" / "README.txt").read_text()
    content = (STATIC / "vendor" / "htmx.min.js").read_bytes()
    assert f"sha-256   {hashlib.sha256(content).hexdigest()}" in label
    version = re.search(r"version\s+(2\.0\.\d+)", label)
    assert version is not None
    assert f'version:"{version[1]}"'.encode() in content
    assert (STATIC / "vendor" / "htmx.LICENSE").read_text().startswith("Zero-Clause BSD")
    assert len(gzip.compress(content)) < 18_000
