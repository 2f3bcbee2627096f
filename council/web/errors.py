"""Every way a request can fail, made into a page or a fragment in the visitor's language, in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException

from council.kernel.errors import Detail, Invalid, NotFound, Refused, TooMany
from council.kernel.ids import new_code
from council.storage.errors import Busy, OutcomeUnknown
from council.web.bodies import CutOff, Malformed
from council.web.csrf import CrossSite
from council.web.forms import Form
from council.web.i18n import FALLBACK
from council.web.kept import found
from council.web.kit import Request, kit
from council.web.pace import TooSlow
from council.web.render import fragment, page, wants_fragment
from council.web.responses import later, see_other
from council.web.visits import SignIn, known_person, known_visit, return_path

log = logging.getLogger("council.web")

_BY_STATUS = {
    400: "web.malformed",
    401: "web.forbidden",
    403: "web.forbidden",
    404: "web.not_found",
    405: "web.wrong_method",
    413: "web.too_large",
    429: "web.too_often",
    503: "web.busy",
}

_NEXT = {
    400: "web.malformed.help",
    403: "web.forbidden.help",
    404: "web.not_found.help",
    405: "web.wrong_method.help",
    408: "web.too_slow.help",
    409: "web.refused.help",
    413: "web.too_large.help",
    422: "web.invalid.help",
    429: "web.too_many.help",
    503: "web.busy.help",
}
"""What to do next, by status, where the reason itself does not bring its own."""


def failed(
    request: Request,
    status: int,
    code: str,
    details: Mapping[str, Detail] | None = None,
    *,
    helping: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The page (or fragment) of one refusal: what is so, what to do next, whom to call."""
    visit = known_visit(request)
    words = kit(request).words[visit.locale]
    next_step = helping or _NEXT.get(status, "web.crash.help")
    context = {
        "refusal": words.sentence(code, details),
        "helping": words.sentence(next_step, details),
        "onward": _onward(request, status),
    }
    if wants_fragment(request):
        response = fragment(request, visit, "web/_error.html", status=status, **context)
        response.headers["HX-Retarget"] = "#live"
        response.headers["HX-Reswap"] = "innerHTML show:window:top"
    else:
        response = page(request, visit, "web/error.html", status=status, **context)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _onward(request: Request, status: int) -> str:
    """The one large button: "again" the same page, "back" to the page with the form, or "home"."""
    if request.method in {"GET", "HEAD"}:
        return "again" if status >= 500 else "home"
    return "back" if return_path(request) != "/" and status not in {404, 405} else "home"


def on_refused(request: Request, refused: Refused) -> Response[bytes]:
    return failed(request, 403 if refused.forbidden else 409, refused.code, refused.details)


def on_invalid(request: Request, invalid: Invalid) -> Response[bytes]:
    """For a controller that did not show its form again: the first problem, in words."""
    field, code = next(iter(invalid.errors.items()), ("", FALLBACK))
    details = {key.removeprefix(f"{field}."): value for key, value in invalid.details.items()}
    return failed(request, 422, code, details)


def on_not_found(request: Request, _: NotFound) -> Response[bytes]:
    return failed(request, 404, "web.not_found")


def on_sign_in(request: Request, wanted: SignIn) -> Response[bytes]:
    """The way to the log-in; what was written is carried through it by the room that has its form
    (`accounts.door_pages.on_sign_in`)."""
    if wants_fragment(request):
        return Response(b"", status_code=204, headers={"HX-Redirect": wanted.address})
    return see_other(wanted.address)


def on_cross_site(request: Request, refused: CrossSite) -> Response[bytes]:
    log.warning("form refused: %s", refused)
    words = None if refused.kept is None else found(Form(refused.kept))
    if words is not None and words.is_of(request, known_person(request)):
        return page(request, known_visit(request), "web/kept.html", status=403, kept=words, is_stale=True)
    return failed(request, 403, "web.stale_page", helping="web.stale_page.help")


def on_malformed(request: Request, _: Malformed) -> Response[bytes]:
    return failed(request, 400, "web.malformed")


def on_cut_off(request: Request, _: CutOff) -> Response[bytes]:
    """Phones go into lifts all day: one line, and an answer that nobody hears."""
    log.warning("cut off before all of it had arrived: %s", _asked(request))
    return Response(b"", status_code=400, media_type="text/plain")


def on_too_slow(request: Request, _: TooSlow) -> Response[bytes]:
    log.warning("too slow, and not waited for: %s", _asked(request))
    return failed(request, 408, "web.too_slow", headers={"Connection": "close"})


def on_busy(request: Request, busy: Busy) -> Response[bytes]:
    after = {"Retry-After": str(busy.retry_after)}
    return failed(request, 503, "web.busy", headers=after)


def on_too_many(request: Request, many: TooMany) -> Response[bytes]:
    return later(failed(request, 429, many.code, {"minutes": many.minutes}), many)


def on_outcome_unknown(request: Request, error: OutcomeUnknown) -> Response[bytes]:
    """It may have been saved: the same form, with the key it carries, may be sent again and counts once."""
    log.error("outcome unknown: %s", _asked(request), exc_info=error)
    return failed(request, 503, "web.outcome_unknown", helping="web.outcome_unknown.help")


def on_http(request: Request, error: HTTPException) -> Response[bytes]:
    """What the framework refuses: a wrong method, an unknown address, too large a body."""
    if error.status_code >= 500 and error.status_code != 503:
        return on_crash(request, error)
    code = _BY_STATUS.get(error.status_code, FALLBACK)
    return failed(request, error.status_code, code, headers=error.headers)


def on_crash(request: Request, error: Exception) -> Response[bytes]:
    """Our fault. The log gets everything under a reference; the page gets the reference and nothing else."""
    reference = new_code()
    log.error("reference %s: %s", reference, _asked(request), exc_info=error)
    try:
        return failed(request, 500, "web.crash", {"reference": reference})
    except Exception:
        log.exception("reference %s: the error page failed as well", reference)
        text = f"我们这边出了问题，已经记下（{reference}）。\nSomething went wrong on our side ({reference}).\n"
        return Response(text.encode(), status_code=500, media_type="text/plain; charset=utf-8")


def _asked(request: Request) -> str:
    """Method and path as the log may hold them: on one line, and without a slip's code, which opens a home."""
    path = request.url.path
    return f"{request.method} {'/join/…' if path.startswith('/join/') else quote(path)}"


Handler = Callable[[Request, Any], Response[bytes]]

exception_handlers: dict[int | type[Exception], Handler] = {
    Refused: on_refused,
    TooMany: on_too_many,
    Invalid: on_invalid,
    NotFound: on_not_found,
    SignIn: on_sign_in,
    CrossSite: on_cross_site,
    Malformed: on_malformed,
    CutOff: on_cut_off,
    TooSlow: on_too_slow,
    Busy: on_busy,
    OutcomeUnknown: on_outcome_unknown,
    HTTPException: on_http,
    Exception: on_crash,
}
