"""Pictures made for the tests."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (80, 40), mode: str = "RGB", **options: Any) -> bytes:
    """The left half red, the right half blue (grey and ink where the mode has no colours)."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    image.convert(mode).save(out, kind, **options)
    return out.getvalue()


def with_exif(orientation: int = 6) -> bytes:
    """A phone's photo: turned, and telling where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 15.0)
    return picture(exif=exif, comment=b"SecretComment", xmp=b"<x:xmpmeta>SecretXmp</x:xmpmeta>")


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 400 million pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 9999))
        + chunk(b"IEND", b"")
    )


def blank(kind: str, mode: str, size: tuple[int, int], **options: Any) -> bytes:
    """A picture of one colour: as large as it likes in memory, and next to nothing as a file."""
    out = io.BytesIO()
    Image.new(mode, size, 5).save(out, kind, **options)
    return out.getvalue()


def _filled(before: bytes, crumb: bytes, after: bytes) -> Callable[[int], bytes]:
    return lambda size: before + crumb * ((size - len(before) - len(after)) // len(crumb)) + after


_JPEG, _PNG, _GIF = picture(), picture("PNG"), picture("GIF", mode="P")
_PICTURE = _GIF.index(b"\x2c")
CRUMBS: dict[str, Callable[[int], bytes]] = {
    "jpeg segments": _filled(_JPEG[:2], b"\xff\xe1\0\2", _JPEG[2:]),
    "jpeg remarks": _filled(_JPEG[:2], b"\xff\xfe\0\2", _JPEG[2:]),
    "jpeg filling": _filled(_JPEG[:2], b"\xff", _JPEG[2:]),
    "jpeg after its end": _filled(_JPEG[:2] + b"\xff\xd9", b"\xff\xe1\0\2", _JPEG[2:]),
    "jpeg within": _filled(_JPEG[:-2] + b"\xff\xda\0\2", b"\xff\xe1\0\2", _JPEG[-2:]),
    "png texts": _filled(_PNG[:33], struct.pack(">I4sI", 0, b"tEXt", zlib.crc32(b"tEXt")), _PNG[33:]),
    "png unknown": _filled(_PNG[:33], struct.pack(">I4sI", 0, b"juNk", zlib.crc32(b"juNk")), _PNG[33:]),
    "gif remarks": _filled(_GIF[:_PICTURE], b"\x21\xfe\0", _GIF[_PICTURE:]),
}
"""Pictures of so many bytes, nearly all of them in pieces that say nothing."""


def many_scans(scans: int, side: int = 64) -> bytes:
    """A grey progressive JPEG whose scans say over and over that nothing changes (ITU-T T.81, G.1.2.2)."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    one_code = bytes([1] + [0] * 15)
    blocks = (side // 8) ** 2
    tables = segment(0xDB, b"\0" + b"\1" * 64) + segment(0xC4, b"\0" + one_code + b"\0")
    frame = segment(0xC2, struct.pack(">BHHBBBB", 8, side, side, 1, 1, 0x11, 0))
    endless = segment(0xC4, b"\x10" + one_code + b"\xe0")  # "nothing in the next 16384 blocks and more"
    first = segment(0xDA, bytes((1, 1, 0, 0, 0, 0))) + b"\0" * -(-blocks // 8)
    again = segment(0xDA, bytes((1, 1, 0, 1, 63, 0))) + b"\0\1"
    return b"\xff\xd8" + tables + frame + endless + first + again * (scans - 1) + b"\xff\xd9"


def pixel(data: bytes, x: int, y: int) -> tuple[int, int, int]:
    with Image.open(io.BytesIO(data)) as image:
        value = image.convert("RGB").getpixel((x, y))
    assert isinstance(value, tuple)
    return value[0], value[1], value[2]


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 200 and colour[2] < 60


def is_blue(colour: tuple[int, int, int]) -> bool:
    return colour[2] > 200 and colour[0] < 60
