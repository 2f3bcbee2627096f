"""A clock in the test's hand, browsers of named people, and the statements that a page costs."""

from tests.progress.conftest import queries
from tests.voting.conftest import clock, enter, now_file, settings

__all__ = ["clock", "enter", "now_file", "queries", "settings"]
