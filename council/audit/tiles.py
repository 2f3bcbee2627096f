"""C2SP `tlog-tiles`: the tree and its records in pieces of 256, for anybody who wants to keep or check the whole log.

Tile (L, N) has the roots of the subtrees of 256^L records, 256 of them from place N·256 on; entry bundle N the stored
bytes of records N·256 …, each after its length in two bytes. What private content there is stands in a record as a
salted hash only (`entry.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from council.audit.tree import HASH_BYTES
from council.storage.sql import fetch

WIDTH = 256
MOST_LEVEL = 6
"""256^7 records are more than a place (63 bits) can count; the format allows levels to 63, all of them empty here."""

ENTRIES = -1
"""The level of an entry bundle."""

_PLACE = re.compile(r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """`level` (`ENTRIES` for a bundle), the tile's index in it, and how many of its 256 places are asked for."""

    level: int
    index: int
    width: int

    @property
    def first(self) -> int:
        """The first place in the level."""
        return self.index * WIDTH

    @property
    def needs(self) -> int:
        """How many records the log must have for it."""
        return (self.first + self.width) << (8 * max(self.level, 0))


def parse(path: str) -> Tile | None:
    """The tile of a path as "1/x001/x234/067" or "entries/003.p/17"; None for a path of another form."""
    match = _PLACE.fullmatch(path)
    if match is None:
        return None
    level, places, width = match.groups()
    elements = places.split("/")
    if len(elements) > 6 or (len(elements) > 1 and elements[0] == "x000"):
        return None
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int("".join(element.removeprefix("x") for element in elements)),
        WIDTH if width is None else int(width),
    )
    return tile if tile.level <= MOST_LEVEL and (width is None or tile.width < WIDTH) else None


def path_of(tile: Tile) -> str:
    """The path that `parse` reads, as the format writes it."""
    digits = str(tile.index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    elements = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    place = "/".join([*(f"x{element}" for element in elements[:-1]), elements[-1]])
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    return f"{level}/{place}" + ("" if tile.width == WIDTH else f".p/{tile.width}")


def tiles_of(size: int) -> list[Tile]:
    """Every hash tile of a log of `size` records, lowest level first, the partial one of a level last."""
    found = []
    for level in range(MOST_LEVEL + 1):
        count = size >> (8 * level)
        found += [Tile(level, index, WIDTH) for index in range(count // WIDTH)]
        if count % WIDTH:
            found.append(Tile(level, count // WIDTH, count % WIDTH))
    return found


async def read(community_id: int, tile: Tile, size: int) -> bytes | None:
    """The tile's bytes; None when a log of `size` records (as far as it is told) does not have it yet."""
    if tile.needs > size:
        return None
    last = tile.first + tile.width
    if tile.level <= 0:
        column = "leaf_hash" if tile.level == 0 else "body"
        rows = await fetch(
            f"SELECT {column} AS part FROM log_record WHERE community_id = {{}} AND seq >= {{}} AND seq < {{}}"
            " ORDER BY seq",
            *(community_id, tile.first, last),
        )
    else:
        rows = await fetch(
            "SELECT hash AS part FROM log_node"
            " WHERE community_id = {} AND level = {} AND idx >= {} AND idx < {} ORDER BY idx",
            *(community_id, 8 * tile.level, tile.first, last),
        )
    if len(rows) != tile.width:
        raise RuntimeError(f"the log of community {community_id} has holes: run `council log verify`")
    if tile.level == ENTRIES:
        return bundle([row["part"].encode() for row in rows])
    return b"".join(row["part"] for row in rows)


def bundle(entries: list[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(2) + each for each in entries)


def unbundle(data: bytes) -> list[bytes]:
    """The records in an entry bundle; ValueError when it is cut short."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2])
        if at + 2 > len(data) or end > len(data):
            raise ValueError("a bundle that is cut short")
        found.append(data[at + 2 : end])
        at = end
    return found


def hashes(data: bytes) -> list[bytes]:
    """The hashes in a tile; ValueError when it is not whole hashes."""
    if len(data) % HASH_BYTES:
        raise ValueError("a tile is whole hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
