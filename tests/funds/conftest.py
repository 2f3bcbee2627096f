"""Several people at once, each in a browser of their own."""

from tests.voting.conftest import clock, enter, now_file, settings

__all__ = ["clock", "enter", "now_file", "settings"]
