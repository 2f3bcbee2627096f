"""Stylesheets, icons and scripts: read, hashed and compressed once at the start, then served from memory for ever."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.kernel.errors import NotFound
from council.web.kit import Request, kit

LAYERS = ("tokens", "base", "layout", "components", "print")
"""The five layers of `static/css/`, in the order in which they are concatenated to app.css.

`static/js/` becomes app.js: one file a concern, each closed in itself, so that their order does not matter."""

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DARK = re.compile(r'@media screen \{ :root\[data-theme="dark"\] \{[^}]*\} \}')
_SYMBOL = re.compile(r'<symbol id="([\w-]+)"')
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """`plain` bytes and their gzip form; `packed` is empty where compressing gains nothing."""

    media_type: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """`addresses`: name → URL with the content's hash. `by_name`: hashed name → bytes. `icons`: names in the sprite."""

    addresses: Mapping[str, str]
    by_name: Mapping[str, Asset]
    icons: frozenset[str]

    def address(self, name: str) -> str:
        """The URL of "app.css"; KeyError for a file that does not exist."""
        return self.addresses[name]


def read_assets(folder: Path) -> Assets:
    """Everything a page links to from `folder` (static/)."""
    layers = "\n".join((folder / "css" / f"{layer}.css").read_text(encoding="utf-8") for layer in LAYERS)
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("js/*.js")))
    sources = {"app.css": _thin(dark_by_itself(layers)).encode(), "app.js": _said_less(scripts).encode()}
    for path in sorted([*folder.glob("*.*"), *folder.glob("vendor/*.js")]):
        if path.suffix in _TYPES:
            sources[path.name] = path.read_bytes()
    addresses: dict[str, str] = {}
    by_name: dict[str, Asset] = {}
    for name, content in sources.items():
        stem, _, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
        addresses[name] = f"/static/{hashed}"
        packed = gzip.compress(content, 9, mtime=0)
        by_name[hashed] = Asset(_TYPES[f".{ending}"], content, packed if len(packed) < len(content) else b"")
    icons = frozenset(_SYMBOL.findall(sources["icons.svg"].decode()))
    return Assets(addresses, by_name, icons)


def accepts_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")


@get("/static/{name:str}", name="static", include_in_schema=False)
async def static(request: Request, name: FromPath[str]) -> Response[bytes]:
    """One asset by its hashed name. An address with an old hash is gone: pages never link to one."""
    asset = kit(request).assets.by_name.get(name)
    if asset is None:
        raise NotFound(name)
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if asset.packed and accepts_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, media_type=asset.media_type, headers=headers)
    return Response(asset.plain, media_type=asset.media_type, headers=headers)


def dark_by_itself(css: str) -> str:
    """The dark palette stands once in tokens.css, for who has chosen it; here it is said again for a phone that is dark
    and whose owner has chosen nothing. ValueError when the palette is not there."""
    palette = _DARK.search(css)
    if palette is None:
        raise ValueError("tokens.css: no dark palette")
    again = palette[0].replace("@media screen", "@media screen and (prefers-color-scheme: dark)")
    by_itself = again.replace('[data-theme="dark"]', ":not([data-theme])")
    return f"{css[: palette.end()]}\n{by_itself}{css[palette.end() :]}"


def _thin(css: str) -> str:
    """Without comments and the spaces at the ends of lines; nothing cleverer, gzip does the rest."""
    lines = (line.strip() for line in _COMMENT.sub("", css).splitlines())
    return "\n".join(line for line in lines if line)


def _said_less(script: str) -> str:
    """Without the lines that are comments and nothing else. Our scripts have no text over several lines (no backtick),
    so what begins with two slashes is never part of one."""
    return "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("//"))


handlers: list[HTTPRouteHandler] = [static]
