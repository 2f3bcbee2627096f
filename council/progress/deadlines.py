"""A vote's dates as appointments: when it opens, when it closes, when the notice of its result is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from council.documents.calendar import Event, before_deadline, deadline, moment
from council.voting.cards import last_deadline
from council.voting.motion import Motion
from council.voting.objections import objections_until
from council.voting.wording import Wording
from council.web.i18n import Words
from council.web.kit import Place

RECENT = timedelta(days=60)
"""What is over for longer leaves the community's calendar."""
MOST = 100


def of_motion(place: Place, motion: Motion, words: Words, *, base_url: str, host: str) -> list[Event]:
    """Two appointments, and a third once the result is posted. The times are locked with the text, so only being
    called off changes one: then it comes again with a higher number."""
    say = Wording(words, motion)
    off = motion.cancelled_at
    url = f"{base_url}/c/{place.slug}/motions/{motion.id}"

    def event(what: str, at: tuple[datetime, datetime], changed_at: datetime, until: datetime) -> Event:
        title = words.sentence(f"calendar.{what}", {"title": motion.title})
        text = words.sentence("calendar.off" if off else f"calendar.{what}.text", {"at": say.instant(until)})
        return Event(
            uid=f"{place.slug}-motion-{motion.id}-{what}@{host}",
            title=words.sentence("calendar.off.title", {"title": title}) if off else title,
            text=f"{text}\n{place.name}\n{url}",
            url=url,
            starts_at=at[0],
            ends_at=at[1],
            changed_at=off or changed_at,
            sequence=0 if off is None else 1,
            is_cancelled=off is not None,
            reminder=before_deadline(1) if what == "closes" else None,
        )

    events = [
        event("opens", moment(motion.opens_at), motion.notice_at, motion.closes_at),
        event("closes", deadline(motion.closes_at), motion.notice_at, motion.closes_at),
    ]
    until = objections_until(motion)
    if off is None and until is not None and motion.result_notice_at is not None and until > motion.result_notice_at:
        events.append(event("result", deadline(until), motion.result_notice_at, until))
    return events


def upcoming(motions: Sequence[Motion], now: datetime) -> list[Motion]:
    """Those that belong in the community's calendar, the soonest first."""
    recent = [motion for motion in motions if last_deadline(motion) > now - RECENT]
    return sorted(recent, key=lambda motion: (motion.closes_at, motion.id))[-MOST:]
