"""Pictures from strangers, made harmless: decoded by what they are (not by their name), turned upright, shrunk, and
written anew as JPEG without anything that came with them (EXIF positions, comments, colour profiles, hidden tails)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from PIL import Image

from council.kernel.errors import Invalid

LONGEST = 1600
MEDIUM = 960
"""Made from the 1600 when somebody's screen asks for it, and never stored."""
THUMB = 480
MOST_PIXELS = 50_000_000
MOST_MEMORY = 224 * 1024 * 1024
"""Bytes, about, that one picture may take while it is made smaller (`tests/files/test_memory.py`); two are at once."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""JPEG brings the phones' double pictures (MPO) with it."""
_QUALITY = 84
_MOST_SCANS = 100
"""A progressive JPEG has ten or so. Each may go through every pixel again and takes but a hundred bytes: a picture of
one megabyte can keep a processor busy for minutes."""
_MOST_MARKERS = 5_000
_MOST_READS = 50_000
"""Of a picture's bytes, at a time, by the decoder. A true one takes some hundreds; one of fifteen megabytes that is cut
into four million empty pieces keeps a processor busy for a quarter of a minute."""
_MARKER = re.compile(rb"\xff([^\x00\xff\x01\xd0-\xd7])")
_START_OF_SCAN, _END = 0xDA, 0xD9

# Pillow warns above this and refuses above twice as much while it reads the header; `_opened` refuses above it.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}


class _Crumbs(Exception):
    """A file that is read by the crumb."""


class _Source(io.BytesIO):
    """The bytes of a picture, given out in so many portions and no more."""

    _reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self._reads += 1
        if self._reads > _MOST_READS:
            raise _Crumbs
        return super().read(size)


@dataclass(frozen=True, slots=True)
class Photo:
    """JPEG bytes with their size in pixels; `thumb` is the same picture at most 480 long."""

    jpeg: bytes
    width: int
    height: int
    thumb: bytes


def reencode(data: bytes, *, name: str = "", field: str = "photos", longest: int = LONGEST) -> Photo:
    """A picture at most `longest` pixels long; of an animation the first frame; transparency on white.

    Invalid on `field`, with `name` as the sentence's `file`: file.empty, file.heic, file.not_an_image,
    file.too_many_pixels (above 50 million, or above MOST_MEMORY for its kind; before a pixel is decoded), file.damaged
    (truncated or broken inside).
    """
    picture = _opened(data, name, field, longest)
    try:
        flat = _flat(_upright(picture, longest))
        jpeg, width, height = _jpeg(flat), flat.width, flat.height
        flat.thumbnail((THUMB, THUMB))
        return Photo(jpeg, width, height, _jpeg(flat))
    except MemoryError:
        raise
    except Exception:  # decoders fail in many ways (OSError, ValueError, struct.error, …): all mean a broken picture
        raise Invalid({field: "file.damaged"}, file=name) from None
    finally:
        picture.close()


def smaller(jpeg: bytes, longest: int = MEDIUM) -> bytes:
    """A picture of ours, already harmless and upright, at most `longest` pixels long. A tenth of a second."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.thumbnail((longest, longest), reducing_gap=2.0)
        return _jpeg(picture)


def _opened(data: bytes, name: str, field: str, longest: int) -> Image.Image:
    if not data:
        raise Invalid({field: "file.empty"}, file=name)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise Invalid({field: "file.heic"}, file=name)
    try:
        picture = Image.open(_Source(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid({field: "file.too_many_pixels"}, file=name) from None
    except _Crumbs:
        raise Invalid({field: "file.damaged"}, file=name) from None
    except Exception:  # headers too are read by many hands
        raise Invalid({field: "file.not_an_image"}, file=name) from None
    pixels = picture.width * picture.height
    scans = _scans(data) if picture.format in {"JPEG", "MPO"} else 1
    if scans > _MOST_SCANS:
        picture.close()
        raise Invalid({field: "file.damaged"}, file=name)
    _draft(picture, longest)
    if pixels > MOST_PIXELS or _memory(picture, pixels, scans) > MOST_MEMORY:
        picture.close()
        raise Invalid({field: "file.too_many_pixels"}, file=name)
    return picture


def _scans(jpeg: bytes) -> int:
    """Counted as the decoder reads: from marker to marker, over what each says of its length, up to the picture's end
    (a phone's short film after it is none of ours), and no further than one too many, of scans or of markers."""
    found, at, markers = 0, 2, 0
    while found <= _MOST_SCANS and (marker := _MARKER.search(jpeg, at)) and marker[1][0] != _END:
        found += marker[1][0] == _START_OF_SCAN
        at = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2], "big")
        markers += 1
        if markers > _MOST_MARKERS:
            return _MOST_SCANS + 1
    return found


def _draft(picture: Image.Image, longest: int) -> None:
    """A JPEG is decoded straight to a half, a quarter or an eighth of its sides, while that is enough."""
    side = max(picture.size)
    if side > longest:
        picture.draft(None, (-(-picture.width * longest // side), -(-picture.height * longest // side)))


_EACH = {"L": 2, "1": 7, "P": 7, "RGB": 6, "RGBA": 10, "LA": 10}
"""Bytes a pixel, measured: the decoded picture, and what stands beside it while it is made smaller."""
_EACH_WEBP = 18
"""It brings two canvases, and a copy of the whole."""


def _memory(picture: Image.Image, pixels: int, scans: int) -> int:
    """Bytes at once. `pixels` are those of the file; a JPEG in several scans keeps all its coefficients beside them."""
    coefficients = 2 * len(picture.getbands()) * pixels if scans > 1 else 0
    each = _EACH_WEBP if picture.format == "WEBP" else _EACH.get(picture.mode, 6)
    return each * picture.width * picture.height + coefficients


def _upright(picture: Image.Image, longest: int) -> Image.Image:
    """Shrunk first, then turned as the camera was held."""
    orientation = _orientation(picture)
    if picture.mode in {"P", "1"}:
        picture.load()
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    elif picture.mode == "I;16":
        picture = Image.frombytes("L", picture.size, picture.tobytes()[1::2])
    picture.thumbnail((longest, longest), reducing_gap=2.0)
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _orientation(picture: Image.Image) -> int:
    try:
        value = picture.getexif().get(0x0112, 1)
    except Exception:  # a broken EXIF block is no reason to refuse the picture
        return 1
    return value if isinstance(value, int) else 1


def _flat(picture: Image.Image) -> Image.Image:
    """Eight bits of grey or RGB, on white, and with no memory of the file it came from."""
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        ground.alpha_composite(layer)
        picture = ground
    flat = picture.convert("L" if picture.mode == "L" else "RGB")
    flat.info = {}  # Pillow writes a comment and XMP from here into the new file
    return flat


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
