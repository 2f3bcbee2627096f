"""Feeds, by the rules of RFC 4287 (the sections are named beside what they ask)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree as Xml

import pytest

from council.documents.atom import MEDIA_TYPE, Entry, Feed, tag, written

ATOM = "{http://www.w3.org/2005/Atom}"
AT = datetime(2026, 3, 15, 10, tzinfo=UTC)
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"tag:[A-Za-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[A-Za-z0-9/._~%-]+")


def check(data: bytes) -> Xml.Element:
    """Everything that a feed of ours must be; the root, for more."""
    root = Xml.fromstring(data)
    assert root.tag == f"{ATOM}feed"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang")
    own = [child.tag.removeprefix(ATOM) for child in root]
    for name in ("id", "title", "updated"):  # 4.1.1: exactly one of each
        assert own.count(name) == 1, name
    assert len(root.findall(f"{ATOM}author/{ATOM}name")) == 1  # 4.1.1: the feed's author stands for its entries
    assert _links(root) == {"self", "alternate"}
    ids = [_text(root, "id")]
    for entry in root.findall(f"{ATOM}entry"):
        names = [child.tag.removeprefix(ATOM) for child in entry]
        for name in ("id", "title", "updated", "summary"):  # 4.1.2
            assert names.count(name) == 1, name
        assert _links(entry) == {"alternate"}  # 4.1.2: one, as there is no content
        ids.append(_text(entry, "id"))
        assert RFC3339.fullmatch(_text(entry, "published"))
    assert len(set(ids)) == len(ids)  # 4.2.6
    assert all(TAG.fullmatch(each) for each in ids)
    assert all(RFC3339.fullmatch(node.text or "") for node in root.iter(f"{ATOM}updated"))  # 3.3
    assert all(urlsplit(link.get("href", "")).scheme in {"http", "https"} for link in root.iter(f"{ATOM}link"))
    assert not [node for node in root.iter() if not node.tag.startswith(ATOM)]
    return root


def _links(node: Xml.Element) -> set[str | None]:
    links = node.findall(f"{ATOM}link")
    assert len({link.get("rel") for link in links}) == len(links)
    return {link.get("rel") for link in links}


def _text(node: Xml.Element, name: str) -> str:
    found = node.find(f"{ATOM}{name}")
    assert found is not None
    assert found.text
    return found.text


def feed(*entries: Entry) -> Feed:
    home = "https://council.example/c/garden/"
    own = tag("council.example", AT, "garden/feed")
    return Feed(own, "花园小区 · 议事动态", "花园小区", "zh-CN", home + "feed.atom", home, AT, entries)


def entry(name: str, title: str = "2号楼1单元加装电梯", days: int = 0) -> Entry:
    at = AT + timedelta(days=days)
    return Entry(tag("council.example", at, f"garden/{name}"), title, "摘要", f"https://council.example/c/{name}", at)


def test_a_feed_without_news_is_a_feed() -> None:
    root = check(written(feed()))
    assert _text(root, "updated") == "2026-03-15T10:00:00Z"


def test_it_is_as_new_as_its_newest_entry() -> None:
    root = check(written(feed(entry("motion-2/opened", days=3), entry("motion-1/opened"))))
    assert _text(root, "updated") == "2026-03-18T10:00:00Z"
    own = root.find(f"{ATOM}link[@rel='self']")
    assert own is not None
    assert own.get("type") == MEDIA_TYPE


@pytest.mark.parametrize(
    "title", ["</title><script>alert(1)</script>", "A & B < C > D \"'", "\x00\x0b甲\x1f", "]]>", "🏠𠮷"]
)
def test_words_are_words(title: str) -> None:
    root = check(written(feed(entry("motion-1/opened", title=title))))
    found = root.find(f"{ATOM}entry/{ATOM}title")
    assert found is not None
    assert found.text == "".join(sign for sign in title if sign >= " ")
    assert list(found) == []


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\ud83d"])
def test_a_sign_that_xml_does_not_know_stops_no_reader(sign: str) -> None:
    root = check(written(feed(entry("motion-1/opened", title=f"甲{sign}乙"))))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "甲乙"


def test_the_same_feed_is_the_same_bytes() -> None:
    assert written(feed(entry("a/b"))) == written(feed(entry("a/b")))
