"""The words of a vote's ballots on paper, put in their places (`documents.paper_ballots`).

A ballot goes from hand to hand and is photographed: people's names stand on it as 陈**, which those who live there
recognise; the full name is the one they sign with. A company's or the developer's stands in full.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from council.bylaws.model import SourceKind
from council.documents.ballot_text import BallotText, Sheet
from council.documents.paper_ballots import ballots_pdf
from council.kernel.errors import Detail
from council.pathways.model import Electorate
from council.registry import masking
from council.registry.model import Community
from council.voting.figures import digest_words
from council.voting.model import Channel, Unreturned
from council.voting.motion import Motion
from council.voting.paper import Layout, Printed, grouped
from council.voting.paper_voter_queries import PaperVoter
from council.voting.sentences import Sentences
from council.voting.slate import OnBallot
from council.web.i18n import Words
from council.web.places import place

_PLACES = 4
_NAMES = 3


@dataclass(frozen=True, slots=True)
class PaperPress:
    words: Words
    motion: Motion
    community: Community
    base_url: str
    candidates: tuple[OnBallot, ...] = ()

    def pdf(self, papers: Iterable[Printed], voters: Iterable[PaperVoter], layout: Layout, now: datetime) -> bytes:
        """In a thread: a second, and some milliseconds a ballot."""
        by_id = {each.roll_voter_id: each for each in voters}
        sheets = [self.sheet(paper, by_id[paper.roll_voter_id]) for paper in papers]
        return ballots_pdf(sheets, self.text(), layout=layout.value, now=now)

    @property
    def say(self) -> Sentences:
        return Sentences(self.words, self.motion)

    def _say(self, code: str, **details: Detail) -> str:
        return self.words.sentence(code, details)

    def sheet(self, paper: Printed, voter: PaperVoter) -> Sheet:
        homes = [place(self.words, code) for code in voter.unit_codes[:_PLACES]]
        where = self.say.join(homes)
        if len(voter.unit_codes) > _PLACES:
            where = self._say("ballot.and_more", places=where, count=len(voter.unit_codes))
        return Sheet(
            serial=self._say("paper_ballot.serial", serial=grouped(paper.serial)),
            url=f"{self.base_url}/c/{self.community.slug}/paper/{paper.serial}",
            place=where,
            name=self.name(voter),
            weight=self.say.amounts(1, voter.area_dm2),
            signs=self._signs(paper, voter),
        )

    def _signs(self, paper: Printed, voter: PaperVoter) -> str:
        """Who signs where the owner does not: "" for everybody who signs for themselves."""
        if paper.capacity:
            return self._say(f"paper_ballot.by.{paper.capacity}", name=masking.name(paper.acting_name))
        return self._say("paper_ballot.by.company") if voter.is_company else ""

    def name(self, voter: PaperVoter) -> str:
        """陈**、李**; "" where households vote."""
        shown = [name if is_out else masking.name(name) for name, is_out in voter.owners[:_NAMES]]
        joined = self.say.join(shown)
        return self._say("paper_ballot.names_more", names=joined) if len(voter.owners) > _NAMES else joined

    def text(self) -> BallotText:
        motion, say = self.motion, self.say
        kind = "poll" if motion.preset.is_advisory else motion.electorate.value
        return BallotText(
            heading=self._say("paper_ballot.heading", community=self.community.name, scope=say.scope)
            if motion.scope_code
            else self.community.name,
            kind=self._say(f"paper_ballot.kind.{kind}"),
            title=motion.title,
            lines=self._matter(),
            more=self._say("paper_ballot.more", signs=f"{len(motion.text):,}"),
            digest=self._say(
                "paper_ballot.digest", text=digest_words(motion.text_sha256), roll=digest_words(motion.roll_sha256)
            ),
            choices=self._boxes(),
            how=[self._say("paper_ballot.how.names", seats=motion.seats)]
            if motion.is_election
            else [self._say("paper_ballot.how")],
            rule=self._rule(),
            facts=self._facts(),
            sign=[self._say(f"paper_ballot.sign.{name}") for name in self._signatures()],
            voter_label=self._say("paper_ballot.voter"),
            weight_label=self._say("paper_ballot.weight"),
            cut=self._say("paper_ballot.cut"),
            is_list=motion.is_election,
        )

    def _matter(self) -> list[str]:
        """The matter's own words, below whom it recalls; who stands is told by the boxes."""
        lines = [line for line in self.motion.text.split("\n")[1:] if line.strip()]
        if self.motion.recalls_name:
            lines.insert(0, self._say("paper_ballot.recalls", name=self.motion.recalls_name))
        return lines[: -1 - len(self.candidates)] if self.candidates else lines

    def _boxes(self) -> list[str]:
        if not self.motion.is_election:
            return [self._say(f"choice.{name}") for name in ("agree", "oppose", "abstain")]
        return [*(self._box(one) for one in self.candidates), self._say("election.none")]

    def _box(self, one: OnBallot) -> str:
        about = self.say.about(one)
        return self._say("paper_ballot.name", name=self.say.on_ballot(one), about=about) if about else one.name

    def _signatures(self) -> tuple[str, ...]:
        if self.motion.electorate is Electorate.RESIDENTS:
            return ("resident", "day")
        return ("owner", "day", "proxy", "guardian", "seal", "agent")

    def _rule(self) -> list[str]:
        """What must be met, what silence means with its clause, what an invalid one is, and what of online."""
        motion, say = self.motion, self.say
        stop = self._say("paper_ballot.stop")
        lines = [self._say("paper_ballot.rule", rule=self._say("list.semicolon").join(say.rule())) + stop]
        source = motion.procedure.unreturned.source
        if motion.ruleset.unreturned is not Unreturned.NOT_PARTICIPATING and source.kind is SourceKind.BYLAWS:
            lines.append(self._say("paper_ballot.clause", title=source.title, clause=source.clause))
        lines.append(self._say("paper_ballot.invalid.names" if motion.is_election else "paper_ballot.invalid"))
        if motion.takes_wishes:
            lines.append(self._say("paper_ballot.online.wish"))
        elif Channel.ONLINE in motion.counted:
            lines.append(self._say(f"paper_ballot.online.{motion.ruleset.channel_conflict}"))
        return lines

    def _facts(self) -> list[str]:
        motion, say, where = self.motion, self.say, self.community
        lines = [
            self._say("paper_ballot.period", opens=say.instant(motion.opens_at), closes=say.instant(motion.closes_at))
        ]
        code = "paper_ballot.collect" if where.phone else "paper_ballot.collect.no_phone"
        lines.append(self._say(code, closes=say.instant(motion.closes_at), phone=where.phone))
        return [*lines, self._say("paper_ballot.privacy")]
