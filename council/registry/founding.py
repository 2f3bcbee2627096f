"""The first rows of all: nodes of the area tree, and communities. Before there is any staff."""

from __future__ import annotations

import re
from datetime import datetime

from council.audit import service as audit
from council.kernel.errors import Refused
from council.storage.errors import unique_violation
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


async def add_area(*, path: str, name: str) -> None:
    """A node of the tree above communities: "haidian", then "haidian/xueyuan". Its parent comes first."""
    parts = path.split("/")
    if not all(_SLUG.fullmatch(part) for part in parts):
        raise Refused("area.malformed", path=path)
    parent = "/".join(parts[:-1])
    if parent and not await fetch("SELECT id FROM area WHERE path = {}", parent):
        raise Refused("area.no_parent", path=parent)
    try:
        await execute("INSERT INTO area (path, name) VALUES ({}, {})", path, name)
    except Exception as error:
        if unique_violation(error):
            raise Refused("area.exists", path=path) from error
        raise


async def add_community(*, slug: str, name: str, area_path: str | None, phone: str, address: str, now: datetime) -> int:
    """A community's id. Its slug is in printed QR codes and never changes or comes back; `phone` is the duty's."""
    if not _SLUG.fullmatch(slug):
        raise Refused("community.malformed", slug=slug)
    if area_path is not None and not await fetch("SELECT id FROM area WHERE path = {}", area_path):
        raise Refused("area.unknown", path=area_path)
    try:
        async with transaction():
            rows = await fetch(
                "INSERT INTO community (slug, name, area_path, phone, address, created_at)"
                " VALUES ({}, {}, {}, {}, {}, {}) RETURNING id",
                *(slug, name, area_path, phone, address, now),
            )
            community_id: int = rows[0]["id"]
            await audit.record(community_id, "community.founded", {"slug": slug, "name": name}, now=now)
            return community_id
    except Exception as error:
        if unique_violation(error):
            raise Refused("community.exists", slug=slug) from error
        raise


async def is_area(path: str) -> bool:
    """Whether the tree has this node."""
    return bool(await fetch("SELECT id FROM area WHERE path = {}", path))
