"""Any yes among the four questions takes a resident matter to the owners."""

from __future__ import annotations

import pytest

from council.pathways.filing import FourAnswers, Route, route
from council.pathways.model import Kind

NO = FourAnswers()


@pytest.mark.parametrize(
    ("answers", "kind", "note"),
    [
        (NO, Kind.RESIDENT_MATTER, None),
        (FourAnswers(occupies_common=True), Kind.COMMON_PARTS, "filing.to_common_parts"),
        (FourAnswers(charges_fee=True), Kind.COMMON_PARTS, "filing.to_common_parts"),
        (FourAnswers(brings_operator=True), Kind.COMMON_PARTS, "filing.to_common_parts"),
        (FourAnswers(spends_common_money=True), Kind.FUND_USE, "filing.to_fund_use"),
        (FourAnswers(True, True, True, True), Kind.COMMON_PARTS, "filing.to_common_parts"),
    ],
)
def test_a_resident_matter_goes_where_it_belongs(answers, kind, note):
    assert route(Kind.RESIDENT_MATTER, answers) == Route(kind, note)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.RESIDENT_MATTER, Kind.FUND_USE)])
def test_other_kinds_stay(kind):
    assert route(kind, FourAnswers(True, True, True, True)) == Route(kind)


def test_the_desk_is_told_when_a_fund_matter_also_uses_common_parts():
    assert route(Kind.FUND_USE, FourAnswers(brings_operator=True)) == Route(Kind.FUND_USE, "filing.desk_checks")
    assert route(Kind.FUND_USE, FourAnswers(spends_common_money=True)) == Route(Kind.FUND_USE)
