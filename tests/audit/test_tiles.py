"""Tiles: their paths, and that whoever has only them has the whole log."""

from __future__ import annotations

import pytest

from council.audit import queries, tiles, tree
from council.audit.tiles import ENTRIES, Tile
from tests.audit import second_look
from tests.audit.logs import GARDEN, ORCHARD, append, fill


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("0/000", Tile(0, 0, 256)),
        ("0/067", Tile(0, 67, 256)),
        ("1/x001/x234/067", Tile(1, 1234067, 256)),
        ("0/x001/067.p/112", Tile(0, 1067, 112)),
        ("entries/273.p/112", Tile(ENTRIES, 273, 112)),
    ],
)
def test_paths_as_the_format_writes_them(path: str, tile: Tile) -> None:
    assert tiles.parse(path) == tile
    assert tiles.path_of(tile) == path


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/", "0/0", "0/0000", "00/000", "0/x000/000", "0/001/000", "0/x001", "0/000.p/0", "0/000.p/256"),
        *("0/000.p/01", "0/000.p/", "64/000", "7/000", "-1/000", "entries/000/", "0/０００", "0/000\n", "data/000"),
    ],
)
def test_other_paths_are_none(path: str) -> None:
    assert tiles.parse(path) is None


def test_the_specifications_example_of_a_tree() -> None:
    found = tiles.tiles_of(70_000)
    assert [(tile.level, tile.width) for tile in found if tile.level == 0].count((0, 256)) == 273
    assert [tile for tile in found if tile.width < 256] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert Tile(1, 0, 256) in found
    assert tiles.tiles_of(256) == [Tile(0, 0, 256), Tile(1, 0, 1)]
    assert all(tile.needs <= 70_000 for tile in found)


async def test_whoever_has_the_tiles_has_the_log(db) -> None:
    made = await fill(600)
    await append(1, ORCHARD)
    read = {tile: await tiles.read(GARDEN, tile, 600) for tile in tiles.tiles_of(600)}
    leaves = [each for tile, data in read.items() if tile.level == 0 for each in tiles.hashes(data or b"")]
    assert second_look.mth(leaves) == made[-1].root
    assert tiles.hashes(read[Tile(1, 0, 2)] or b"") == [second_look.mth(leaves[:256]), second_look.mth(leaves[256:512])]
    bundles = [
        await tiles.read(GARDEN, Tile(ENTRIES, index, width), 600) for index, width in ((0, 256), (1, 256), (2, 88))
    ]
    records = [record for data in bundles for record in tiles.unbundle(data or b"")]
    assert [tree.leaf_hash(record) for record in records] == leaves
    kept = await queries.records(GARDEN, limit=600)
    assert [record.decode() for record in records] == [record.body for record in kept]
    assert not any(record.private and record.private.encode() in b"".join(records) for record in kept)


async def test_nothing_beyond_the_size_that_is_told(db) -> None:
    await fill(300)
    for tile, there in (
        (Tile(0, 0, 256), True),
        (Tile(0, 1, 4), True),
        (Tile(0, 1, 5), False),
        (Tile(ENTRIES, 1, 5), False),
        (Tile(1, 0, 1), True),
        (Tile(1, 0, 2), False),
        (Tile(6, 0, 1), False),
    ):
        assert (await tiles.read(GARDEN, tile, 260) is not None) == there
    assert await tiles.read(ORCHARD, Tile(0, 0, 1), 0) is None


def test_a_bundle_that_was_cut_short() -> None:
    data = tiles.bundle([b"one", b"", b"three"])
    assert tiles.unbundle(data) == [b"one", b"", b"three"]
    for end in (1, 4, 6, len(data) - 1):
        with pytest.raises(ValueError, match="cut short"):
            tiles.unbundle(data[:end])
    with pytest.raises(ValueError, match="whole hashes"):
        tiles.hashes(bytes(33))
