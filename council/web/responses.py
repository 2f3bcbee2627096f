"""Answers: pages with their headers, and the way on after a POST."""

from __future__ import annotations

import zlib
from urllib.parse import quote

from litestar import Response

from council.kernel.errors import TooMany
from council.web import csrf
from council.web.kit import Request, kit
from council.web.sessions import YEAR, cookie
from council.web.static import accepts_gzip

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""On every answer; `app.py` adds them to what does not come from here (downloads, health)."""

_WORTH_PACKING = 700
_NO_STORE = "no-store"
FOR_BACK = "private, no-cache"
"""The browser asks again wherever it can; only its Back button may show what it has."""
_IN_ADDRESSES = "/:?#[]@!$&'()*+,;=%~"
"""RFC 3986: what separates the parts of an address, and what is percent-encoded already."""


def html(request: Request, text: str, *, status: int = 200) -> Response[bytes]:
    """A page or fragment. Every one depends on who asks and in which language, so none is stored anywhere.

    Compressed although it may hold a token: tokens are masked afresh in every page (`csrf.py`), and SameSite cookies
    keep other sites from asking for a signed-in person's page over and over.
    """
    body = text.encode()
    headers = {
        **SECURITY_HEADERS,
        "Cache-Control": _NO_STORE,
        "Vary": "Accept-Encoding, Accept-Language, Cookie, HX-Request",
    }
    if len(body) >= _WORTH_PACKING and accepts_gzip(request):
        packer = zlib.compressobj(5, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        body = packer.compress(body) + packer.flush()
        headers["Content-Encoding"] = "gzip"
    response = Response(body, status_code=status, media_type="text/html", headers=headers)
    fresh = csrf.cookie_wanted(request)
    if fresh is not None:
        response.set_cookie(cookie(kit(request), csrf.COOKIE, fresh, YEAR))
    return response


def later(response: Response[bytes], many: TooMany) -> Response[bytes]:
    """The same page as the answer to what was done too often: 429, and in seconds when it may be done again."""
    response.status_code = 429
    response.headers["Retry-After"] = str(many.seconds)
    return response


def see_other(url: str) -> Response[bytes]:
    """303 to a page of ours, after every POST; `?said=code` shows the code's sentence there."""
    location = quote(url, safe=_IN_ADDRESSES, errors="replace")  # a header holds ASCII, what people type does not
    return Response(
        b"", status_code=303, headers={**SECURITY_HEADERS, "Location": location, "Cache-Control": _NO_STORE}
    )
