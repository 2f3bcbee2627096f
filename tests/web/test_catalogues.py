"""Every sentence that templates and code ask for has its words, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_dir

from council.app import ROOT
from council.kernel.clock import Clock
from council.web.catalogues import LOCALES, is_code, load
from council.web.render import Renderer
from council.web.static import read_assets

METHODS = [("**.html", "jinja2")]
OPTIONS = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "extensions": "jinja2.ext.do"}}


def template_msgids() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    found = extract_from_dir(ROOT / "templates", METHODS, OPTIONS)
    return ((f"{file}:{line}", msgid) for file, line, msgid, _, _ in found)


def literal_codes(room: str) -> Iterator[tuple[str, str]]:
    """Codes that stand in the source: Refused("…"), Refusal("…"), Invalid({…: "…"}), reject(…, "…"), ?said=…"""
    for path in sorted((ROOT / "council" / room).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        place = path.relative_to(ROOT).as_posix()
        for code in re.findall(r"[?&]said=([a-z_]+(?:\.[a-z_]+)*)(?=[\"'&#])", source):
            yield place, f"said.{code}"
        for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
            for code in _codes_of(call):
                yield f"{place}:{call.lineno}", code


def _codes_of(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"Refused", "Refusal"}:
        wanted: list[ast.expr | None] = list(call.args[:1])
    elif name == "Invalid" and call.args and isinstance(call.args[0], ast.Dict):
        wanted = list(call.args[0].values)
    elif name == "reject":
        wanted = list(call.args[1:2])
    else:
        return
    for value in wanted:
        for part in ast.walk(value) if value is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and is_code(part.value):
                yield part.value


def test_every_sentence_of_the_templates_has_chinese_words() -> None:
    chinese = load(ROOT / "locales", "zh_CN", True)
    missing = []
    for place, msgid in template_msgids():
        known = chinese.plural if isinstance(msgid, tuple) else chinese.singular
        if (msgid[0] if isinstance(msgid, tuple) else msgid) not in known:
            missing.append(f"{place} {msgid!r}")
    assert missing == []


@pytest.mark.parametrize("room", sorted(path.name for path in (ROOT / "council").iterdir() if path.is_dir()))
@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_in_the_source_has_words(locale: str, room: str) -> None:
    catalogue = load(ROOT / "locales", locale, True)
    assert [f"{place} {code}" for place, code in literal_codes(room) if not catalogue.has(code)] == []


def test_both_languages_know_the_same_codes_and_fill_the_same_blanks() -> None:
    chinese, english = (load(ROOT / "locales", locale, True).singular for locale in LOCALES)
    codes = {msgid for msgid in chinese if is_code(msgid)}
    assert codes == {msgid for msgid in english if is_code(msgid)}
    blanks = re.compile(r"%\((\w+)\)s")
    for code in sorted(codes):
        assert set(blanks.findall(chinese[code])) == set(blanks.findall(english[code])), code
    for msgid, text in chinese.items():
        if not is_code(msgid):
            assert set(blanks.findall(text)) <= set(blanks.findall(msgid)), msgid


@pytest.mark.parametrize("locale", LOCALES)
def test_every_template_compiles(locale: str) -> None:
    """Folding looks every sentence up: a template that compiles in a language has all its words in it."""
    catalogue = load(ROOT / "locales", locale, True)
    renderer = Renderer(ROOT / "templates", {locale: catalogue}, read_assets(ROOT / "static"), Clock())
    environment = renderer.environments[locale]
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
