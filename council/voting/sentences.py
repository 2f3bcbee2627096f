"""Whole sentences of this room's pages, put together from the figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from council.kernel.area import format_area
from council.voting.duty import Officer, is_witnessed
from council.voting.election import ElectionResult
from council.voting.figures import Bar
from council.voting.model import Basis, Count, Outcome
from council.voting.motion import Motion, MotionState
from council.voting.slate import OnBallot
from council.voting.voter import VotingVoter
from council.voting.wording import Wording
from council.web.places import place

if TYPE_CHECKING:
    from council.voting.election_view import Line
    from council.voting.motion_pages import Listed
    from council.voting.motion_view import MotionView

_PLACES = 6
"""Homes that a sentence names before it only counts them."""


class Sentences(Wording):
    """What a page says about a motion, in its visitor's language."""

    # the bars

    def part(self, bar: Bar) -> str:
        """On the bar itself: 已参与 5."""
        return self._say("bar.took_part", n=self.number(bar.took_part, bar.basis)) if _is_wide(bar) else ""

    def agreed(self, bar: Bar) -> str:
        wide = bar.agree is not None and 3 * bar.agree > bar.whole
        return self._say("bar.agreed", n=self.number(bar.agree or 0, bar.basis)) if wide else ""

    def quorum(self, bar: Bar) -> str:
        """At the tick: 参与门槛 8 人; a whole number that meets it, never 7.5."""
        return "" if bar.quorum is None else self._say("bar.quorum", n=self._at_tick(bar.quorum, bar))

    def approve(self, bar: Bar) -> str:
        return "" if bar.approve is None else self._say("bar.approve", n=self._at_tick(bar.approve, bar))

    def _at_tick(self, amount: int, bar: Bar) -> str:
        """Persons with their unit, area without: the bar is named ㎡, and a telephone is narrow."""
        return self.amount(amount, bar.basis) if bar.basis is Basis.PERSONS else self.number(amount, bar.basis)

    def turnout_words(self, bar: Bar) -> str:
        """The open bar for those who do not see it."""
        return self._say(
            "bar.turnout_words",
            what=self.measure(bar.basis),
            whole=self.number(bar.whole, bar.basis),
            took_part=self.number(bar.took_part, bar.basis),
            quorum=self.number(bar.quorum or 0, bar.basis),
            missing=self.number(bar.missing, bar.basis),
        )

    def result_words(self, bar: Bar) -> str:
        return self._say(
            "bar.result_words",
            what=self.measure(bar.basis),
            whole=self.number(bar.whole, bar.basis),
            agree=self.number(bar.agree or 0, bar.basis),
            oppose=self.number(bar.oppose or 0, bar.basis),
            abstain=self.number(bar.abstain or 0, bar.basis),
            absent=self.number(bar.whole - bar.took_part, bar.basis),
        )

    # turnout and result

    def gap(self, view: MotionView) -> str:
        """还差 3 人、214.60 ㎡ 达到参与门槛。 Where a matter passes unless too many oppose, there is none to reach."""
        if all(bar.quorum is None for bar in view.bars):
            return self._say("turnout.none_needed")
        missing = [self.amount(bar.missing, bar.basis) for bar in view.bars if bar.missing]
        said = self._say("turnout.missing", missing=self.join(missing)) if missing else self._say("turnout.reached")
        papers = view.turnout.papers
        return self._say("turnout.with_papers", said=said, n=papers) if papers else said

    def needed(self, view: MotionView) -> str:
        """至少要 8 人、717.44 ㎡ 参与: the least whole numbers that meet the quorum; "" where no rule asks for one."""
        least = [self.amount(bar.quorum, bar.basis) for bar in view.bars if bar.quorum]
        return self._say("ballot.quorum", least=self.join(least)) if least else ""

    def so_far(self, view: MotionView, *, is_told: bool) -> str:
        """加上您家，已有 6 人、573.28 ㎡ 参与，还差 … Says so only when its ballot is among them."""
        taken = self.amounts(view.turnout.persons, view.turnout.area_dm2)
        return self._say("turnout.so_far" if is_told else "turnout.so_far_soon", taken=taken, gap=self.gap(view))

    def verdict(self, view: MotionView) -> str:
        passed = view.outcome is Outcome.PASSED
        if view.counted is not None and view.counted.election is not None:
            return self._asked(view) if view.advice else self._came_of_seats(view.counted.election.result)
        if view.advice:
            return self._say("verdict.advisory.reached" if passed else "verdict.advisory.missed")
        if passed:
            return self._say("verdict.passed" if len(view.legs) > 1 else "verdict.passed.one", n=len(view.legs))
        return self._say("verdict.rejected")

    def _came_of_seats(self, result: ElectionResult) -> str:
        elected = len(result.elected)
        return self._say(f"filled.{result.filled}", elected=elected, open=result.open_seats, passed=len(result.reserve))

    def _asked(self, view: MotionView) -> str:
        """Of an election that only asks: how many were named by more than half, and nobody has a seat by it."""
        passed = sum(each.passes for each in view.standings)
        return self._say("filled.advisory" if passed else "filled.advisory.none", passed=passed)

    def why_nobody(self, view: MotionView) -> list[str]:
        """Of an election that came to nothing: too few took part, nobody passed, or too few and the bylaws undo it."""
        if view.failed:
            return [self.failed(leg) for leg in view.failed]
        passing = [each for each in view.standings if each.passes]
        if not passing:
            return [self._say("filled.none.nobody_passed")]
        names = self.join([each.name for each in passing])
        return [self._say("filled.none.too_few", names=names, passed=len(passing), seats=self.motion.seats)]

    def equal_ones(self, view: MotionView) -> str:
        """Who has to draw lots, and for how many seats."""
        if view.counted is None or view.counted.election is None:
            return ""
        names = self.join([each.name for each in view.standings if each.is_tied])
        return self._say("filled.lot.among", names=names, seats=view.counted.election.result.open_seats)

    def turnout_said(self, view: MotionView) -> str:
        """12 人中 10 人参与，8 人同意。"""
        if view.counted is None:
            return ""
        tally = view.counted.tally
        if view.counted.election is not None:
            roll, part = tally.roll.persons, tally.counted.participants.persons
            counts = {"roll": self.amount(roll, Basis.PERSONS), "took_part": self.amount(part, Basis.PERSONS)}
            return self._say("verdict.turnout.election", **counts)
        opposes = view.motion.ruleset.only_reads_opposition
        return self._say(
            "verdict.turnout.oppose" if opposes else "verdict.turnout",
            roll=self.amount(tally.roll.persons, Basis.PERSONS),
            took_part=self.amount(tally.counted.participants.persons, Basis.PERSONS),
            agree=self.amount(tally.counted.agree.persons, Basis.PERSONS),
            oppose=self.amount(tally.counted.oppose.persons, Basis.PERSONS),
        )

    def deemed(self, view: MotionView) -> str:
        """How many of the figures come from silence, printed apart wherever there are any."""
        if view.counted is None:
            return ""
        deemed = view.counted.tally.deemed.participants
        return self._say("verdict.deemed", amount=self.amounts(deemed.persons, deemed.area_dm2))

    def wishes(self, wishes: Count) -> str:
        """What was said online beside a vote that paper decides, in persons alone: it is in no figure above."""
        if self.motion.is_election:
            named, nobody = wishes.agree.persons, wishes.abstain.persons
            return self._say("verdict.wishes.election", all=self.amount(named + nobody, Basis.PERSONS))
        told = (wishes.participants, wishes.agree, wishes.oppose, wishes.abstain)
        all_, agree, oppose, abstain = (self.amount(each.persons, Basis.PERSONS) for each in told)
        return self._say("verdict.wishes", all=all_, agree=agree, oppose=oppose, abstain=abstain)

    # the ballot

    def units(self, voter: VotingVoter) -> str:
        """The voter's homes in words; under a mandate also whose they are."""
        named = self.join([place(self.words, code) for code in voter.unit_codes[:_PLACES]])
        if len(voter.unit_codes) > _PLACES:
            named = self._say("ballot.and_more", places=named, count=len(voter.unit_codes))
        if voter.proxy_id:
            return self._say("ballot.for_another", places=named, name=voter.giver_name)
        if voter.acting is not None:
            return self._say(f"ballot.acting.{voter.acting.capacity}", places=named, name=voter.acting.owner_name)
        return named

    def on_ballot(self, one: OnBallot) -> str:
        """3号 陈芳"""
        return self._say("election.name", number=one.number, name=one.name)

    def nth(self, line: Line) -> str:
        """The same, in a result."""
        return self._say("election.name", number=line.number, name=line.name)

    def about(self, one: OnBallot) -> str:
        """Where they live here, and who nominated them."""
        home = place(self.words, one.place) if one.place else ""
        who = self.words.label("nominated", one.channel) if one.channel else ""
        return self.join([each for each in (home, who) if each])

    def weight(self, voter: VotingVoter) -> str:
        """您的5套房屋合计1人、358.20㎡。"""
        if self.voters == "households":
            return self._say("ballot.weight.household")
        area = format_area(voter.area_dm2)
        if voter.for_whom:
            return self._say("ballot.weight.proxy", name=voter.for_whom, area=area)
        if len(voter.unit_codes) == 1:
            return self._say("ballot.weight.one", area=area)
        return self._say("ballot.weight.many", units=len(voter.unit_codes), area=area)

    def whole_roll(self, view: MotionView) -> str:
        return self._say(
            "ballot.roll",
            scope=self.scope,
            amount=self.amounts(view.motion.roll_persons, view.motion.roll_area_dm2),
        )

    # the list

    def days_left(self, days: int) -> str:
        """还剩 3 天 after today; 今天截止 on the last one."""
        code = {0: "days_left.today", 1: "days_left.one"}.get(days, "days_left.many")
        return self._say(code, n=days)

    def cast(self, ballots: int) -> str:
        return self._say("motions.cast" if ballots == 1 else "motions.cast.many", n=ballots)

    def left_to_cast(self, voters: int) -> str:
        return self._say("motions.left" if voters == 1 else "motions.left.many", n=voters)

    def over(self, row: Listed) -> str:
        """通过；计票人、监票人已签字确认, before that 初步结果：通过，待签字确认; an official result stands alone.

        Two counters' signatures suffice; then it says 两位计票人已签字确认.
        """
        if row.motion.is_undone:
            return self._say("motions.upheld" if row.motion.revoked_at is None else "motions.revoked")
        state = self.standing(row.motion, row.state, row.officers)
        if row.decided is None:
            return state
        if row.motion.official_outcome is not None:
            return self._say("motions.official", outcome=self.words.label("outcome", row.motion.official_outcome))
        label, found = self.words.label, row.decided.outcome
        if row.motion.is_advisory:
            asked = self._say("motions.asked") if row.motion.is_election else label("advisory", found)
            return self._say("list.semicolon").join([asked, state])
        outcome = label("seats_outcome" if row.motion.is_election else "outcome", found)
        if row.state is MotionState.COUNTING:
            return self._say("motions.preliminary", outcome=outcome)
        return self._say("list.semicolon").join([outcome, state])

    def standing(self, motion: Motion, state: MotionState, officers: Iterable[Officer]) -> str:
        """The chip of a vote, with who signed it. Nobody certifies a poll: once it has closed it is over."""
        if state is MotionState.COUNTING and motion.preset.is_advisory:
            return self._say("motion_state.poll_over")
        if state is MotionState.CERTIFIED and not is_witnessed(officers):
            return self._say("motion_state.certified.counters")
        return self.words.label("motion_state", state)

    def cast_by(self, row: Listed) -> str:
        """To a co-owner whose home another represents: 您家这一票由邓春梅投; to anybody else that it is not theirs."""
        names = list(dict.fromkeys(voter.representative_name for voter in row.voters if voter.representative_name))
        if names:
            return self._say("motions.cast_by", name=self.join(names))
        return self._say("motions.no_representative" if row.voters else "motions.not_mine")

    def _say(self, code: str, **details: str | int) -> str:
        return self.words.sentence(code, details)


def _is_wide(bar: Bar) -> bool:
    """Whether words fit on the filled part."""
    return 3 * bar.took_part > bar.whole
