"""The notices of a body as they hang on the board: who was chosen, the filing, the appointment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from council.bodies.model import Body, BodyKind, Entry, EntryKind, Member, Post, Round
from council.bodies.papers import Appointment, Filing, read
from council.bodies.standing import BodyView
from council.documents.notice_paper import Grid, NoticePaper, Row
from council.kernel.clock import local_date
from council.kernel.errors import Detail, NotFound
from council.registry.model import Community
from council.web.filters import day_words
from council.web.i18n import Words


@dataclass(frozen=True, slots=True)
class BodyPress:
    """Makes the papers of one body in one language; `address` is the body's page."""

    view: BodyView
    community: Community
    words: Words
    address: str
    now: datetime

    @property
    def body(self) -> Body:
        return self.view.body

    def paper(self, what: str) -> NoticePaper:
        """`what`: "chair-<number of the round>", "filing", "appointment". NotFound for what has not happened."""
        name, _, number = what.partition("-")
        if name == "chair":
            found = next((each for each in self.view.chosen_rounds if str(each.number) == number), None)
            if found is not None:
                return self._chair(found)
        entry = self.body.last(EntryKind.FILING if what == "filing" else EntryKind.APPOINTMENT)
        if entry is not None and what == "filing":
            return self._filing(entry)
        if entry is not None and what == "appointment":
            return self._appointment(entry)
        raise NotFound("notice")

    def _say(self, code: str, **details: Detail) -> str:
        return self.words.sentence(code, details)

    def _day(self, at: datetime) -> str:
        return day_words(local_date(at), self.words.catalogue.locale, 0)  # a document: always with its year

    def _sheet(
        self, kind: str, opening: str, rows: Sequence[Row], day: datetime, *, grids: tuple[Grid, ...] = (), law: str
    ) -> NoticePaper:
        where = self.community
        contact = self._say(
            "paper.contact" if where.address else "paper.contact.no_address",
            name=where.name,
            phone=where.phone,
            address=where.address,
        )
        name = self.words.label("body_kind", self.body.kind)
        signer = self._say("body_paper.signed", community=where.name, name=name)
        return NoticePaper(
            title=self._say(f"body_paper.title.{kind}", community=where.name, name=name),
            addressee=self._say("body_paper.to", community=where.name),
            opening=opening,
            rows=tuple(rows),
            text=(),
            grids=grids,
            conclusion=self._annulled(),
            closing=(law, contact),
            address=self.address,
            beside_qr=(self._say("body_paper.scan"),),
            seal=self._say("paper.seal_here"),
            signed=(signer, self._day(day)),
        )

    def _annulled(self) -> tuple[str, ...]:
        """What is told of a vote behind the body that stands no more, and what has become of whoever sat by it."""
        told = []
        for each in self.view.annulled:
            told.append(self._say(f"body_annulled.{each.cause}", title=each.title))
            if each.decided is not None:
                told.append(self._say(f"body_fate_said.{each.decided.fate}"))
        return tuple(told)

    def _term(self) -> Row:
        begin, end = self._day(self.body.began_at), self._day(self.view.last_day)
        return Row(self._say("body_paper.row.term"), self._say("body_paper.term", begin=begin, end=end))

    def _names(self, members: Sequence[Member]) -> str:
        return self._say("list.comma").join(each.name for each in members)

    def _holders(self, found: Round) -> list[Row]:
        rows = []
        for post in (Post.CHAIR, Post.DEPUTY):
            member = self.body.member(found.chosen(post) or 0)
            if member is not None:
                votes = found.counts.get(post, {}).get(member.id, 0)
                told = self._say("body_paper.chosen", name=member.name, votes=votes, members=found.members)
                rows.append(Row(self.words.label("body_post", post), told))
        return rows

    def _chair(self, found: Round) -> NoticePaper:
        closed = found.closed_at or datetime(1970, 1, 1, tzinfo=UTC)
        rows = [
            *self._holders(found),
            Row(self._say("body_paper.row.members"), self._names(self.body.sitting)),
            Row(
                self._say("body_paper.row.how"),
                self._say(f"body_paper.how.{found.form}", members=found.members),
                found.basis,
            ),
            self._term(),
        ]
        opening = self._say("body_paper.opening.chair", day=self._day(closed), number=self.body.number)
        law = self._say("body_paper.law.chair")
        return self._sheet("chair", opening, rows, found.posted_on or closed, law=law)

    def _filing(self, entry: Entry) -> NoticePaper:
        paper = read(entry.kind, entry.said)
        if not isinstance(paper, Filing):
            raise NotFound("notice")
        rows = [
            Row(self._say("body_paper.row.filing"), paper.number),
            Row(self._say("body_paper.row.office"), paper.office),
            Row(self._say("body_paper.row.filed_on"), self._day(paper.filed_on)),
            *self._posts(),
            Row(self._say("body_paper.row.members"), self._names(self.body.sitting)),
            self._term(),
        ]
        opening = self._say("body_paper.opening.filing", office=paper.office, number=self.body.number)
        return self._sheet("filing", opening, rows, paper.filed_on, law=self._say("body_paper.law.filing"))

    def _posts(self) -> list[Row]:
        held = [(post, self.body.holder(post)) for post in (Post.CHAIR, Post.DEPUTY)]
        return [Row(self.words.label("body_post", post), each.name) for post, each in held if each is not None]

    def _appointment(self, entry: Entry) -> NoticePaper:
        paper = read(entry.kind, entry.said)
        if not isinstance(paper, Appointment):
            raise NotFound("notice")
        rows = [
            Row(self._say("body_paper.row.document"), paper.document, paper.appointed_by),
            Row(self._say("body_paper.row.route"), self._say("body_route.management_committee")),
            self._term(),
        ]
        people = Grid(
            tuple(self._say(f"body_paper.heading.{each}") for each in ("name", "side", "post")),
            tuple(
                (each.name, self.words.label("body_side", each.side), self.words.label("body_post", each.post))
                for each in paper.seats
            ),
            (34, 40, 26),
        )
        legs = Grid(
            tuple(self._say(f"body_paper.heading.{each}") for each in ("leg", "got", "needed")),
            tuple(
                (
                    self._say(f"composition_name.{each.name}"),
                    str(each.got),
                    self._say(f"composition_need.{each.name}", needed=each.needed),
                )
                for each in self.view.legs
            ),
            (44, 18, 38),
        )
        opening = self._say(
            "body_paper.opening.appointment", office=paper.appointed_by, day=self._day(paper.appointed_on)
        )
        law = self._say("body_paper.law.appointment")
        return self._sheet("appointment", opening, rows, paper.appointed_on, grids=(people, legs), law=law)


def notices(view: BodyView) -> list[tuple[str, str]]:
    """What there is to read: (its name in the address, the kind of sheet), the newest first."""
    found = [(f"chair-{each.number}", "chair") for each in reversed(view.chosen_rounds)]
    if view.body.last(EntryKind.FILING) is not None:
        found.insert(0, ("filing", "filing"))
    if view.body.kind is BodyKind.MANAGEMENT and view.body.last(EntryKind.APPOINTMENT) is not None:
        found.insert(0, ("appointment", "appointment"))
    return found
