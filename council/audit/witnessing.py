"""C2SP `tlog-witness`, both sides of `add-checkpoint`, without network or disk.

A witness keeps, of each log it knows, the largest head that it has signed. It signs another only with the proof that
the log begins with the one before, so that a log that was rewritten or rolled back is refused by whoever saw it before.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from council.audit import checkpoint, tree
from council.audit.checkpoint import Checkpoint, NotACheckpoint
from council.audit.notes import VerifierKey

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MOST_PROOF = 63
MOST_BYTES = 64 * 1024


class BadRequest(ValueError):
    """Not an `add-checkpoint` request."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint with the proof that it begins with the log of `old` records."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint

    @property
    def text(self) -> str:
        """The request's body."""
        lines = [f"old {self.old}", *(b64encode(each).decode() for each in self.proof), ""]
        return "\n".join(lines) + "\n" + self.checkpoint.note


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest head of a log that a witness has signed."""

    size: int
    root: bytes


NOTHING = Seen(0, tree.EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class No:
    """A refusal: HTTP status, and the size to tell with a 409."""

    status: int
    why: str
    size: int | None = None


def parse(body: bytes) -> Submission:
    """BadRequest for anything that the protocol does not allow."""
    try:
        before, gap, note = body.decode().partition("\n\n")
        first, *proof = before.split("\n")
        old = first.removeprefix("old ")
        if not gap or len(proof) > MOST_PROOF or not first.startswith("old ") or old != str(int(old)) or len(old) > 19:
            raise BadRequest("not an add-checkpoint request")
        hashes = tuple(b64decode(line, validate=True) for line in proof)
        found = Submission(int(old), hashes, checkpoint.parse(note))
    except (ValueError, NotACheckpoint) as error:
        raise BadRequest("not an add-checkpoint request") from error
    if found.old < 0 or any(len(each) != tree.HASH_BYTES for each in hashes):
        raise BadRequest("not an add-checkpoint request")
    return found


def refusal(submission: Submission, keys: Sequence[VerifierKey], seen: Seen) -> No | None:
    """Why a witness that trusts `keys` for this origin (none: it does not know the log) and has signed `seen` does not
    sign; None when it does. In the order that the protocol asks."""
    point = submission.checkpoint
    if not keys:
        return No(404, "this log is not known here")
    if not point.signed_by(keys):
        return No(403, "no signature of a key that is trusted for this log")
    if submission.old > point.size:
        return No(400, "the old size is larger than the checkpoint's")
    if submission.old != seen.size or (point.size == seen.size and point.root != seen.root):
        return No(409, "another head was signed last", seen.size)
    if not tree.extends(seen.size, seen.root, point.size, point.root, submission.proof):
        return No(422, "the proof does not lead from the head that was signed last to this one")
    return None
