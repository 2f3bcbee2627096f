"""Which Chinese font a PDF embeds.

No font is shipped: a good one weighs 10 to 20 MB, and every office computer and every Debian has one a package away.
`prefer` (the setting COUNCIL_FONT) goes first, then the families below in this order. Fonts with TrueType and with
CFF outlines both embed as a subset of the characters used.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from council.kernel.errors import Refused

PACKAGES = "fonts-noto-cjk, fonts-wqy-microhei"
"""The Debian packages that bring a font from the list below."""

# File name → the face in a collection whose shapes are the mainland's (None: a single font).
_KNOWN: tuple[tuple[str, str | None], ...] = (
    ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    ("NotoSansCJKsc-Regular.otf", None),
    ("NotoSansSC-Regular.otf", None),
    ("NotoSansSC-Regular.ttf", None),
    ("SourceHanSansSC-Regular.otf", None),
    ("SourceHanSansCN-Regular.otf", None),
    ("SourceHanSans.ttc", "Source Han Sans SC"),
    ("wqy-microhei.ttc", "WenQuanYi Micro Hei"),
    ("wqy-zenhei.ttc", "WenQuanYi Zen Hei"),
    ("msyh.ttc", "Microsoft YaHei"),
    ("PingFang.ttc", "PingFang SC"),
    ("Hiragino Sans GB.ttc", "Hiragino Sans GB W3"),
    ("STHeiti Light.ttc", "Heiti SC Light"),
    ("simhei.ttf", None),
    ("simsun.ttc", "SimSun"),
    ("DroidSansFallbackFull.ttf", None),
)
_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)


@dataclass(frozen=True, slots=True)
class FontFile:
    path: Path
    face: int = 0
    """The number of the font in a collection (.ttc)."""


class FontMissing(Refused):
    """No Chinese font on this machine; as text, the one line an operator needs."""

    def __init__(self) -> None:
        super().__init__("documents.font_missing", packages=PACKAGES)

    def __str__(self) -> str:
        return f"no Chinese font for PDF: install one of the packages {PACKAGES}, or name a font file in COUNCIL_FONT"


_preferred: list[FontFile] = []


def prefer(path: Path | None) -> None:
    """The operator's own choice, from the settings at start; FontMissing when it is not a readable font."""
    found = [] if path is None else [_chosen(path)]
    _preferred[:] = found
    installed.cache_clear()


def first() -> FontFile:
    """The font that paper is set in; FontMissing when there is none."""
    if not installed():
        raise FontMissing
    return installed()[0]


@cache
def installed() -> tuple[FontFile, ...]:
    """Every usable font, best first: the later ones lend characters that the first lacks."""
    paths: dict[str, Path] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob("*.[to]t[fc]")):
            paths.setdefault(path.name, path)
    known = [_face(paths[name], face) for name, face in _KNOWN if name in paths]
    return (*_preferred, *(font for font in known if font is not None))


def _chosen(path: Path) -> FontFile:
    font = _face(path, None)
    if font is None:
        raise FontMissing
    return font


def _face(path: Path, name: str | None) -> FontFile | None:
    """The named face of a collection (its first when no name fits), or None when the file is no font."""
    try:
        if path.suffix.lower() != ".ttc":
            TTFont(path, lazy=True).close()
            return FontFile(path)
        with TTCollection(path, lazy=True) as collection:
            names = [font["name"].getDebugName(4) for font in collection]
    except (OSError, TTLibError):
        return None
    wanted = [number for number, found in enumerate(names) if found in {name, f"{name} Regular"}]
    simplified = [number for number, found in enumerate(names) if found and " SC" in found]
    return FontFile(path, (wanted or simplified or [0])[0])
