"""Receipts: what a voter takes home, and what it takes to fool one."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.audit import commitment, entry, keys, receipts, tree
from council.audit.model import Recorded
from council.audit.receipts import Finding, Receipt, Unreadable, verify_receipt
from council.kernel.ids import ALPHABET

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ORIGIN = keys.origin_of("garden.example", "garden")
R = 123456789
DATA = receipts.ballot_data(community="garden", motion=7, ballot="B2345678", commitment=commitment.commit("agree", R))


NAMES = receipts.election_data(
    community="garden",
    motion=8,
    ballot="B2345679",
    commitments={n: commitment.commit("agree" if n == 4 else "abstain", R + n) for n in (1, 2, 4)},
)
OPENINGS = [("abstain", R + 1), ("abstain", R + 2), ("agree", R + 4)]
"""Of an election in which 1, 2 and 4 stand: 4 is chosen."""


def recorded(seq: int, size: int, data: dict[str, object] = DATA, kind: str = "ballot.accepted") -> Recorded:
    """The ballot as record `seq` of a log of `size`."""
    body = entry.body(seq=seq, at=NOON, kind=kind, data=data)
    edge: tuple[bytes, ...] = ()
    hashes: dict[tree.Node, bytes] = {}
    for n in range(size):
        leaf = tree.leaf_hash(body.encode() if n == seq else b"%d" % n)
        hashes[0, n] = leaf
        edge, completed = tree.append(edge, n, leaf)
        hashes.update(completed)
    path = tree.range_hashes(tree.inclusion_ranges(seq, size), hashes.__getitem__)
    return Recorded(seq, NOON, hashes[0, seq], path, tree.root(edge), size, body)


SEALED = receipts.receipt(recorded(4, 11), origin=ORIGIN)
OPEN = SEALED.opened("agree", R)
TEXT = receipts.to_text(SEALED)


HEAD = (SEALED.size, SEALED.root)


def find(text: str, known: tuple[int, bytes] | None = HEAD) -> Finding:
    return verify_receipt(text, known=known).finding


def test_the_file_is_a_tlog_proof_whose_checkpoint_is_unsigned() -> None:
    lines = TEXT.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert json.loads(b64decode(lines[1].removeprefix("extra "))) == {"v": 1, "record": SEALED.record}
    assert lines[2] == "index 4"
    assert [b64decode(line) for line in lines[3:7]] == list(SEALED.path)
    assert lines[7:] == ["", "garden.example/c/garden/log", "11", b64encode(SEALED.root).decode(), ""]


def test_a_receipt_tells_which_ballot_it_is_for() -> None:
    read = receipts.parse(TEXT)
    assert read == SEALED
    assert read.is_sealed
    assert (read.data["community"], read.data["motion"], read.data["ballot"]) == ("garden", 7, "B2345678")
    assert bytes.fromhex(read.data["commitment"]) == commitment.commit("agree", R)


def test_sealed_by_default_and_no_choice_in_it() -> None:
    assert b"agree" not in b64decode(TEXT.split("\n")[1].removeprefix("extra "))
    assert receipts.parse(receipts.to_text(OPEN)).opening == receipts.Opening("agree", R)


@settings(deadline=None)
@given(st.integers(1, 24), st.data())
def test_every_receipt_reads_back_and_holds(size: int, data: st.DataObject) -> None:
    receipt = receipts.receipt(recorded(data.draw(st.integers(0, size - 1)), size), origin=ORIGIN)
    text = receipts.to_text(receipt)
    assert receipts.parse(text) == receipt
    assert find(text, (receipt.size, receipt.root)) is Finding.HOLDS


def test_opened_and_signed_receipts_hold() -> None:
    assert find(receipts.to_text(OPEN)) is Finding.HOLDS
    signed = replace(SEALED, signatures=("— garden.example/c/garden/log c2lnbmF0dXJl", "— street.example d2l0bmVzcw=="))
    text = receipts.to_text(signed)
    assert text == TEXT + "\n" + "".join(f"{line}\n" for line in signed.signatures)
    assert receipts.parse(text) == signed
    assert find(text) is Finding.HOLDS


def test_a_receipt_that_came_through_windows_holds() -> None:
    assert find(TEXT.replace("\n", "\r\n")) is Finding.HOLDS
    assert find(TEXT.rstrip("\n")) is Finding.HOLDS


def test_the_short_code_is_the_records() -> None:
    code = SEALED.code
    assert len(code) == 14
    assert [len(group) for group in code.split(" ")] == [4, 4, 4]
    assert set(code) <= {*ALPHABET, " "}
    assert OPEN.code == code
    later = receipts.receipt(recorded(4, 20), origin=ORIGIN)
    assert later.code == code
    assert receipts.receipt(recorded(5, 20), origin=ORIGIN).code != code


def test_another_root_is_not_believed() -> None:
    assert find(TEXT, (11, bytes(32))) is Finding.UNKNOWN_ROOT
    assert find(TEXT, None) is Finding.HOLDS


def test_another_size_is_not_believed() -> None:
    """Leaf 4 has the same path in a log of 11 and of 12: size and root are known together."""
    other = receipts.to_text(replace(SEALED, size=12))
    assert find(other, None) is Finding.HOLDS
    assert find(other) is Finding.UNKNOWN_ROOT


def test_a_receipt_of_another_choice_does_not_hold() -> None:
    assert find(receipts.to_text(SEALED.opened("oppose", R))) is Finding.WRONG_OPENING
    assert find(receipts.to_text(SEALED.opened("agree", R + 1))) is Finding.WRONG_OPENING


@pytest.mark.parametrize("data", [{}, {"commitment": 5}, {"commitment": "zz"}])
def test_an_opening_of_what_is_no_ballot_does_not_hold(data: dict[str, object]) -> None:
    body = entry.body(seq=0, at=NOON, kind="note.made", data=data)
    leaf = tree.leaf_hash(body.encode())
    receipt = Receipt(ORIGIN, 0, 1, leaf, (), body).opened("agree", R)
    assert find(receipts.to_text(receipt), (1, leaf)) is Finding.WRONG_OPENING


@pytest.mark.parametrize(
    "forged",
    [
        replace(SEALED, record=SEALED.record.replace("B2345678", "B2345679")),
        replace(SEALED, record=SEALED.record + " "),
        replace(SEALED, record="not a record"),
        replace(SEALED, seq=5),
        replace(SEALED, path=SEALED.path[:-1]),
        replace(SEALED, path=(*SEALED.path[:-1], bytes(32))),
        replace(SEALED, path=SEALED.path[::-1]),
        replace(SEALED, root=bytes(32)),
    ],
)
def test_a_forged_receipt_is_not_included(forged: Receipt) -> None:
    assert find(receipts.to_text(forged)) is Finding.NOT_INCLUDED


def test_a_records_place_stands_in_its_bytes() -> None:
    """Otherwise one record could be shown as two."""
    body = entry.body(seq=3, at=NOON, kind="ballot.cast", data=DATA)
    leaf = tree.leaf_hash(body.encode())
    assert find(receipts.to_text(Receipt(ORIGIN, 0, 1, leaf, (), body)), (1, leaf)) is Finding.NOT_INCLUDED


def extra(content: object) -> str:
    line = "extra " + b64encode(json.dumps(content).encode()).decode()
    return TEXT.replace(TEXT.split("\n")[1], line)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("index 4", "index 04"),
        TEXT.replace("index 4", "index -4"),
        TEXT.replace("index 4", "index ４"),
        TEXT.replace("index 4", "index " + "9" * 5000),
        TEXT.replace("index 4", "place 4"),
        TEXT.replace("\n11\n", "\neleven\n"),
        TEXT.replace("\n11\n", "\n"),
        TEXT.replace("extra ", "other "),
        TEXT.replace("\n\n", "\n"),
        TEXT.replace("\n\n", "\n!!!\n\n"),
        TEXT.replace("\n\n", "\nAAAA\n\n"),
        TEXT.replace(ORIGIN, ""),
        TEXT + "one more line\n",
        TEXT + "\n",
        TEXT + "\nnot a signature\n",
        TEXT + "A" * receipts.MOST_CHARACTERS,
        extra([]),
        extra({"v": 2, "record": "x"}),
        extra({"v": 1}),
        extra({"v": 1, "record": 5}),
        extra({"v": 1, "record": "\ud800"}),
        extra({"v": 1, "record": "x", "choice": "agree"}),
        extra({"v": 1, "record": "x", "choice": 1, "r": "00" * 32}),
        extra({"v": 1, "record": "x", "choice": "agree", "r": "zz" * 32}),
        TEXT.replace(TEXT.split("\n")[1], "extra " + b64encode(b"[" * 90_000).decode()),
        TEXT.replace(TEXT.split("\n")[1], "extra " + b64encode(b"\xff").decode()),
    ],
)
def test_what_is_no_receipt_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        receipts.parse(text)
    assert verify_receipt(text).finding is Finding.UNREADABLE
    assert verify_receipt(text).receipt is None


@settings(deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.characters(codec="utf-8"))
def test_no_sign_but_the_origins_can_be_changed(place: int, sign: str) -> None:
    """The origin is a name: only a signature will bind it."""
    result = verify_receipt(TEXT[:place] + sign + TEXT[place + 1 :], known=HEAD)
    if result.holds:
        assert result.receipt is not None
        assert result.receipt == replace(SEALED, origin=result.receipt.origin)


def test_every_name_of_an_election_is_opened_or_none_is() -> None:
    sealed = receipts.receipt(recorded(4, 11, NAMES), origin=ORIGIN)
    head = (sealed.size, sealed.root)
    text = receipts.to_text(sealed.opened_each(OPENINGS))
    assert verify_receipt(text, known=head).finding is Finding.HOLDS
    assert receipts.parse(text) == sealed.opened_each(OPENINGS)
    assert verify_receipt(receipts.to_text(sealed), known=head).finding is Finding.HOLDS
    for wrong in (OPENINGS[:2], [], [*OPENINGS, OPENINGS[0]], [("agree", R + 1), *OPENINGS[1:]], OPENINGS[::-1]):
        changed = receipts.to_text(sealed.opened_each(wrong))
        assert verify_receipt(changed, known=head).finding is Finding.WRONG_OPENING
    # neither kind opens the other
    assert (
        verify_receipt(receipts.to_text(sealed.opened("abstain", R + 1)), known=head).finding is Finding.WRONG_OPENING
    )
    assert find(receipts.to_text(SEALED.opened_each([("agree", R)]))) is Finding.WRONG_OPENING


@pytest.mark.parametrize(
    "extra", [{"choices": ["agree"]}, {"rs": []}, {"choices": "agree", "rs": "00"}, {"choices": [1], "rs": ["0" * 64]}]
)
def test_half_an_opening_of_names_cannot_be_read(extra: dict[str, object]) -> None:
    plain = {"v": 1, "record": SEALED.record} | extra
    lines = TEXT.split("\n")
    lines[1] = "extra " + b64encode(json.dumps(plain).encode()).decode()
    with pytest.raises(Unreadable):
        receipts.parse("\n".join(lines))
