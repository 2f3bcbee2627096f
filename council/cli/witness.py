"""`council witness`: on another machine, signs the heads of logs that only grow (C2SP `tlog-witness`).

It needs no database and none of the house's settings: a folder of its own holds all it knows.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from council.audit import witnessing
from council.audit.notes import BadKey, VerifierKey
from council.audit.witnessing import BadRequest, No
from council.cli.common import Unusable
from council.cli.serve import check_port
from council.cli.witness_state import Witness

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Answer = tuple[int, str, str]
"""Status, media type, text."""

_TEXT = "text/plain; charset=utf-8"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("witness", help="sign, on another machine, the heads of logs that only grow")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    key = verbs.add_parser("key", help="make this witness's key, once, and print the public one")
    key.add_argument("--name", required=True, help="the witness's name, as witness.example")
    key.set_defaults(run=_key)
    trust = verbs.add_parser("trust", help="sign for a log from now on")
    trust.add_argument("vkey", metavar="KEY", help="the log's public key (name+id+key), from its page /verify")
    trust.set_defaults(run=_trust)
    show = verbs.add_parser("show", help="the public key, and the logs with what was signed and refused last")
    show.set_defaults(run=_show)
    serve = verbs.add_parser("serve", help="answer the logs")
    serve.add_argument("--host", default="127.0.0.1", metavar="H")
    serve.add_argument("--port", default=8090, type=int, metavar="P")
    serve.set_defaults(run=_serve)
    for each in (key, trust, show, serve):
        each.add_argument("--folder", type=Path, default=Path("witness"), metavar="DIR", help="default: ./witness")


def _key(arguments: argparse.Namespace) -> int:
    print(Witness.make(arguments.folder, arguments.name).vkey)
    return 0


def _trust(arguments: argparse.Namespace) -> int:
    try:
        key = VerifierKey.parse(arguments.vkey)
    except BadKey as error:
        raise Unusable(str(error)) from error
    Witness(arguments.folder).trust(key)
    print(f"signs for {key.name}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    """1 when a log was refused, and has not been signed since; one that contradicted itself stays refused."""
    witness = Witness(arguments.folder)
    print(witness.vkey)
    for log in witness.known():
        print(f"{log.origin}: {log.seen.size} records, root {log.seen.root.hex()}, signed {log.signed_at or 'never'}")
        if log.refused:
            print(f"REFUSED {log.refused_at}: {log.refused}")
    return 1 if any(log.refused for log in witness.known()) else 0


def _serve(arguments: argparse.Namespace) -> int:
    witness = Witness(arguments.folder)
    check_port(arguments.host, arguments.port)
    return asyncio.run(_serve_here(witness, arguments.host, arguments.port))


async def _serve_here(witness: Witness, host: str, port: int) -> int:
    server = Server(
        application(witness, lambda: datetime.now(UTC)),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        log_level=LogLevels.error,
    )
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.call_later(10, os._exit, 1)
        server.stop()  # type: ignore[no-untyped-call]

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    print(f"witness {witness.name} at http://{host}:{port}{witnessing.PATH} (Ctrl-C stops)", flush=True)
    await server.serve()
    return 0


def application(witness: Witness, now: Callable[[], datetime]) -> Callable[[Any, Receive, Send], Awaitable[None]]:
    """The ASGI application: `POST /add-checkpoint`, and the public key at `/`."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            status, media_type, text = await _answer(witness, now, scope, receive)
            body = text.encode()
            headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


async def _answer(witness: Witness, now: Callable[[], datetime], scope: dict[str, Any], receive: Receive) -> Answer:
    method, path = scope["method"], scope["path"]
    if method in {"GET", "HEAD"} and path == "/":
        return 200, _TEXT, f"{witness.vkey}\n"
    if path != witnessing.PATH:
        return 404, _TEXT, "not here\n"
    if method != "POST":
        return 405, _TEXT, "POST a checkpoint\n"
    body = await _body(receive)
    return (413, _TEXT, "too long\n") if body is None else await _add(witness, body, now())


async def _body(receive: Receive) -> bytes | None:
    """None when it is too long, or does not come."""
    body = b""
    while True:
        event = await receive()
        body += bytes(event.get("body", b""))
        if len(body) > witnessing.MOST_BYTES or event["type"] == "http.disconnect":
            return None
        if not event.get("more_body"):
            return body


async def _add(witness: Witness, body: bytes, now: datetime) -> Answer:
    try:
        submission = witnessing.parse(body)
    except BadRequest as error:
        return 400, _TEXT, f"{error}\n"
    # On disk before the answer: in a thread, for the disk may take its time.
    found = await asyncio.to_thread(witness.add, submission, now)
    if not isinstance(found, No):
        return 200, _TEXT, f"{found}\n"
    if found.size is not None:
        return found.status, witnessing.SIZE_TYPE, f"{found.size}\n"
    return found.status, _TEXT, f"{found.why}\n"
