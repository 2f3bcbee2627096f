"""Sheets that are posted, as PDFs: one thread makes them all, at about two seconds each.

Anybody may ask for one, and neighbours' photos must not wait for them. Who asks when many wait is told to come back.
"""

from __future__ import annotations

from collections.abc import Callable

from litestar import Response

from council.storage.crew import Crew

_crew = Crew("sheets", threads=1, places=12, retry_after=10)


async def sheet(make: Callable[[], bytes], name: str) -> Response[bytes]:
    """The PDF that `make` returns, shown in the browser, `name`.pdf where it is kept. Busy when many wait already."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(await _crew.run(make), media_type="application/pdf", headers=headers)
