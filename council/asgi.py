"""The application for an ASGI server: `granian --interface asgi council.asgi:app`."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
import time

from council.app import create_app
from council.settings import Settings
from council.web.streams import LEAVING


def _follow_the_parent() -> None:
    """A worker whose parent was killed outright stops as well: nobody would tell it to, and it holds the port.

    The parent's number is asked for, not its pipe: a forked sister holds that one open too.
    """
    if multiprocessing.parent_process() is None:
        return
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), LEAVING)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


_follow_the_parent()
app = create_app(Settings.from_env())


async def _leave_in_time() -> None:
    asyncio.get_running_loop().add_signal_handler(LEAVING, app.state.streams.close)


app.on_startup.append(_leave_in_time)
