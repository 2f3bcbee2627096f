"""Every module in `tests/fixtures/` is a plugin: one file per kind of thing that tests need."""

from pathlib import Path

FIXTURES = Path(__file__).with_name("fixtures")

pytest_plugins = [f"tests.fixtures.{path.stem}" for path in sorted(FIXTURES.glob("[a-z]*.py"))]
