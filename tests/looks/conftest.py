"""The prepared world, one copy a worker; and whether every view is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.looks.served import World, prepared, served
from tests.looks.views import AXE, EVERY, FEW, View


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[World]:
    assert AXE.exists(), "the checkers of pages are not installed: make tools"
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with served(prepared(shared), tmp_path_factory.mktemp("looks-house")) as world:
        yield world


@pytest.fixture(scope="session")
def views(request: pytest.FixtureRequest) -> Sequence[View]:
    """Those beside the first: few, or with `--every-view` all of them."""
    return EVERY if request.config.getoption("--every-view", default=False) else FEW
