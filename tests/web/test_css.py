"""The style sheets: enough contrast in both palettes, no class that nobody wears, none worn that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from council.web.static import LAYERS, dark_by_itself

ROOT = Path(__file__).parents[2]
CSS = {layer: (ROOT / "static/css" / f"{layer}.css").read_text(encoding="utf-8") for layer in LAYERS}
PLAIN = {layer: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for layer, text in CSS.items()}
TEMPLATES = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates").rglob("*.html"))}

SOFT = {colour: f"{colour}-soft" for colour in ("brick", "leaf", "ochre")}
GROUNDS = ("paper", "sheet", "sunk")
WORDS = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in (*GROUNDS, *SOFT.values())),
    *((colour, ground) for colour, soft in SOFT.items() for ground in (*GROUNDS, soft)),
    ("on-fill", "brick-fill"),
    ("on-fill", "leaf-fill"),
    ("paper", "ink"),
    ("paper", "ink-2"),
]
"""Words on grounds, as the layers use them: 4.5 to 1."""
SHAPES = [
    *(("edge", ground) for ground in GROUNDS),
    *((fill, ground) for fill in ("brick-fill", "leaf-fill", "ink-2") for ground in ("paper", "sheet")),
    *((colour, ground) for colour, soft in SOFT.items() for ground in ("sheet", soft)),
]
"""Borders of what can be touched, bars, patterns, marks: 3 to 1."""


def palette(theme: str) -> dict[str, str]:
    """Token → #rrggbb of one theme; dark states only what differs."""
    light, dark = PLAIN["tokens"].split("@media", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", dark)) if theme == "dark" else {})


def luminance(colour: str) -> float:
    """WCAG's relative luminance of #rgb or #rrggbb."""
    digits = colour.removeprefix("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_wcags() -> None:
    assert round(contrast("#000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#fff"), 2) == 4.54


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(WORDS, 4.5), (SHAPES, 3.0)], ids=["words", "shapes"])
def test_every_pair_of_tokens_can_be_told_apart(theme: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = palette(theme)
    low = {f"{a} on {b}": round(contrast(colours[a], colours[b]), 2) for a, b in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < least} == {}


def test_colours_stand_in_the_tokens_only() -> None:
    """But for paper, which is white whatever the screen is: the notice sheet, the QR code, the print layer."""
    of_paper = re.compile(r"\.(a4|qr)\b")
    for layer in ("base", "layout", "components"):
        for rule in re.findall(r"[^{}]+\{[^{}]*\}", PLAIN[layer]):
            if not of_paper.search(rule):
                assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^;]*\))|rgba?\(", rule.split("{")[1]), rule


def test_every_token_is_used_and_every_use_is_a_token() -> None:
    everything = "".join(PLAIN.values())
    assert set(re.findall(r"var\(--([\w-]+)", everything)) == set(re.findall(r"--([\w-]+):", everything))


def test_the_dark_palette_stands_once_and_is_served_twice() -> None:
    assert len(re.findall(r"--paper: ", CSS["tokens"])) == 2
    served = dark_by_itself(CSS["tokens"])
    chosen = re.search(r'@media screen \{ :root\[data-theme="dark"\] \{([^}]*)\}', served)
    by_itself = re.search(
        r"@media screen and \(prefers-color-scheme: dark\) \{ :root:not\(\[data-theme\]\) \{([^}]*)\}", served
    )
    assert chosen is not None
    assert by_itself is not None
    assert chosen[1] == by_itself[1]
    with pytest.raises(ValueError, match="no dark palette"):
        dark_by_itself(":root { --paper: #fff; }")


def selectors() -> str:
    """What stands before the braces, of every layer."""
    return " ".join(re.split(r"\{[^{}]*\}", " ".join(PLAIN.values())))


STYLED = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors()))


def class_values(text: str) -> Iterator[tuple[str, list[str]]]:
    """Of every class attribute of a template: what stands there plainly, and the expressions in it."""
    for match in re.finditer(r'\bclass="', text):
        plain, inside, at, start = "", [], match.end(), match.end()
        while text[at] != '"':
            if text.startswith(("{{", "{%"), at):
                start = at
                at = text.index("}}" if text[at + 1] == "{" else "%}", at) + 2
                inside.append(text[start:at])
                plain += "\0"
            else:
                plain += text[at]
                at += 1
        yield plain, inside


def test_no_template_wears_a_class_that_the_style_sheets_do_not_know() -> None:
    unknown = {
        (path.relative_to(ROOT).as_posix(), word)
        for path, text in TEMPLATES.items()
        for plain, _ in class_values(text)
        for word in plain.split()
        if "\0" not in word and word not in STYLED
    }
    assert sorted(unknown) == []


def test_every_class_is_worn_by_a_template() -> None:
    """Plainly, or as a word that an expression puts there ("leaf" given to a macro, a state of a room)."""
    worn, words = {"f"}, set()  # f: the solid parts inside icons.svg
    heads = set()
    for text in TEMPLATES.values():
        for plain, _ in class_values(text):
            worn |= set(plain.replace("\0", " ").split())
            heads |= set(re.findall(r"([\w-]+)\0", plain))
        for part in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, flags=re.DOTALL):
            words |= {word for quoted in re.findall(r'"([^"]*)"', part) for word in quoted.split()}
    known = worn | words | {head + word for head in heads for word in words}
    assert sorted(STYLED - known) == []


async def test_the_styleguide_shows_every_component(web: httpx.AsyncClient) -> None:
    """What components.css styles is to be seen there in one of its views; the rest is named here with its place."""
    shown: set[str] = set()
    for view in ("", "?bar=act"):
        page = (await web.get(f"/styleguide{view}")).text
        shown |= {word for value in re.findall(r'\bclass="([^"]*)"', page) for word in value.split()}
    styled = set(re.findall(r"\.([a-zA-Z][\w-]*)", " ".join(re.split(r"\{[^{}]*\}", PLAIN["components"]))))
    elsewhere = {"f"}  # inside the sprite
    # the building board's page: a room's panel over everything
    elsewhere |= {"scrim", "panel", "split", "tall", "idle"}
    elsewhere |= {"by-script"}  # buttons that scripts show
    assert sorted(styled - shown - elsewhere) == []
    # plain: a room of the board that has no state
    assert sorted(shown - STYLED - {"plain"}) == []


async def test_the_styleguide_is_shown_as_asked_for_that_view_only(web: httpx.AsyncClient) -> None:
    page = await web.get("/styleguide?locale=en&theme=dark&type=large&section=tally")
    assert '<html lang="en" data-type="large" data-theme="dark">' in page.text
    assert "8 must take part" in page.text
    assert "#hatch" not in page.text.split("<section", 1)[0]
    assert "set-cookie" not in page.headers
    assert '<html lang="zh-CN">' in (await web.get("/styleguide?locale=xx&theme=xx&type=xx")).text
