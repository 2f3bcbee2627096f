"""The five tabs at the thumb; one appears when its room exists."""

from __future__ import annotations

from dataclasses import dataclass

from council.web.visits import SiteVisit


@dataclass(frozen=True, slots=True)
class Tab:
    """`name` is what a page sets as its `tab`; `word` is the msgid "tab.<name>"."""

    name: str
    icon: str
    address: str

    @property
    def word(self) -> str:
        return f"tab.{self.name}"


_COURTYARD = (("talk", "talk", "/c/{slug}"), ("vote", "vote", "/c/{slug}/motions"))
_MEETINGS = ("meet", "stool", "/c/{slug}/meetings")
_DESK = ("desk", "desk", "/c/{slug}/desk")
_REST = (("book", "book", "/c/{slug}/projects"), ("me", "me", "/me"))


def tabs_for(visit: SiteVisit, rooms: frozenset[str]) -> list[Tab]:
    """Staff find their desk where residents find the meetings. No tabs without a community."""
    if visit.community is None:
        return []
    is_staff = visit.actor is not None and bool(visit.actor.roles)
    plan = (*_COURTYARD, _DESK if is_staff else _MEETINGS, *_REST)
    slug = visit.community.slug
    return [
        Tab(name, icon, path.replace("{slug}", slug) + ("/" if path == "/c/{slug}" else ""))
        for name, icon, path in plan
        if path in rooms
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the foot; its word is the msgid "foot.<name>"."""

    name: str
    address: str


_FOOT = {
    "verify": "verify",
    "rules": "rules",
    "privacy": "privacy",
}


def foot_links(visit: SiteVisit, rooms: frozenset[str]) -> list[Link]:
    """Receipts, rules and privacy: open to anybody, each when it exists."""
    if visit.community is None:
        return []
    slug = visit.community.slug
    return [Link(name, f"/c/{slug}/{end}") for name, end in _FOOT.items() if f"/c/{{slug}}/{end}" in rooms]
