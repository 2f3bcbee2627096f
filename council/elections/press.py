"""The words of the candidates' notice, put in their places on the paper (`documents.notice_paper`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.documents.notice_paper import Grid, NoticePaper, Row
from council.elections import rules
from council.elections.candidate import Candidate, Channel
from council.elections.model import Standing
from council.kernel.clock import local_date
from council.kernel.errors import Detail
from council.registry.model import Community
from council.web.filters import day_words
from council.web.i18n import Words
from council.web.places import place


@dataclass(frozen=True, slots=True)
class Press:
    """Makes the notice of one election's candidates; `root`: the log's as it was posted (hex); `convener`: who
    seals."""

    title: str
    article: str
    at: Standing
    community: Community
    convener: str
    address: str
    root: str
    words: Words
    now: datetime

    def paper(self) -> NoticePaper:
        election = self.at.election
        posted = election.published_at or self.now
        return NoticePaper(
            title=self._say("slate.title", title=self.title),
            addressee=self._say("slate.to", name=self.community.name),
            opening=self._say("slate.opening", days=election.notice_days, n=len(self._listed()), seats=election.seats),
            rows=tuple(self._rows()),
            text=(),
            grids=(self._grid(),),
            conclusion=(),
            closing=(*self._gone(), self._say("slate.objections", until=self._until()), self._contact()),
            address=self.address,
            beside_qr=(
                self._say("slate.scan"),
                self._say("slate.log", number=f"{(election.published_seq or 0) + 1:,}", root=_groups(self.root)),
            ),
            seal=self._say("slate.sign_here" if "筹" in self.convener else "slate.seal_here"),
            signed=(self.convener, self._day(posted)),
            annex=self._annex(),
        )

    def _listed(self) -> list[Candidate]:
        """As it was posted: whoever has left since is named below the table."""
        return sorted((each for each in self.at.candidates if each.number), key=lambda each: each.number or 0)

    def _rows(self) -> list[Row]:
        election = self.at.election
        start = self._day(election.published_at or self.now)
        return [
            Row(self._say("slate.row.matter"), self.title, self._say("slate.law", article=self.article)),
            Row(self._say("slate.row.seats"), self._say("slate.seats", seats=election.seats)),
            Row(self._say("slate.row.period"), self._say("slate.period", start=start, until=self._until())),
            Row(
                self._say("slate.row.order"),
                self._say(rules.order_rule(election)),
                self._seed(),
            ),
            *(
                [Row(self._say("slate.row.again"), election.reopened_reason)]
                if election.reopened_reason is not None
                else []
            ),
        ]

    def _seed(self) -> str:
        election = self.at.election
        seed = self._say("slate.seed", seed=_groups(election.order_seed))
        if election.order_seq is None:
            return seed
        return seed + self._say("list.semicolon") + self._say("slate.seed_at", number=f"{election.order_seq + 1:,}")

    def _grid(self) -> Grid:
        header = tuple(self._say(f"slate.heading.{name}") for name in ("number", "name", "home"))
        lines = tuple(
            (str(each.number), each.name, self._say("slate.home", place=self._place(each), channel=self._channel(each)))
            for each in self._listed()
        )
        return Grid(header, lines, (12, 22, 66), "LLL")

    def _place(self, one: Candidate) -> str:
        return place(self.words, one.place)

    def _channel(self, one: Candidate) -> str:
        named = self.words.label("put_forward", one.channel)
        if one.channel is Channel.JOINT:
            named = self._say("slate.joint", n=len(one.sponsors))
        elif one.nominated_by:
            named = self._say("slate.by", channel=named, name=one.nominated_by)
        return self._say("slate.represents", channel=named) if one.is_representing else named

    def _gone(self) -> list[str]:
        return [
            self._say(
                "slate.struck" if each.struck_at else "slate.withdrawn",
                number=each.number or 0,
                name=each.name,
                reason=each.struck_reason or each.withdrawn_reason or "",
            )
            for each in self._listed()
            if not each.is_in
        ]

    def _annex(self) -> tuple[str, ...]:
        said = [
            self._say("slate.says", number=each.number or 0, name=each.name, statement=each.statement)
            for each in self._listed()
            if each.statement
        ]
        return (self._say("slate.annex"), *said) if said else ()

    def _contact(self) -> str:
        where = self.community
        code = "slate.contact" if where.address else "slate.contact.no_address"
        return self._say(code, name=where.name, phone=where.phone, address=where.address)

    def _until(self) -> str:
        """24:00 of the last whole day."""
        until = rules.notice_until(self.at.election) or self.now
        return f"{self._day(until - timedelta(seconds=1))} 24:00"

    def _day(self, instant: datetime) -> str:
        return day_words(local_date(instant), self.words.catalogue.locale, 0)

    def _say(self, code: str, **details: Detail) -> str:
        return self.words.sentence(code, details)


def _groups(digest: str) -> str:
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
