"""What the web layer is given by the composition root, found again from any request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, cast

from litestar import Request as LitestarRequest

from council.kernel.actor import Actor
from council.kernel.clock import Clock
from council.kernel.look import UNCHOSEN, Look

if TYPE_CHECKING:
    from council.web.i18n import Words
    from council.web.render import Renderer
    from council.web.static import Assets

Request = LitestarRequest[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who a session belongs to. `home` is the slug of the community they are shown outside any community.

    `is_own_phone` is what they said at log-in: a telephone of somebody else's keeps no pages.
    """

    person_id: int
    name: str
    session_id: str
    csrf_seed: str
    look: Look = UNCHOSEN
    home: str | None = None
    is_own_phone: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A community as every page's frame needs it. `phone` is the duty telephone, "" when there is none."""

    id: int
    slug: str
    name: str
    phone: str = ""


class Identify(Protocol):
    """What the web asks of the rooms; accounts and registry answer in `accounts/identify.py`."""

    async def identify(self, token: str, now: datetime) -> Signed | None:
        """The person of a session cookie, None when it is unknown, expired or ended."""

    async def choose(self, person_id: int, wish: Look) -> None:
        """Keep with the account what is chosen in `wish`; the rest stays."""

    async def community(self, slug: str) -> Place | None: ...

    async def actor(self, person_id: int, community_id: int, now: datetime) -> Actor | None:
        """The person as this community sees them; None or not `is_member` for an outsider."""


@dataclass(frozen=True, slots=True)
class Kit:
    """One per application, on `app.state.kit`.

    `rooms` are the path templates that exist ("/c/{slug}/motions"); `trusted_proxies` is how many in front of us are
    believed about the client's address.
    """

    identify: Identify
    clock: Clock
    secret: bytes
    base_url: str
    assets: Assets
    words: Mapping[str, Words]
    renderer: Renderer
    rooms: frozenset[str]
    trusted_proxies: int

    @property
    def is_https(self) -> bool:
        """Whether cookies are sent over encrypted connections only."""
        return self.base_url.startswith("https://")


def kit(request: Request) -> Kit:
    """The kit of the application that serves this request."""
    found: Kit = request.app.state.kit
    return found


def notes(request: Request) -> dict[str, Any]:
    """What this one request has found out so far.

    Not `scope["state"]`: servers fill that from the lifespan's state, and a dictionary shared by two requests would
    show one person's name to another.
    """
    return cast("dict[str, Any]", cast("dict[str, Any]", request.scope).setdefault("council", {}))


def client_address(request: Request) -> str:
    """The address that asks, for rate limits: what the outermost proxy of ours saw. "" when unknown.

    Each proxy appends the address it saw; everything further left in X-Forwarded-For was written by the client and is
    not believed. An IPv6 network (/64) counts as one address.
    """
    address = request.client.host if request.client is not None else ""
    proxies = kit(request).trusted_proxies
    if proxies:
        told = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
        hops = [hop.strip() for hop in told if hop.strip()]
        if len(hops) >= proxies:
            address = hops[-proxies][:64]
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address
