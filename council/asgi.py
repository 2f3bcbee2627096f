"""The application for an ASGI server: `granian --interface asgi council.asgi:app`."""

from __future__ import annotations

from council.app import create_app
from council.settings import Settings

app = create_app(Settings.from_env())
