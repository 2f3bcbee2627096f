"""C2SP `tlog-checkpoint`: what a log says of itself — its name, how many records, and the root over all of them.

garden.example/c/garden/log
42
<base64 root>

— garden.example/c/garden/log <base64 of key id and signature>
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace

from council.audit import notes, tree

MOST_CHARACTERS = 20_000
"""A checkpoint has some hundreds; with 64 signatures, ten thousand."""


class NotACheckpoint(ValueError):
    """Not a checkpoint (or with more in it than we sign: extension lines are not read)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` had `size` records under `root`; `signatures` are lines, the log's own first."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def note(self) -> str:
        """The whole file."""
        return notes.joined(self.text, self.signatures)

    def signed_by(self, keys: Iterable[notes.VerifierKey]) -> list[notes.Signed] | None:
        """The signatures of known keys; None when one of them is wrong."""
        return notes.verified(self.text, self.signatures, keys)

    def with_lines(self, lines: Iterable[str]) -> Checkpoint:
        return replace(self, signatures=(*self.signatures, *lines))


def parse(note: str) -> Checkpoint:
    """The checkpoint in a signed note's text; NotACheckpoint when it is none. Checks no signature."""
    parts = notes.split(note) if len(note) <= MOST_CHARACTERS else None
    if parts is None:
        raise NotACheckpoint("not a signed note")
    text, lines = parts
    words = text.removesuffix("\n").split("\n")
    if len(words) != 3 or not words[0]:
        raise NotACheckpoint("a checkpoint is name, size and root")
    origin, size, root = words
    if not size.isascii() or not size.isdigit() or len(size) > 19 or size != str(int(size)):
        raise NotACheckpoint("the size is not a number")
    try:
        found = Checkpoint(origin, int(size), b64decode(root, validate=True), lines)
    except ValueError as error:
        raise NotACheckpoint("the root is not base64") from error
    if len(found.root) != tree.HASH_BYTES or found.text != text:
        raise NotACheckpoint("the root is not 32 bytes in base64")
    return found
