"""`council serve`: the app behind granian, on this machine's port, until SIGTERM or Ctrl-C.

One worker is this very process, so nothing can be left behind. Several (PostgreSQL only) are children that stop with
it. No access log is kept: addresses carry codes from slips, and what people look at is nobody's business.
"""

from __future__ import annotations

import argparse
import asyncio
import logging.config
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces
from granian.errors import FatalError
from granian.log import LogLevels
from granian.server.embed import Server
from granian.server.mp import MPServer

from council.app import create_app
from council.cli import restored
from council.kernel.errors import CouncilError
from council.settings import Settings
from council.storage import database, schema
from council.storage.backup import RESTORED
from council.web.streams import LEAVING

PATIENCE = 30
"""Seconds that requests under way have to finish once the server is told to stop."""

CONNECTIONS = 4096
"""Open at once in a process: each page that stays current holds one (`web.streams.Limits`), and when there is no room
nobody gets in, not even to vote. The server's own default is as many as its backlog. The open files that this takes it
raises by itself, from the shell's usual 1,024 to what the system allows."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {"_granian": {"level": "ERROR"}, "granian.access": {"level": "CRITICAL"}},
}
"""One line per event on standard error; no addresses, telephones or codes."""


class CannotServe(CouncilError):
    """The port is taken, the host unknown, or so many workers impossible (exit status 2)."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("serve", help="serve the database that DATABASE_URL names")
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", default=8000, type=int, metavar="P", help="port to listen on (default 8000)")
    parser.add_argument("--workers", default=1, type=int, metavar="N", help="processes; more than one on PostgreSQL")
    parser.add_argument("--no-migrate", action="store_true", help="do not bring the schema up to date first")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    return serve(
        told(arguments.host, arguments.port),
        host=arguments.host,
        port=arguments.port,
        workers=arguments.workers,
        is_migrating=not arguments.no_migrate,
    )


def told(host: str, port: int) -> Settings:
    """The environment's settings; links lead to where this server listens, unless COUNCIL_BASE_URL says otherwise
    (in production it must). It is put into the environment: worker processes read that again."""
    settings = Settings.from_env()
    if settings.is_production or os.environ.get("COUNCIL_BASE_URL"):
        return settings
    os.environ["COUNCIL_BASE_URL"] = _address("127.0.0.1" if host in {"0.0.0.0", "::", ""} else host, port)  # noqa: S104
    return Settings.from_env()


def serve(settings: Settings, *, host: str, port: int, workers: int = 1, is_migrating: bool = True) -> int:
    """Serves until told to stop; 0 after a clean stop. CannotServe before anything is changed.

    Several workers read the settings from the environment again, so `settings` must be what it says.
    """
    if not 1 <= workers <= 64:
        raise CannotServe(f"--workers {workers}: between 1 and 64")
    if workers > 1 and settings.sqlite_path is not None:
        raise CannotServe("--workers: SQLite has one writer, so one worker; several need PostgreSQL (DATABASE_URL)")
    check_port(host, port)
    asyncio.run(_prepare(settings, is_migrating=is_migrating))
    logging.config.dictConfig(LOGGING)
    if workers == 1:
        return asyncio.run(_serve_here(settings, host, port))
    return _serve_with_workers(host, port, workers)


def check_port(host: str, port: int) -> None:
    """CannotServe unless the port can be listened on now."""
    if not 1 <= port <= 65535:
        raise CannotServe(f"--port {port}: between 1 and 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise CannotServe(f"--host {host}: no such address") from None
    except OSError as error:
        raise CannotServe(f"port {port} on {host} cannot be used: {(error.strerror or str(error)).lower()}") from None


async def _prepare(settings: Settings, *, is_migrating: bool) -> None:
    """Schema up to date, and what a restore left to be done."""
    if not is_migrating and not (settings.data / RESTORED).exists():
        return
    if settings.sqlite_path is not None:
        settings.sqlite_path.parent.mkdir(parents=True, exist_ok=True)
    async with database.opened(settings):
        for name in await schema.migrate() if is_migrating else []:
            print(f"applied {name}", flush=True)
        for line in await restored.finish(settings, settings.clock().now()):
            print(line, flush=True)


async def _serve_here(settings: Settings, host: str, port: int) -> int:
    app = create_app(settings)
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        backlog=512,
        backpressure=CONNECTIONS,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        # The second time nobody wants to wait any longer; and a request that hangs must not keep the port for ever.
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, os._exit, 1)
        loop.call_later(PATIENCE, os._exit, 1)
        app.state.streams.close()  # pages that are open would be waited for
        server.stop()  # type: ignore[no-untyped-call]

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    _say_where(host, port)
    try:
        await server.serve()
    except FatalError:
        print("council: the application did not start; the reason stands above", file=sys.stderr)
        return 2
    print("stopped", flush=True)
    return 0


class _Workers(MPServer):
    """Several processes, told to let go of open pages before they are told to stop."""

    def shutdown(self, exit_code: int = 0) -> None:
        for worker in multiprocessing.active_children():
            if worker.pid is not None:
                os.kill(worker.pid, LEAVING)
        stop: Callable[[int], None] = super().shutdown
        stop(exit_code)


def _serve_with_workers(host: str, port: int, workers: int) -> int:
    server = _Workers(
        "council.asgi:app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=PATIENCE,
        process_name=None,
        backpressure=CONNECTIONS,
    )
    _say_where(host, port)
    server.serve()
    print("stopped", flush=True)
    return 0


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _say_where(host: str, port: int) -> None:
    print(f"serving at {_address(host, port)}/ (Ctrl-C stops)", flush=True)
