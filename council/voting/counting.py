"""The count after closing, and the officers' signatures under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from council.audit import service as audit
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Refused, require
from council.kernel.text import canonical_json
from council.registry import queries as registry
from council.storage.sql import execute
from council.storage.transactions import lock_row, transaction
from council.voting import bundle, election_bundle, election_queries, impartial, official_results, permissions, queries
from council.voting.ballot_queries import ballots_of
from council.voting.electing import Elected, Electing, candidate_id, contest, electing, named, number_of, verdict_of
from council.voting.election import Filled
from council.voting.judge import judge
from council.voting.model import Ballot, Count, Outcome, Roll, Tally, UndeterminedReason, Verdict
from council.voting.motion import Motion
from council.voting.printed import election_json, tally_json, verdict_json
from council.voting.roll_queries import rolls
from council.voting.sealing import seal
from council.voting.tally import tally


@dataclass(frozen=True, slots=True)
class Counted:
    """`election`: where the motion is one, each candidate's figures and who is elected."""

    tally: Tally
    verdict: Verdict
    election: Electing | None = None

    def as_json(self) -> dict[str, Any]:
        """What is signed and kept."""
        if self.election is None:
            return {"tally": tally_json(self.tally), "verdict": verdict_json(self.verdict)}
        return election_json(self.election) | {"verdict": verdict_json(self.verdict)}


async def count(motion: Motion, now: datetime) -> Counted:
    """Tally and verdict from the data as it lies, the same before and after certification.

    Refused before the window has passed, and while a paper that came back is not decided: no running tally exists, for
    nobody. Whoever counts first closes the vote for good.
    """
    require_countable(motion, now)
    await seal([motion], now)
    roll = await queries.roll(motion.community_id, motion.id)
    ballots = await queries.ballots(motion.community_id, motion.id)
    if motion.is_election:
        return await _elect(motion, roll, ballots)
    result = tally(motion.ruleset, roll, ballots, motion.window)
    return Counted(result, judge(motion.ruleset, result))


async def _elect(motion: Motion, roll: Roll, ballots: list[Ballot]) -> Counted:
    picks = await election_queries.picks_of(motion.community_id, [motion.id])
    standing = await election_queries.candidates(motion.community_id, motion.id)
    found = electing(motion, roll, ballots, picks, standing)
    return Counted(found.result.tally, verdict_of(motion.ruleset, found.result), found)


def require_determined(motion: Motion, counted: Counted) -> None:
    """Refused where the count says nothing that could be signed: no roll, no majority to follow, a lot to be drawn. A
    vote that only asks fills no seat: its count is signed with equal ones in it."""
    if counted.verdict.reason is UndeterminedReason.LOT:
        if motion.is_advisory:
            return
        raise Refused("election.lot_first")
    if counted.verdict.outcome is Outcome.UNDETERMINED:
        raise Refused("motion.undetermined")


async def wishes(motion: Motion, now: datetime) -> Count | None:
    """What was answered online beside a vote that paper decides (意愿征询), after closing; None where nothing was
    asked. In no verdict: it only shows whom to ask for a signature."""
    if not motion.takes_wishes:
        return None
    require_countable(motion, now)
    roll = await queries.roll(motion.community_id, motion.id)
    given = await queries.ballots(motion.community_id, motion.id, wishes=True)
    return tally(motion.ruleset, roll, given, motion.window).returned


async def polls(motions: Iterable[Motion], now: datetime) -> dict[int, dict[str, Any]]:
    """What the polls among these that are over have to say, as `result_queries.results` tells what was signed: nobody
    signs a poll, so it is counted whenever somebody asks."""
    over = [each for each in motions if each.preset.is_advisory and not each.is_election]
    over = [each for each in over if each.cancelled_at is None and each.certified_at is None and each.is_countable(now)]
    if not over:
        return {}
    await seal(over, now)
    listed = await rolls(over[0].community_id, [each.id for each in over])
    ballots = await ballots_of(over[0].community_id, [each.id for each in over])
    found = {each.id: tally(each.ruleset, listed[each.id], ballots.get(each.id, []), each.window) for each in over}
    return {each.id: Counted(found[each.id], judge(each.ruleset, found[each.id])).as_json() for each in over}


def _require_closed(motion: Motion, now: datetime) -> None:
    if motion.cancelled_at is not None:
        raise Refused("motion.cancelled")
    if not motion.is_closed(now):
        raise Refused("motion.still_open")


def require_countable(motion: Motion, now: datetime) -> None:
    """Refused while there is nothing to count yet: still open, or papers whose choice nobody has settled."""
    _require_closed(motion, now)
    if motion.papers_waiting:
        raise Refused("motion.papers_undecided", n=motion.papers_waiting)


async def certify(*, actor: Actor, motion_id: int, now: datetime) -> Motion:
    """One named officer signs the count; the second signature certifies it and publishes the result notice.

    Signing again changes nothing. Whoever has something of their own in it by now signs nothing. An undetermined
    count cannot be certified. What each one signs is in the log.
    """
    async with transaction():
        await lock_row("motion", motion_id)
        motion = await queries.motion(actor.community_id, motion_id)
        officers = await queries.officers(actor.community_id, motion_id)
        require(permissions.may_certify(actor, officers))
        require(await impartial.may_count(actor, motion))
        counted = await count(motion, now)
        require_determined(motion, counted)
        await _require_looked_at(motion, now)
        if any(officer.person_id == actor.person_id and officer.signed_at for officer in officers):
            return motion
        await execute(
            "UPDATE motion_officer SET signed_at = {} WHERE community_id = {} AND motion_id = {} AND person_id = {}",
            now,
            actor.community_id,
            motion_id,
            actor.person_id,
        )
        result = canonical_json(counted.as_json())
        await audit.record(
            actor.community_id,
            "motion.signed",
            {"motion": motion_id, "by": actor.person_id, "result": result},
            now=now,
        )
        signed = 1 + sum(officer.signed_at is not None for officer in officers)
        if signed >= motion.signatures_needed and motion.certified_at is None:
            await execute(
                "UPDATE motion SET certified_at = {}, result_notice_at = COALESCE(result_notice_at, {}), result = {}"
                " WHERE id = {}",
                now,
                now,
                result,
                motion_id,
            )
            if counted.election is not None and not motion.is_advisory:
                await _keep_elected(motion, counted.election)
            await audit.record(
                actor.community_id,
                "motion.certified",
                {"motion": motion_id, "outcome": counted.verdict.outcome.value},
                now=now,
            )
        return await queries.motion(actor.community_id, motion_id)


async def _keep_elected(motion: Motion, found: Electing) -> None:
    """Who has a seat, in the order of the result, and who stands in reserve, with the rows of those who stood."""
    result = found.result
    for place, candidate in enumerate(result.elected, start=1):
        await execute(
            "UPDATE motion_candidate SET place_in_result = {} WHERE community_id = {} AND motion_id = {}"
            " AND number = {}",
            *(place, motion.community_id, motion.id, number_of(candidate)),
        )
    if result.filled is Filled.ALL and result.reserve:
        await execute(
            "UPDATE motion_candidate SET is_reserve = TRUE WHERE community_id = {} AND motion_id = {} AND number IN {}",
            *(motion.community_id, motion.id, [number_of(each) for each in result.reserve]),
        )


async def elected(community_id: int, motion_id: int) -> tuple[Elected, ...]:
    """Who came through an election, by their place, then those in reserve in the order of the result: nobody before it
    is certified, nor of a vote that was called off, replaced or revoked by a court. Of one that only advises it is
    what the confirmed official result says. NotFound."""
    motion = await queries.motion(community_id, motion_id)
    if not motion.is_live or motion.revoked_at is not None:
        return ()
    standing = await election_queries.candidates(community_id, motion_id)
    if motion.is_advisory:
        return await official_results.elected(motion, standing)
    if motion.certified_at is None:
        return ()
    told = (await queries.results(community_id, [motion_id])).get(motion_id, {}).get("result", {}).get("standings", [])
    chosen = {number_of(each["candidate"]): each["chosen"] for each in told}
    order = list(chosen)
    through = [each for each in standing if each.place_in_result is not None or each.is_reserve]
    through.sort(key=lambda each: (each.is_reserve, each.place_in_result or 0, order.index(each.number)))
    return tuple(
        Elected(
            number=each.number,
            candidate_id=each.candidate_id,
            person_id=each.person_id,
            owner_id=each.owner_id,
            name=each.name,
            place=each.place_in_result,
            is_reserve=each.is_reserve,
            persons=chosen[each.number]["persons"],
            area_dm2=chosen[each.number]["area_dm2"],
            drawn=each.drawn,
        )
        for each in through
    )


async def _require_looked_at(motion: Motion, now: datetime) -> None:
    """Where the bylaws give days to look a preliminary result over, they have run and every question is answered."""
    days = motion.procedure.query_days.value
    if not days:
        return
    if motion.preliminary_at is None:
        raise Refused("count.preliminary_first", days=days)
    if now < end_of_days(motion.preliminary_at, days):
        raise Refused("count.query_running", days=days)
    requests = await queries.recount_requests(motion.community_id, motion.id)
    if waiting := sum(each.answered_at is None for each in requests):
        raise Refused("count.query_open", count=waiting)


async def decision_bundle(*, actor: Actor, motion_id: int, now: datetime) -> bytes:
    """The counters' and auditor's copy with every choice (`council.decision/1`, UTF-8); each download is recorded."""
    async with transaction():
        motion = await queries.motion(actor.community_id, motion_id)
        require(permissions.may_read_choices(actor, await queries.officers(actor.community_id, motion_id)))
        require_countable(motion, now)
        await audit.record(
            actor.community_id, "bundle.downloaded", {"motion": motion_id, "by": actor.person_id}, now=now
        )
        return await _bundle(motion)


async def _bundle(motion: Motion) -> bytes:
    where = await registry.community(motion.community_id)
    community = bundle.Community(where.slug, where.name)
    head = bundle.Motion(str(motion.id), motion.title, motion.text_sha256, motion.window, motion.is_advisory)
    roll = await queries.roll(motion.community_id, motion.id)
    ballots = tuple(await queries.ballots(motion.community_id, motion.id))
    if not motion.is_election:
        return bundle.dump(bundle.Bundle(community, head, motion.ruleset, roll, ballots, claimed={}))
    picks = await election_queries.picks_of(motion.community_id, [motion.id])
    standing = await election_queries.candidates(motion.community_id, motion.id)
    return election_bundle.dump(
        election_bundle.Bundle(
            community=community,
            motion=head,
            ruleset=motion.ruleset,
            roll=roll,
            candidates=tuple(election_bundle.Candidate(candidate_id(each.number), each.name) for each in standing),
            contest=contest(motion, standing),
            ballots=named(ballots, picks),
            claimed={},
        )
    )
