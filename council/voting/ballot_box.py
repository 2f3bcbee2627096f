"""Putting a ballot in: beside the voter's earlier ones, under the one rule that the count applies too (`tally.settle`).

Online and paper go through here, so that `ballot.state` always says what a count would say. Inside the caller's
transaction, with the motion locked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from council.audit import commitment, receipts
from council.audit import service as audit
from council.kernel.errors import NotFound
from council.registry import queries as registry
from council.storage.sql import execute, fetch, fetch_one
from council.voting import election_queries
from council.voting.model import Ballot, Channel, Choice, RefusedReason
from council.voting.motion import Motion
from council.voting.ruleset_json import ruleset_to_json
from council.voting.tally import settle
from council.voting.voter import BallotState

_STATE = {None: BallotState.IN_FORCE, RefusedReason.REPLACED: BallotState.REPLACED}


@dataclass(frozen=True, slots=True)
class By:
    """Through whom a ballot came: the account that cast it, or that confirmed what stands on the paper, and for what
    reason it may (a guardian's or agent's paper, a mandate). In the log under `private`, compared by `kept`."""

    person_id: int
    acting_paper_id: int | None = None
    proxy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a ballot that was put in. `kept_out_by`: the one in force that it could not replace."""

    state: BallotState
    kept_out_by: str | None


async def earlier(motion: Motion, roll_voter_id: int, number: str, *, is_wish: bool) -> list[Ballot]:
    """Every ballot of one voter so far, whatever became of it, in the order of their instants."""
    rows = await fetch(
        "SELECT id, choice, channel, cast_at, invalid FROM ballot WHERE community_id = {} AND motion_id = {}"
        " AND roll_voter_id = {} AND is_wish = {} ORDER BY cast_at, id",
        *(motion.community_id, motion.id, roll_voter_id, is_wish),
    )
    return [
        Ballot(
            row["id"],
            number,
            Choice(row["choice"]) if row["choice"] else None,
            Channel(row["channel"]),
            row["cast_at"],
            row["invalid"],
        )
        for row in rows
    ]


async def put(
    *,
    motion: Motion,
    roll_voter_id: int,
    ballot: Ballot,
    by: By,
    kept: list[Ballot],
    is_wish: bool,
    picks: frozenset[int] = frozenset(),
) -> Put:
    """Keeps `ballot` with its log record, and gives every ballot of its voter (`kept`: `earlier`) its state anew.

    One that does not count is kept with its reason. `picks`: in an election, the numbers of the names chosen.
    `motion.last_cast_at` is the caller's.
    """
    before = _states(motion, ballot.voter_id, kept)
    after = _states(motion, ballot.voter_id, [*kept, ballot])
    state, reason = after[ballot.ballot_id]
    held = [each for each in after if before.get(each, (None,))[0] is BallotState.IN_FORCE]
    changed = {each: after[each] for each in before if before[each] != after[each]}
    # Whatever leaves goes first: one in force a voter is the schema's rule.
    for ballot_id, (now_is, why) in sorted(changed.items(), key=lambda each: each[1][0] is BallotState.IN_FORCE):
        await execute(
            "UPDATE ballot SET state = {}, reason = {} WHERE community_id = {} AND id = {}",
            *(now_is.value, None if why is None else why.value, motion.community_id, ballot_id),
        )
    replaces = held[0] if state is BallotState.IN_FORCE and held else None
    await _insert(motion, roll_voter_id, ballot, by, (state, reason), replaces, picks, is_wish=is_wish)
    if picks:
        rows = ", ".join(["({}, {}, {})"] * len(picks))
        await execute(
            f"INSERT INTO ballot_pick (community_id, ballot_id, number) VALUES {rows}",
            *(value for number in sorted(picks) for value in (motion.community_id, ballot.ballot_id, number)),
        )
    return Put(state, held[0] if reason is RefusedReason.REPEAT and held else None)


def _states(motion: Motion, number: str, ballots: list[Ballot]) -> dict[str, tuple[BallotState, RefusedReason | None]]:
    settled = settle(motion.ruleset, {number}, ballots, motion.window)
    found = {}
    for each in ballots:
        reason = settled.refused.get(each.ballot_id)
        state = _STATE.get(reason, BallotState.REFUSED)
        found[each.ballot_id] = (state, reason if state is BallotState.REFUSED else None)
    return found


async def _insert(
    motion: Motion,
    roll_voter_id: int,
    ballot: Ballot,
    by: By,
    stands: tuple[BallotState, RefusedReason | None],
    replaces: str | None,
    picks: frozenset[int],
    *,
    is_wish: bool,
) -> None:
    community = await registry.community(motion.community_id)
    state, reason = stands
    numbers = await _numbers(motion)
    opened = () if ballot.choice is None else await openings(motion, ballot.ballot_id, ballot.choice, picks, numbers)
    sealed = [commitment.commit(choice, r) for choice, r in opened]
    slug, ballot_id = community.slug, ballot.ballot_id
    if motion.is_election:
        by_number = dict(zip(numbers, sealed, strict=False))  # an invalid one has none
        data = receipts.election_data(community=slug, motion=motion.id, ballot=ballot_id, commitments=by_number)
    else:
        plain = b"".join(sealed)
        data = receipts.ballot_data(community=slug, motion=motion.id, ballot=ballot_id, commitment=plain)
    if is_wish:
        data["wish"] = True
    recorded = await audit.record(
        motion.community_id,
        "ballot.refused" if state is BallotState.REFUSED else "ballot.accepted",
        data,
        now=ballot.cast_at,
        # Anybody may read `data`: that somebody changed their mind is not among it.
        private={
            "voter": ballot.voter_id,
            "person": by.person_id,
            "replaces": replaces,
            "acting": by.acting_paper_id,
            "proxy": by.proxy_id,
        },
    )
    await execute(
        "INSERT INTO ballot (id, community_id, motion_id, roll_voter_id, person_id, choice, channel, cast_at, state,"
        " reason, commitment, log_seq, code, is_wish, invalid, acting_paper_id, proxy_id)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        ballot.ballot_id,
        motion.community_id,
        motion.id,
        roll_voter_id,
        by.person_id,
        None if ballot.choice is None else ballot.choice.value,
        ballot.channel.value,
        ballot.cast_at,
        state.value,
        None if reason is None else reason.value,
        " ".join(each.hex() for each in sealed),
        recorded.seq,
        receipts.short_code(recorded.leaf_hash),
        is_wish,
        ballot.invalid,
        by.acting_paper_id,
        by.proxy_id,
    )


async def openings(
    motion: Motion, ballot_id: str, choice: Choice, picks: frozenset[int], numbers: Sequence[int] | None = None
) -> tuple[tuple[str, int], ...]:
    """What opens a ballot: its choice and the scalar that hides it; in an election, both for each candidate, by number:
    "agree" where the name is chosen, "abstain" where it is not.

    Never logged, never exported, given only to the ballot's voter.
    """
    row = await fetch_one("SELECT blinding FROM motion_secret WHERE motion_id = {}", motion.id)
    if row is None:
        raise NotFound
    secret = bytes.fromhex(row["blinding"])
    context = commitment.context(
        motion=str(motion.id),
        text_digest=motion.text_sha256,
        ruleset=ruleset_to_json(motion.ruleset),
        roll_digest=motion.roll_sha256,
    )
    if not motion.is_election:
        return ((choice.value, commitment.blinding(secret, context, ballot_id)),)
    return tuple(
        (
            (Choice.AGREE if number in picks else Choice.ABSTAIN).value,
            commitment.blinding(secret, context, f"{ballot_id}/{number}"),
        )
        for number in (await _numbers(motion) if numbers is None else numbers)
    )


async def _numbers(motion: Motion) -> list[int]:
    """Under which numbers somebody stands; none outside elections."""
    if not motion.is_election:
        return []
    return [each.number for each in await election_queries.candidates(motion.community_id, motion.id)]
