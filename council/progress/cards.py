"""The card of any address of a community, as strangers may see it (`web.cards.Cards`).

A proposal is for members; outside only its title and its stage may be told, and those not before the desk has taken it
in. Whatever is unknown, another community's, or not for strangers gets the community's own card: one answer for all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from council.kernel.clock import Clock
from council.kernel.errors import NotFound
from council.ledger import queries as ledger
from council.ledger.cards import ledger_card, project_card
from council.proposals import queries as proposals
from council.proposals.model import Proposal, ProposalState
from council.voting import queries as voting
from council.voting.cards import VOTE, announcement_card, motion_card, notice_card
from council.voting.model import Outcome
from council.voting.motion import Motion, MotionState
from council.voting.verdicts import decided
from council.web.cards import HOME, Card, of_community, of_page
from council.web.i18n import Words
from council.web.kit import Identify, Place

PATHS = {
    "proposal": "/proposals/{}",
    "motion": "/motions/{}",
    "notice": "/motions/{}/notice",
    "before": f"/motions/{{}}/notice?of={VOTE}",
    "project": "/projects/{}",
    "projects": "/projects",
    "rules": "/rules",
    HOME: "/",
}
"""Below /c/{slug}, by the first part of a card's name."""

_ADDRESS = re.compile(
    r"/c/([\w-]{1,64})(?:/(proposals|motions|projects)/([0-9]{1,18}))?(/notice)?(?:[/?#]|$)", re.ASCII
)
_NAME = re.compile(r"([a-z]+)(?:-([0-9]{1,18}))?", re.ASCII)


class PublicCards:
    """One per application; reads with the web's own clock and words."""

    def __init__(self, identify: Identify, words: Mapping[str, Words], clock: Clock) -> None:
        self._identify = identify
        self._words = words
        self._clock = clock

    async def at(self, path: str, locale: str) -> Card | None:
        """The card behind an address; None outside any community. A constant number of queries."""
        parts = _ADDRESS.match(path)
        place = None if parts is None else await self._identify.community(parts[1])
        if parts is None or place is None:
            return None
        words = self._words[locale]
        page = parts[2] and (_notice(path) if parts[4] else parts[2][:-1])
        name = f"{page}-{parts[3]}" if page else HOME
        found = await named(place, name, words, self._clock.now())
        return found or of_community(place, words, path=f"/c/{place.slug}/")


def _notice(path: str) -> str:
    return "before" if VOTE in parse_qs(urlsplit(path).query).get("of", ()) else "notice"


def path_of(slug: str, name: str) -> str | None:
    """The clean link of a name, whether there is such a thing or not; None for what is no name."""
    parts = _NAME.fullmatch(name)
    below = None if parts is None else PATHS.get(parts[1])
    if parts is None or below is None or ("{}" in below) != (parts[2] is not None):
        return None
    return f"/c/{slug}{below.format(parts[2])}"


async def named(place: Place, name: str, words: Words, now: datetime) -> Card | None:
    """The card of "motion-12"; None when there is no such thing here, or none that strangers may hear of."""
    if path_of(place.slug, name) is None:
        return None
    kind, _, number = name.partition("-")
    match kind:
        case "home":
            return of_community(place, words, path=f"/c/{place.slug}/")
        case "rules":
            return rules_card(place, words)
        case "projects":
            return ledger_card(place, words)
    try:
        return await _numbered(place, kind, int(number), words, now)
    except NotFound:
        return None


async def _numbered(place: Place, kind: str, number: int, words: Words, now: datetime) -> Card | None:
    if kind == "project":
        project = await ledger.project(place.id, number)
        return project_card(place, project, await ledger.milestones(place.id, number), words)
    if kind == "proposal":
        proposal = await proposals.proposal(place.id, number)
        motion = (await voting.motions_of(place.id, [number])).get(number)
        return proposal_card(place, proposal, motion, await outcome_of(motion, now), words, now)
    motion = await voting.motion(place.id, number)
    if kind == "before" and motion.state(now) is MotionState.CERTIFIED:
        return announcement_card(place, motion, words, now)
    make = motion_card if kind == "motion" else notice_card
    return make(place, motion, await outcome_of(motion, now), words, now)


async def outcome_of(motion: Motion | None, now: datetime) -> Outcome | None:
    """Of a signed count. Ballots are not counted for a picture."""
    if motion is None or motion.certified_at is None:
        return None
    found = (await decided(motion.community_id, [motion], now)).get(motion.id)
    return None if found is None else found.outcome


def proposal_card(
    place: Place, proposal: Proposal, motion: Motion | None, outcome: Outcome | None, words: Words, now: datetime
) -> Card | None:
    """Title and stage of a proposal that the desk has taken in; None for every other. What stopped it is not told:
    who agreed and who did not is the members' own."""
    if proposal.state is not ProposalState.ACCEPTED:
        return None
    name, below = f"proposal-{proposal.id}", f"/proposals/{proposal.id}"
    card = of_page(place, words, name, below, title=proposal.title, sentence=words.sentence("card.talk"))
    talk = replace(card, is_for_members=True)
    if proposal.started_at is not None:
        return replace(talk, sentence=words.sentence(f"lede.{_started(proposal)}"))
    if motion is None or motion.cancelled_at is not None:
        return talk
    vote = motion_card(place, motion, outcome, words, now)
    return replace(talk, sentence=vote.sentence, calendar=vote.calendar)


def _started(proposal: Proposal) -> str:
    return "started" if proposal.preset.opens_project else "in_effect"


def shared(place: Place, proposal: Proposal, card: Card | None, words: Words) -> Card | None:
    """What a member's page offers to pass on: also what waits for the desk, whose link says nothing to strangers."""
    if card is not None or proposal.state is not ProposalState.FILED:
        return card
    plain = of_community(place, words, path=f"/c/{place.slug}/proposals/{proposal.id}")
    return replace(plain, name=f"proposal-{proposal.id}", title=proposal.title)


def rules_card(place: Place, words: Words) -> Card:
    sentence = words.sentence("card.rules.sentence")
    return of_page(place, words, "rules", "/rules", title=words.sentence("card.rules"), sentence=sentence)
