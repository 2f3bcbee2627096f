"""Each threshold, one unit either side of its line."""

import pytest

from council.voting.judge import compare
from council.voting.model import Basis, Change, ChannelConflict, Count, Of, Ruleset, Sums, Tally, Unreturned
from council.voting.rulesets import PRESETS, RESIDENT, ruleset_from_json, ruleset_to_json, with_bylaws

EDGES = [
    # ruleset, leg, whole, the number just on the passing side, the number just on the failing side
    ("ordinary", 0, 3, 2, 1),
    ("ordinary", 0, 100, 67, 66),
    ("ordinary", 1, 10_000, 6_667, 6_666),
    ("ordinary", 2, 4, 3, 2),
    ("ordinary", 2, 5, 3, 2),
    ("ordinary", 3, 10_000, 5_001, 5_000),
    ("major", 0, 3, 2, 1),
    ("major", 1, 10_000, 6_667, 6_666),
    ("major", 2, 4, 3, 2),
    ("major", 3, 10_000, 7_500, 7_499),
    ("unanimous", 0, 5, 5, 4),
    ("dissent", 0, 9, 3, 4),
    ("dissent", 1, 10_000, 3_333, 3_334),
    ("resident", 0, 10, 6, 5),
    ("resident", 1, 10, 6, 5),
]


def figures(ruleset: Ruleset, leg: int, got: int, whole: int) -> Tally:
    """A tally in which the leg reads `got` of `whole`."""
    threshold = ruleset.thresholds[leg]

    def sums(number: int) -> Sums:
        return Sums(number, 0) if threshold.basis is Basis.PERSONS else Sums(0, number)

    rest = sums(whole - got)
    if threshold.counts == "oppose":
        count = Count(oppose=sums(got))
    elif threshold.of is Of.PARTICIPANTS:
        count = Count(agree=sums(got), abstain=rest)
    else:
        count = Count(agree=sums(got))
    return Tally(sums(whole), count, Count(), (), frozenset(), is_split=False)


@pytest.mark.parametrize(("name", "leg", "whole", "enough", "not_enough"), EDGES)
def test_one_unit_either_side(name: str, leg: int, whole: int, enough: int, not_enough: int) -> None:
    ruleset = PRESETS[name]
    assert abs(enough - not_enough) == 1
    for got, met in ((enough, True), (not_enough, False)):
        result = compare(ruleset.thresholds[leg], figures(ruleset, leg, got, whole))
        assert (result.got, result.whole, result.met) == (got, whole, met)


def test_every_leg_of_every_preset_has_an_edge() -> None:
    legs = {(name, leg) for name, ruleset in PRESETS.items() for leg in range(len(ruleset.thresholds))}
    assert {(name, leg) for name, leg, *_ in EDGES} == legs


def test_numbers_beyond_any_float_are_compared_exactly() -> None:
    area = 2**80 * 3
    ruleset = PRESETS["ordinary"]
    assert compare(ruleset.thresholds[1], figures(ruleset, 1, area // 3 * 2, area)).met
    assert not compare(ruleset.thresholds[1], figures(ruleset, 1, area // 3 * 2 - 1, area)).met


def test_presets_take_silence_for_absence() -> None:
    assert {preset.unreturned for preset in PRESETS.values()} == {Unreturned.NOT_PARTICIPATING}
    assert not RESIDENT.reads_area
    assert PRESETS["ordinary"].reads_area


def test_bylaws_set_procedure_and_leave_the_legs() -> None:
    mine = with_bylaws(
        PRESETS["major"],
        unreturned=Unreturned.ABSTAIN,
        channel_conflict=ChannelConflict.PAPER_PREVAILS,
        change=Change.ONCE,
    )
    assert mine.thresholds == PRESETS["major"].thresholds
    assert (mine.unreturned, mine.channel_conflict, mine.change) == ("abstain", "paper_prevails", "once")


@pytest.mark.parametrize("name", PRESETS)
def test_a_stored_ruleset_is_read_back(name: str) -> None:
    assert ruleset_from_json(ruleset_to_json(PRESETS[name])) == PRESETS[name]
