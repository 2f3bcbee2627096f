"""Reads of one community's log, and the check of all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from council.audit import tree
from council.audit.checking import Checker, one
from council.audit.model import Fault, FaultKind, Head, Record, Recorded, Report
from council.kernel.errors import NotFound
from council.storage.sql import fetch, fetch_one

BATCH = 512
"""Records read at a time while checking: at most 32 MiB of them."""

_NOTICES = 32
"""Notices that one instant may have: those of one motion stand at, or right behind, its own."""

_RECORD = "SELECT seq, at, kind, body, private, leaf_hash FROM log_record WHERE community_id = {}"


async def head(community_id: int) -> Head | None:
    """The log's head; None before the first record."""
    row = await fetch_one("SELECT size, edge, root, at FROM log_head WHERE community_id = {}", community_id)
    return None if row is None else Head(row["size"], tree.split(row["edge"]), row["root"], row["at"])


async def head_before(community_id: int, instant: datetime) -> Head | None:
    """The head as it was before `instant`; None when nothing had been recorded yet. Reads backwards from now: not for
    long ago."""
    row = await fetch_one(
        "SELECT seq, at FROM log_record WHERE community_id = {} AND at < {} ORDER BY seq DESC LIMIT 1",
        *(community_id, instant),
    )
    if row is None:
        return None
    size = row["seq"] + 1
    nodes = tree.edge_nodes(size)
    hashes = await _hashes(community_id, nodes)
    edge = tuple(hashes[node] for node in nodes)
    return Head(size, edge, tree.root(edge), row["at"])


async def record(community_id: int, seq: int) -> Record:
    """One record; NotFound when the log is shorter."""
    row = await fetch_one(_RECORD + " AND seq = {}", community_id, seq)
    if row is None:
        raise NotFound
    return Record(**row)


async def records(community_id: int, *, start: int = 0, limit: int = 100) -> list[Record]:
    """Records from place `start` on, oldest first."""
    rows = await fetch(_RECORD + " AND seq >= {} ORDER BY seq LIMIT {}", community_id, start, limit)
    return [Record(**row) for row in rows]


async def latest(community_id: int, *, before: int | None = None, limit: int = 100) -> list[Record]:
    """The newest records below place `before` (or of all), newest first."""
    if before is None:
        rows = await fetch(_RECORD + " ORDER BY seq DESC LIMIT {}", community_id, limit)
    else:
        rows = await fetch(_RECORD + " AND seq < {} ORDER BY seq DESC LIMIT {}", community_id, before, limit)
    return [Record(**row) for row in rows]


async def notice(community_id: int, kind: str, motion_id: int, since: datetime) -> Record | None:
    """The first record of that kind about this motion at or after `since`: the posting of a notice.

    `kind` is one of the index `log_record_notices`; of what was recorded since, the first few are looked through.
    """
    rows = await fetch(
        _RECORD + " AND kind IN ('motion.opened', 'motion.certified', 'motion.official_result') AND at >= {}"
        " ORDER BY at, seq LIMIT {}",
        *(community_id, since, _NOTICES),
    )
    found = [record for record in (Record(**row) for row in rows) if record.kind == kind]
    return next((record for record in found if record.data.get("motion") == motion_id), None)


async def inclusion(community_id: int, seq: int, *, size: int | None = None) -> Recorded:
    """A record with its proof in the log as it was at `size` (or is now); NotFound outside the log."""
    size = await _size(community_id, size)
    if not 0 <= seq < size:
        raise NotFound
    ranges = tree.inclusion_ranges(seq, size)
    path_nodes, edge_nodes = tree.range_nodes(ranges), tree.edge_nodes(size)
    hashes = await _hashes(community_id, {*path_nodes, *edge_nodes})
    found = await record(community_id, seq)
    path = tree.range_hashes(ranges, hashes.__getitem__)
    root = tree.root([hashes[node] for node in edge_nodes])
    return Recorded(seq, found.at, found.leaf_hash, path, root, size, found.body)


async def root_at(community_id: int, size: int) -> bytes:
    """The root when the log had `size` records: what a receipt of that moment must quote. NotFound if it never had."""
    nodes = tree.edge_nodes(await _size(community_id, size))
    hashes = await _hashes(community_id, nodes)
    return tree.root([hashes[node] for node in nodes])


async def consistency(community_id: int, old: int, new: int | None = None) -> tuple[bytes, ...]:
    """The proof that the log of `new` records (or of now) begins with the log of `old`; NotFound if it never was."""
    new = await _size(community_id, new)
    if not 0 <= old <= new:
        raise NotFound
    ranges = tree.consistency_ranges(old, new) if old else []
    hashes = await _hashes(community_id, tree.range_nodes(ranges))
    return tree.range_hashes(ranges, hashes.__getitem__)


async def verify(community_id: int, *, known: Sequence[tuple[int, bytes]] = ()) -> Report:
    """Re-hashes the stored bytes of every record and compares places, times, nodes and head.

    Finds any record altered, removed, added, reordered or back-dated, and names the first. A log that somebody
    rewrote as a whole agrees with itself: that shows only against (size, root) `known` from outside, such as a
    receipt's. Reads in batches, alongside appends.
    """
    checker = Checker(known)
    try:
        top = await head(community_id)
    except ValueError:
        return Report(0, tree.EMPTY_ROOT, one(FaultKind.HEAD, 0))
    fault = checker.beyond() if top is None else await _check_to(checker, community_id, top)
    fault = fault or await _leftovers(community_id)
    return Report(checker.size, tree.root(checker.edge), fault)


async def _check_to(checker: Checker, community_id: int, top: Head) -> Fault | None:
    while checker.size < top.size:
        start, end = checker.size, min(checker.size + BATCH, top.size)
        try:
            rows = await fetch(_RECORD + " AND seq >= {} AND seq < {} ORDER BY seq", community_id, start, end)
        except ValueError:
            # SQLite keeps whatever somebody put there: an instant that is none does not come out of the driver.
            return Fault(FaultKind.ALTERED, start, end - 1)
        nodes = await _nodes_completed(community_id, start, end)
        for row in rows:
            fault = checker.take(Record(**row), nodes)
            if fault is not None:
                return fault
        if checker.size < end:
            break
    return checker.finish(top)


async def _leftovers(community_id: int) -> Fault | None:
    """Rows that no head speaks of. The head is read last: what commits meanwhile only makes it larger."""
    counted = await fetch(
        "SELECT (SELECT COUNT(*) FROM log_record WHERE community_id = {}) AS records,"
        " (SELECT COALESCE(MAX(seq), -1) FROM log_record WHERE community_id = {}) AS last,"
        " (SELECT COUNT(*) FROM log_node WHERE community_id = {}) AS nodes",
        *(community_id, community_id, community_id),
    )
    top = await head(community_id)
    size = 0 if top is None else top.size
    found = counted[0]
    if found["records"] > size or found["last"] >= size:
        return one(FaultKind.EXTRA, size)
    # A tree of n leaves has n − 1 inner nodes; those on the way to a ragged end are not finished.
    if found["nodes"] > size - size.bit_count():
        return one(FaultKind.NODE, size)
    return None


async def _size(community_id: int, size: int | None) -> int:
    """`size`, or the log's; NotFound when the log never had so many records."""
    top = await head(community_id)
    now = 0 if top is None else top.size
    if size is None:
        return now
    if not 0 <= size <= now:
        raise NotFound
    return size


async def _hashes(community_id: int, nodes: Iterable[tree.Node]) -> dict[tree.Node, bytes]:
    """The hashes of those nodes, leaves included; RuntimeError for a log with holes."""
    wanted = set(nodes)
    leaves = sorted(idx for level, idx in wanted if level == 0)
    inner = sorted(node for node in wanted if node[0] > 0)
    found: dict[tree.Node, bytes] = {}
    if leaves:
        rows = await fetch(
            "SELECT seq, leaf_hash FROM log_record WHERE community_id = {} AND seq IN {}", community_id, leaves
        )
        found.update({(0, row["seq"]): row["leaf_hash"] for row in rows})
    if inner:
        found.update(await _nodes_where(community_id, ["level = {} AND idx = {}"] * len(inner), sum(inner, ())))
    if len(found) < len(wanted):
        raise RuntimeError(f"the log of community {community_id} has holes: run `council log verify`")
    return found


async def _nodes_completed(community_id: int, start: int, end: int) -> dict[tree.Node, bytes]:
    """The stored nodes that the records [start, end) completed."""
    spans = list(tree.completed_between(start, end))
    if not spans:
        return {}
    return await _nodes_where(community_id, ["level = {} AND idx >= {} AND idx < {}"] * len(spans), sum(spans, ()))


async def _nodes_where(community_id: int, tests: Sequence[str], values: Sequence[int]) -> dict[tree.Node, bytes]:
    any_test = " OR ".join(f"({test})" for test in tests)
    rows = await fetch(
        f"SELECT level, idx, hash FROM log_node WHERE community_id = {{}} AND ({any_test})",
        *(community_id, *values),
    )
    return {(row["level"], row["idx"]): row["hash"] for row in rows}
