"""HEAD: what GET would answer, without its body. Link checkers, chat applications and caches ask like that."""

from __future__ import annotations

import httpx
import pytest


@pytest.mark.parametrize("path", ["/c/garden/motions", "/healthz", "/c/garden", "/nowhere", "/fail/crash"])
async def test_head_tells_what_get_would_and_sends_nothing(web: httpx.AsyncClient, path: str) -> None:
    whole, head = await web.get(path), await web.head(path)
    assert head.status_code == whole.status_code
    assert head.content == b""
    assert head.headers.get("content-type") == whole.headers.get("content-type")
    assert head.headers.get("location") == whole.headers.get("location")
    assert head.headers["content-security-policy"] == whole.headers["content-security-policy"]


async def test_head_of_an_asset_says_its_weight(web: httpx.AsyncClient) -> None:
    page = (await web.get("/c/garden/motions")).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    whole, head = await web.get(address), await web.head(address)
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"] != "0"


async def test_what_only_takes_forms_answers_neither(web: httpx.AsyncClient) -> None:
    assert (await web.head("/theme")).status_code == 405
