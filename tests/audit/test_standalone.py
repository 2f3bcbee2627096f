"""The stand-alone script: run as anybody runs it, in an empty folder with nothing but itself and the receipt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.audit import commitment, notes, receipts
from council.audit.checkpoint import Checkpoint
from council.audit.notes import Kind, VerifierKey
from council.audit.receipts import Receipt
from tests.audit.test_receipts import DATA, NAMES, OPENINGS, ORIGIN, R, recorded

SCRIPT = Path(__file__).parents[2] / "tools" / "verify_receipt.py"
SEED, WITNESS_SEED = bytes(range(32)), bytes(range(32, 64))
LOG = VerifierKey(ORIGIN, Kind.LOG, notes.public_of(SEED))
WITNESS = VerifierKey("witness.example", Kind.WITNESS, notes.public_of(WITNESS_SEED))
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


HEX = R.to_bytes(32, "little").hex()


def signed(seq: int = 4, size: int = 11, data: dict[str, object] = DATA, kind: str = "ballot.accepted") -> Receipt:
    made = recorded(seq, size, data, kind)
    text = Checkpoint(ORIGIN, made.size, made.root).text
    lines = (
        notes.sign(text, name=ORIGIN, seed=SEED),
        notes.cosign(text, name=WITNESS.name, seed=WITNESS_SEED, at=NOON),
    )
    return receipts.receipt(made, origin=ORIGIN, signatures=lines)


def run(folder: Path, text: str, *keys: object) -> tuple[int, str]:
    """Status and output, with none of our packages to be found."""
    shutil.copyfile(SCRIPT, folder / "check.py")
    (folder / "mine.tlog-proof").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "check.py", "mine.tlog-proof", *map(str, keys)],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8", "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_it_is_short_and_needs_nothing_of_ours() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    imported = {
        line.split()[1].split(".")[0] for line in text.splitlines() if line.strip().startswith(("import", "from"))
    }
    assert imported == {"json", "sys", "base64", "datetime", "hashlib", "cryptography"}
    assert all(commitment.generator(choice).encode().hex() in text for choice in commitment.CHOICES)


def test_a_receipt_that_holds(tmp_path: Path) -> None:
    status, said = run(tmp_path, receipts.to_text(signed()), LOG, WITNESS)
    assert status == 0
    assert "record 5 of 11 in garden.example/c/garden/log" in said
    assert f"signed by {ORIGIN}, witness.example (witness, 2026-03-02 04:00 UTC)" in said
    assert "choice" not in said


@pytest.mark.parametrize("choice", commitment.CHOICES)
def test_what_a_ballot_holds(tmp_path: Path, choice: str) -> None:
    """R and "agree" are what the ballot was made of; any other choice is found out."""
    status, said = run(tmp_path, receipts.to_text(signed().opened(choice, R)), LOG)
    assert (status, f"holds the choice: {choice}" in said) == ((0, True) if choice == "agree" else (1, False))
    status, said = run(tmp_path, receipts.to_text(signed().opened(choice, R + 1)), LOG)
    assert (status, "WRONG: the choice in the file" in said) == (1, True)


def test_what_a_ballot_of_an_election_holds(tmp_path: Path) -> None:
    """4 is chosen of 1, 2 and 4; another name, or one left out, is found out."""
    ours = signed(data=NAMES)
    status, said = run(tmp_path, receipts.to_text(ours.opened_each(OPENINGS)), LOG)
    assert (status, "holds the choice: [4]" in said) == (0, True), said
    for wrong in (OPENINGS[:2], [], [*OPENINGS, OPENINGS[0]], [("agree", R + 1), *OPENINGS[1:]]):
        status, said = run(tmp_path, receipts.to_text(ours.opened_each(wrong)), LOG)
        assert (status, "WRONG: the choice in the file" in said) == (1, True), said
    nobody = receipts.election_data(
        community="garden", motion=8, ballot="B2345670", commitments={1: commitment.commit("abstain", R)}
    )
    status, said = run(tmp_path, receipts.to_text(signed(data=nobody).opened_each([("abstain", R)])), LOG)
    assert (status, "holds the choice: nobody" in said) == (0, True), said


@pytest.mark.parametrize(
    ("change", "status", "why"),
    [
        (lambda text: text.replace("index 4", "index 5"), 1, "the file was changed"),
        (lambda text: text.replace("\n11\n", "\n12\n"), 1, "WRONG"),
        (lambda text: text.replace(ORIGIN, "evil.example/log"), 1, "not signed by the record's key"),
        (lambda text: text.rpartition("\n\n")[0], 1, "not signed by the record's key"),
        (lambda text: text.replace(text.split("\n")[3], text.split("\n")[4], 1), 1, "the file was changed"),
        (lambda text: text.replace("tlog-proof@v1", "tlog-proof@v2"), 2, "not a tlog-proof"),
        (lambda text: "hello", 2, "could not be read"),
        (lambda text: "", 2, "could not be read"),
    ],
)
def test_a_receipt_that_does_not(tmp_path: Path, change, status: int, why: str) -> None:
    found, said = run(tmp_path, change(receipts.to_text(signed())), LOG)
    assert (found, why in said) == (status, True), said


def forged(text: str, **beside: object) -> str:
    """The file with more standing beside the record, as anybody can write it there."""
    line = text.split("\n")[1]
    extra = json.loads(b64decode(line.removeprefix("extra "))) | beside
    return text.replace(line, "extra " + b64encode(json.dumps(extra).encode()).decode())


def test_a_commitment_beside_the_record_opens_nothing(tmp_path: Path) -> None:
    """A true receipt, with a commitment of one's own and what opens that: the ballot does not hold it."""
    mine = {choice: commitment.commit(choice, R).hex() for choice in commitment.CHOICES}
    as_election = forged(
        receipts.to_text(signed()),
        numbers=[1, 2],
        commitments=[mine["oppose"], mine["agree"]],
        choices=["oppose", "agree"],
        rs=[HEX] * 2,
    )
    as_plain = forged(receipts.to_text(signed(data=NAMES)), commitment=mine["oppose"], choice="oppose", r=HEX)
    for text in (as_election, as_plain):
        status, said = run(tmp_path, text, LOG)
        assert (status, "WRONG" in said, "holds the choice" in said) == (1, True, False), said
        assert not receipts.verify_receipt(text, keys=[LOG]).holds


def test_what_is_no_ballot_is_not_called_one(tmp_path: Path) -> None:
    """Anybody can make such a file of any record, from the tiles and the signed head."""
    status, said = run(tmp_path, receipts.to_text(signed(kind="motion.cancelled")), LOG)
    assert (status, "it is not a ballot" in said, "这是一张选票" in said) == (1, True, False)


def test_a_signature_of_another_head_is_false(tmp_path: Path) -> None:
    other = receipts.to_text(signed(4, 12)).rpartition("\n\n")[2]
    text = receipts.to_text(signed()).rpartition("\n\n")[0] + "\n\n" + other
    assert run(tmp_path, text, LOG) == (1, run(tmp_path, text, LOG)[1])
    assert "the signature of garden.example/c/garden/log is false" in run(tmp_path, text, LOG)[1]


def test_without_a_key_nothing_is_said_to_be_signed(tmp_path: Path) -> None:
    status, said = run(tmp_path, receipts.to_text(signed()))
    assert (status, "not signed by the record's key that you gave" in said) == (1, True)
    stranger = VerifierKey(ORIGIN, Kind.LOG, notes.public_of(WITNESS_SEED))
    assert run(tmp_path, receipts.to_text(signed()), stranger)[0] == 1
    assert run(tmp_path, receipts.to_text(signed()), "nonsense")[0] == 2


def test_what_the_house_says_it_says_too(tmp_path: Path) -> None:
    assert DATA["ballot"] == "B2345678"
    for text in (receipts.to_text(signed(seq, size)) for seq, size in ((0, 1), (0, 2), (6, 7), (7, 8), (2, 13))):
        assert receipts.verify_receipt(text, keys=[LOG, WITNESS]).holds
        assert run(tmp_path, text, LOG)[0] == 0
