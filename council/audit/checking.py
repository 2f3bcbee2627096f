"""Going through a log record by record: the first thing that does not hold, and which record it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from council.audit import entry, tree
from council.audit.model import Fault, FaultKind, Head, Record


class Checker:
    """Takes the records in order and rebuilds the tree from their stored bytes. Holds one edge, never the log."""

    def __init__(self, known: Iterable[tuple[int, bytes]] = ()) -> None:
        """`known` are (size, root) that somebody kept: of receipts, or from the notice board."""
        self.size = 0
        self.edge: tuple[bytes, ...] = ()
        self._at: datetime | None = None
        self._known: dict[int, set[bytes]] = {}
        for size, root in known:
            self._known.setdefault(size, set()).add(root)

    def take(self, record: Record, nodes: Mapping[tree.Node, bytes]) -> Fault | None:
        """Checks the next record and the stored nodes that it completes."""
        seq = self.size
        if record.seq != seq:
            return one(FaultKind.MISSING if record.seq > seq else FaultKind.EXTRA, seq)
        # SQLite would also keep a blob in a text column.
        leaf = tree.leaf_hash(record.body.encode()) if isinstance(record.body, str) else b""
        if leaf != record.leaf_hash:
            return one(FaultKind.ALTERED, seq)
        fault = self._content(record)
        if fault is not None:
            return one(fault, seq)
        self.edge, completed = tree.append(self.edge, seq, leaf)
        self.size, self._at = seq + 1, record.at
        for node, expected in completed:
            if nodes.get(node) != expected:
                return _under(FaultKind.NODE, node)
        if self.size in self._known and self._known[self.size] != {tree.root(self.edge)}:
            return Fault(FaultKind.FORKED, 0, seq)
        return None

    def finish(self, head: Head) -> Fault | None:
        """Checks the head after its last record has been taken."""
        if self.size < head.size:
            return one(FaultKind.MISSING, self.size)
        fault = self._edge(head.edge)
        if fault is not None:
            return fault
        if head.root != tree.root(self.edge) or (self._at is not None and head.at != self._at):
            return Fault(FaultKind.HEAD, 0, max(self.size - 1, 0))
        return self.beyond()

    def beyond(self) -> Fault | None:
        """Whether somebody knows of a longer log than this."""
        longest = max(self._known, default=0)
        return Fault(FaultKind.MISSING, self.size, longest - 1) if longest > self.size else None

    def _content(self, record: Record) -> FaultKind | None:
        content = entry.read(record.body)
        if content is None:
            return FaultKind.ALTERED
        label = (content.get("seq"), content.get("kind"), content.get("at"))
        if label != (record.seq, record.kind, entry.instant(record.at)):
            return FaultKind.MISLABELLED
        if self._at is not None and record.at < self._at:
            return FaultKind.BACK_DATED
        kept = None if record.private is None else entry.private_hash(record.private)
        return FaultKind.PRIVATE if kept != content.get("private") else None

    def _edge(self, stored: Sequence[bytes]) -> Fault | None:
        nodes = tree.edge_nodes(self.size)
        if len(stored) != len(nodes):
            return Fault(FaultKind.HEAD, 0, max(self.size - 1, 0))
        for node, kept, expected in zip(nodes, stored, self.edge, strict=True):
            if kept != expected:
                return _under(FaultKind.HEAD, node)
        return None


def one(kind: FaultKind, seq: int) -> Fault:
    return Fault(kind, seq, seq)


def _under(kind: FaultKind, node: tree.Node) -> Fault:
    level, idx = node
    return Fault(kind, idx << level, ((idx + 1) << level) - 1)
