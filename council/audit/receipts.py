"""Receipts: a file that shows that one ballot stands in the log (a `tlog_proof`, named `….tlog-proof`).

`extra` is canonical JSON: `record`, the record's stored bytes, and `choice` and `r`, if the voter asked for the
opening. A ballot of an election has a commitment for each candidate (`commitments`, by number: to "agree" where the
name is chosen, to "abstain" where it is not), and an opening for each (`choices`, `rs`). Community, motion, ballot and
commitments stand only inside the record's bytes, so that nothing beside them can say otherwise. `extra` proves nothing
by itself: its bytes count because the path leads from them to a known root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from council.audit import commitment, entry, tlog_proof, tree
from council.audit.checkpoint import Checkpoint
from council.audit.model import Recorded
from council.audit.notes import Signed, VerifierKey
from council.audit.tlog_proof import MOST_CHARACTERS, SUFFIX, Proof, Unreadable
from council.kernel.ids import ALPHABET
from council.kernel.text import canonical_json

__all__ = ["MOST_CHARACTERS", "SUFFIX", "Finding", "Opening", "Receipt", "Result", "Unreadable"]

_CODE_SIGNS = 12


@dataclass(frozen=True, slots=True)
class Opening:
    """What turns a sealed receipt into a proof of the vote: whoever holds it can show it, or be made to."""

    choice: str
    r: int


Openings = tuple[Opening, ...]
"""Of an election: one for each candidate, by number."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """`record` is the stored body of record `seq`; `path` proves it in the log of `size` records under `root`.

    Sealed (no `opening`) unless the voter asks. `signatures` are lines of a signed checkpoint, verbatim.
    """

    origin: str
    seq: int
    size: int
    root: bytes
    path: tuple[bytes, ...]
    record: str
    opening: Opening | Openings | None = None
    signatures: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return short_code(tree.leaf_hash(self.record.encode()))

    @property
    def data(self) -> Mapping[str, Any]:
        """What the record says; `ballot_data` lists the keys of a ballot's."""
        content = entry.read(self.record)
        return {} if content is None else content["data"]

    @property
    def is_of_ballot(self) -> bool:
        """Whether the record is a ballot's, and not another of the log's."""
        content = entry.read(self.record)
        return content is not None and str(content.get("kind")).startswith("ballot.")

    @property
    def checkpoint(self) -> Checkpoint:
        """What the log said of itself when the receipt was made."""
        return Checkpoint(self.origin, self.size, self.root, self.signatures)

    @property
    def is_sealed(self) -> bool:
        return self.opening is None

    def opened(self, choice: str, r: int) -> Receipt:
        return replace(self, opening=Opening(choice, r))

    def opened_each(self, openings: Iterable[tuple[str, int]]) -> Receipt:
        """Of an election: choice and r for each candidate, by number."""
        return replace(self, opening=tuple(Opening(choice, r) for choice, r in openings))


class Finding(StrEnum):
    """What checking a receipt comes to. Words: `receipt.<value>` in the catalogues."""

    HOLDS = "holds"
    UNREADABLE = "unreadable"
    NOT_INCLUDED = "not_included"
    UNKNOWN_ROOT = "unknown_root"
    BAD_SIGNATURE = "bad_signature"
    LOST = "lost"
    WRONG_OPENING = "wrong_opening"


@dataclass(frozen=True, slots=True)
class Result:
    """`receipt` is None only when the text could not be read."""

    finding: Finding
    receipt: Receipt | None
    signed: tuple[Signed, ...] = ()
    """The signatures under it by keys that are known: the log's, witnesses'."""

    @property
    def holds(self) -> bool:
        return self.finding is Finding.HOLDS


def ballot_data(*, community: str, motion: int, ballot: str, commitment: bytes) -> dict[str, Any]:
    """The part of a ballot's record that a receipt speaks of; more keys may stand beside these."""
    return {"community": community, "motion": motion, "ballot": ballot, "commitment": commitment.hex()}


def election_data(*, community: str, motion: int, ballot: str, commitments: Mapping[int, bytes]) -> dict[str, Any]:
    """The same of an election's ballot: a commitment for each candidate, by number (none where it is invalid)."""
    by_number = sorted(commitments.items())
    return {
        "community": community,
        "motion": motion,
        "ballot": ballot,
        "numbers": [number for number, _ in by_number],
        "commitments": [sealed.hex() for _, sealed in by_number],
    }


def receipt(recorded: Recorded, *, origin: str, signatures: tuple[str, ...] = ()) -> Receipt:
    """The sealed receipt of a record, just made (`service.record`) or looked up (`queries.inclusion`).

    `origin` is the log's name; `signatures` the lines of its checkpoint of that size.
    """
    return Receipt(
        origin,
        recorded.seq,
        recorded.size,
        recorded.root,
        recorded.path,
        recorded.body,
        signatures=signatures,
    )


def short_code(leaf_hash: bytes) -> str:
    """Twelve signs (59 bits) to read aloud, "K7QF 3M9D WX24": the same for a ballot in every receipt."""
    rest, signs = int.from_bytes(leaf_hash), ""
    for _ in range(_CODE_SIGNS):
        rest, digit = divmod(rest, len(ALPHABET))
        signs += ALPHABET[digit]
    return " ".join(signs[at : at + 4] for at in range(0, _CODE_SIGNS, 4))


def to_text(receipt: Receipt) -> str:
    """The file's text (UTF-8, line feeds)."""
    extra: dict[str, Any] = {"v": 1, "record": receipt.record}
    if isinstance(receipt.opening, Opening):
        extra |= {"choice": receipt.opening.choice, "r": _hex(receipt.opening.r)}
    elif receipt.opening is not None:
        extra |= {
            "choices": [each.choice for each in receipt.opening],
            "rs": [_hex(each.r) for each in receipt.opening],
        }
    return tlog_proof.to_text(
        Proof(
            extra=canonical_json(extra).encode(),
            index=receipt.seq,
            path=receipt.path,
            origin=receipt.origin,
            size=receipt.size,
            root=receipt.root,
            signatures=receipt.signatures,
        )
    )


def _hex(r: int) -> str:
    return r.to_bytes(32, "little").hex()


def parse(text: str) -> Receipt:
    """The receipt in a file's text; Unreadable when it is none."""
    proof = tlog_proof.parse(text)
    record, opening = _extra(proof.extra)
    return Receipt(
        proof.origin, proof.index, proof.size, proof.root, proof.path, record, opening, signatures=proof.signatures
    )


def verify_receipt(text: str, *, known: tuple[int, bytes] | None = None, keys: Sequence[VerifierKey] = ()) -> Result:
    """Checks a receipt against a (size, root) known from elsewhere: the notice board's, or the log's own
    (`queries.root_at(community_id, size)` of the receipt's size).

    Without one the receipt only agrees with itself. The size is known together with the root or not at all: the
    same path can lead to the same root for several sizes. A signature that claims to be by one of `keys` must be.
    """
    try:
        found = parse(text)
    except Unreadable:
        return Result(Finding.UNREADABLE, None)
    leaf = tree.leaf_hash(found.record.encode())
    content = entry.read(found.record)
    is_there = tree.includes(leaf, found.seq, found.size, found.path, found.root)
    if content is None or content.get("seq") != found.seq or not is_there:
        return Result(Finding.NOT_INCLUDED, found)
    signed = found.checkpoint.signed_by(keys)
    if signed is None:
        return Result(Finding.BAD_SIGNATURE, found)
    if known is not None and known != (found.size, found.root):
        return Result(Finding.UNKNOWN_ROOT, found, tuple(signed))
    if found.opening is not None and not _opens(found.data, found.opening):
        return Result(Finding.WRONG_OPENING, found, tuple(signed))
    return Result(Finding.HOLDS, found, tuple(signed))


def _opens(data: Mapping[str, Any], opening: Opening | Openings) -> bool:
    """Every commitment of the ballot by its opening: one left out, or one too many, opens nothing."""
    one = isinstance(opening, Opening)
    openings = (opening,) if isinstance(opening, Opening) else opening
    try:
        held = [data["commitment"]] if one else list(data["commitments"])
        committed = [bytes.fromhex(each) for each in held]
    except (KeyError, TypeError, ValueError):
        return False
    return len(committed) == len(openings) > 0 and all(
        commitment.opens(each, opened.choice, opened.r) for each, opened in zip(committed, openings, strict=True)
    )


def _extra(data: bytes) -> tuple[str, Opening | Openings | None]:
    try:
        extra = entry.parse_object(data.decode())
        record = extra.get("record")
        if extra.get("v") != 1 or not isinstance(record, str) or not _is_unicode(record):
            raise Unreadable
        if "choices" in extra or "rs" in extra:
            return record, _each(extra.get("choices"), extra.get("rs"))
        choice, r = extra.get("choice"), extra.get("r")
        return record, None if choice is None and r is None else _opening(choice, r)
    except ValueError as error:
        raise Unreadable from error


def _each(choices: Any, rs: Any) -> Openings:
    if not isinstance(choices, list) or not isinstance(rs, list) or len(choices) != len(rs):
        raise Unreadable
    return tuple(map(_opening, choices, rs))


def _opening(choice: Any, r: Any) -> Opening:
    if not isinstance(choice, str) or not isinstance(r, str) or len(r) != 64:
        raise Unreadable
    return Opening(choice, int.from_bytes(bytes.fromhex(r), "little"))


def _is_unicode(text: str) -> bool:
    """JSON can spell half a surrogate pair, which has no bytes to hash."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
