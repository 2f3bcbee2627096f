"""The tables of a 公示: the figures of a result, and what each of them had to reach."""

from __future__ import annotations

from dataclasses import dataclass

from council.documents.notice_paper import Grid
from council.kernel.errors import Detail
from council.voting.electing import Electing
from council.voting.figures import Leg, legs
from council.voting.model import Basis, Count
from council.voting.motion_view import MotionView
from council.voting.official import Official
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
            return self._seats(counted.election)
        tally, count = counted.tally, counted.tally.counted
        silent = (tally.roll.persons - count.participants.persons, tally.roll.area_dm2 - count.participants.area_dm2)
        heading = self._say("paper.heading.wishes" if self.view.motion.is_advisory else "paper.heading.result")
        heads = (heading, say.measure(Basis.PERSONS), say.measure(Basis.AREA))
        result = Grid(heads, self._choices(count, silent), (34, 33, 33))
        # Beside the result that counts by law nothing that was only asked for is measured.
        return (result,) if self.official is not None else (result, self._compared(self.view.legs))

    def of_the_official(self) -> tuple[Grid, ...]:
        """The figures that decide; they stand before those of the answers that were only asked for."""
        if self.official is None or self.official.figures is None:
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
        say, persons, area = self.view.say, Basis.PERSONS, Basis.AREA
        part = found.result.tally.counted.participants
        needed = {leg.basis: say.need(leg) for line in self.view.standings[:1] for leg in line.legs}
        shown = [persons, area] if self.view.motion.ruleset.reads_area else [persons]
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
