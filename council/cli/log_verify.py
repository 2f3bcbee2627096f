"""`council log verify`: records, tree, head, names, keys, what witnesses signed, and what people kept at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from council.audit import checkpoint, cosigned, keys, notes, queries, receipts, restarts, sealing
from council.audit.checkpoint import Checkpoint, NotACheckpoint
from council.audit.keys import LogKey
from council.audit.model import Fault, FaultKind
from council.audit.notes import VerifierKey
from council.cli.common import Unusable
from council.settings import Settings
from council.voting import kept as votes
from council.voting.kept import Changed

SAID = {
    FaultKind.MISSING: "is missing",
    FaultKind.EXTRA: "is more than the head knows of",
    FaultKind.ALTERED: "was altered",
    FaultKind.MISLABELLED: "does not stand where, when or as what it was recorded",
    FaultKind.BACK_DATED: "is dated before the one that precedes it",
    FaultKind.PRIVATE: "has other private content than was recorded",
    FaultKind.NODE: "does not agree with the tree's stored nodes",
    FaultKind.HEAD: "does not agree with the log's head",
    FaultKind.RESTART: "does not agree with the names that the log has borne",
    FaultKind.FORKED: "is not the log that the receipt was made from",
}


VOTES_SAID = {
    Changed.TEXT: "has another text than was put to the vote",
    Changed.ROLL: "has another roll than was frozen",
    Changed.RULES: "has other rules than were frozen",
    Changed.PERIOD: "has another period than was announced",
    Changed.GONE: "was recorded and is not there any more",
    Changed.ADDED: "is there and was never recorded",
    Changed.VOTER: "is not of the voter, or the record, that it was recorded with",
    Changed.TIME: "has another instant than was recorded",
    Changed.CHOICE: "holds something else than was recorded",
}

_MOST_SAID = 20


@dataclass
class Outcome:
    """`said` are lines for the operator; `wrong` those of them that do not hold."""

    said: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def differs(self, line: str) -> None:
        self.said.append(line)
        self.wrong.append(line)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is held against the log: receipts' and checkpoints' files, public keys written down, witnesses' keys."""

    receipts: Sequence[Path] = ()
    checkpoints: Sequence[Path] = ()
    keys: Sequence[VerifierKey] = ()
    witnesses: Sequence[VerifierKey] = ()


async def verify(community_id: int, settings: Settings, kept: Kept) -> Outcome:
    """Everything that can be told from inside, and whether what was kept outside still fits."""
    out = Outcome()
    known = await keys.keys(community_id)
    # A log rewritten as a whole agrees with itself: heads that others hold are what finds it out.
    heads = [_head_of_receipt(path, known, out) for path in kept.receipts]
    heads += [_head_of_checkpoint(path, known, out) for path in kept.checkpoints]
    heads += await _cosigned(community_id, known, kept.witnesses, out)
    report = await queries.verify(community_id, known=[head for head in heads if head is not None])
    fault = report.fault or await restarts.fault(community_id)
    if fault is not None:
        out.said.insert(0, sentence(fault))
        out.wrong.insert(0, sentence(fault))
    else:
        out.said.insert(0, f"{report.checked} records in order, root {report.root.hex()}")
        await _check_votes(community_id, out)
    _check_keys(known, settings, kept.keys, out)
    for standing in await cosigned.standings(community_id, known[-1].origin) if known else []:
        if standing.trouble is not None and standing.trouble.is_bad:
            out.differs(f"witness {standing.witness} refused: {standing.trouble.value.replace('_', ' ')}")
    return out


async def _check_votes(community_id: int, out: Outcome) -> None:
    """What would be counted, against the log: asked once the log itself holds."""
    compared, found = await votes.differences(community_id)
    for each in found[:_MOST_SAID]:
        whose = f"vote {each.motion_id}" + (f": ballot {each.ballot_id}" if each.ballot_id else "")
        out.differs(f"{whose} {VOTES_SAID[each.what]} ({each.what})")
    if len(found) > _MOST_SAID:
        out.differs(f"and {len(found) - _MOST_SAID} more that are not as they were recorded")
    if compared and not found:
        out.said.append(f"{compared} ballots as they were recorded")


def _head_of_receipt(path: Path, known: Sequence[LogKey], out: Outcome) -> tuple[int, bytes] | None:
    """The (size, root) that a receipt was made from, once the receipt itself holds."""
    result = receipts.verify_receipt(_read(path, receipts.MOST_CHARACTERS + 1), keys=keys.vkeys(known))
    if result.finding is receipts.Finding.BAD_SIGNATURE:
        out.differs(f"{path}: its signature is not by the key that it names")
        return None
    if not result.holds or result.receipt is None:
        raise Unusable(f"{path}: not a receipt that holds ({result.finding})")
    return _head(path, result.receipt.checkpoint, known, out)


def _head_of_checkpoint(path: Path, known: Sequence[LogKey], out: Outcome) -> tuple[int, bytes] | None:
    try:
        point = checkpoint.parse(_read(path, checkpoint.MOST_CHARACTERS + 1))
    except NotACheckpoint as error:
        raise Unusable(f"{path}: {error}") from error
    if not point.signed_by(keys.vkeys(known)):
        out.differs(f"{path}: not signed by a key of this log")
        return None
    return _head(path, point, known, out)


def _head(path: Path, point: Checkpoint, known: Sequence[LogKey], out: Outcome) -> tuple[int, bytes] | None:
    last = restarts.last_size(known, point.origin)
    if last is not None and point.size > last:
        out.differs(f"{path}: of {point.size} records under an earlier name, of which {last} were restored")
        return None
    return point.size, point.root


async def _cosigned(
    community_id: int, known: Sequence[LogKey], witnesses: Sequence[VerifierKey], out: Outcome
) -> list[tuple[int, bytes] | None]:
    heads: list[tuple[int, bytes] | None] = []
    for point, line in await cosigned.every(community_id):
        if notes.verified(point.text, [line], witnesses) is None:
            out.differs(f"the co-signature of {point.size} records is not by the witness that it names")
            continue
        last = restarts.last_size(known, point.origin)
        if last is None or point.size <= last:
            heads.append((point.size, point.root))
    if heads:
        out.said.append(
            f"{len(heads)} heads signed by witnesses, the largest of {max(head[0] for head in heads if head)}"
        )
    return heads


def _check_keys(known: Sequence[LogKey], settings: Settings, given: Sequence[VerifierKey], out: Outcome) -> None:
    for key in known:
        seed = sealing.unseal(key.sealed, secret=settings.secret.encode(), public=key.public, origin=key.origin)
        if seed is not None and notes.public_of(seed) != key.public:
            out.differs(f"the key of {key.origin} is not the one that signs")
    if known:
        out.said.append(f"signs as {known[-1].vkey}")
    for each in given:
        if each not in keys.vkeys(known):
            out.differs(f"{each.name}: the key that you kept is not among the log's: it was exchanged")


def _read(path: Path, most: int) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(most)
    except (OSError, ValueError) as error:
        raise Unusable(f"{path}: {getattr(error, 'strerror', None) or 'not a text file'}") from error


def sentence(fault: Fault) -> str:
    where = f"record {fault.first}" if fault.first == fault.last else f"a record from {fault.first} to {fault.last}"
    return f"{where} {SAID[fault.kind]} ({fault.kind})"
