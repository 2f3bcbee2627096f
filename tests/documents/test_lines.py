"""Where a line may end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from council.documents.cells import display_width
from council.documents.lines import fold, pieces, shorten


def width(text: str) -> float:
    return display_width(text)


def test_no_closing_sign_begins_a_line_and_no_number_is_cut() -> None:
    lines = fold("参与的人数和面积都到三分之二以上，共 1,074.36 ㎡（取自不动产登记；车位不计）。", 16, width)
    assert lines == ["参与的人数和面积", "都到三分之二以", "上，共 1,074.36", "㎡（取自不动产登", "记；车位不计）。"]


def test_words_stay_whole_unless_they_are_longer_than_the_line() -> None:
    assert fold("Scan the code", 8, width) == ["Scan the", "code"]
    assert fold("council.example.cn", 8, width) == ["council.", "example.", "cn"]


def test_a_unit_stays_with_its_figure() -> None:
    assert list(pieces("共12人到")) == ["共", "12人", "到"]


@given(st.text(max_size=80), st.integers(2, 30))
def test_nothing_is_lost_and_no_line_is_too_wide(text: str, room: int) -> None:
    lines = fold(text, room, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= room for line in lines)
    assert "".join(pieces(text)) == text


@given(st.text(max_size=40), st.integers(2, 30))
def test_shortened_text_fits(text: str, room: int) -> None:
    assert width(shorten(text, room, width)) <= max(room, 1)
