"""A vote by which somebody sits, and which does not stand any more: what is open about it, and what two people have
recorded. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from council.bodies.model import Body, Ending, EntryKind, Fate
from council.bodies.papers import Aftermath, read
from council.voting.motion import Motion


class Cause(StrEnum):
    REVOKED = "revoked"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Annulment:
    """`at`: when that was recorded; `document` the judgment, or the reason why another vote was called. `decided`:
    what becomes of those who sit by it, once two people have said so; `is_open` while that has to be said, also again
    after the day until which they were to stay. `is_whole`: it is the vote that founded the body."""

    motion_id: int
    title: str
    cause: Cause
    at: datetime
    document: str
    names: tuple[str, ...]
    is_whole: bool
    decided: Aftermath | None
    is_open: bool


def annulments(body: Body, motions: Mapping[int, Motion], now: datetime) -> tuple[Annulment, ...]:
    """Of the votes by which members of this body sit, or sat until that was recorded; the body's own first."""
    order = sorted(body.motion_ids, key=lambda each: (each != body.motion_id, each))
    found = [_annulment(body, motions[each], now) for each in order if each in motions]
    return tuple(each for each in found if each is not None)


def _annulment(body: Body, motion: Motion, now: datetime) -> Annulment | None:
    if motion.revoked_at is not None:
        cause, at, document = Cause.REVOKED, motion.revoked_at, motion.revoked_document or ""
    elif motion.superseded_at is not None:
        cause, at, document = Cause.REPLACED, motion.superseded_at, motion.superseded_reason or ""
    else:
        return None
    told = _decided(body, motion.id)
    decided = None if told is not None and told.fate is Fate.RESTORED else told  # it has fallen once more since
    sitting = tuple(each for each in body.members if each.motion_id == motion.id and each.ended_at is None)
    if not sitting and decided is None:
        return None
    is_waiting = decided is None or (decided.fate is Fate.STANDS and decided.until is not None and now >= decided.until)
    return Annulment(
        motion_id=motion.id,
        title=motion.title,
        cause=cause,
        at=at,
        document=document,
        names=tuple(each.name for each in sitting if not each.is_alternate),
        is_whole=motion.id == body.motion_id,
        decided=decided,
        is_open=bool(sitting) and is_waiting,
    )


def restored(body: Body, motions: Mapping[int, Motion]) -> tuple[Motion, ...]:
    """Votes whose members have gone because they fell, and which stand again: a later judgment has set that aside. That
    they sit again is not recorded by itself; once two people have recorded it, nothing is open any more."""
    gone = {each.motion_id for each in body.members if each.ending is Ending.ANNULLED}
    open_ones = gone - {each.motion_id for each in put_back(body, motions)}
    found = [motions[each] for each in sorted(each for each in open_ones if each is not None) if each in motions]
    return tuple(each for each in found if stands(each))


def put_back(body: Body, motions: Mapping[int, Motion]) -> tuple[Aftermath, ...]:
    """What two people have recorded of votes that stand again: whoever had left because of them sits again."""
    found = [_decided(body, each) for each in sorted(body.motion_ids) if each in motions and stands(motions[each])]
    return tuple(each for each in found if each is not None and each.fate is Fate.RESTORED)


def stands(motion: Motion) -> bool:
    return motion.is_live and motion.revoked_at is None


def _decided(body: Body, motion_id: int) -> Aftermath | None:
    """The newest that a second person has confirmed."""
    for entry in reversed(body.entries):
        if entry.kind is EntryKind.AFTERMATH and entry.confirmed_at is not None:
            paper = read(entry.kind, entry.said)
            if isinstance(paper, Aftermath) and paper.motion_id == motion_id:
                return paper
    return None
