"""Pictures from strangers."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from council.files import PHOTO_LIMIT
from council.files.images import reencode
from council.files.papers import checked, display_name
from council.kernel.errors import Invalid
from tests.files.pictures import CRUMBS, blank, bomb, is_blue, is_red, many_scans, picture, pixel, with_exif

CODES = {
    "file.empty",
    "file.heic",
    "file.not_an_image",
    "file.not_a_document",
    "file.too_many_pixels",
    "file.damaged",
}


def code_of(data: bytes, field: str = "photos") -> str:
    with pytest.raises(Invalid) as refused:
        reencode(data, name="a.jpg")
    assert refused.value.details == {"file": "a.jpg"}
    return refused.value.errors[field]


def test_positions_comments_and_the_phones_name_are_gone() -> None:
    data = with_exif()
    assert b"SecretPhone" in data
    photo = reencode(data)
    for written in (photo.jpeg, photo.thumb):
        assert b"Secret" not in written
        assert b"Exif" not in written
        with Image.open(io.BytesIO(written)) as image:
            assert not image.getexif()


def test_a_photo_stands_upright() -> None:
    photo = reencode(with_exif(orientation=6))  # the camera was turned: the left side is the top
    assert (photo.width, photo.height) == (40, 80)
    assert is_red(pixel(photo.jpeg, 20, 10))
    assert is_blue(pixel(photo.jpeg, 20, 70))
    mirrored = reencode(with_exif(orientation=2))
    assert is_blue(pixel(mirrored.jpeg, 10, 20))


def test_a_picture_that_goes_through_its_pixels_again_and_again_is_refused() -> None:
    assert reencode(many_scans(100)).width == 64
    assert code_of(many_scans(101)) == "file.damaged"
    assert code_of(many_scans(101).replace(b"\xff\xda", b"\xff\xff\xda")) == "file.damaged"  # filled up (B.1.1.2)
    assert code_of(b"\xff\xd8" + b"\xff\xe1\0\x04ab" + many_scans(60_000)[2:]) == "file.damaged"


def test_what_comes_with_a_photo_is_no_scan_of_it() -> None:
    sos = b"\xff\xda\0\x02"
    film = picture(progressive=True) + sos * 500
    assert reencode(film).width == 80
    told = picture(progressive=True, comment=sos * 500)
    assert told.count(sos) >= 500
    assert reencode(told).width == 80


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1600, 20), (20_000, 3)])
def test_no_side_is_longer_than_asked(size: tuple[int, int]) -> None:
    photo = reencode(picture(size=size))
    with Image.open(io.BytesIO(photo.jpeg)) as image, Image.open(io.BytesIO(photo.thumb)) as thumb:
        assert image.size == (photo.width, photo.height)
        assert max(image.size) == min(1600, max(size))
        assert max(thumb.size) == 480


def test_a_small_picture_is_not_blown_up() -> None:
    assert reencode(picture(size=(30, 20))).width == 30


def test_transparency_becomes_white() -> None:
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert pixel(reencode(out.getvalue()).jpeg, 20, 20) == (255, 255, 255)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGBA"),
        ("PNG", "LA"),
        ("PNG", "P"),
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "I;16"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
        ("BMP", "RGB"),
    ],
)
def test_every_kind_comes_out_as_plain_jpeg(kind: str, mode: str) -> None:
    photo = reencode(picture(kind, mode="L" if mode == "I;16" else mode))
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        assert image.format == "JPEG"
        assert image.mode in {"L", "RGB"}
        assert image.size == (80, 40)
    if mode not in {"1", "L", "LA", "I;16"}:
        assert is_red(pixel(photo.jpeg, 10, 20))


def test_sixteen_bits_of_grey_are_as_light_as_they_were() -> None:
    out = io.BytesIO()
    Image.frombytes("I;16", (40, 40), b"\x37\x80" * 1600).save(out, "PNG")
    assert pixel(reencode(out.getvalue()).jpeg, 20, 20) == (128, 128, 128)


def test_of_an_animation_the_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert is_red(pixel(reencode(out.getvalue()).jpeg, 10, 10))


def test_a_bomb_is_refused_by_its_header() -> None:
    assert code_of(bomb()) == "file.too_many_pixels"
    assert code_of(bomb(8000, 7000)) == "file.too_many_pixels"


@pytest.mark.parametrize(("mode", "kind"), [("RGBA", "PNG"), ("LA", "PNG"), ("P", "GIF"), ("RGB", "WEBP")])
def test_what_takes_more_memory_than_there_is_is_refused_by_its_header(mode: str, kind: str) -> None:
    assert code_of(blank(kind, mode, (7000, 7000))) == "file.too_many_pixels"


def test_a_telephones_largest_photo_is_taken() -> None:
    photo = reencode(blank("JPEG", "RGB", (8160, 6120)))
    assert (photo.width, photo.height) == (1600, 1200)


@pytest.mark.parametrize("crumbs", sorted(CRUMBS))
def test_a_picture_in_a_million_crumbs_is_refused_at_once(crumbs: str) -> None:
    started = time.process_time()
    assert code_of(CRUMBS[crumbs](PHOTO_LIMIT)) in {"file.damaged", "file.not_an_image"}
    assert time.process_time() - started < 2  # some hundredths; without a bound five to fifteen


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"%PDF-1.7\n%%EOF",
        b"PK\x03\x04" + b"\0" * 40,
        b"II*\0" + b"\0" * 40,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(data: bytes) -> None:
    assert code_of(data) == "file.not_an_image"


def test_a_picture_with_a_page_behind_it_loses_the_page() -> None:
    assert b"<script>" not in reencode(picture() + b"<script>alert(1)</script>").jpeg


def test_a_double_picture_of_a_phone_is_one() -> None:
    image = Image.new("RGB", (40, 40), "red")
    out = io.BytesIO()
    image.save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 40), "blue")])
    photo = reencode(out.getvalue())
    assert is_red(pixel(photo.jpeg, 20, 20))


def test_heic_is_named() -> None:
    assert code_of(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic") == "file.heic"


def test_an_empty_and_a_truncated_file() -> None:
    assert code_of(b"") == "file.empty"
    whole = picture(size=(800, 600), quality=95)
    assert code_of(whole[: len(whole) // 2]) == "file.damaged"
    png = picture("PNG", size=(800, 600))
    assert code_of(png[: len(png) // 2]) == "file.damaged"


_STARTS = [picture(kind) for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP")]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", *_STARTS]), st.integers(0, 400))
def test_nothing_but_invalid_ever_comes_of_bytes(noise: bytes, start: bytes, cut: int) -> None:
    codes: set[str] = set()
    for read in (reencode, checked):
        try:
            read(start[:cut] + noise)
        except Invalid as invalid:
            codes |= set(invalid.errors.values())
    assert codes <= CODES


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([with_exif(), *_STARTS]), st.integers(0, 10**6), st.integers(0, 255))
def test_one_wrong_byte_never_breaks_us(data: bytes, place: int, value: int) -> None:
    place %= len(data)
    try:
        photo = reencode(data[:place] + bytes([value]) + data[place + 1 :])
    except Invalid:
        return
    assert b"Secret" not in photo.jpeg


def test_papers() -> None:
    pdf = b"%PDF-1.7\n1 0 obj\n%%EOF\n"
    assert checked(pdf).data == pdf
    scan = checked(picture("PNG", size=(3500, 200)))
    assert (scan.media_type, scan.width) == ("image/jpeg", 3000)
    for data, code in [
        (b"\n" + pdf, "file.not_a_document"),
        (b"%PDF-1.7\n", "file.damaged"),
        (b"<html>%PDF-1.7 %%EOF", "file.not_a_document"),
        (b"", "file.empty"),
    ]:
        with pytest.raises(Invalid) as refused:
            checked(data)
        assert refused.value.errors == {"document": code}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("院子.HEIC", "院子.jpg"),
        ("..\\..\\etc/passwd", "passwd.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ('a"b\r\n.jpg', "ab.jpg"),
        ("", "file.jpg"),
        ("....", "file.jpg"),
        ("长" * 300 + ".png", "长" * 80 + ".jpg"),
    ],
)
def test_a_name_is_fit_to_be_shown(given: str, kept: str) -> None:
    assert display_name(given, "image/jpeg") == kept
