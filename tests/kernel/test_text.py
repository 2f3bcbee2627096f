"""Text from strangers, codes read aloud, and who may act."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, Refusal, Refused, require
from council.kernel.ids import ALPHABET, clean_code, is_id, new_code, new_id
from council.kernel.text import canonical_json, clean, clean_line


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  张 三\u200b\u202e  ", "张 三"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("e\u0301", "é"),
        ("x\x00\x07y", "xy"),
        ("\ufeff标题", "标题"),
        ("\U00020bb7野家", "\U00020bb7野家"),
        ("\ue000", "\ue000"),
        ("a\ud800b", "ab"),
    ],
)
def test_clean(text, cleaned):
    assert clean(text) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)
    assert "\n" not in clean_line(text)
    clean(text).encode("utf-8")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)))
def test_canonical_json_does_not_depend_on_order(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    if isinstance(value, dict):
        assert canonical_json(dict(reversed(value.items()))) == text


def test_canonical_json_is_plain():
    assert canonical_json({"乙": 1, "甲": [True, None]}) == '{"乙":1,"甲":[true,null]}'
    with pytest.raises(ValueError):
        canonical_json(float("nan"))


def test_ids_are_readable_and_differ():
    made = {new_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(is_id(each) and set(each) <= set(ALPHABET) for each in made)
    assert len(new_code()) == 8
    assert not set("01OIL") & set(ALPHABET)


@pytest.mark.parametrize("text", ["", "ABC", "A" * 41, "abcdefgh", "ABCD0EFGH", "ABCD-FGHJ", "ＡＢＣＤＥＦＧＨ"])
def test_what_is_not_an_id(text):
    assert not is_id(text)


def test_a_code_as_people_type_it():
    assert clean_code(" abcd-2345 ") == "ABCD2345"


def test_a_refused_permission_is_a_no_to_this_person():
    require(None)
    with pytest.raises(Refused) as caught:
        require(Refusal("ballot.not_on_roll", {"unit": "1-1-101"}))
    assert (caught.value.code, caught.value.forbidden, caught.value.details["unit"]) == (
        "ballot.not_on_roll",
        True,
        "1-1-101",
    )
    assert not Refused("ballot.closed").forbidden
    assert str(Invalid({"title": "form.too_short"})) == "title: form.too_short"


def test_actors():
    outsider = Actor(1, "Charlie", 7)
    assert not outsider.is_member
    assert Actor(2, "Alice", 7, unit_ids=frozenset({1})).is_member
    assert Actor(3, "Dana", 7, frozenset({Role.SECRETARY})).has(Role.SECRETARY, Role.OPERATOR)
    assert not outsider.has(*Role)
    assert system_actor(7).has(Role.OPERATOR)
    assert system_actor(7).person_id == 0
