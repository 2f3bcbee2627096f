"""Facts of the worked case: 2 号楼 1 单元, twelve households, 2026, as they stand after everything went well."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from council.kernel.clock import CHINA
from council.pathways.facts import (
    Answered,
    Certification,
    Consent,
    Decision,
    Deliberation,
    Facts,
    Feasibility,
    Funding,
    Motion,
    Objections,
    Result,
)

SECOND = timedelta(seconds=1)


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """Courtyard time in 2026."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=CHINA)


FILED = Facts(filed_at=at(1, 11, 9), filed_by="Alice", scope_households=12, endorsed=1)
FEASIBLE = replace(FILED, feasibility=Feasibility(True, at(1, 12, 10), "Design office", "GA-2026-7"), endorsed=7)
ACCEPTED = replace(
    FEASIBLE,
    answered=Answered(Decision.ACCEPTED, at(1, 13, 10), "Dana"),
    deliberation=Deliberation(at(1, 13, 10), asked=6, unanswered=1, due_at=at(2, 6), due_from="Design office"),
)
TALKED = replace(ACCEPTED, deliberation=Deliberation(at(1, 13, 10), asked=6))
NOTICED = replace(TALKED, notice_published_at=at(2, 13, 9), motion=Motion(at(3, 1, 9), at(3, 15, 18)))
VOTED = replace(NOTICED, motion=replace(NOTICED.motion, turnout=(10, 8), result=Result.PASSED))
CERTIFIED = replace(
    VOTED,
    motion=replace(VOTED.motion, certification=Certification(2, 2, at(3, 15, 20), ("Erin", "Frank"))),
)
CONSENTED = replace(CERTIFIED, consent=Consent(needed=1, agreed=1, at=at(3, 15, 21)))
POSTED = replace(
    CONSENTED, result_published_at=at(3, 16, 9), objections=Objections(total=1, waiting=1, due_at=at(3, 27))
)
CLOSED = replace(POSTED, objections=Objections(total=1, closed_at=at(3, 25)))
STARTED = replace(CLOSED, started_at=at(4, 1, 9), started_by="Dana")
FUNDED = replace(STARTED, funding=Funding(needed=10, signed=10, at=at(4, 8)))
