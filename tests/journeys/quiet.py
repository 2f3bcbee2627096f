"""A person whose steps were walked in a browser by somebody else already: the same pages and forms over plain HTTP."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import httpx

from tests.fixtures.client import submit
from tests.journeys.house import House
from tests.journeys.phone import PASSWORD
from tests.journeys.tongue import found_in, spoken


@dataclass
class Quiet:
    """Says and does what a `Phone` does, as far as that needs no eyes."""

    name: str
    house: House
    client: httpx.AsyncClient
    page: httpx.Response
    number: str = ""

    async def go(self, path: str, status: int = 200) -> None:
        self.page = await self.client.get(path)
        if self.number and self.path.startswith("/login?next="):
            await self.submit("/login", status=status, phone=self.number, password=PASSWORD)
        else:
            self._arrived(status)

    async def submit(
        self, form: str, /, *, button: str = "", status: int = 200, **fields: str | int | list[str] | None
    ) -> None:
        self.page = await submit(self.client, self.page, form, button=button, **fields)
        self._arrived(status)

    async def log_in(self, phone: str, password: str = PASSWORD) -> None:
        await self.go("/login")
        await self.submit("/login", phone=phone, password=password)
        assert "/login" not in self.path, f"{self.name} could not log in"
        self.number = phone

    async def sees(self, *words: str) -> None:
        text = await self.text()
        for each in words:
            assert found_in(text, spoken(each, self.house.locale)), (
                f"{self.name} at {self.path} does not see {each!r}:\n{text}"
            )

    async def misses(self, *words: str) -> None:
        text = await self.text()
        for each in words:
            assert not found_in(text, spoken(each, self.house.locale)), (
                f"{self.name} at {self.path} sees {each!r}:\n{text}"
            )

    async def text(self) -> str:
        inside = re.sub(r"(?s)<(head|script|style).*?</\1>", " ", self.page.text)
        inside = re.sub(r"</?(b|i|span|time|a|strong|em)\b[^>]*>", "", inside)
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", inside)))

    @property
    def path(self) -> str:
        return str(self.page.url).removeprefix(self.house.address)

    def _arrived(self, status: int) -> None:
        assert self.page.status_code == status, f"{self.name} at {self.path}: {self.page.status_code}, not {status}"


def quiet(house: House, name: str) -> Quiet:
    client = httpx.AsyncClient(
        base_url=house.address, follow_redirects=True, headers={"Accept-Language": house.locale}, timeout=15
    )
    return Quiet(name, house, client, httpx.Response(200, request=httpx.Request("GET", house.address)))
