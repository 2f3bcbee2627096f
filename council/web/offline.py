"""Which pages a phone may keep to be read without a network, and whose they are.

The server says so page by page, and the worker (`static/worker.js`) keeps nothing else. `X-Reader` names the session
without naming the person: what one reader's pages are kept under is never opened for another, even if nobody tidied up
in between.
"""

from __future__ import annotations

import hashlib
import hmac

from litestar import Response

from council.web.i18n import LANGUAGE
from council.web.kit import Request, Signed, kit, notes
from council.web.visits import SiteVisit

KEPT = frozenset(
    {
        "start",
        "courtyard",
        "proposals",
        "proposal",
        "comment",
        "motions",
        "motion",
        "motion.notice",
        "projects",
        "project",
        "rules",
        "privacy",
        "me",
        "board",
    }
)
"""Names of routes: what residents read, and the chart of an entrance, for whoever stands in its stairwell. Not ballots
and receipts, slips, registers, the desk, exports, or log-in."""
_APART = frozenset({"said", "room"})
"""A page that answers a form is not as it will be next time; one with a home open on the chart says who lives there."""

READER = "X-Reader"
OFFLINE = "X-Offline"
NOBODY = "nobody"
"""The reader of pages that were opened without logging in."""


def mark(request: Request, visit: SiteVisit, response: Response[bytes]) -> Response[bytes]:
    """Tells the worker whose page this is, in which language, and whether it may be kept.

    Says nothing on refusals and where no controller asked who is there. A telephone that is not one's own keeps
    nothing; neither does what is asked for with more than that (`_APART`).
    """
    if response.status_code not in {None, 200} or notes(request).get("visit") is not visit:
        return response
    response.headers[READER] = reader(kit(request).secret, visit.person)
    response.headers["Content-Language"] = LANGUAGE[visit.locale]
    is_own_phone = visit.person is None or visit.person.is_own_phone
    if is_own_phone and _APART.isdisjoint(request.query_params) and _route(request) in KEPT:
        response.headers[OFFLINE] = "keep"
    return response


def reader(secret: bytes, person: Signed | None) -> str:
    """An opaque word for one session; another log-in of the same person is another reader."""
    if person is None:
        return NOBODY
    return hmac.new(secret, b"reader\0" + person.session_id.encode(), hashlib.sha256).hexdigest()[:20]


def _route(request: Request) -> str | None:
    name: str | None = getattr(request.scope.get("route_handler"), "name", None)
    return name
