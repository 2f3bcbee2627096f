"""Where a line may end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.documents.cells import display_width
from council.documents.lines import balanced, fold, pieces, shorten, titled


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


@pytest.mark.parametrize(
    ("title", "room", "lines"),
    [
        ("关于2号楼1单元加装电梯的表决公告", 24, ["关于2号楼1单元", "加装电梯的表决公告"]),
        ("关于2号楼1单元加装电梯的表决公告", 16, ["关于2号楼", "1单元加装", "电梯的表决公告"]),
        ("关于3号楼屋面防水翻修表决结果的公示", 34, ["关于3号楼屋面防水", "翻修表决结果的公示"]),
        ("2号楼北侧小路补两盏路灯", 40, ["2号楼北侧小路补两盏路灯"]),
    ],
)
def test_a_title_is_cut_between_words_into_lines_alike(title: str, room: int, lines: list[str]) -> None:
    assert balanced(title, room, width) == lines


@given(
    st.sampled_from(["关于2号楼1单元加装电梯的表决公告", "1号楼两个单元门禁更换", "选举业委会委员表决结果的公示"]),
    st.integers(10, 40),
)
def test_no_word_of_a_title_is_cut(title: str, room: int) -> None:
    lines = balanced(title, room, width)
    assert "".join(lines) == title
    for word in ("电梯", "单元", "表决", "公告", "业委会", "公示"):
        assert sum(line.count(word) for line in lines) == title.count(word)
    assert not any(line.startswith("的") for line in lines)
    assert len(lines) <= len(fold(title, room, width)) + 1


@given(st.text(max_size=60), st.integers(4, 30))
def test_a_title_keeps_its_words_and_its_width(text: str, room: int) -> None:
    lines = balanced(text, room, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line) <= room for line in lines)
    assert "".join(titled(text)) == text


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        (
            "本告示是存证记录第 1,358 条，校验码 8366 59b2 5dae 4999",
            24,
            ["本告示是存证记录", "第 1,358 条，校验码", "8366 59b2 5dae 4999"],
        ),
        ("第五项、第二款，第二百八十一条，第三条", 20, ["第五项、第二款，", "第二百八十一条，", "第三条"]),
        ("到12月14日（周一）18:00，网上投票", 30, ["到12月14日（周一）18:00，", "网上投票"]),
        ("电话 010-5555 0132，找社区", 16, ["电话", "010-5555 0132，", "找社区"]),
    ],
)
def test_numbers_codes_and_places_in_a_law_stay_whole(text: str, room: int, lines: list[str]) -> None:
    assert fold(text, room, width) == lines
