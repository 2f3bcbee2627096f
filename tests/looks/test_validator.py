"""What the house serves is valid, says the W3C's checker: every page of the catalogue, and the style sheets."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from council.web.static import LAYERS, read_assets
from tests.journeys.house import ROOT
from tests.looks.catalogue import PARTS
from tests.looks.served import LANGUAGES, World

JAR = Path(__file__).parent / "tools" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
STYLES = ROOT / "static" / "css"


def errors_in(folder: Path, *options: str) -> list[str]:
    """What the checker calls an error in a folder's files, each with where it is."""
    done = subprocess.run(
        ["java", "-Xss4m", "-jar", str(JAR), "--format", "json", "--exit-zero-always", *options, str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    return [_told(each) for each in messages if each["type"] != "info"]


def _told(message: dict[str, Any]) -> str:
    name = message.get("url", "").rpartition("/")[2]
    return f"{name}:{message.get('lastLine', '?')} {message['message']} — {message.get('extract', '')!r}"


async def test_every_page_is_valid(world: World, tmp_path: Path) -> None:
    names: dict[str, str] = {}
    named: list[str] = []
    for language in LANGUAGES:
        for part, make in PARTS.items():
            for number, stop in enumerate(make()):
                name = f"{part}-{number}-{language}.html"
                names[name] = stop.name
                try:
                    look = await world.look(stop, language)
                    (tmp_path / name).write_text(look.text, encoding="utf-8")
                except AssertionError as error:
                    named.append(f"{stop.name}: {error}")
    named += [f"{names[each.partition(':')[0]]}: {each}" for each in errors_in(tmp_path)]
    assert not named, f"{len(named)} errors:\n" + "\n".join(_one_of_each(named))


def _one_of_each(found: list[str]) -> list[str]:
    """The first of each kind of error, and how many there are of it."""
    kinds = Counter(re.sub(r"“[^”]*”|\d+", "…", each.partition(".html:")[2].partition(" — ")[0]) for each in found)
    first: dict[str, str] = {}
    for each in found:
        first.setdefault(re.sub(r"“[^”]*”|\d+", "…", each.partition(".html:")[2].partition(" — ")[0]), each)
    return [f"{kinds[kind]} × {first[kind]}" for kind in first]


def test_every_style_sheet_is_valid(tmp_path: Path) -> None:
    for layer in LAYERS:
        (tmp_path / f"{layer}.css").write_bytes((STYLES / f"{layer}.css").read_bytes())
    assets = read_assets(ROOT / "static")
    app = assets.by_name[assets.address("app.css").rpartition("/")[2]]
    (tmp_path / "app.css").write_bytes(app.plain)
    assert errors_in(tmp_path, "--css") == []


def test_what_is_not_valid_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>x</title></head>'
        '<body><main><ul><p id="a">x</p></ul><img src="a.png"><p id="a" style="colour: red">x</p></main></body></html>'
    )
    found = "\n".join(errors_in(tmp_path))
    for wrong in ("not allowed as child of element “ul”", "must have an “alt”", "Duplicate ID", "colour"):
        assert wrong in found, found
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "x.css").write_text("p { colour: red; width: 3 px }")
    assert len(errors_in(styles, "--css")) == 2
