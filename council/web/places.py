"""Place codes in words: "2-1-502" is 2号楼1单元 502室; shops and garages have no entrance ("2--S1")."""

from __future__ import annotations

from markupsafe import Markup

from council.web.i18n import Words

_GARAGES = frozenset({"地库", "车库", "地下车库"})
"""Names of buildings that say what they are, and are said in English too."""
_PARTS = ("building", "entrance", "room")


def place(words: Words, code: str) -> str:
    """A unit ("2-1-502"), an entrance ("2-1"), a building ("2") or the whole community ("") in words."""
    parts = dict(zip(_PARTS, code.split("-", 2), strict=False)) if code else {}
    if not parts.get("building", "0").isdigit():
        name, *rest = (part for part in code.split("-") if part)  # 地库 B1 001: it has a name, not a number
        return " ".join([words.sentence("place.garage", {"name": name}) if name in _GARAGES else name, *rest])
    given = [name for name in _PARTS if parts.get(name)]
    return words.sentence("place." + ("_".join(given) or "community"), {name: parts[name] for name in given})


def room(words: Words, code: str) -> str:
    """Only the room of a unit's code, where the entrance is plain from the page: 502室."""
    return words.sentence("place.room", {"room": code.rsplit("-", 1)[-1]})


def place_markup(words: Words, code: str) -> Markup:
    """`place`, kept on one line."""
    return Markup('<span class="n">{}</span>').format(place(words, code))
