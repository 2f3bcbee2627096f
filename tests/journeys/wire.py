"""The wire between a telephone and the house: it can be cut, stay silent, or lose what the house answers.

Unlike a browser's "offline" switch the telephone knows nothing of it: it believes to be connected.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.journeys.house import House


class Wire(Enum):
    WHOLE = auto()
    CUT = auto()
    """Nothing gets through; connections end."""
    SILENT = auto()
    """What is asked gets no further, and nobody says so."""
    DEAF = auto()
    """The house is asked and answers; the answer is lost and the connection ends."""


@dataclass
class Line:
    """`house` is the same house at the wire's near end."""

    house: House
    far: int
    state: Wire = Wire.WHOLE
    speaks: asyncio.Event = field(default_factory=asyncio.Event)
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.speaks.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state is Wire.CUT:
            writer.close()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.far)
        self.open |= {writer, far_writer}
        ways = (self._pass(reader, far_writer, to_house=True), self._pass(far_reader, writer, to_house=False))
        await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, far_writer):
            end.close()
            self.open.discard(end)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_house: bool) -> None:
        while data := await reader.read(65536):
            await self.speaks.wait()
            if self.state is Wire.CUT or (self.state is Wire.DEAF and not to_house):
                break
            writer.write(data)
            await writer.drain()
        writer.close()
        for end in list(self.open) if self.state is Wire.DEAF and not to_house else []:
            end.close()

    def becomes(self, state: Wire) -> None:
        self.state = state
        if state is Wire.SILENT:
            self.speaks.clear()
        else:
            self.speaks.set()
        if state is Wire.CUT:
            for end in self.open:
                end.close()


@asynccontextmanager
async def wire(house: House) -> AsyncIterator[Line]:
    near = copy.copy(house)
    line = Line(near, house.port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    near.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        line.becomes(Wire.CUT)
        server.close()
