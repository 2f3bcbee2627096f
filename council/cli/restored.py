"""What a restore still has to do once the data are back: every log begins a new name (`council.audit.restarts`).

A mark in the data folder says that it is due. It is set before the first byte is replaced and goes when all is done:
if the machine stops in between, `council serve` and `council migrate` do it before anything else is recorded.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from council.audit import restarts
from council.audit.keys import Why
from council.registry.queries import communities
from council.settings import Settings
from council.storage.backup import RESTORED
from council.storage.transactions import transaction


async def finish(settings: Settings, now: datetime) -> list[str]:
    """The logs' new names, when a restore has just been; [] otherwise. The database is open and its schema current."""
    mark = settings.data / RESTORED
    if not mark.exists():
        return []
    host, secret = urlsplit(settings.base_url).netloc, settings.secret.encode()
    named = []
    async with transaction():
        for each in await communities():
            made = await restarts.restart(each.id, why=Why.RESTORED, host=host, slug=each.slug, secret=secret, now=now)
            named.append(f"{each.slug}: the record goes on at entry {made.seq + 1} under a new name")
    mark.unlink()
    return named
