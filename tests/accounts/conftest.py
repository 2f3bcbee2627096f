from __future__ import annotations

from collections.abc import Iterator

import pytest
from litestar import Litestar

from council.accounts import passwords
from council.settings import Settings
from council.storage.database import AnyEngine
from council.web.kit import Kit
from tests.accounts import world as worlds
from tests.fixtures.client import house_app


@pytest.fixture(autouse=True)
def cheap() -> Iterator[passwords.Passwords]:
    """Hashes at the smallest cost, so that a test is not a benchmark."""
    made = passwords.Passwords(passwords.cheap_hasher())
    passwords.use(made)
    yield made
    passwords.use(passwords.Passwords(passwords.cheap_hasher()))


@pytest.fixture
async def world(db: AnyEngine) -> worlds.World:
    """A community with printed slips."""
    return await worlds.with_slips(await worlds.community())


@pytest.fixture
def app(settings: Settings, db: AnyEngine) -> Litestar:
    """This room's pages, and voting's: to undo a claim is its verb."""
    return house_app(settings, rooms=("accounts", "voting"))


@pytest.fixture
async def town(app: Litestar) -> worlds.World:
    """A community whose slips carry the application's own secret."""
    kit: Kit = app.state.kit
    return await worlds.with_slips(await worlds.community(secret=kit.secret))
