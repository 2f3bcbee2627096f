"""What a witness signs and what it refuses, as the protocol says it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.audit import checkpoint, notes, tree, witnessing
from council.audit.checkpoint import Checkpoint
from council.audit.notes import Kind, VerifierKey
from council.audit.witnessing import NOTHING, BadRequest, Seen, Submission
from tests.audit.test_tree import Log

SEED = bytes(range(32))
ORIGIN = "garden.example/c/garden/log"
KEY = VerifierKey(ORIGIN, Kind.LOG, notes.public_of(SEED))
RECORDS = [b"%d" % n for n in range(40)]
HONEST, FORGED = Log(RECORDS), Log([*RECORDS[:4], b"forged", *RECORDS[5:]])

# The request of the specification's example.
EXAMPLE = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
"""  # noqa: E501


def root(log: Log, size: int) -> bytes:
    return tree.root(log.edges[size])


def point(log: Log, size: int, seed: bytes = SEED) -> Checkpoint:
    made = Checkpoint(ORIGIN, size, root(log, size))
    return made.with_lines([notes.sign(made.text, name=ORIGIN, seed=seed)])


def submission(old: int, size: int, log: Log = HONEST) -> Submission:
    ranges = tree.consistency_ranges(old, size) if old else []
    return Submission(old, tree.range_hashes(ranges, log.nodes.__getitem__), point(log, size))


def status(sent: Submission, seen: Seen, keys: tuple[VerifierKey, ...] = (KEY,)) -> int:
    no = witnessing.refusal(witnessing.parse(sent.text.encode()), keys, seen)
    return 200 if no is None else no.status


def test_the_specifications_request_is_read() -> None:
    found = witnessing.parse(EXAMPLE.encode())
    assert (found.old, len(found.proof), found.checkpoint.size) == (20852014, 4, 20852163)
    assert len(found.checkpoint.signatures) == 2
    assert found.text == EXAMPLE


@pytest.mark.parametrize(("old", "size"), [(0, 1), (0, 40), (1, 2), (7, 8), (8, 31), (31, 40), (40, 40), (0, 0)])
def test_a_log_that_only_grew_is_signed(old: int, size: int) -> None:
    seen = Seen(old, root(HONEST, old)) if old else NOTHING
    assert status(submission(old, size), seen) == 200


def test_what_is_refused_and_with_which_number() -> None:
    seen = Seen(20, root(HONEST, 20))
    assert status(submission(20, 30), seen, ()) == 404
    assert status(replace(submission(20, 30), checkpoint=point(HONEST, 30, SEED[::-1])), seen) == 403
    assert status(replace(submission(20, 30), checkpoint=replace(point(HONEST, 30), size=31)), seen) == 403
    assert status(replace(submission(20, 30), old=31), seen) == 400
    assert status(submission(10, 30), seen) == 409
    assert status(submission(0, 30), seen) == 409
    assert status(replace(submission(20, 30), proof=()), seen) == 422
    assert status(replace(submission(0, 30), proof=(bytes(32),)), NOTHING) == 422


def test_a_log_that_was_changed_is_refused() -> None:
    seen = Seen(20, root(HONEST, 20))
    assert status(submission(20, 30, FORGED), seen) == 422
    same = Submission(20, (), point(FORGED, 20))
    assert (status(same, seen), witnessing.refusal(same, [KEY], seen)) == (
        409,
        witnessing.No(409, "another head was signed last", 20),
    )
    rolled_back = submission(10, 12)
    assert witnessing.refusal(rolled_back, [KEY], seen) == witnessing.No(409, "another head was signed last", 20)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"old 0\n",
        b"\xff" + EXAMPLE.encode(),
        EXAMPLE.replace("old 2", "old 02").encode(),
        EXAMPLE.replace("old 2", "old -2").encode(),
        EXAMPLE.replace("old ", "new ").encode(),
        EXAMPLE.replace("PlRN", "PlR").encode(),
        EXAMPLE.replace(
            "old 20852014\n", "old 20852014\n" + "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" * 60
        ).encode(),
        EXAMPLE.replace("\n\nexample", "\nexample").encode(),
    ],
)
def test_what_is_no_request(wrong: bytes) -> None:
    with pytest.raises(BadRequest):
        witnessing.parse(wrong)


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.booleans())
def test_only_extensions_are_ever_signed(held: int, old: int, size: int, is_forged: bool) -> None:
    log = FORGED if is_forged else HONEST
    proof = tree.range_hashes(tree.consistency_ranges(old, size), log.nodes.__getitem__) if 0 < old <= size else ()
    seen = Seen(held, root(HONEST, held))
    no = witnessing.refusal(Submission(old, proof, point(log, size)), [KEY], seen)
    is_extension = old == held <= size and (log is HONEST or held <= 4)
    # An empty log leads to every other, and a log of up to four records is the same in both.
    assert (no is None) == (is_extension and (root(log, held) == seen.root))


def test_the_example_is_no_checkpoint_of_ours() -> None:
    assert checkpoint.parse(EXAMPLE.partition("\n\n")[2]).signed_by([KEY]) == []
