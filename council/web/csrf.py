"""Proof that a form was sent from one of our own pages.

Signed in: the token is an HMAC of the session's seed. Anonymous: an HMAC of a random cookie that is set only when a
page with a form is rendered. The token is masked afresh each time it is written into a page, so that compressed pages
do not give it away bit by bit (BREACH). Browsers' own word (`Sec-Fetch-Site`, `Origin`) is asked as well.

A token also says, under the same mask, whose page it stood on: that outlives the session (`is_by`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from council.kernel.errors import CouncilError
from council.web.addresses import split
from council.web.kit import Kit, Request, Signed, kit, notes

COOKIE = "csrf"
FIELD = "_csrf"
HEADER = "X-CSRF-Token"
_LENGTH = 32
_WRITER = 16


class CrossSite(CouncilError):
    """The form did not come from our page, or the page it came from is too old: answered with 403 and a way back.

    `kept` has the words of a form that came from a page of ours (`kept.carried`).
    """

    kept: Mapping[str, list[str]] | None = None


def token(request: Request, person: Signed | None) -> str:
    """A masked token for this visitor; for a stranger it may ask for the cookie (`cookie_wanted`)."""
    mask = secrets.token_bytes(_LENGTH)
    masked = mask + _xor(mask, _expected(kit(request), _seed(request, person)))
    masked += _xor(mask[:_WRITER], _writer(kit(request), person))
    return base64.urlsafe_b64encode(masked).decode("ascii")


def is_by(request: Request, sent: str, person: Signed) -> bool:
    """Whether the page with this token was this person's, in whatever session: nobody else has seen the token."""
    raw = _decoded(sent)
    told = _xor(raw[:_WRITER], raw[2 * _LENGTH :]) if raw else b""
    return hmac.compare_digest(told, _writer(kit(request), person))


def cookie_wanted(request: Request) -> str | None:
    """The value of the cookie to set with this response, if a token was written for a stranger without one."""
    value = notes(request).get("csrf_fresh")
    return value if isinstance(value, str) else None


def check(request: Request, person: Signed | None, sent: str) -> None:
    """CrossSite unless the browser and the token both say that the form is ours."""
    check_origin(request)
    if person is None and not request.cookies.get(COOKIE):
        raise CrossSite("csrf.no_cookie")
    if not hmac.compare_digest(_unmask(sent), _expected(kit(request), _seed(request, person))):
        raise CrossSite("csrf.wrong_token")


def check_origin(request: Request) -> None:
    """CrossSite when the browser says that another site sent this. Old browsers say nothing: the token decides."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise CrossSite("csrf.cross_site")
    origin = request.headers.get("Origin")
    if origin is None:
        return
    allowed = {urlsplit(kit(request).base_url).netloc, request.headers.get("Host", "")}
    # "null" is what privacy modes send; the token still has to hold.
    if origin != "null" and split(origin).netloc not in allowed - {""}:
        raise CrossSite("csrf.cross_site")


def is_ours(request: Request) -> bool:
    """Whether the browser itself says that a page of ours sent this; silence and "null" are no word."""
    try:
        check_origin(request)
    except CrossSite:
        return False
    told = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    return told[0] == "same-origin" or told[1] not in {None, "null"}


def _seed(request: Request, person: Signed | None) -> str:
    if person is not None:
        return f"session:{person.csrf_seed}"
    known = request.cookies.get(COOKIE) or cookie_wanted(request)
    if not known:
        known = notes(request)["csrf_fresh"] = secrets.token_urlsafe(24)
    return f"cookie:{known}"


def _expected(house: Kit, seed: str) -> bytes:
    return hmac.new(house.secret, b"csrf\0" + seed.encode(), hashlib.sha256).digest()


def _writer(house: Kit, person: Signed | None) -> bytes:
    who = "nobody" if person is None else str(person.person_id)
    return hmac.new(house.secret, b"writer\0" + who.encode(), hashlib.sha256).digest()[:_WRITER]


def _decoded(sent: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(sent.encode("ascii"))
    except (ValueError, binascii.Error):
        return b""
    return raw if len(raw) == 2 * _LENGTH + _WRITER else b""


def _unmask(sent: str) -> bytes:
    raw = _decoded(sent)
    return _xor(raw[:_LENGTH], raw[_LENGTH : 2 * _LENGTH])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
