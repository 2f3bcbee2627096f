"""Signed notes against published examples and vectors, and against a second reading."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.audit import checkpoint, notes
from council.audit.checkpoint import Checkpoint, NotACheckpoint
from council.audit.notes import BadKey, Kind, VerifierKey
from tests.audit import second_look

# The example of the format's first implementation: key, text and the one signature that Ed25519 gives.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = bytes.fromhex("810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173")
PETER_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
# A checkpoint that was really published (its tree is the one of the specification's examples).
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = (
    "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— sum.golang.org"
    " Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SEED = bytes(range(32))
LOG = VerifierKey("garden.example/c/garden/log", Kind.LOG, notes.public_of(SEED))
WITNESS = VerifierKey("witness.example", Kind.WITNESS, notes.public_of(SEED[::-1]))
POINT = Checkpoint(LOG.name, 42, bytes(32))


def test_the_published_examples_hold() -> None:
    assert [each.line for each in notes.verified(PETER_TEXT, [PETER_LINE], [VerifierKey.parse(PETER)]) or ()]
    assert notes.sign(PETER_TEXT, name="PeterNeumann", seed=PETER_SEED) == PETER_LINE
    found = checkpoint.parse(SUMDB_NOTE)
    assert (found.origin, found.size, found.note) == ("go.sum database tree", 20852163, SUMDB_NOTE)
    assert len(found.signed_by([VerifierKey.parse(SUMDB)]) or ()) == 1


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
)
def test_signatures_are_those_of_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    assert notes.public_of(bytes.fromhex(seed)).hex() == public
    line = notes.sign(bytes.fromhex(message).decode(), name="rfc", seed=bytes.fromhex(seed))
    key_id = VerifierKey("rfc", Kind.LOG, bytes.fromhex(public)).id
    assert line == f"— rfc {b64encode(key_id + bytes.fromhex(signature)).decode()}"


def test_a_verifier_key_is_name_id_and_key() -> None:
    assert str(VerifierKey.parse(PETER)) == PETER
    assert VerifierKey.parse(str(WITNESS)) == WITNESS
    for wrong in (
        PETER.replace("c74f", "c74e"),
        PETER[:-1] + "X",
        PETER.replace("Peter", "Petra"),
        PETER.replace("+ARpc", "+BRpc"),
        "Peter Neumann+c74f20a3+x",
        "",
        "a+b",
    ):
        with pytest.raises(BadKey):
            VerifierKey.parse(wrong)


def test_log_and_witness_sign_one_checkpoint() -> None:
    signed = POINT.with_lines(
        [
            notes.sign(POINT.text, name=LOG.name, seed=SEED),
            notes.cosign(POINT.text, name=WITNESS.name, seed=SEED[::-1], at=NOW),
        ]
    )
    assert checkpoint.parse(signed.note) == signed
    assert [(each.key, each.at) for each in signed.signed_by([LOG, WITNESS]) or ()] == [(LOG, None), (WITNESS, NOW)]
    assert second_look.signed_by(signed.note, str(LOG))
    assert second_look.signed_by(signed.note, str(WITNESS))
    assert second_look.head(signed.note) == (LOG.name, 42, bytes(32))


def test_a_wrong_signature_of_a_known_key_is_no_signature_and_a_strangers_is_passed_over() -> None:
    right = notes.sign(POINT.text, name=LOG.name, seed=SEED)
    other = notes.sign(Checkpoint(LOG.name, 43, bytes(32)).text, name=LOG.name, seed=SEED)
    stranger = notes.sign(POINT.text, name="stranger", seed=SEED)
    assert notes.verified(POINT.text, [other], [LOG]) is None
    assert notes.verified(POINT.text, [right, other], [LOG]) is None
    assert [each.line for each in notes.verified(POINT.text, [stranger, right], [LOG]) or ()] == [right]
    assert notes.verified(POINT.text, [stranger], [LOG]) == []
    late = notes.cosign(POINT.text, name=WITNESS.name, seed=SEED[::-1], at=NOW)
    data = bytearray(b64decode(late.rpartition(" ")[2]))
    data[11] ^= 1
    assert notes.verified(POINT.text, [f"— {WITNESS.name} {b64encode(bytes(data)).decode()}"], [WITNESS]) is None
    assert notes.verified(POINT.text, [right] * 65, [LOG]) is None


@pytest.mark.parametrize(
    "wrong",
    [
        POINT.text,
        POINT.text + "\n",
        POINT.text + "\n— a b\n",
        "\n42\n" + POINT.text.split("\n")[2] + "\n\n" + PETER_LINE + "\n",
        POINT.text.replace("42", "042") + "\n" + PETER_LINE + "\n",
        POINT.text.replace("42", "-1") + "\n" + PETER_LINE + "\n",
        POINT.text.replace("AAAA", "AAA", 1) + "\n" + PETER_LINE + "\n",
        POINT.text + "extension\n\n" + PETER_LINE + "\n",
        (POINT.text + "\n" + PETER_LINE + "\n").replace("\n", "\r\n"),
        POINT.text + "\n" + PETER_LINE,
    ],
)
def test_what_is_no_checkpoint(wrong: str) -> None:
    with pytest.raises(NotACheckpoint):
        checkpoint.parse(wrong)


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for note in (text, SUMDB_NOTE.replace("sum", text[:9]), SUMDB_NOTE + text):
        try:
            assert checkpoint.parse(note).note == note
        except NotACheckpoint:
            continue
    assert notes.verified(POINT.text, [text], [LOG]) in (None, [])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b"])
def test_a_keys_name_without_spaces_and_plus(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        notes.sign("x\n", name=name, seed=SEED)
