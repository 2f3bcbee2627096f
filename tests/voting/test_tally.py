"""Worked cases: who counts, which ballot, and what silence means."""

from dataclasses import replace
from datetime import timedelta

import pytest

from council.voting.model import Ballot, Change, ChannelConflict, Count, Of, Roll, RollUnit, Sums, Unreturned, Voter
from council.voting.rulesets import DISSENT, MAJOR, ORDINARY, RESIDENT, UNANIMOUS, with_bylaws
from council.voting.tally import tally
from tests.voting.builders import CLOSES, OPENS, WINDOW, ballot, counted, roll, votes


def reasons(ruleset, ballots, a_roll=None) -> dict[str, str]:
    result, _ = counted(ruleset, a_roll or roll(5000, 5000, 5000), ballots)
    return {refused.ballot_id: refused.reason.value for refused in result.refused}


def choices(ruleset, ballots, a_roll=None) -> tuple[int, int, int]:
    returned = counted(ruleset, a_roll or roll(5000, 5000, 5000), ballots)[0].returned
    return returned.agree.persons, returned.oppose.persons, returned.abstain.persons


def legs(verdict) -> list[bool]:
    return [result.met for result in verdict.comparisons]


class TestWorkedCases:
    def test_two_of_three_persons_are_a_quorum(self) -> None:
        _, verdict = counted(ORDINARY, roll(5000, 5000, 5000), votes("AA-"))
        assert legs(verdict)[0]
        assert verdict.outcome == "passed"

    def test_three_of_four_pass_three_quarters(self) -> None:
        assert counted(MAJOR, roll(5000, 5000, 5000, 5000), votes("AAAO"))[1].outcome == "passed"

    def test_one_of_two_fails_ordinary(self) -> None:
        assert counted(ORDINARY, roll(5000, 5000), votes("AO"))[1].outcome == "rejected"

    @pytest.mark.parametrize(("areas", "outcome"), [((3333, 3333, 3334), "rejected"), ((3333, 3334, 3333), "passed")])
    def test_one_hundredth_of_a_square_metre_decides(self, areas, outcome) -> None:
        assert counted(ORDINARY, roll(*areas), votes("AA-"))[1].outcome == outcome

    def test_area_passes_and_persons_fail_and_the_verdict_names_persons(self) -> None:
        _, verdict = counted(ORDINARY, roll(90_000, 5000, 5000), votes("AOO"))
        assert verdict.outcome == "rejected"
        assert [(leg.threshold.counts, leg.threshold.basis, leg.got, leg.whole) for leg in verdict.failed] == [
            ("agree", "persons", 1, 3)
        ]

    def test_thirty_flats_of_one_owner_are_one_person_with_thirty_areas(self) -> None:
        flats = tuple(RollUnit(f"1-1-{number}", 8000) for number in range(30))
        result, _ = counted(ORDINARY, Roll((Voter("v1", flats, True), *roll(1, 6000).voters[1:])), votes("A-"))
        assert result.roll == Sums(2, 246_000)
        assert result.returned.agree == Sums(1, 240_000)

    def test_every_voter_must_agree_and_an_abstention_is_not_agreeing(self) -> None:
        assert counted(UNANIMOUS, roll(1, 2, 3), votes("AAA"))[1].outcome == "passed"
        assert counted(UNANIMOUS, roll(1, 2, 3), votes("AAB"))[1].outcome == "rejected"
        assert counted(UNANIMOUS, roll(1, 2, 3), votes("AA-"))[1].outcome == "rejected"

    def test_dissent_passes_in_silence_up_to_a_third_against(self) -> None:
        assert counted(DISSENT, roll(10, 10, 10), votes("---"))[1].outcome == "passed"
        assert counted(DISSENT, roll(10, 10, 10), votes("O--"))[1].outcome == "passed"
        assert counted(DISSENT, roll(11, 10, 10), votes("O--"))[1].outcome == "rejected"

    def test_residents_vote_without_areas(self) -> None:
        assert counted(RESIDENT, roll(0, 0, 0), votes("AA-"))[1].outcome == "passed"


class TestNobody:
    def test_nobody_took_part(self) -> None:
        _, verdict = counted(ORDINARY, roll(5000, 6000), [])
        assert verdict.outcome == "rejected"
        assert legs(verdict) == [False] * 4

    def test_an_at_most_of_nobody_is_not_met_either(self) -> None:
        ruleset = replace(DISSENT, thresholds=(replace(DISSENT.thresholds[0], of=Of.PARTICIPANTS),))
        assert counted(ruleset, roll(1, 2), [])[1].outcome == "rejected"

    def test_an_empty_roll_is_undetermined_without_comparisons(self) -> None:
        for ruleset in (ORDINARY, DISSENT, with_bylaws(ORDINARY, unreturned=Unreturned.FOLLOW_MAJORITY)):
            result, verdict = counted(ruleset, roll(), votes("A"))
            assert (verdict.outcome, verdict.reason, verdict.comparisons) == ("undetermined", "empty_roll", ())
            assert [refused.reason for refused in result.refused] == ["not_on_roll"]


class TestWhichBallotCounts:
    def test_both_ends_of_the_window_are_in_it(self) -> None:
        def at(number: int, instant) -> Ballot:
            return replace(ballot(number, f"v{number}", "agree"), cast_at=instant)

        instant = timedelta(microseconds=1)
        ballots = [at(1, OPENS), at(2, CLOSES), at(3, OPENS - instant), at(4, CLOSES + instant)]
        assert reasons(ORDINARY, ballots, roll(1, 1, 1, 1)) == {"b003": "outside_window", "b004": "outside_window"}

    def test_the_first_reason_that_applies(self) -> None:
        late = replace(ballot(1, "v9", None, invalid="blank"), cast_at=CLOSES + timedelta(days=1))
        assert reasons(ORDINARY, [late]) == {"b001": "not_on_roll"}
        assert reasons(ORDINARY, [replace(late, voter_id="v1")]) == {"b001": "outside_window"}
        assert reasons(ORDINARY, [replace(late, voter_id="v1", cast_at=CLOSES)]) == {"b001": "invalid"}
        ballots = [ballot(1, "v1", "agree"), ballot(2, "v1", "oppose", minute=1, invalid="torn")]
        assert reasons(ORDINARY, ballots) == {"b002": "invalid"}

    def test_an_invalid_ballot_neither_abstains_nor_stops_a_later_one(self) -> None:
        ballots = [ballot(1, "v1", None, channel="paper", invalid="two boxes"), ballot(2, "v1", "agree", minute=1)]
        assert choices(ORDINARY, ballots) == (1, 0, 0)
        assert choices(ORDINARY, ballots[:1]) == (0, 0, 0)

    def test_an_invalid_ballot_is_invalid_even_with_a_choice(self) -> None:
        assert choices(ORDINARY, [ballot(1, "v1", "agree", invalid="serial used twice")]) == (0, 0, 0)

    def test_ballots_at_one_instant_are_taken_by_id(self) -> None:
        ballots = [ballot(2, "v1", "oppose"), ballot(1, "v1", "agree")]
        assert choices(ORDINARY, ballots) == (1, 0, 0)
        assert reasons(ORDINARY, ballots) == {"b002": "repeat"}

    def test_ids_are_ordered_by_code_point(self) -> None:
        first, second = replace(ballot(1, "v1", "agree"), ballot_id="b10"), ballot(1, "v1", "oppose")
        assert reasons(ORDINARY, [first, replace(second, ballot_id="b9")]) == {"b9": "repeat"}

    @pytest.mark.parametrize(
        ("change", "agreeing", "expected"),
        [
            (Change.NONE, (1, 0, 0), {"b002": "repeat", "b003": "repeat"}),
            (Change.ONCE, (0, 1, 0), {"b001": "replaced", "b003": "repeat"}),
            (Change.UNTIL_CLOSE, (0, 0, 1), {"b001": "replaced", "b002": "replaced"}),
        ],
    )
    def test_changing_ones_mind(self, change, agreeing, expected) -> None:
        ruleset = with_bylaws(ORDINARY, change=change)
        ballots = [
            ballot(number, "v1", choice, minute=number)
            for number, choice in enumerate(("agree", "oppose", "abstain"), 1)
        ]
        assert choices(ruleset, ballots) == agreeing
        assert reasons(ruleset, ballots) == expected

    def test_two_papers_of_one_voter_the_first_valid_counts_whatever_may_be_changed(self) -> None:
        ruleset = with_bylaws(ORDINARY, change=Change.UNTIL_CLOSE)
        ballots = [ballot(1, "v1", "agree", channel="paper"), ballot(2, "v1", "oppose", channel="paper", minute=1)]
        assert choices(ruleset, ballots) == (1, 0, 0)
        assert reasons(ruleset, ballots) == {"b002": "repeat"}

    @pytest.mark.parametrize(
        ("conflict", "first", "agreed", "reason"),
        [
            (ChannelConflict.FIRST_VALID, "online", True, {"b002": "repeat"}),
            (ChannelConflict.FIRST_VALID, "paper", True, {"b002": "repeat"}),
            (ChannelConflict.ONLINE_PREVAILS, "online", True, {"b002": "repeat"}),
            (ChannelConflict.ONLINE_PREVAILS, "paper", False, {"b001": "replaced"}),
            (ChannelConflict.PAPER_PREVAILS, "online", False, {"b001": "replaced"}),
            (ChannelConflict.PAPER_PREVAILS, "paper", True, {"b002": "repeat"}),
        ],
    )
    def test_online_and_paper_of_one_voter(self, conflict, first, agreed, reason) -> None:
        second = "paper" if first == "online" else "online"
        ruleset = with_bylaws(ORDINARY, channel_conflict=conflict)
        ballots = [ballot(1, "v1", "agree", channel=first), ballot(2, "v1", "oppose", channel=second, minute=1)]
        assert choices(ruleset, ballots) == ((1, 0, 0) if agreed else (0, 1, 0))
        assert reasons(ruleset, ballots) == reason

    def test_a_prevailing_channel_leaves_the_one_change(self) -> None:
        ruleset = with_bylaws(ORDINARY, change=Change.ONCE, channel_conflict=ChannelConflict.ONLINE_PREVAILS)
        ballots = [
            ballot(1, "v1", "agree", channel="paper"),
            ballot(2, "v1", "oppose", minute=1),
            ballot(3, "v1", "abstain", minute=2),
            ballot(4, "v1", "agree", minute=3),
        ]
        assert choices(ruleset, ballots) == (0, 0, 1)
        assert reasons(ruleset, ballots) == {"b001": "replaced", "b002": "replaced", "b004": "repeat"}

    def test_a_change_of_mind_goes_on_after_a_paper_that_did_not_count(self) -> None:
        ruleset = with_bylaws(ORDINARY, change=Change.ONCE)
        ballots = [
            ballot(1, "v1", "agree"),
            ballot(2, "v1", "oppose", channel="paper", minute=1),
            ballot(3, "v1", "abstain", minute=2),
        ]
        assert choices(ruleset, ballots) == (0, 0, 1)
        assert reasons(ruleset, ballots) == {"b001": "replaced", "b002": "repeat"}

    def test_a_list_with_something_twice_is_not_counted(self) -> None:
        twice = ballot(1, "v1", "agree")
        with pytest.raises(ValueError, match="twice"):
            tally(ORDINARY, roll(1), [twice, twice], WINDOW)
        with pytest.raises(ValueError, match="twice"):
            tally(ORDINARY, Roll(roll(1).voters * 2), [], WINDOW)


class TestSilence:
    FOLLOW = with_bylaws(MAJOR, unreturned=Unreturned.FOLLOW_MAJORITY)
    ABSTAIN = with_bylaws(MAJOR, unreturned=Unreturned.ABSTAIN)

    def test_delivered_voters_follow_the_majority(self) -> None:
        result, verdict = counted(self.FOLLOW, roll(5, 5, 5, 5, undelivered=frozenset({"v4"})), votes("AA--"))
        assert result.deemed == Count(agree=Sums(1, 5))
        assert result.counted == Count(agree=Sums(3, 15))
        assert result.took_part == {"v1", "v2"}
        assert verdict.outcome == "passed"

    def test_delivered_voters_abstain(self) -> None:
        result, verdict = counted(self.ABSTAIN, roll(5, 5, 5, 5, undelivered=frozenset({"v4"})), votes("AA--"))
        assert result.deemed == Count(abstain=Sums(1, 5))
        assert legs(verdict) == [True, True, False, False]

    def test_whose_only_ballot_was_refused_is_silent(self) -> None:
        ballots = [*votes("AA"), ballot(3, "v3", None, invalid="blank")]
        assert counted(self.FOLLOW, roll(5, 5, 5), ballots)[0].deemed == Count(agree=Sums(1, 5))

    @pytest.mark.parametrize("areas", [(9000, 2000, 2000, 4000), (4000, 2000, 2000, 4000)])
    def test_no_choice_leads_in_persons_and_area(self, areas) -> None:
        result, verdict = counted(self.FOLLOW, roll(*areas), votes("AOO-"))
        assert (verdict.outcome, verdict.reason) == ("undetermined", "majority_split")
        assert result.deemed == Count()
        assert verdict.comparisons[0].got == 3

    def test_nothing_returned_is_no_majority(self) -> None:
        assert counted(self.FOLLOW, roll(5, 5), [])[1].reason == "majority_split"

    def test_a_split_harms_nobody_when_nobody_is_silent(self) -> None:
        assert counted(self.FOLLOW, roll(9, 2, 2), votes("AOO"))[1].outcome == "rejected"
        nobody = frozenset({"v3"})
        assert counted(self.FOLLOW, roll(9, 2, 2, undelivered=nobody), votes("AO-"))[1].outcome == "rejected"

    def test_a_majority_of_abstentions_is_followed_too(self) -> None:
        assert counted(self.FOLLOW, roll(5, 5, 5, 5), votes("BBA-"))[0].deemed == Count(abstain=Sums(1, 5))
