"""`/metrics`: Prometheus text about requests, by route (never by address: addresses carry slip codes).

For this machine only, or for whoever brings the token. A request that a proxy passed on is from elsewhere, whatever
its socket says. Each worker process counts for itself. `…/live` is left out: how long a page
stays open is no measure of how long anybody waits.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.plugins.prometheus import PrometheusConfig
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from council.kernel.errors import NotFound
from council.web.kit import Request

middleware = PrometheusConfig(
    app_name="council", prefix="council", group_path=True, exclude_unhandled_paths=True, exclude=["/metrics$", "/live$"]
).middleware


def handler(token: str | None) -> HTTPRouteHandler:
    """The route; NotFound for anybody who may not read it, as if it were not there."""

    @get("/metrics", name="metrics")
    async def metrics(request: Request) -> Response[bytes]:
        if not (_is_local(request) or _has_token(request, token)):
            raise NotFound
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return metrics


def _is_local(request: Request) -> bool:
    if request.client is None or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _has_token(request: Request, token: str | None) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return token is not None and hmac.compare_digest(given.encode(), token.encode())
