"""The tree against the vectors of RFC 6962's reference code, a naive reading of the RFC, and `pymerkle`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from council.audit import tree

CT_RECORDS = [
    bytes.fromhex(record)
    for record in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Log:
    """A log in memory, grown one record at a time as the service grows it."""

    def __init__(self, records: list[bytes]) -> None:
        self.nodes: dict[tree.Node, bytes] = {}
        self.edges: list[tuple[bytes, ...]] = [()]
        for index, record in enumerate(records):
            leaf = tree.leaf_hash(record)
            self.nodes[0, index] = leaf
            edge, completed = tree.append(self.edges[-1], index, leaf)
            self.nodes.update(completed)
            self.edges.append(edge)

    def root(self, size: int) -> bytes:
        return tree.root(self.edges[size])

    def path(self, index: int, size: int) -> tuple[bytes, ...]:
        return tree.range_hashes(tree.inclusion_ranges(index, size), self.nodes.__getitem__)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return tree.range_hashes(tree.consistency_ranges(old, new), self.nodes.__getitem__)


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH as the RFC writes it."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return tree.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def naive_proof(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF as the RFC writes it."""
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    if old <= k:
        return [*naive_proof(old, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_proof(old - k, leaves[k:], False), naive_root(leaves[:k])]


LOG = Log([b"record %d" % n for n in range(70)])
LEAVES = [LOG.nodes[0, n] for n in range(70)]
sizes = st.integers(1, 70)


def test_reference_roots() -> None:
    log = Log(CT_RECORDS)
    assert [log.root(size).hex() for size in range(9)] == CT_ROOTS


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=40), st.data())
def test_oracle_agrees_on_roots_and_paths(records: list[bytes], data: st.DataObject) -> None:
    oracle, log = InmemoryTree(algorithm="sha256"), Log(records)
    for record in records:
        oracle.append_entry(record)
    size = data.draw(st.integers(1, len(records)))
    index = data.draw(st.integers(0, size - 1))
    assert log.root(size) == oracle.get_root(size)
    proof = oracle.prove_inclusion(index + 1, size)
    assert list(log.path(index, size)) == proof.path[1:]
    assert tree.includes(log.nodes[0, index], index, size, proof.path[1:], oracle.get_root(size))


@pytest.mark.parametrize("new", range(1, 34))
def test_consistency_is_the_rfcs(new: int) -> None:
    for old in range(1, new + 1):
        proof = LOG.proof(old, new)
        assert list(proof) == naive_proof(old, LEAVES[:new])
        assert tree.extends(old, LOG.root(old), new, LOG.root(new), proof)


@pytest.mark.parametrize("size", range(1, 70))
def test_newest_path_is_the_edge_before_reversed(size: int) -> None:
    assert tree.newest_path(LOG.edges[size - 1]) == LOG.path(size - 1, size)


@pytest.mark.parametrize("size", range(70))
def test_edge_is_rebuilt_from_nodes(size: int) -> None:
    assert tuple(LOG.nodes[node] for node in tree.edge_nodes(size)) == LOG.edges[size]


@settings(deadline=None)
@given(st.integers(0, 70), st.integers(0, 70))
def test_completed_between_names_each_new_node_once(one: int, other: int) -> None:
    start, end = sorted((one, other))
    named = [(level, idx) for level, first, after in tree.completed_between(start, end) for idx in range(first, after)]
    edge, expected = LOG.edges[start], []
    for index in range(start, end):
        edge, completed = tree.append(edge, index, LEAVES[index])
        expected += [node for node, _ in completed]
    assert sorted(named) == sorted(expected)


@settings(deadline=None)
@given(sizes, st.data())
def test_a_path_proves_only_its_own_leaf_place_and_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root = LOG.path(index, size), LOG.root(size)
    assert tree.includes(LEAVES[index], index, size, path, root)
    assert not tree.includes(tree.leaf_hash(b"another record"), index, size, path, root)
    assert not tree.includes(LEAVES[index], index, size, (*path, root), root)
    assert not tree.includes(LEAVES[index], -1, size, path, root)
    assert not tree.includes(LEAVES[index], size, size, path, root)
    if path:
        spoiled = data.draw(st.integers(0, len(path) - 1))
        flipped = bytes([path[spoiled][0] ^ 1]) + path[spoiled][1:]
        assert not tree.includes(LEAVES[index], index, size, (*path[:spoiled], flipped, *path[spoiled + 1 :]), root)
        assert not tree.includes(LEAVES[index], index, size, path[:-1], root)
        elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
        assert not tree.includes(LEAVES[index], elsewhere, size, path, root)


@settings(deadline=None)
@given(sizes, sizes, st.data())
def test_a_forked_log_does_not_extend(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    proof = LOG.proof(old, new)
    changed = data.draw(st.integers(0, old - 1))
    fork = Log([b"forged" if n == changed else b"record %d" % n for n in range(new)])
    assert not tree.extends(old, LOG.root(old), new, fork.root(new), fork.proof(old, new))
    assert not tree.extends(old, fork.root(old), new, LOG.root(new), proof)
    assert not tree.extends(old, LOG.root(old), new, LOG.root(new), (*proof, LOG.root(new)))
    if proof:
        assert not tree.extends(old, LOG.root(old), new, LOG.root(new), proof[:-1])


def test_the_empty_log_is_extended_by_every_log() -> None:
    assert tree.extends(0, tree.EMPTY_ROOT, 5, LOG.root(5), ())
    assert not tree.extends(0, LOG.root(1), 5, LOG.root(5), ())
    assert not tree.extends(6, LOG.root(6), 5, LOG.root(5), ())


def test_the_stored_edge_reads_back() -> None:
    assert tree.split(tree.join(LOG.edges[70])) == LOG.edges[70]
    assert tree.split(b"") == ()
    with pytest.raises(ValueError):
        tree.split(b"x" * 33)


def test_impossible_questions_are_errors() -> None:
    with pytest.raises(ValueError):
        tree.append(LOG.edges[3], 4, LEAVES[4])
    with pytest.raises(ValueError):
        tree.inclusion_ranges(5, 5)
    with pytest.raises(ValueError):
        tree.consistency_ranges(6, 5)


def test_an_edge_stays_short() -> None:
    """One hash per set bit: a log of 2^63 records has an edge of at most 64."""
    assert len(tree.edge_nodes(2**63 - 1)) == 63
