"""The tables of a 公示: the figures of a result, and what each of them had to reach."""

from __future__ import annotations

from dataclasses import dataclass

from council.documents.notice_paper import Grid
from council.kernel.errors import Detail
from council.voting.electing import Electing
from council.voting.figures import Leg, legs
from council.voting.model import Basis, Count
from council.voting.motion_view import MotionView
from council.voting.official import Official, came_by_document
from council.voting.official import verdict as official_verdict
from council.web.filters import NBSP


@dataclass(frozen=True, slots=True)
class PressTables:
    """`official`: the result of the vote held elsewhere that counts by law, once two people have confirmed it."""

    view: MotionView
    official: Official | None

    def all(self) -> tuple[Grid, ...]:
        return (*self.of_the_official(), *self.of_votes())

    def of_votes(self) -> tuple[Grid, ...]:
        say, counted = self.view.say, self.view.counted
        if counted is None:
            return ()
        if counted.election is not None:
            return self._wishes(counted.election) if self.official is not None else self._seats(counted.election)
        tally, count = counted.tally, counted.tally.counted
        silent = (tally.roll.persons - count.participants.persons, tally.roll.area_dm2 - count.participants.area_dm2)
        heading = self._say("paper.heading.wishes" if self.view.motion.is_advisory else "paper.heading.result")
        heads = (heading, say.measure(Basis.PERSONS), say.measure(Basis.AREA))
        result = Grid(heads, self._choices(count, silent), (34, 33, 33))
        # Beside the result that counts by law nothing that was only asked for is measured.
        return (result,) if self.official is not None else (result, self._compared(self.view.legs))

    def of_the_official(self) -> tuple[Grid, ...]:
        """What decides; it stands before the answers that were only asked for."""
        if self.official is None:
            return ()
        if self.official.elected:
            return (self._elected(self.official),)
        if self.official.figures is None:
            return ()
        say, figures = self.view.say, self.official.figures
        silent = (
            figures.roll.persons - figures.count.participants.persons,
            figures.roll.area_dm2 - figures.count.participants.area_dm2,
        )
        roll = (say.number(figures.roll.persons, Basis.PERSONS), say.number(figures.roll.area_dm2, Basis.AREA))
        lines = (*self._choices(figures.count, silent), (self._say("paper.whole_roll"), *roll))
        heads = (self._say("paper.heading.official"), say.measure(Basis.PERSONS), say.measure(Basis.AREA))
        reached = legs(official_verdict(self.view.motion.ruleset, figures))
        return Grid(heads, lines, (34, 33, 33)), self._compared(reached)

    def _elected(self, official: Official) -> Grid:
        """Whom the document names, in its order, with its figures where it has any: of all of them or of none."""
        say, names = self.view.say, self.view.names
        is_told = all(each.persons is not None and each.area_dm2 is not None for each in official.elected)
        shown = self._shown if is_told else []
        lines = []
        for place, each in enumerate(official.elected, 1):
            told = {Basis.PERSONS: each.persons, Basis.AREA: each.area_dm2}
            who = self._say("election.name", number=each.number, name=names[each.number])
            came = say.words.label("official_came", came_by_document(place, self.view.motion.seats))
            lines.append((who, *(say.number(told[basis] or 0, basis) for basis in shown), came))
        heads = (self._say("paper.heading.official"), *(say.measure(basis) for basis in shown), self._say("paper.came"))
        return Grid(heads, tuple(lines), (34, *[22] * (len(heads) - 1)))

    @property
    def _shown(self) -> list[Basis]:
        """Area only where the rule reads it."""
        return [Basis.PERSONS, Basis.AREA] if self.view.motion.ruleset.reads_area else [Basis.PERSONS]

    def _wishes(self, found: Electing) -> tuple[Grid, ...]:
        """Of an election beside whose official result nothing that was only asked for is measured: nobody passes."""
        say, part, shown = self.view.say, found.result.tally.counted.participants, self._shown
        rows = [
            *((say.nth(line), line.chosen) for line in self.view.standings),
            (self._say("paper.chose_nobody"), found.nobody),
            (self._say("paper.took_part"), part),
        ]
        heads = (self._say("paper.heading.wishes"), *(say.measure(basis) for basis in shown))
        lines = tuple((name, *(say.number(sums.by(basis), basis) for basis in shown)) for name, sums in rows)
        return (Grid(heads, lines, (50, 25, 25)[: len(heads)]),)

    def _choices(self, count: Count, silent: tuple[int, int]) -> tuple[tuple[str, ...], ...]:
        """Persons and area of each choice, of those who took part, and of those who did not."""
        say = self.view.say
        lines = [
            ("choice.agree", (count.agree.persons, count.agree.area_dm2)),
            ("choice.oppose", (count.oppose.persons, count.oppose.area_dm2)),
            ("choice.abstain", (count.abstain.persons, count.abstain.area_dm2)),
            ("paper.took_part", (count.participants.persons, count.participants.area_dm2)),
            ("paper.stayed_away", silent),
        ]
        return tuple(
            (self._say(code), say.number(persons, Basis.PERSONS), say.number(area, Basis.AREA))
            for code, (persons, area) in lines
        )

    def _compared(self, reached: tuple[Leg, ...]) -> Grid:
        say = self.view.say
        header = tuple(self._say(f"paper.{name}") for name in ("heading.compared", "reached", "needed", "met"))
        return Grid(
            header,
            tuple(
                (
                    say.leg_name(leg),
                    _loose(say.amount(leg.got, leg.basis)),
                    _loose(say.need(leg)),
                    self._say(_met(leg.met)),
                )
                for leg in reached
            ),
            (37, 23, 23, 17),
        )

    def _seats(self, found: Electing) -> tuple[Grid, ...]:
        """Everybody who stood, in order, between what each needed; then what taking part needed."""
        say, shown = self.view.say, self._shown
        part = found.result.tally.counted.participants
        needed = {leg.basis: say.need(leg) for line in self.view.standings[:1] for leg in line.legs}
        came = [
            (
                say.nth(line),
                *(say.number(line.chosen.by(basis), basis) for basis in shown),
                say.words.label("came", line.came),
            )
            for line in self.view.standings
        ]
        rows = [
            *came,
            (self._say("paper.each_needs"), *(_loose(needed.get(basis, "—")) for basis in shown), "—"),
            (self._say("paper.chose_nobody"), *(say.number(found.nobody.by(basis), basis) for basis in shown), "—"),
            (self._say("paper.took_part"), *(say.number(part.by(basis), basis) for basis in shown), "—"),
        ]
        heads = [
            self._say("paper.heading.candidate"),
            *(say.measure(basis) for basis in shown),
            self._say("paper.came"),
        ]
        result = Grid(tuple(heads), tuple(rows), (34, 22, 22, 22) if len(shown) == len(Basis) else (40, 30, 30))
        return result, self._compared(self.view.legs)

    def _say(self, code: str, **details: Detail) -> str:
        return self.view.say.words.sentence(code, details)


def _loose(amount: str) -> str:
    """In a narrow cell the unit may go under its number."""
    return amount.replace(NBSP, " ")


def _met(met: bool) -> str:
    return "paper.yes" if met else "paper.no"
