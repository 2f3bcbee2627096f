"""The pictures of shared links: their size, their weight, and that every word has room."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from council.documents import fonts
from council.documents.cards import HEIGHT, WIDTH, CardWords, drawn

LONG = "关于修订《花园小区业主大会议事规则》并授权业主委员会与电梯维保单位续签三年合同、同步更换监控设备的议案" * 2
PAPER, SHEET, BRICK = (245, 240, 229), (255, 253, 248), (151, 54, 31)


def picture(
    title: str = "2号楼1单元加装电梯", sentence: str = "正在投票，3月15日（周日）18:00 截止", place: str = "花园小区"
) -> Image.Image:
    data = drawn(CardWords(title, sentence, place, "邻里议事厅"))
    assert len(data) < 80_000
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "PNG"
        return image.convert("RGB")


def near(one: object, other: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "title", ["灯", "2号楼1单元加装电梯", LONG, "Install a lift at entrance 1, " * 8, "W" * 200, ""]
)
@pytest.mark.parametrize("place", ["花园小区", "花园小区第一居委会第三网格老旧小区改造片区甲栋乙栋丙栋", ""])
def test_nothing_runs_over_the_edge(title: str, place: str) -> None:
    image = picture(title, LONG, place)
    assert image.size == (WIDTH, HEIGHT) == (1200, 630)
    for y in range(64, 510, 3):
        assert near(image.getpixel((WIDTH - 20, y)), PAPER), y
        assert near(image.getpixel((20, y)), PAPER), y
    for y in range(516, 630, 3):
        assert near(image.getpixel((WIDTH - 20, y)), SHEET), y
    for x in range(20, WIDTH - 20, 3):  # between the community's name and the title, and between title and foot
        assert near(image.getpixel((x, 184)), PAPER), x
        assert near(image.getpixel((x, 506)), PAPER), x


def test_the_lintel_is_brick_and_the_title_is_ink() -> None:
    image = picture()
    assert near(image.getpixel((60, 14)), BRICK)
    title = image.crop((76, 280, 1124, 400)).convert("L")
    assert sum(title.histogram()[:60]) > 2000


def test_the_same_words_are_the_same_picture_and_other_words_another() -> None:
    words = CardWords("灯", "正在投票", "花园小区", "邻里议事厅")
    assert drawn(words) == drawn(words)
    assert drawn(words) != drawn(CardWords("灯", "表决通过", "花园小区", "邻里议事厅"))


def test_without_a_font_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: ())
    with pytest.raises(fonts.FontMissing):
        picture()
