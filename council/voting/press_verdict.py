"""What a 公告 or a 公示 says in the end: how the vote came out, and what became of that since."""

from __future__ import annotations

from dataclasses import dataclass

from council.kernel.errors import Detail
from council.voting.election import ElectionResult
from council.voting.election_view import Came
from council.voting.model import Outcome
from council.voting.motion import MotionState
from council.voting.motion_view import MotionView
from council.voting.official import Official


@dataclass(frozen=True, slots=True)
class PressVerdict:
    view: MotionView
    is_result: bool
    official: Official | None = None
    """The result of the vote held elsewhere that counts by law, once two people have confirmed it."""

    def lines(self) -> list[str]:
        motion = self.view.motion
        advice = self.view.advice or ("advisory.online" if motion.takes_wishes else None)
        lines = [self._say(advice)] if advice else []
        if self.view.state is MotionState.CANCELLED:
            return [*lines, self._say("paper.cancelled", reason=motion.cancel_reason or "")]
        if not self.is_result:
            return lines
        if self.view.advice is None or self.view.is_poll:
            deemed = self.view.counted is not None and self.view.counted.tally.deemed.participants.persons
            apart = [self.view.say.deemed(self.view)] if deemed else []
            return [*lines, *apart, self._verdict(self.view.outcome), *self._drawings(), *self._undone()]
        if motion.official_outcome is None:
            return lines
        document = motion.official_document or ""
        came = self._say(f"official.{motion.official_outcome}", document=document)
        return [*lines, came, *self._elected_officially(), *self._undone()]

    def _undone(self) -> list[str]:
        """What took the result's effect away since it was posted."""
        motion = self.view.motion
        if motion.revoked_at is not None:
            return [self._say("paper.revoked", document=motion.revoked_document or "")]
        return [self._say("paper.upheld")] if motion.is_upheld else []

    def _elected_officially(self) -> list[str]:
        """Whom the document names: the seats first, then the reserve."""
        if self.official is None or not self.official.elected:
            return []
        say, seats = self.view.say, self.view.motion.seats
        named = [self.view.names[each.number] for each in self.official.elected]
        elected, reserve = named[:seats], named[seats:]
        told = [self._say("paper.official.elected", names=say.join(elected), count=len(elected), seats=seats)]
        told += [self._say("paper.official.reserve", names=say.join(reserve))] if reserve else []
        told += [self._say("paper.open_seats", count=seats - len(elected))] if len(elected) < seats else []
        return ["".join(told)]

    def _verdict(self, outcome: Outcome | None) -> str:
        if self.view.counted is not None and self.view.counted.election is not None:
            return self._elected(self.view.counted.election.result)
        if self.view.is_poll or outcome is Outcome.PASSED:
            return self.view.say.conclusion
        missed = self._say("list.semicolon").join(self.view.say.failed(leg) for leg in self.view.failed)
        return self._say("paper.rejected", missed=missed)

    def _elected(self, result: ElectionResult) -> str:
        """Who is elected and who stands in reserve, or why nobody is."""
        say = self.view.say
        if not result.elected:
            return self._say("paper.nobody_elected", why=self._say("list.semicolon").join(say.why_nobody(self.view)))
        names = say.join([line.name for line in self.view.standings if line.place is not None])
        told = [self._say("paper.elected", names=names, count=len(result.elected), seats=self.view.motion.seats)]
        reserve = say.join([line.name for line in self.view.standings if line.came is Came.RESERVE])
        told += [self._say("paper.reserve", names=reserve)] if reserve else []
        told += [self._say("paper.open_seats", count=result.open_seats)] if result.open_seats else []
        return "".join(told)

    def _drawings(self) -> list[str]:
        """Where a lot was recorded, taken back and drawn again: how often, and what was drawn before, and why not."""
        say, back = self.view.say, self.view.lots_taken_back
        if not back:
            return []
        names = self.view.names
        before = [
            self._say(
                "paper.lot.before",
                place=place,
                day=say.instant(each.drawn_at),
                names=say.join([names[number] for number in each.order]),
                reason=each.withdrawn_reason or "—",
            )
            for place, each in enumerate(back, 1)
        ]
        return [self._say("paper.lots", n=len(self.view.lots)), *before]

    def _say(self, code: str, **details: Detail) -> str:
        return self.view.say.words.sentence(code, details)
