"""The rows of what leaves the house about votes: what each is worth, its figures, who took part, deliveries, papers.

No choice is in any of them, and of participation nothing before the closing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from council.exports.model import Entry, Said
from council.kernel.errors import NotFound
from council.voting import counting
from council.voting import queries as voting
from council.voting.motion import Motion, MotionState
from council.web.i18n import Words
from council.web.places import place


def scope_said(words: Words, code: str) -> Said:
    """Where it holds: a building or an entrance, or everywhere."""
    told = place(words, code)
    return Said(code or told, told)


async def motion_rows(community_id: int, words: Words, now: datetime) -> list[list[Entry]]:
    listed = await voting.motions(community_id)
    results = await voting.results(community_id) | await counting.polls(listed, now)
    return [
        [
            motion.id,
            motion.title,
            words.label("kind", motion.kind),
            scope_said(words, motion.scope_code),
            words.label("vote_standing", standing(motion, now)),
            words.label("figures_are", "wishes" if motion.is_advisory else "count") if motion.id in results else "",
            words.label("counted_in", motion.electorate),
            words.label("yes_no", motion.is_advisory),
            motion.opens_at,
            motion.closes_at,
            motion.roll_persons,
            motion.roll_area_dm2,
            *_figures(results.get(motion.id)),
            _outcome(motion, results.get(motion.id), words),
            motion.certified_at,
            words.label("outcome", motion.official_outcome) if motion.official_outcome else "",
            motion.official_document or "",
            motion.official_at,
            motion.revoked_at,
            motion.revoked_document or "",
            motion.superseded_at,
            motion.text_sha256,
            motion.roll_sha256,
        ]
        for motion in reversed(listed)
    ]


async def revoked_of(community_id: int) -> dict[int, datetime | None]:
    """By proposal: when a court revoked its latest vote that was not called off; None where that one stands."""
    listed = await voting.motions(community_id)
    return {each.proposal_id: each.revoked_at for each in reversed(listed) if each.cancelled_at is None}


_FATES: tuple[tuple[str, Callable[[Motion], bool]], ...] = (
    ("cancelled", lambda motion: motion.cancelled_at is not None),
    ("revoked", lambda motion: motion.revoked_at is not None),
    ("superseded", lambda motion: motion.superseded_at is not None),
    ("upheld", lambda motion: motion.is_upheld),
    ("official", lambda motion: motion.official_at is not None),
    ("certified", lambda motion: motion.certified_at is not None and not motion.is_advisory),
)
"""What may have become of a vote; the first that is so is what it is worth."""


def standing(motion: Motion, now: datetime) -> str:
    """What a vote's figures are worth, as a code of `vote_standing`: a count nobody has signed is preliminary, answers
    that were only asked for are wishes whoever signs them."""
    for code, applies in _FATES:
        if applies(motion):
            return code
    if not motion.is_closed(now):
        return "notice" if motion.state(now) is MotionState.NOTICE else "open"
    return "wishes" if motion.is_advisory else "preliminary"


def _figures(result: dict[str, Any] | None) -> list[Entry]:
    """Persons and area of participants, agree, oppose, abstain; empty until the count is certified. Of an election who
    took part and who chose nobody: each candidate has a row of their own in `What.CANDIDATES`."""
    if result is None:
        return [None] * 8
    if "result" in result:
        part, nobody = result["tally"]["participants"], result["tally"]["nobody"]
        return [part["persons"], part["area_dm2"], None, None, None, None, nobody["persons"], nobody["area_dm2"]]
    counted = result["tally"]["counted"]
    return [
        counted[side][basis]
        for side in ("participants", "agree", "oppose", "abstain")
        for basis in ("persons", "area_dm2")
    ]


def _outcome(motion: Motion, result: dict[str, Any] | None, words: Words) -> str:
    if motion.cancelled_at is not None:
        return words.label("motion_state", "cancelled")
    if result is None:
        return ""
    # Answers that were only asked for are told as what they are: nothing has passed by them.
    return words.label("advisory" if motion.is_advisory else "outcome", result["verdict"]["outcome"])


async def participation_rows(
    community_id: int, words: Words, now: datetime, motion_id: int | None
) -> list[list[Entry]]:
    """Closed motions only: who has voted so far is nobody's business while the vote is open."""
    motions = await voting.motions(community_id)
    if motion_id is not None:
        motions = [motion for motion in motions if motion.id == motion_id]
        if not motions:
            raise NotFound
    closed = [motion for motion in reversed(motions) if motion.is_closed(now)]
    listed = await voting.participations(community_id, [motion.id for motion in closed])
    return [
        [
            motion.id,
            motion.title,
            words.label("vote_standing", standing(motion, now)),
            line.unit_code,
            line.area_dm2,
            words.label("yes_no", line.took_part),
        ]
        for motion in closed
        for line in listed.get(motion.id, ())
    ]


async def delivery_rows(community_id: int, words: Words, motion_id: int | None) -> list[list[Entry]]:
    """Every record, those taken back among them. Whether anybody has voted is not in it."""
    titles = {motion.id: motion.title for motion in await voting.motions(community_id)}
    if motion_id is not None and motion_id not in titles:
        raise NotFound
    wanted = sorted(titles) if motion_id is None else [motion_id]
    return [
        [
            each.motion_id,
            titles[each.motion_id],
            each.unit_code,
            words.label("delivery_result", each.result),
            words.label("delivery_channel", each.channel),
            each.sheet,
            each.at,
            each.recorded_at,
            each.by_name,
            each.confirmed_by_name,
            each.confirmed_at,
            words.label("confirmed_how", each.confirmed_how or "receipt") if each.is_checked else "",
            each.proves_from if each.stands and each.is_checked else None,
            each.withdrawn_by_name,
            each.withdrawn_at,
        ]
        for each in await voting.deliveries_of_motions(community_id, wanted)
    ]


async def paper_rows(community_id: int, words: Words, now: datetime) -> list[list[Entry]]:
    """Papers that came back in votes that are counted: taken or why not, valid or why not; no voter and no choice."""
    motions = {each.id: each for each in await voting.motions(community_id) if each.is_countable(now)}
    return [
        [
            line.motion_id,
            motions[line.motion_id].title,
            line.serial,
            line.returned_at,
            words.label("paper_channel", line.channel),
            words.label("yes_no", line.reason is None),
            "" if line.reason is None else words.label("paper_reason", line.reason),
            "" if line.invalid is None else words.label("void", line.invalid),
            line.person_name,
        ]
        for line in await voting.paper_lines(community_id, motions)
    ]
