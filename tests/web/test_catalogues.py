"""Every sentence that templates and code ask for has its words, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

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


LED_BY_A_CHOICE = ("failed", "unmet")
"""First words that code puts before a gate's name: f"{'failed' if … else 'unmet'}.{gate}"."""

REST = r"[\w.-]+"


def asked_for() -> tuple[set[str], re.Pattern[str]]:
    """Every text that stands in the source or in a template, and the shapes of codes that are put together there."""
    whole = {forms[0] if isinstance(forms, tuple) else forms for _, forms in template_msgids()}
    shapes = {rf"{word}\.{REST}" for word in LED_BY_A_CHOICE}
    for path in sorted((ROOT / "council").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= {node.value, *re.findall(r"[?&]said=([a-z_.]+)", node.value)}
            shapes |= set(_shapes_of(node))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        whole |= {one or other for one, other in re.findall(r"\"([^\"{}]+)\"|'([^'{}]+)'", text)}
        shapes |= {rf"{kind}\.{REST}" for kind in re.findall(r'label\("([a-z_]+)"', text)}
        shapes |= {re.escape(head) + REST for head in re.findall(r'"([a-z_.]+\.)" ~', text)}
        shapes |= {REST + re.escape(tail) for tail in re.findall(r'~ "(\.[a-z_.]+)"', text)}
    return whole, re.compile("|".join(sorted(shapes)))


def _shapes_of(node: ast.AST) -> Iterator[str]:
    """label("kind", …), filters(address, "kind", …), "kind." + …, f"kind.{…}"."""
    match node:
        case ast.Call(func=ast.Name(id="filters"), args=[_, ast.Constant(value=kind), *_]):
            yield rf"{re.escape(kind)}\.{REST}"
        case ast.Call(func=ast.Attribute(attr="label") | ast.Name(id="label"), args=[ast.Constant(value=kind), *_]):
            yield rf"{kind}\.{REST}"
        case ast.Call(func=ast.Attribute(attr="label") | ast.Name(id="label"), args=[ast.IfExp() as either, *_]):
            yield from (
                rf"{one.value}\.{REST}" for one in (either.body, either.orelse) if isinstance(one, ast.Constant)
            )
        case ast.BinOp(left=ast.Constant(value=str(head)), op=ast.Add()) if re.fullmatch(r"[a-z_.]+\.", head):
            yield re.escape(head) + REST
        case ast.JoinedStr(values=[ast.Constant(value=str(head)), *_] as parts) if re.match(r"[a-z_]+\.", head):
            yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else REST for part in parts)


def test_every_word_in_the_catalogues_is_asked_for_somewhere() -> None:
    """Words that nothing asks for are deleted with what asked for them."""
    chinese = load(ROOT / "locales", "zh_CN", True)
    whole, shapes = asked_for()
    known = whole | {f"said.{code}" for code in whole}
    left = {*chinese.singular, *chinese.plural} - known
    assert sorted(msgid for msgid in left if not shapes.fullmatch(msgid)) == []


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


def entries(locale: str) -> Iterator[tuple[str, list[str], list[str], bool]]:
    """Every entry of a language's files: where it stands, its msgids, its words (one a plural form), whether fuzzy."""
    for path in sorted((ROOT / "locales" / locale).glob("*.po")):
        with path.open("rb") as source:
            catalogue = read_po(source, locale=locale)
        assert not catalogue.obsolete, f"{locale}/{path.name}: {list(catalogue.obsolete)}"
        for message in catalogue:
            if message.id:
                msgids = [message.id] if isinstance(message.id, str) else list(message.id)
                words = [message.string] if isinstance(message.string, str) else list(message.string or ())
                yield f"{locale}/{path.name}: {msgids[0]}", msgids, words, message.fuzzy


BLANK = re.compile(r"%\((\w+)\)[sd]")
PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")


@pytest.mark.parametrize("locale", LOCALES)
def test_no_entry_is_untranslated_fuzzy_or_obsolete(locale: str) -> None:
    """Also as text, since a reader of catalogues may pass over what begins with "#~"."""
    unfinished = [place for place, _, words, fuzzy in entries(locale) if fuzzy or not words or not all(words)]
    assert unfinished == []
    for path in sorted((ROOT / "locales" / locale).glob("*.po")):
        assert not re.search(r"^#~|^#,.*fuzzy", path.read_text(encoding="utf-8"), re.MULTILINE), path.name


@pytest.mark.parametrize("locale", LOCALES)
def test_words_fill_the_blanks_of_their_msgid_and_no_others(locale: str) -> None:
    for place, msgids, words, _ in entries(locale):
        if is_code(msgids[0]):
            continue
        offered = set(BLANK.findall(" ".join(msgids)))
        for text in words:
            assert set(BLANK.findall(text)) <= offered, place
            if len(msgids) == 1:
                assert set(BLANK.findall(text)) == offered, place
        if len(words) == 2:
            assert set(BLANK.findall(words[1])) == offered, place


@pytest.mark.parametrize("locale", LOCALES)
def test_a_percent_sign_is_never_left_bare(locale: str) -> None:
    assert [place for place, _, words, _ in entries(locale) if any(PERCENT.search(text) for text in words)] == []


HAN = r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]"
HALF_WIDTH = re.compile(rf"{HAN}[,.;:?!()]|[,;:?!()]{HAN}|{HAN}\.\.\.|{HAN}\"|\"{HAN}")


def test_chinese_sentences_are_set_with_chinese_punctuation() -> None:
    """No half-width sign and no straight quotation mark beside a Chinese character."""
    assert [
        f"{place}: {text}" for place, _, words, _ in entries("zh_CN") for text in words if HALF_WIDTH.search(text)
    ] == []


def test_english_sentences_carry_no_chinese_punctuation() -> None:
    """But for names that are Chinese by nature: 长辈版, a law's title."""
    signs = re.compile(r"[\u3001\u3002\uff0c\uff1b\uff1a\uff1f\uff01]")
    assert [f"{place}: {text}" for place, _, words, _ in entries("en") for text in words if signs.search(text)] == []
