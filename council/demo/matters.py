"""What a script says of a matter: who brought it forward, what was said, and what the desk did with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from council.demo.instants import Instant, instant, instants
from council.demo.votes import Candidates, Committee, Vote, read_candidates, read_committee, read_vote


@dataclass(frozen=True, slots=True)
class Said:
    """One comment; `to` is the id of the one it answers, `office` makes it an official answer."""

    by: str
    at: Instant
    text: str
    stance: str = "none"
    id: str = ""
    to: str = ""
    office: str | None = None
    asked_of: str | None = None
    asked_at: Instant | None = None
    days: int = 7
    hidden: str | None = None
    hidden_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Protest:
    by: str
    at: Instant
    ground: str
    closed_at: Instant | None = None
    outcome: str = ""
    reply: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    key: str
    kind: str
    scope: str
    by: str
    at: Instant
    title: str
    body: str
    cost_yuan: int | None = None
    home: str | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)
    photos: tuple[str, ...] = ()
    endorsed: int = 0
    endorsed_over: tuple[Instant, Instant] | None = None
    accepted: Instant | None = None
    returned: tuple[Instant, str] | None = None
    merged: tuple[Instant, str, str] | None = None
    revised: tuple[Instant, str] | None = None
    finding: Mapping[str, str] = field(default_factory=dict)
    found: Instant | None = None
    said: tuple[Said, ...] = ()
    vote: Vote | None = None
    election: Candidates | None = None
    committee: Committee | None = None
    objections: tuple[Protest, ...] = ()
    started: Instant | None = None
    milestones: tuple[Instant, ...] = ()


def read_matter(table: Mapping[str, Any]) -> Matter:
    """KeyError, TypeError or ValueError for what is no matter."""
    plain: dict[str, Any] = {**instants(table, "at", "accepted", "found", "started"), "body": table["body"].strip()}
    plain["photos"] = tuple(table.get("photos", ()))
    plain["said"] = tuple(_said(each) for each in table.get("said", ()))
    plain["objections"] = tuple(Protest(**instants(each, "at", "closed_at")) for each in table.get("objections", ()))
    plain["milestones"] = tuple(map(instant, table.get("milestones", ())))
    for name in ("returned", "merged", "revised"):
        plain[name] = (instant(table[name][0]), *table[name][1:]) if name in table else None
    over: Sequence[str] | None = table.get("endorsed_over")
    plain["endorsed_over"] = None if over is None else (instant(over[0]), instant(over[1]))
    plain["vote"] = read_vote(table["vote"]) if "vote" in table else None
    plain["election"] = read_candidates(table["election"]) if "election" in table else None
    plain["committee"] = read_committee(table["committee"]) if "committee" in table else None
    return Matter(**plain)


def _said(table: Mapping[str, Any]) -> Said:
    return Said(**{**instants(table, "at", "asked_at", "hidden_at"), "text": table["text"].strip()})
