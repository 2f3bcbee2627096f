"""What a shared link to a vote says: where it stands now, in one sentence that the public may read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from council.voting.model import Outcome
from council.voting.motion import Motion, MotionState
from council.voting.objections import objections_until
from council.web.cards import Card, moment, of_page
from council.web.i18n import Words
from council.web.kit import Place

VOTE = "vote"
"""`?of=vote`: what was posted before the vote, once there is a result as well."""


def motion_card(place: Place, motion: Motion, outcome: Outcome | None, words: Words, now: datetime) -> Card:
    """`outcome` of the count; it is told only once it is signed, or recorded as official."""
    name, sentence = f"motion-{motion.id}", standing(motion, outcome, words, now)
    card = of_page(place, words, name, f"/motions/{motion.id}", title=motion.title, sentence=sentence)
    return replace(card, calendar=f"{card.path}/deadlines.ics" if last_deadline(motion) >= now else "")


def notice_card(place: Place, motion: Motion, outcome: Outcome | None, words: Words, now: datetime) -> Card:
    """The same of its notice: the 公告 until the result is certified, then its 公示."""
    card = motion_card(place, motion, outcome, words, now)
    code = "card.result_notice" if motion.state(now) is MotionState.CERTIFIED else "card.notice"
    title = words.sentence(code, {"title": motion.title})
    return replace(card, name=f"notice-{motion.id}", path=f"{card.path}/notice", title=title)


def announcement_card(place: Place, motion: Motion, words: Words, now: datetime) -> Card:
    """The 公告 when there is a 公示 as well (`?of=vote`): what it announced, and nothing of what came of it."""
    times = {name: moment(at, now, words.catalogue.locale) for name, at in _window(motion).items()}
    return of_page(
        place,
        words,
        f"before-{motion.id}",
        f"/motions/{motion.id}/notice?of={VOTE}",
        title=words.sentence("card.notice", {"title": motion.title}),
        sentence=words.sentence("card.announced", times),
    )


def _window(motion: Motion) -> dict[str, datetime]:
    return {"opens": motion.opens_at, "closes": motion.closes_at}


def standing(motion: Motion, outcome: Outcome | None, words: Words, now: datetime) -> str:
    """正在投票，3月15日（周日）18:00 截止。"""
    locale = words.catalogue.locale
    if motion.revoked_at is not None or motion.official_outcome is not None:
        return words.sentence("motions.revoked" if motion.revoked_at else f"card.official.{motion.official_outcome}")
    match motion.state(now):
        case MotionState.CANCELLED:
            return words.sentence("card.cancelled")
        case MotionState.NOTICE:
            return words.sentence("card.soon", {"at": moment(motion.opens_at, now, locale)})
        case MotionState.OPEN:
            return words.sentence("card.open", {"at": moment(motion.closes_at, now, locale)})
        case MotionState.COUNTING:
            code = "poll_over" if motion.preset.is_advisory else "advisory_over" if motion.is_advisory else "counting"
            return words.sentence(f"card.{code}")
        case MotionState.CERTIFIED:
            return _certified(motion, outcome, words, now)


def _certified(motion: Motion, outcome: Outcome | None, words: Words, now: datetime) -> str:
    if motion.is_advisory:
        return words.sentence("card.advisory_over")
    until = objections_until(motion)
    if outcome is Outcome.PASSED and until is not None and now < until:
        return words.sentence("card.passed_until", {"at": moment(until, now, words.catalogue.locale)})
    return words.sentence(f"card.{outcome or 'closed'}")


def last_deadline(motion: Motion) -> datetime:
    """The end of the vote, or of the notice of its result."""
    until = objections_until(motion) if motion.cancelled_at is None else None
    return motion.closes_at if until is None else max(until, motion.closes_at)
