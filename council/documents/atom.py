"""An Atom feed (RFC 4287). Pure: words, instants and addresses come in, XML goes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml  # writes only; nothing from outside is parsed

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """`id` is permanent and never used again; `at` is when it happened."""

    id: str
    title: str
    summary: str
    url: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """`url` is the feed's own address, `home` the page it tells about; `began_at` dates a feed without entries."""

    id: str
    title: str
    author: str
    language: str
    url: str
    home: str
    began_at: datetime
    entries: Sequence[Entry]

    @property
    def updated_at(self) -> datetime:
        return max((entry.at for entry in self.entries), default=self.began_at)


def tag(host: str, at: datetime, name: str) -> str:
    """A permanent id (RFC 4151): the host that names it, and a day on which it was ours."""
    return f"tag:{host},{at.astimezone(UTC):%Y-%m-%d}:{name}"


def written(feed: Feed) -> bytes:
    """The whole document, the same bytes for the same feed."""
    Xml.register_namespace("", _ATOM)
    root = Xml.Element(f"{{{_ATOM}}}feed", {_LANG: feed.language})
    _say(root, "id", feed.id)
    _say(root, "title", feed.title)
    _say(root, "updated", _instant(feed.updated_at))
    _say(_under(root, "author"), "name", feed.author)
    _under(root, "link", rel="self", type=MEDIA_TYPE, href=feed.url)
    _under(root, "link", rel="alternate", type="text/html", href=feed.home)
    _say(root, "generator", "Council")
    for entry in feed.entries:
        _entry(root, entry)
    body: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _entry(root: Xml.Element, entry: Entry) -> None:
    node = _under(root, "entry")
    _say(node, "id", entry.id)
    _say(node, "title", entry.title)
    _say(node, "updated", _instant(entry.at))
    _say(node, "published", _instant(entry.at))
    _under(node, "link", rel="alternate", type="text/html", href=entry.url)
    _say(node, "summary", entry.summary)


def _under(parent: Xml.Element, name: str, **given: str) -> Xml.Element:
    return Xml.SubElement(parent, f"{{{_ATOM}}}{name}", given)


def _say(parent: Xml.Element, name: str, words: str) -> None:
    """Text without what XML 1.0 forbids (2.2): one such sign in a title, and no reader takes the feed any more."""
    _under(parent, name).text = "".join(sign for sign in words if _is_char(sign))


def _is_char(sign: str) -> bool:
    return sign in "\t\n" or " " <= sign < "\ud800" or "\udfff" < sign < "\ufffe" or sign > "\uffff"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
