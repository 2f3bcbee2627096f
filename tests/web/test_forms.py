from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from council.kernel.errors import Invalid
from council.kernel.ids import is_id
from council.web import Form


class Stance(StrEnum):
    AGREE = "agree"
    OPPOSE = "oppose"


def form(**values: str | list[str]) -> Form:
    return Form({name: [value] if isinstance(value, str) else value for name, value in values.items()})


def codes(given: Form) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        given.check()
    return refused.value.errors


def test_every_problem_is_told_at_once_and_nothing_typed_is_lost() -> None:
    given = form(title="车棚", where="", why="因为" * 3000, password="open sesame")
    given.line("title", least=6, most=60)
    given.choice("where", Stance)
    given.text("why")
    given.secret("password", least=20)
    with pytest.raises(Invalid) as refused:
        given.check()
    shown = given.refused(refused.value)
    assert [(problem.field, problem.code) for problem in shown.problems] == [
        ("title", "form.too_short"),
        ("where", "form.not_chosen"),
        ("why", "form.too_long"),
        ("password", "form.too_short"),
    ]
    problem = shown.error("title")
    assert problem is not None
    assert problem.details == {"least": 6, "have": 2}
    assert shown.value("title") == "车棚"
    assert shown.value("password") == ""


def test_text_comes_cleaned_and_passwords_as_typed() -> None:
    given = form(name="  王\u202e\u200b 芳 \n", words="一\r\n二", password=" \u200bspaces ")
    assert given.line("name") == "王 芳"
    assert given.text("words") == "一\n二"
    assert given.secret("password") == " \u200bspaces "
    given.check()


def test_choices_are_of_their_kind() -> None:
    given = form(stance="oppose", places=["a", "c"])
    assert given.choice("stance", Stance) is Stance.OPPOSE
    assert given.many("places", ("a", "b")) == ["a"]
    assert codes(given) == {"places": "form.not_a_choice"}
    assert codes_of_choice("maybe") == "form.not_a_choice"


def codes_of_choice(value: str) -> str:
    given = form(stance=value)
    given.choice("stance", Stance)
    return codes(given)["stance"]


def test_numbers_sums_areas_and_times() -> None:
    given = form(n="１２", fee="￥5,000.5", area="89.53", at="2026-03-15T18:00", day="2026-03-15", none="")
    assert given.integer("n") == 12
    assert given.money("fee") == 500050
    assert given.area("area") == 8953
    assert given.when("at") == datetime(2026, 3, 15, 10, tzinfo=UTC)
    assert given.day("day") == date(2026, 3, 15)
    assert given.integer("none", required=False) is None
    assert given.money("absent", required=False) is None
    given.check()


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "²", "٣", "9" * 16, "0x10"])
def test_odd_numbers(text: str) -> None:
    given = form(n=text)
    given.integer("n")
    assert codes(given) == {"n": "form.not_a_number"}


@pytest.mark.parametrize("text", ["2026-02-30T10:00", "10:00", "2026-03-15", "0001-01-01T00:00", "tomorrow"])
def test_odd_times(text: str) -> None:
    given = form(at=text)
    given.when("at")
    assert codes(given) == {"at": "form.not_a_time"}


def test_bounds() -> None:
    given = form(low="2", high="11")
    given.integer("low", least=3)
    given.integer("high", most=10)
    given.area("absent")
    assert codes(given) == {"low": "form.too_small", "high": "form.too_large", "absent": "form.missing"}


def test_a_key_is_fresh_in_a_blank_form_and_required_in_a_sent_one() -> None:
    blank = Form.blank(title="车棚")
    assert is_id(blank.value("key"))
    assert blank.value("title") == "车棚"
    assert blank.key() == blank.value("key")
    sent = form(key="'; drop")
    sent.key()
    assert codes(sent) == {"": "form.no_key"}


def test_a_services_refusal_shows_on_the_field() -> None:
    shown = form(title="车棚").refused(Invalid({"title": "proposal.title_taken"}, other=3))
    problem = shown.error("title")
    assert problem is not None
    assert (problem.code, problem.details) == ("proposal.title_taken", {"other": 3})


def test_what_a_rule_says_joins_what_could_not_be_read() -> None:
    form = Form({"closes_at": ["2026-03-13T09:00"], "days": ["x"]})
    form.integer("days")
    assert form.unharmed(("days", "closes_at")) == {"closes_at"}
    form.also(Invalid({"days": "form.too_small", "closes_at": "motion.closes_too_early"}, **{"closes_at.days": 14}))
    form.also(None)
    assert [(problem.field, problem.code) for problem in form.problems] == [
        ("days", "form.not_a_number"),
        ("closes_at", "motion.closes_too_early"),
    ]
    assert [dict(problem.details) for problem in form.problems] == [{}, {"days": 14}]
