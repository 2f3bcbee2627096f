"""QR codes for pages and paper."""

from __future__ import annotations

import io
import re

from PIL import Image

from council.documents import qr

LINK = "https://council.example/join/H4RT9K2M"


def test_svg_is_one_path_with_a_name_and_no_style() -> None:
    drawing = qr.svg(LINK, '扫码"加入"<b>')
    assert drawing.startswith('<svg class="qr" viewBox="0 0 ')
    assert 'role="img" aria-label="扫码&#34;加入&#34;&lt;b&gt;"' in drawing
    assert "style" not in drawing
    assert drawing.count("<path") == 1


def test_svg_paper_and_picture_show_the_same_squares() -> None:
    drawing = qr.svg(LINK, "")
    size = int(re.findall(r"viewBox=\"0 0 (\d+)", drawing)[0])
    dark = {
        (int(x) + step, int(y))
        for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", drawing)
        for step in range(int(length))
    }
    paper = {(round(x) + step, round(y)) for x, y, length, _ in qr.squares(LINK, size) for step in range(round(length))}
    with Image.open(io.BytesIO(qr.png(LINK, scale=1))) as image:
        assert image.size == (size, size)
        picture = {(x, y) for x in range(size) for y in range(size) if image.convert("L").getpixel((x, y)) == 0}
    assert dark == paper == picture
    assert min(min(square) for square in dark) == qr.QUIET
