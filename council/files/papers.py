"""Documents: PDF as it is, pictures of paper written anew."""

from __future__ import annotations

from dataclasses import dataclass

from council.files import images
from council.kernel.errors import Invalid
from council.kernel.text import clean_line

PDF = "application/pdf"
JPEG = "image/jpeg"
SCAN_LONGEST = 3000
_ENDINGS = {PDF: ".pdf", JPEG: ".jpg"}


@dataclass(frozen=True, slots=True)
class Paper:
    """`width`, `height` in pixels, None for a PDF."""

    data: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


def checked(data: bytes, *, name: str = "", field: str = "document") -> Paper:
    """A PDF, or a JPEG made from a picture. What a PDF does when opened we cannot know: it is served to be saved,
    never shown inside our pages.

    Invalid on `field`: file.empty, file.not_a_document, and those of `images.reencode`.
    """
    if not data:
        raise Invalid({field: "file.empty"}, file=name)
    if data.startswith(b"%PDF-"):  # at the very first byte: a file that is also something else begins with that
        if b"%%EOF" not in data[-2048:]:
            raise Invalid({field: "file.damaged"}, file=name)
        return Paper(data, PDF)
    try:
        photo = images.reencode(data, name=name, field=field, longest=SCAN_LONGEST)
    except Invalid as invalid:
        if invalid.errors[field] == "file.not_an_image":
            raise Invalid({field: "file.not_a_document"}, file=name) from None
        raise
    return Paper(photo.jpeg, JPEG, photo.width, photo.height)


def display_name(name: str, media_type: str) -> str:
    """The sender's name for a file, fit to be shown and saved under: no folders, no odd signs, our own ending."""
    base = clean_line(name.replace("\\", "/").rpartition("/")[2])
    stem = base.rpartition(".")[0] or base
    kept = "".join(sign for sign in stem if sign not in '<>:"|?*%\t\n').strip(" .")
    return (kept[:80].rstrip() or "file") + _ENDINGS[media_type]
