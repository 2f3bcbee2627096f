"""A photo as a phone takes it: with the place where it was taken inside."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

GPS = 0x8825
MAKE, MODEL = 0x010F, 0x0110
CAMERA = "Stairwell-Camera-7"


def stairwell() -> bytes:
    """A JPEG of a stairwell with a position in its EXIF."""
    picture = Image.new("RGB", (900, 675), "#c9c2b4")
    draw = ImageDraw.Draw(picture)
    for step in range(9):
        draw.rectangle((80 + step * 80, 560 - step * 55, 160 + step * 80, 675), fill="#8d867a", outline="#6b655b")
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Courtyard", CAMERA
    exif.get_ifd(GPS).update({1: "N", 2: (39.0, 54.0, 15.5), 3: "E", 4: (116.0, 23.0, 28.25)})
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif)
    assert says_where(written.getvalue())
    return written.getvalue()


def says_where(data: bytes) -> bool:
    """Whether anything of what the camera wrote is left."""
    with Image.open(io.BytesIO(data)) as picture:
        exif = picture.getexif()
        return bool(exif) or bool(exif.get_ifd(GPS)) or CAMERA.encode() in data
