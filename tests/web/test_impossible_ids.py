"""A number that no column can hold is an unknown id, on either database."""

from __future__ import annotations

import httpx
import pytest

from council.storage.database import AnyEngine
from tests.people import garden, sign_in

PATHS = ("/c/garden/desk/people/units/{}", "/c/garden/desk/people/claims/{}", "/c/garden/files/{}")


@pytest.mark.parametrize("number", [2**63, 10**30, -1, 2**63 - 1, 0], ids=str)
async def test_an_impossible_id_is_not_found(db: AnyEngine, client: httpx.AsyncClient, number: int) -> None:
    people = await garden()
    await sign_in(client, people.dana)
    for path in PATHS:
        answer = await client.get(path.format(number))
        assert answer.status_code == 404
        assert "这个页面不在了" in answer.text
