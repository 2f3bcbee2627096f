"""Receipts: a file that shows that one ballot stands in the log (C2SP `tlog-proof@v1`, named `….tlog-proof`).

    c2sp.org/tlog-proof@v1
    extra <base64 of canonical JSON: the record's stored bytes; the opening, if the voter asked for it>
    index 41
    <inclusion path, one base64 hash a line, the leaf's sibling first>

    garden.example/c/garden/log
    42
    <base64 root>

What stands after the empty line is the text of a `tlog-checkpoint`. While heads are unsigned it ends there; once
they are signed, an empty line and the signature lines ("— name base64") follow. `parse` reads both, keeps the
signature lines as they are and checks none of them.

Community, motion, ballot and commitment stand only inside the record's bytes, so that nothing beside them can
say otherwise. `extra` proves nothing by itself: its bytes count because the path leads from them to a known root.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from council.audit import commitment, entry, tree
from council.audit.model import Recorded
from council.kernel.ids import ALPHABET
from council.kernel.text import canonical_json

FORMAT = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MOST_CHARACTERS = 200_000
"""A record of 65,535 bytes, escaped and in base64, and 64 hashes: nothing longer is one of ours."""
_CODE_SIGNS = 12


class Unreadable(ValueError):
    """Not a receipt of ours."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What turns a sealed receipt into a proof of the vote: whoever holds it can show it, or be made to."""

    choice: str
    r: int


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
    opening: Opening | None = None
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
    def is_sealed(self) -> bool:
        return self.opening is None

    def opened(self, choice: str, r: int) -> Receipt:
        return replace(self, opening=Opening(choice, r))


class Finding(StrEnum):
    """What checking a receipt comes to. Words: `receipt.<value>` in the catalogues."""

    HOLDS = "holds"
    UNREADABLE = "unreadable"
    NOT_INCLUDED = "not_included"
    UNKNOWN_ROOT = "unknown_root"
    WRONG_OPENING = "wrong_opening"


@dataclass(frozen=True, slots=True)
class Result:
    """`receipt` is None only when the text could not be read."""

    finding: Finding
    receipt: Receipt | None

    @property
    def holds(self) -> bool:
        return self.finding is Finding.HOLDS


def ballot_data(*, community: str, motion: int, ballot: str, commitment: bytes) -> dict[str, Any]:
    """The part of a ballot's record that a receipt speaks of; more keys may stand beside these."""
    return {"community": community, "motion": motion, "ballot": ballot, "commitment": commitment.hex()}


def origin(host: str, slug: str) -> str:
    """The log's name, for ever; a log restored from a backup takes another."""
    return f"{host}/c/{slug}/log"


def receipt(recorded: Recorded, *, origin: str) -> Receipt:
    """The sealed receipt of a record, just made (`record`) or looked up (`queries.inclusion`)."""
    return Receipt(origin, recorded.seq, recorded.size, recorded.root, recorded.path, recorded.body)


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
    if receipt.opening is not None:
        extra |= {"choice": receipt.opening.choice, "r": receipt.opening.r.to_bytes(32, "little").hex()}
    lines = [
        FORMAT,
        f"extra {_base64(canonical_json(extra).encode())}",
        f"index {receipt.seq}",
        *map(_base64, receipt.path),
        "",
        receipt.origin,
        str(receipt.size),
        _base64(receipt.root),
    ]
    if receipt.signatures:
        lines += ["", *receipt.signatures]
    return "\n".join(lines) + "\n"


def parse(text: str) -> Receipt:
    """The receipt in a file's text; Unreadable when it is none. A browser may have changed its line ends."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(text) > MOST_CHARACTERS or len(lines) < 7 or lines[0] != FORMAT:
        raise Unreadable
    gap = lines.index("", 3) if "" in lines[3:] else len(lines)
    checkpoint, signatures = lines[gap + 1 : gap + 4], lines[gap + 4 :]
    if len(checkpoint) != 3 or (signatures and (signatures[0] or len(signatures) < 2)):
        raise Unreadable
    if not all(line.startswith("— ") for line in signatures[1:]) or not checkpoint[0]:
        raise Unreadable
    record, opening = _extra(_after("extra ", lines[1]))
    return Receipt(
        origin=checkpoint[0],
        seq=_number(_after("index ", lines[2])),
        size=_number(checkpoint[1]),
        root=_hash(checkpoint[2]),
        path=tuple(map(_hash, lines[3:gap])),
        record=record,
        opening=opening,
        signatures=tuple(signatures[1:]),
    )


def verify_receipt(text: str, *, known: tuple[int, bytes] | None = None) -> Result:
    """Checks a receipt against a (size, root) known from elsewhere: the notice board's, or the log's own
    (`queries.root_at(community_id, size)` of the receipt's size).

    Without one the receipt only agrees with itself. The size is known together with the root or not at all: the
    same path can lead to the same root for several sizes.
    """
    try:
        found = parse(text)
    except Unreadable:
        return Result(Finding.UNREADABLE, None)
    leaf = tree.leaf_hash(found.record.encode())
    content = entry.read(found.record)
    if content is None or content.get("seq") != found.seq:
        return Result(Finding.NOT_INCLUDED, found)
    if not tree.includes(leaf, found.seq, found.size, found.path, found.root):
        return Result(Finding.NOT_INCLUDED, found)
    if known is not None and known != (found.size, found.root):
        return Result(Finding.UNKNOWN_ROOT, found)
    if found.opening is not None and not _opens(found.data, found.opening):
        return Result(Finding.WRONG_OPENING, found)
    return Result(Finding.HOLDS, found)


def _opens(data: Mapping[str, Any], opening: Opening) -> bool:
    try:
        committed = bytes.fromhex(data["commitment"])
    except (KeyError, TypeError, ValueError):
        return False
    return commitment.opens(committed, opening.choice, opening.r)


def _extra(line: str) -> tuple[str, Opening | None]:
    try:
        extra = entry.parse_object(_bytes(line).decode())
    except ValueError as error:
        raise Unreadable from error
    record, choice, r = extra.get("record"), extra.get("choice"), extra.get("r")
    if extra.get("v") != 1 or not isinstance(record, str) or not _is_unicode(record):
        raise Unreadable
    if choice is None and r is None:
        return record, None
    if not isinstance(choice, str) or not isinstance(r, str) or len(r) != 64:
        raise Unreadable
    try:
        return record, Opening(choice, int.from_bytes(bytes.fromhex(r), "little"))
    except ValueError as error:
        raise Unreadable from error


def _is_unicode(text: str) -> bool:
    """JSON can spell half a surrogate pair, which has no bytes to hash."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise Unreadable
    return line.removeprefix(word)


def _number(text: str) -> int:
    """ASCII decimal without leading zeroes, below 2^63."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or text != str(int(text)):
        raise Unreadable
    return int(text)


def _hash(line: str) -> bytes:
    digest = _bytes(line)
    if len(digest) != tree.HASH_BYTES:
        raise Unreadable
    return digest


def _bytes(line: str) -> bytes:
    try:
        data = b64decode(line, validate=True)
    except ValueError as error:
        raise Unreadable from error
    if _base64(data) != line:
        raise Unreadable
    return data


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
