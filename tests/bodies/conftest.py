"""A clock in the test's hand, and the statements that a page costs."""

from tests.progress.conftest import at, queries

__all__ = ["at", "queries"]
