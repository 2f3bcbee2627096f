"""The C2SP `tlog-proof@v1` text format: a proof that a record stands in a log, checkpoint included.

    c2sp.org/tlog-proof@v1
    extra <base64>
    index 41
    <inclusion path, one base64 hash a line, the leaf's sibling first>

    garden.example/c/garden/log
    42
    <base64 root>

What stands after the empty line is the text of a `tlog-checkpoint`. While heads are unsigned it ends there; once
they are signed, an empty line and the signature lines ("— name base64") follow. `parse` reads both, keeps the
signature lines as they are and checks none of them.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from council.audit import tree

FORMAT = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
MOST_CHARACTERS = 200_000
"""A record of 65,535 bytes, escaped and in base64, and 64 hashes: nothing longer is one of ours."""


class Unreadable(ValueError):
    """Not a proof in this format (or not one of ours)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """`extra` is opaque here; `path` proves record `index` in the log `origin` of `size` records under `root`."""

    extra: bytes
    index: int
    path: tuple[bytes, ...]
    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...] = ()


def to_text(proof: Proof) -> str:
    """The file's text (UTF-8, line feeds)."""
    lines = [
        FORMAT,
        f"extra {_base64(proof.extra)}",
        f"index {proof.index}",
        *map(_base64, proof.path),
        "",
        proof.origin,
        str(proof.size),
        _base64(proof.root),
    ]
    if proof.signatures:
        lines += ["", *proof.signatures]
    return "\n".join(lines) + "\n"


def parse(text: str) -> Proof:
    """The proof in a file's text, `extra` required; Unreadable when it is none. A mail program may have changed
    its line ends."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(text) > MOST_CHARACTERS or len(lines) < 7 or lines[0] != FORMAT:
        raise Unreadable
    gap = lines.index("", 3) if "" in lines[3:] else len(lines)
    checkpoint, signed = lines[gap + 1 : gap + 4], lines[gap + 4 :]
    if len(checkpoint) != 3 or not checkpoint[0]:
        raise Unreadable
    return Proof(
        extra=_bytes(_after("extra ", lines[1])),
        index=_number(_after("index ", lines[2])),
        path=tuple(map(_hash, lines[3:gap])),
        origin=checkpoint[0],
        size=_number(checkpoint[1]),
        root=_hash(checkpoint[2]),
        signatures=_signatures(signed),
    )


def _signatures(lines: list[str]) -> tuple[str, ...]:
    """What follows a checkpoint: nothing, or an empty line and at least one signature."""
    if not lines:
        return ()
    if lines[0] or len(lines) < 2 or not all(line.startswith("— ") for line in lines[1:]):
        raise Unreadable
    return tuple(lines[1:])


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise Unreadable
    return line.removeprefix(word)


def _number(text: str) -> int:
    """ASCII decimal without leading zeroes, of at most 19 digits."""
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
