"""The result of a vote held elsewhere, for tests: recorded by Dana from a document, confirmed by Erin."""

from __future__ import annotations

from datetime import datetime

from council.files import service as files
from council.files import store
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.voting import official_results, queries
from council.voting.model import Count, Outcome, Sums
from council.voting.motion import Motion
from council.voting.official import Figures, OfficialDraft
from tests.people import Garden

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DOCUMENT = "纸质票统计表（2026年第3号）"


def figures(motion: Motion, *, outcome: Outcome = Outcome.PASSED) -> Figures:
    """Everybody took part, and all of one mind."""
    roll = Sums(motion.roll_persons, motion.roll_area_dm2)
    return Figures(roll, Count(agree=roll) if outcome is Outcome.PASSED else Count(oppose=roll))


async def drafted(
    people: Garden, motion: Motion, now: datetime, *, key: str = "", outcome: Outcome = Outcome.PASSED
) -> OfficialDraft:
    scan = await files.save_document(actor=people.dana, data=PDF, name="统计表.pdf", now=now)
    day = local_midnight(local_date(now))
    return OfficialDraft(
        key or new_id(), outcome, "纸质票统计表", "2026年第3号", day, figures(motion, outcome=outcome), scan.id
    )


async def official_result(
    people: Garden, motion_id: int, now: datetime, outcome: Outcome = Outcome.PASSED, folder: object = None
) -> None:
    if folder is not None:
        store.use(folder)
    motion = await queries.motion(people.community_id, motion_id)
    draft = await drafted(people, motion, now, outcome=outcome)
    official_id = await official_results.record(actor=people.dana, motion_id=motion_id, draft=draft, now=now)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=now)
