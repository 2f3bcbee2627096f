"""A phone's screen on the application itself, without a server: the browser's requests are answered by ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import httpx
from playwright.async_api import Browser, Page, Route

from tests.fixtures.client import BASE_URL

_OURS = {"content-encoding", "content-length", "transfer-encoding", "set-cookie"}


@asynccontextmanager
async def screen(
    browser: Browser,
    client: httpx.AsyncClient,
    *,
    width: int = 390,
    scripts: bool = False,
    scheme: Literal["light", "dark"] = "light",
) -> AsyncIterator[Page]:
    """`client` carries the cookies: whoever is signed in there looks at this screen."""

    async def answer(route: Route) -> None:
        asked = route.request
        reply = await client.request(
            asked.method, asked.url, headers={"Accept-Language": client.headers["Accept-Language"]}
        )
        headers = {name: value for name, value in reply.headers.items() if name not in _OURS}
        await route.fulfill(status=reply.status_code, headers=headers, body=reply.content)

    context = await browser.new_context(
        base_url=BASE_URL,
        viewport={"width": width, "height": 844},
        is_mobile=True,
        has_touch=True,
        java_script_enabled=scripts,
        color_scheme=scheme,
        service_workers="block",
    )
    try:
        await context.route("**/*", answer)
        yield await context.new_page()
    finally:
        await context.close()
