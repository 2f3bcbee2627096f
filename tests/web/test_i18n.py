from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import DictLoader

from council.kernel.clock import Clock
from council.web.catalogues import Catalogue, CatalogueError, MissingTranslation, load
from council.web.filters import m2, percentage, time_filters, yuan
from council.web.fold import FoldingEnvironment
from council.web.i18n import Words, choose_locale
from council.web.places import place

ROOT = Path(__file__).parents[2]

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def po(folder: Path, locale: str, name: str, body: str) -> None:
    (folder / locale).mkdir(exist_ok=True)
    (folder / locale / name).write_text(HEAD + body, encoding="utf-8")


def test_files_are_merged_and_numbers_stay_with_their_units(tmp_path: Path) -> None:
    po(tmp_path, "zh_CN", "a.po", 'msgid "Roll"\nmsgstr "名册"\n')
    po(tmp_path, "zh_CN", "b.po", 'msgid "%(n)s home"\nmsgid_plural "%(n)s homes"\nmsgstr[0] "%(n)s 户"\n')
    catalogue = load(tmp_path, "zh_CN", True)
    assert catalogue.gettext("Roll") == "名册"
    assert catalogue.ngettext("%(n)s home", "%(n)s homes", 3) == "%(n)s\u00a0户"


def test_two_wordings_of_one_msgid_stop_the_start(tmp_path: Path) -> None:
    po(tmp_path, "zh_CN", "a.po", 'msgid "Roll"\nmsgstr "名册"\n')
    po(tmp_path, "zh_CN", "b.po", 'msgid "Roll"\nmsgstr "花名册"\n')
    with pytest.raises(CatalogueError, match=r"'Roll' is worded twice: a\.po and b\.po"):
        load(tmp_path, "zh_CN", True)


def test_fuzzy_stops_the_start(tmp_path: Path) -> None:
    po(tmp_path, "zh_CN", "a.po", '#, fuzzy\nmsgid "Roll"\nmsgstr "名册"\n')
    with pytest.raises(CatalogueError, match="fuzzy"):
        load(tmp_path, "zh_CN", True)


def test_what_is_missing_raises_in_tests_and_reads_on_in_production() -> None:
    strict, calm = Catalogue("zh_CN", True), Catalogue("zh_CN", False, {"web.cannot": "现在办不了"})
    with pytest.raises(MissingTranslation):
        strict.gettext("Roll")
    assert calm.gettext("Roll") == "Roll"
    assert Words(calm).sentence("ballot.closed") == "现在办不了"
    assert Catalogue("en", True).gettext("Roll") == "Roll"
    with pytest.raises(MissingTranslation):
        Catalogue("en", True).gettext("ballot.closed")


def test_a_sentence_that_lacks_a_detail_is_replaced_in_production() -> None:
    words = {"web.cannot": "现在办不了", "ballot.taken": "已由%(name)s投过票"}
    assert Words(Catalogue("zh_CN", False, words)).sentence("ballot.taken", {"name": "李静"}) == "已由李静投过票"
    assert Words(Catalogue("zh_CN", False, words)).sentence("ballot.taken") == "现在办不了"


@pytest.mark.parametrize(
    ("chosen", "header", "locale"),
    [
        ("en", "zh", "en"),
        ("xx", "en", "en"),
        (None, "", "zh_CN"),
        (None, "en-GB,en;q=0.8,zh;q=0.3", "en"),
        (None, "fr, en;q=0.5, zh-CN;q=0.9", "zh_CN"),
        (None, "de", "zh_CN"),
        (None, "en;q=0", "zh_CN"),
        (None, "en;q=ÿ, ;;;,", "zh_CN"),
    ],
)
def test_which_language(chosen: str | None, header: str, locale: str) -> None:
    assert choose_locale(chosen, header) == locale


def render(locale: str, source: str, **context: object) -> str:
    zh = Catalogue(
        "zh_CN", True, {"Hello %(name)s": "%(name)s，您好", "Full": "满 100%%"}, {"%(n)s home": ("%(n)s 户",)}
    )
    environment = FoldingEnvironment(zh if locale == "zh_CN" else Catalogue("en", True), DictLoader({"page": source}))
    return environment.get_template("page").render(context)


def test_folded_sentences_still_escape_what_fills_them() -> None:
    assert render("zh_CN", '{{ _("Hello %(name)s", name=who) }}', who="<b>") == "&lt;b&gt;，您好"
    assert render("zh_CN", "{% trans name=who %}Hello {{ name }}{% endtrans %}", who="王芳") == "王芳，您好"
    assert render("zh_CN", '{{ _("Full") }}') == "满 100%"


def test_folded_plurals() -> None:
    source = "{% trans n=count %}{{ n }} home{% pluralize %}{{ n }} homes{% endtrans %}"
    assert [render("en", source, count=n) for n in (0, 1, 2)] == ["0 homes", "1 home", "2 homes"]
    assert render("zh_CN", source, count=1) == "1 户"


def test_times_in_the_courtyards_zone(tmp_path: Path) -> None:
    (tmp_path / "now").write_text("2026-03-01T00:00:00Z")
    zh, en = (time_filters(locale, Clock(tmp_path / "now")) for locale in ("zh_CN", "en"))
    closing = datetime(2026, 3, 15, 10, 0, tzinfo=UTC)
    assert zh["when"](closing) == '<time datetime="2026-03-15T18:00+08:00">3月15日（周日）18:00</time>'
    assert ">Sun\u00a015\u00a0Mar 18:00<" in en["when"](closing)
    assert ">2025年12月31日（周三）<" in zh["date"](datetime(2025, 12, 31, 4, tzinfo=UTC))
    assert ">3月16日（周一）24:00<" in zh["until"](datetime(2026, 3, 16, 16, tzinfo=UTC))


@pytest.mark.parametrize(
    ("code", "chinese", "english"),
    [
        ("2-1-502", "2号楼1单元 502室", "Building 2, entrance 1, 502"),
        ("地库-B1-001", "地库 B1 001", "Garage (地库) B1 001"),
        ("老锅炉房", "老锅炉房", "老锅炉房"),
    ],
)
def test_a_place_is_said_in_either_language_as_far_as_it_says_what_it_is(code: str, chinese: str, english: str) -> None:
    said = {locale: place(Words(load(ROOT / "locales", locale, True)), code) for locale in ("zh_CN", "en")}
    assert {locale: words.replace("\u00a0", " ") for locale, words in said.items()} == {"zh_CN": chinese, "en": english}


def test_numbers() -> None:
    assert (m2(8953), yuan(123456), yuan(-100), percentage(2, 3)) == (
        "89.53\u00a0㎡",
        "￥1,234.56",
        "−￥1.00",
        "66.66%",
    )
