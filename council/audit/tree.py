"""The Merkle tree of RFC 6962 (section 2.1; checking follows RFC 9162, 2.1.3.2 and 2.1.4.2), SHA-256.

A log of `size` records is kept as its *right edge*: the roots of its perfect subtrees, largest (leftmost) first,
one per set bit of `size`. A perfect subtree is a node `(level, idx)` over the leaves [idx·2^level, (idx+1)·2^level);
once complete it never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()

Node = tuple[int, int]
NodeHash = Callable[[Node], bytes]


def leaf_hash(record: bytes) -> bytes:
    """The prefix keeps a record from being mistaken for a pair of hashes, and the reverse (RFC 6962, 2.1)."""
    return sha256(b"\x00" + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def append(edge: Sequence[bytes], size: int, leaf: bytes) -> tuple[tuple[bytes, ...], list[tuple[Node, bytes]]]:
    """The edge after leaf number `size`, and the nodes (level ≥ 1) that this leaf completed, lowest first."""
    waiting = list(edge)
    if len(waiting) != size.bit_count():
        raise ValueError("the edge does not belong to this size")
    level, idx, current = 0, size, leaf
    completed = []
    while idx & 1:
        current = node_hash(waiting.pop(), current)
        level, idx = level + 1, idx >> 1
        completed.append(((level, idx), current))
    return (*waiting, current), completed


def root(edge: Sequence[bytes]) -> bytes:
    """The tree's root from its right edge; of an empty log, the hash of nothing."""
    if not edge:
        return EMPTY_ROOT
    current = edge[-1]
    for left in reversed(edge[:-1]):
        current = node_hash(left, current)
    return current


def newest_path(edge_before: Sequence[bytes]) -> tuple[bytes, ...]:
    """The inclusion path of the record just appended, from the edge before it: no reads are needed."""
    return tuple(reversed(edge_before))


def edge_nodes(size: int) -> list[Node]:
    """The perfect subtrees of a tree's right edge, largest first."""
    return _perfect(0, size)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove leaf `index` in a tree of `size`, the leaf's sibling first (PATH)."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    start, end = 0, size
    ranges = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The leaf ranges whose roots prove that the first `old` leaves of `new` are unchanged (PROOF)."""
    if not 0 < old <= new:
        raise ValueError("no such pair of sizes")
    start, end, left_edge = 0, new, True
    ranges = []
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, left_edge = middle, False
    # The old root itself is known to whoever checks, so it is left out when it is a whole subtree.
    if not left_edge:
        ranges.append((start, end))
    return ranges[::-1]


def range_nodes(ranges: Sequence[tuple[int, int]]) -> list[Node]:
    """Every perfect subtree needed to hash those ranges, to be read in one go."""
    return [node for start, end in ranges for node in _perfect(start, end)]


def range_hashes(ranges: Sequence[tuple[int, int]], node: NodeHash) -> tuple[bytes, ...]:
    """The root of each range; only the last range of a tree can be ragged."""
    return tuple(root([node(each) for each in _perfect(start, end)]) for start, end in ranges)


def root_from_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that this path leads to, or None when it cannot be a path of this index and size."""
    if not 0 <= index < size:
        return None
    position, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return current if last == 0 else None


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    return root_from_path(leaf, index, size, path) == expected_root


def extends(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` records begins with the tree of `old`."""
    if old in {0, new}:
        return 0 <= old <= new and not proof and old_root == (new_root if old == new else EMPTY_ROOT)
    if old > new or not proof:
        return False
    hashes = iter((old_root, *proof) if old & (old - 1) == 0 else proof)
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old_current = new_current = next(hashes)
    for sibling in hashes:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_current, new_current = node_hash(sibling, old_current), node_hash(sibling, new_current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_current = node_hash(new_current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old_current == old_root and new_current == new_root


def join(edge: Sequence[bytes]) -> bytes:
    """The edge as it is stored."""
    return b"".join(edge)


def split(stored: bytes) -> tuple[bytes, ...]:
    """A stored edge as its hashes; ValueError when it is not whole hashes."""
    if len(stored) % HASH_BYTES:
        raise ValueError("an edge is whole hashes")
    return tuple(stored[at : at + HASH_BYTES] for at in range(0, len(stored), HASH_BYTES))


def completed_between(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """For leaves [start, end): (level, first idx, idx after the last) of the nodes they complete, level ≥ 1."""
    level = 1
    while end >> level:
        if start >> level < end >> level:
            yield level, start >> level, end >> level
        level += 1


def _split(width: int) -> int:
    """The largest power of two smaller than `width` (≥ 2)."""
    return 1 << (width - 1).bit_length() - 1


def _perfect(start: int, end: int) -> list[Node]:
    """The perfect subtrees that make up [start, end), largest first; `start` is aligned to the largest."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes
