"""What somebody types, and what counts as the same."""

from __future__ import annotations

import re

import pytest

from council.search.snippets import Piece, finder, marked, snippet
from council.search.terms import alike, narrow, words_of


def patterns(typed: str) -> list[re.Pattern[str]]:
    return [finder([word]) for word in words_of(typed)]


def finds(typed: str, text: str) -> bool:
    wanted = patterns(typed)
    return bool(wanted) and all(pattern.search(text) for pattern in wanted)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("电梯", "1号楼加装电梯的方案"),
        ("梯", "加装电梯"),
        ("led", "楼道换ＬＥＤ灯"),
        ("ＬＥＤ", "楼道换Led灯"),
        ("５０２", "502室漏水"),
        ("502", "５０２室漏水"),
        ("人", "⼈行道"),
        ("电梯 楼道", "楼道太窄，电梯进不来"),
        ("电梯，楼道", "楼道太窄，电梯进不来"),
        ("“电梯”", "楼道太窄，电梯进不来"),
        ("50%", "涨了50％"),
        ("a_b", "a_b"),
        ("2-1-502", "2号楼1单元502室的门"),
        ("2号楼1单元 502室", "住在2-1-502"),
        ("2号楼 1单元", "2号楼1单元加装电梯"),
        ("Building 2, entrance 1", "2号楼1单元加装电梯"),
        ("，", "好，就这样"),
        ("电\u200b梯", "电梯"),
    ],
)
def test_these_are_found(typed: str, text: str) -> None:
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("电梯 路灯", "加装电梯"),
        ("50%", "50元，涨了一半"),
        ("a_b", "axb"),
        ("100_", "1000"),
        ("[a-z]", "b"),
        ("电.", "电梯"),
        ("", "电梯"),
        (" \u3000\n", "电梯"),
    ],
)
def test_these_are_not(typed: str, text: str) -> None:
    assert not finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("2-1-502", ("2-1-502",)),
        ("２－１－５０２", ("2-1-502",)),
        ("2号楼1单元502室", ("2-1-502",)),
        ("2号楼", ("2", "2-%")),
        ("2号楼1单元", ("2-1", "2-1-%")),
        ("502室", ("%-502",)),
        ("502", ("%-502",)),
        ("电梯", ()),
        ("2026", ("%-2026",)),
        ("3-", ()),
        ("010-5555", ()),
    ],
)
def test_places(typed: str, places: tuple[str, ...]) -> None:
    assert [word.places for word in words_of(typed)] == [places]


def test_a_sign_is_among_its_equals_and_equals_agree() -> None:
    for sign in "aZ9Ａｚ９电⼈%％_[]^-*?\\é":
        assert sign in alike(sign)
        assert {narrow(other) for other in alike(sign)} == {narrow(sign)}


def test_a_snippet_is_short_and_has_its_hit() -> None:
    text = "前" * 100 + "\n电梯" + "后" * 100
    [word] = words_of("电梯")
    pieces = snippet(text, finder([word]))
    assert Piece("电梯", is_hit=True) in pieces
    assert (pieces[0], pieces[-1]) == (Piece("…"), Piece("…"))
    assert 55 <= sum(len(piece.text) for piece in pieces) <= 65
    assert snippet("没有它", finder([word])) == (Piece("没有它"),)
    assert "".join(piece.text for piece in marked("装电梯和电梯", finder([word]))) == "装电梯和电梯"
    assert [piece.is_hit for piece in marked("装电梯和电梯", finder([word]))] == [False, True, False, True]
