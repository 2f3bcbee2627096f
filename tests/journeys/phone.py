"""A person with a phone: a browser of their own that fills in forms the way they stand on the page.

What goes wrong is told with the page's words, and its picture is kept in the test's folder.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from playwright.async_api import Browser, BrowserContext, Error, Locator, Page, Response, expect

from tests.journeys.house import House
from tests.journeys.tongue import Words, found_in, spoken

SCREEN = {"width": 390, "height": 844}
PASSWORD = "apricot-court-9"

P = ParamSpec("P")
T = TypeVar("T")
Upload = Mapping[str, Any]
"""name, mimeType, buffer; or a path."""


def told(
    act: Callable[Concatenate[Phone, P], Awaitable[T]],
) -> Callable[Concatenate[Phone, P], Awaitable[T]]:
    """Whatever fails inside is raised again with what the page says, after a picture of it."""

    @functools.wraps(act)
    async def telling(phone: Phone, /, *given: P.args, **named: P.kwargs) -> T:
        try:
            return await act(phone, *given, **named)
        except (AssertionError, Error) as error:
            if phone.is_telling:
                raise
            raise AssertionError(await phone.account(f"{act.__name__}{given}: {error}")) from error

    return telling


@dataclass
class Phone:
    name: str
    house: House = field(repr=False)
    context: BrowserContext = field(repr=False)
    page: Page = field(repr=False)
    scripts: bool = True
    number: str = ""
    """What this person logs in with, once they have an account."""
    is_telling: bool = False

    # where

    @told
    async def go(self, path: str, status: int = 200) -> None:
        answer = await self.page.goto(self.house.address + path)
        if self.number and self.path.startswith("/login?next="):
            # Away for weeks: the log-in leads on to where they wanted to go.
            await self.submit("/login", status=status, phone=self.number, password=PASSWORD)
        else:
            self._arrived(answer, status)

    @told
    async def follow(self, name: Words, status: int = 200) -> None:
        """The first visible link with these words in it, to the page behind it."""
        link = self.page.get_by_role("link", name=self.words(name)).locator("visible=true").first
        await self._to_next_page(link, status)

    @told
    async def tap(self, target: Locator, status: int = 200) -> None:
        """A link or button: whatever follows, a page or (asked by scripts) a part of one, is waited for."""
        if self.scripts and await target.get_attribute("data-hx-get"):
            async with self.page.expect_response(lambda answer: "hx-request" in answer.request.headers) as answered:
                await target.click()
            assert (await answered.value).status == status
        else:
            await self._to_next_page(target, status)

    @told
    async def unfold(self, inside: Locator) -> None:
        """Opens whatever is folded around something."""
        folded = inside.locator("xpath=ancestor::details[not(@open)]/summary")
        while await folded.count():
            await folded.first.click()

    @told
    async def submit(
        self,
        form: str,
        /,
        *,
        button: Words | None = None,
        taps: int = 1,
        files: Mapping[str, Upload | Path | list[Upload]] | None = None,
        status: int = 200,
        **fields: str | int | list[str] | None,
    ) -> None:
        """A form by "#id" or by the end of its action: fields by name, then its button (its first, or by words)."""
        found = self.form(form)
        await self.unfold(found)
        for name, value in fields.items():
            await self._enter(found, name, value)
        for name, upload in (files or {}).items():
            await self.control(found, name).set_input_files(upload)
        target = await self._button(found, button)
        if self.scripts and await found.get_attribute("data-hx-post"):
            async with self.page.expect_response(lambda answer: "hx-request" in answer.request.headers) as answered:
                await target.click()
            answer = await answered.value
            assert answer.status == status, f"{answer.url}: {answer.status}"
        else:
            await self._to_next_page(target, status, taps)

    @told
    async def download(self, target: Locator, to: Path) -> Path:
        async with self.page.expect_download() as coming:
            await target.click()
        await (await coming.value).save_as(to)
        return to

    async def log_in(self, phone: str, password: str = PASSWORD) -> None:
        await self.go("/login")
        await self.submit("/login", phone=phone, password=password)
        assert "/login" not in self.page.url, f"{self.name} could not log in"
        self.number = phone

    # what is there

    @told
    async def sees(self, *words: Words) -> None:
        for each in words:
            await expect(self.page.get_by_text(self.words(each)).locator("visible=true").first).to_be_visible()

    @told
    async def misses(self, *words: Words) -> None:
        """None of these words is anywhere on the page."""
        text = await self.text()
        for each in words:
            assert not found_in(text, self.words(each)), f"{each} is there"

    def words(self, words: Words) -> Words:
        """As this phone's language says them."""
        return spoken(words, self.house.locale)

    async def text(self) -> str:
        """The main part's words as they are read, without the runs of blanks."""
        return re.sub(r"\s+", " ", await self.page.locator("body").inner_text())

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.house.address)

    def form(self, form: str) -> Locator:
        if form.startswith("#"):
            return self.page.locator(f"form{form}").first
        return self.page.locator(f'form[action$="{form}"]').first

    def control(self, form: Locator, name: str, value: str | None = None) -> Locator:
        chosen = "" if value is None else f'[value="{value}"]'
        return form.locator(f'[name="{name}"]{chosen}').first

    async def target(self, name: Words) -> Locator:
        """The visible button or link of this name."""
        name = self.words(name)
        exact = isinstance(name, str)
        button = self.page.get_by_role("button", name=name, exact=exact)
        return button.or_(self.page.get_by_role("link", name=name, exact=exact)).locator("visible=true").first

    async def picture(self, name: str) -> Path:
        path = self.house.folder / f"{name}.png"
        await self.page.screenshot(path=path, full_page=True)
        return path

    async def account(self, why: str) -> str:
        self.is_telling = True
        picture = await self.picture(f"failed-{self.name}")
        return f"{self.name} at {self.path}: {why}\npicture: {picture}\n{await self.text()}\n{self.house.log()[-2000:]}"

    # inside

    async def _enter(self, form: Locator, name: str, value: str | int | list[str] | None) -> None:
        for each in value if isinstance(value, list) else [value]:
            control = self.control(form, name)
            kind = await control.evaluate("(control) => control.type")
            if kind in {"radio", "checkbox"}:
                box = control if each is None else self.control(form, name, str(each))
                if await box.is_checked() != (each is not None):
                    await box.locator("xpath=ancestor::label").click()
            elif kind == "select-one":
                await control.select_option(str(each))
            else:
                await control.fill(str(each))

    async def _button(self, form: Locator, name: Words | None) -> Locator:
        own = form.locator("button:not([type=button])")
        form_id = await form.get_attribute("id")
        if form_id:
            own = own.or_(self.page.locator(f'button[form="{form_id}"]'))
        if name is None:
            return own.locator("visible=true").first
        return own.filter(has_text=self.words(name)).locator("visible=true").first

    async def _to_next_page(self, target: Locator, status: int, taps: int = 1) -> None:
        if taps > 1:  # the second tap breaks off the first one's way: no single navigation to wait for
            before = self.page.url
            await target.click(click_count=taps)
            await expect(self.page).not_to_have_url(before)
            await self.page.wait_for_load_state()
            return
        async with self.page.expect_navigation() as going:
            await target.click(click_count=taps)
        self._arrived(await going.value, status)

    def _arrived(self, answer: Response | None, status: int) -> None:
        assert answer is None or answer.status == status, f"{self.page.url}: {answer.status}, not {status}"


async def phone(browser: Browser, house: House, name: str, *, locale: str = "", worker: bool = False) -> Phone:
    """A new telephone; it reads and runs what the house's people do. The service worker stays out unless the story is
    about it (`test_offline.py`): what it does in the background is no part of what others time and count."""
    context = await browser.new_context(
        viewport=SCREEN,
        is_mobile=True,
        has_touch=True,
        java_script_enabled=house.scripts,
        locale=locale or house.locale,
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        service_workers="allow" if worker else "block",
    )
    context.set_default_timeout(20_000)
    return Phone(name, house, context, await context.new_page(), house.scripts)
