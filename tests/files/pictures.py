"""Pictures made for the tests."""

from __future__ import annotations

import io
import struct
import zlib
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
