"""Writes for ever, in groups and one by one, and says on standard output what it was told is saved."""

from __future__ import annotations

import asyncio
import os
import sys
from itertools import count

from council.settings import Settings
from council.storage import database, sql
from council.storage.group_commit import submit
from council.storage.transactions import transaction


async def write(body: str, *, grouped: bool) -> None:
    async def pair() -> None:
        await sql.execute("INSERT INTO note (body) VALUES ({})", f"{body} a")
        await sql.execute("INSERT INTO note (body) VALUES ({})", f"{body} b")

    if grouped:
        await submit(pair)
    else:
        async with transaction():
            await pair()
    os.write(1, f"{body}\n".encode())


async def main(writer_count: int) -> None:
    async with database.opened(Settings.from_env()):

        async def one(writer: int) -> None:
            for number in count():
                await write(f"{writer}-{number}", grouped=bool(writer % 2))

        await asyncio.gather(*(one(writer) for writer in range(writer_count)))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
