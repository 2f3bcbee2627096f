"""A court's judgment about a decision, for tests: recorded by Dana with its scan, confirmed by Erin."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from council.files import service as files
from council.files import store
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.voting import court_records
from council.voting.court import CourtAct, JudgmentDraft
from tests.people import Garden

NUMBER = "（2026）京0105民初12号"


def drafted(
    now: datetime,
    act: CourtAct = CourtAct.REVOKE,
    *,
    key: str = "",
    number: str = NUMBER,
    words: str = "送达程序违法，撤销该决定",
    day: datetime | None = None,
) -> JudgmentDraft:
    return JudgmentDraft(
        key or new_id(), act, "北京市朝阳区人民法院民事判决书", number, day or local_midnight(local_date(now)), words
    )


async def scan_of(actor: Actor, now: datetime) -> int:
    scan = await files.save_document(
        actor=actor, data=b"%PDF-1.4 judgment\n%%EOF\n", name="judgment.pdf", now=now, purpose=Purpose.SCAN
    )
    return scan.id


async def recorded(people: Garden, motion_id: int, draft: JudgmentDraft, now: datetime) -> int:
    scan = await scan_of(people.dana, now)
    return await court_records.record(actor=people.dana, motion_id=motion_id, draft=draft, file_id=scan, now=now)


async def said_by_court(
    people: Garden,
    motion_id: int,
    now: datetime,
    act: CourtAct = CourtAct.REVOKE,
    *,
    number: str = NUMBER,
    words: str = "送达程序违法，撤销该决定",
    folder: Path | None = None,
) -> int:
    """Both have done it; `folder`: where the scan is kept, for a test that has no place for files yet."""
    if folder is not None:
        store.use(folder)
    judgment_id = await recorded(people, motion_id, drafted(now, act, number=number, words=words), now)
    await court_records.confirm(actor=people.erin, judgment_id=judgment_id, now=now)
    return judgment_id
