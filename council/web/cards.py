"""What a chat application shows of a shared link (Open Graph): a title, one sentence that is so now, a picture.

Rooms make the cards of their public pages; `progress.cards` finds the card of an address. What a card says is public.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from council.documents.cards import EDITION
from council.kernel.clock import CHINA
from council.web.filters import NBSP, day_words
from council.web.i18n import LANGUAGE, Words
from council.web.kit import Place, Request

if TYPE_CHECKING:
    from council.web.visits import SiteVisit

HOME = "home"
"""The name of a community's own card, for everything that has none of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`name` is "motion-12"; `path` the clean link, "" where the page has no card of its own and links nowhere.

    `calendar` is the path of its deadlines as .ics, "" when none is ahead; `is_for_members` says that the page
    behind the link asks for a log-in.
    """

    place: Place
    locale: str
    name: str
    path: str
    title: str
    sentence: str
    calendar: str = ""
    is_for_members: bool = False

    @property
    def version(self) -> str:
        """Ten letters that change with anything that is drawn."""
        told = repr((EDITION, self.place.name, self.title, self.sentence, self.locale))
        return hashlib.sha256(told.encode()).hexdigest()[:10]

    @property
    def picture(self) -> str:
        """The path of its picture: another one whenever it looks different, for chat applications never ask twice."""
        return f"/c/{self.place.slug}/cards/{self.name}.{LANGUAGE[self.locale]}.{self.version}.png"

    @property
    def code(self) -> str:
        """The path of the QR code of its link."""
        return f"/c/{self.place.slug}/qr/{self.name}.png"


class Cards(Protocol):
    """Whoever knows every room's cards (`progress.cards`); `app.py` introduces it to the web."""

    async def at(self, path: str, locale: str) -> Card | None:
        """The card of an address of this site as strangers may see it; None outside any community."""


def moment(at: datetime, now: datetime, locale: str) -> str:
    """3月15日（周日）18:00, with the year when it is another one; midnight is 24:00 of the day before."""
    local = at.astimezone(CHINA)
    clock = f"{local:%H:%M}"
    if clock == "00:00":
        local, clock = local - timedelta(days=1), "24:00"
    day = day_words(local.date(), locale, now.astimezone(CHINA).year)
    return day + ("" if locale == "zh_CN" else NBSP) + clock


def of_page(place: Place, words: Words, name: str, below: str, *, title: str, sentence: str) -> Card:
    """The card of a page of its own; `below` is its path below /c/{slug}."""
    return Card(
        place=place,
        locale=words.catalogue.locale,
        name=name,
        path=f"/c/{place.slug}{below}",
        title=title,
        sentence=sentence,
    )


def of_community(place: Place, words: Words, *, path: str = "") -> Card:
    """The card of a community, and of every page that must not or need not say more."""
    card = of_page(place, words, HOME, "", title=place.name, sentence=words.sentence("card.community"))
    return replace(card, path=path)


def by_default(visit: SiteVisit, words: Words) -> Card | None:
    """What a page that names no card of its own shows strangers: its community, or nothing in particular."""
    return of_community(visit.community, words) if visit.community is not None and visit.person is None else None


async def card_at(request: Request, path: str, locale: str) -> Card | None:
    """The public card of what a stranger was sent here for."""
    found: Cards = request.app.state.cards
    return await found.at(path, locale)
