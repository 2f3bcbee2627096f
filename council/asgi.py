"""The application for an ASGI server: `granian --interface asgi council.asgi:app`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading

from council.app import create_app
from council.settings import Settings


def _follow_the_parent() -> None:
    """A worker whose parent was killed outright stops as well: nobody would tell it to, and it holds the port."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent", daemon=True).start()


_follow_the_parent()
app = create_app(Settings.from_env())
