"""Everything a page says of one body, read once: members, duties, how the owners voted, and what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from council.bodies import composition, queries
from council.bodies.annulled import Annulment, annulments, put_back, restored
from council.bodies.composition import Leg, Seat
from council.bodies.duties import Duty, duties
from council.bodies.model import Body, BodyKind, Post, Round
from council.bodies.papers import Aftermath
from council.voting import election_queries
from council.voting import queries as voting
from council.voting.electing import number_of
from council.voting.motion import Motion


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the owners voted for one who stood: persons and dm²."""

    name: str
    persons: int
    area_dm2: int
    is_elected: bool


@dataclass(frozen=True, slots=True)
class BodyView:
    body: Body
    duties: tuple[Duty, ...]
    motion: Motion | None
    tally: tuple[Chosen, ...]
    named: Mapping[int, Mapping[int, tuple[int | None, int | None]]]
    """Of named rounds: whom each member named; only pages of members and staff show it."""

    legs: tuple[Leg, ...]
    """Of a management committee."""

    annulled: tuple[Annulment, ...]
    """Votes by which its members sit or sat, and which stand no more."""

    restored: tuple[Motion, ...]
    """Those of them that stand again by a later judgment, though whoever sat by them is recorded as gone."""

    back: tuple[Aftermath, ...]
    """What two people have recorded since: those who had left sit again."""

    joined: tuple[Motion, ...]
    """The by-elections whose elected have joined it, the oldest first."""

    @property
    def chosen_rounds(self) -> tuple[Round, ...]:
        return tuple(each for each in self.body.rounds if each.chair_id is not None or each.deputy_id is not None)

    @property
    def last_day(self) -> datetime:
        """The last day of the term, as a page says it."""
        return self.body.term_until - timedelta(microseconds=1)

    def late(self, now: datetime) -> tuple[Duty, ...]:
        return tuple(each for each in self.duties if each.is_late(now))

    @property
    def is_annulled(self) -> bool:
        """Whether a vote behind it stands no more and nobody has recorded yet what becomes of whoever sits by it."""
        return any(each.is_open for each in self.annulled)


async def body_views(community_id: int, found: list[Body], now: datetime) -> list[BodyView]:
    """As many queries for many bodies as for one."""
    everybody = [each.owner_id for body in found for each in body.sitting]
    owning = await queries.owning(community_id, everybody)
    has_owners = any(each.kind is BodyKind.OWNERS and each.is_standing for each in await _all(community_id, found))
    motions = {each.id: each for each in await voting.motions(community_id)} if found else {}
    behind = {motion_id for body in found for motion_id in body.motion_ids | {body.motion_id or 0}}
    standing = await election_queries.candidates_of(community_id, behind)
    results = await voting.results(community_id, behind) if standing else {}
    named = await queries.named_choices(community_id, [each.id for body in found for each in body.rounds])
    views = []
    for body in found:
        is_succeeded = body.kind is BodyKind.MANAGEMENT and has_owners
        names = {each.number: each.name for each in standing.get(body.motion_id or 0, ())}
        annulled = annulments(body, motions, now)
        motion = motions.get(body.motion_id or 0)
        told = results.get(body.motion_id or 0, {})
        views.append(
            BodyView(
                body=body,
                duties=tuple(duties(body, now, owning=owning, is_succeeded=is_succeeded, annulled=annulled)),
                motion=motion,
                tally=_official(body, motion) if motion is not None and motion.is_advisory else _tally(told, names),
                named={each.id: named.get(each.id, {}) for each in body.rounds},
                legs=_legs(body),
                annulled=annulled,
                restored=restored(body, motions),
                back=put_back(body, motions),
                joined=tuple(motions[each] for each in sorted(body.motion_ids - {body.motion_id}) if each in motions),
            )
        )
    return views


async def _all(community_id: int, found: list[Body]) -> list[Body]:
    """Whether owners have a committee is asked of all bodies, also where a page shows one."""
    return found if len(found) != 1 else await queries.bodies(community_id)


async def body_view(community_id: int, body_id: int, now: datetime) -> BodyView:
    return (await body_views(community_id, [await queries.body(community_id, body_id)], now))[0]


def _tally(result: Mapping[str, object], names: Mapping[int, str]) -> tuple[Chosen, ...]:
    told = result.get("result")
    if not isinstance(told, dict):
        return ()
    return tuple(
        Chosen(
            names.get(number_of(each["candidate"]), ""),
            each["chosen"]["persons"],
            each["chosen"]["area_dm2"],
            each["candidate"] in told["elected"],
        )
        for each in told["standings"]
    )


def _official(body: Body, motion: Motion) -> tuple[Chosen, ...]:
    """Where ours only asked: what the document says of those whom it names. Our own figures are of wishes."""
    named = sorted((each for each in body.members if each.motion_id == body.motion_id), key=lambda each: each.position)
    return tuple(
        Chosen(each.name, each.persons, each.area_dm2, each.position <= motion.seats)
        for each in named
        if each.persons is not None and each.area_dm2 is not None
    )


def _legs(body: Body) -> tuple[Leg, ...]:
    if body.kind is not BodyKind.MANAGEMENT:
        return ()
    return composition.legs([Seat(each.name, each.side, Post(each.post)) for each in body.sitting])
