from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from council.files import store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    """Photos go into a folder of the test."""
    store.use(tmp_path / "files")
    yield
    store._current.clear()
