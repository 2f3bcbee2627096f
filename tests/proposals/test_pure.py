"""Places to choose from and matters that are alike: decisions without a database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals.model import Listed, ProposalState
from council.proposals.places import parse, places
from council.proposals.similar import similar
from council.registry.model import BuildingNode, EntranceNode
from tests.people import NOW

TREE = (
    BuildingNode(1, "1", (EntranceNode(11, "1", 12, 12), EntranceNode(12, "2", 12, 12), EntranceNode(19, "", 1, 0))),
    BuildingNode(2, "2", (EntranceNode(21, "1", 10, 10), EntranceNode(22, "2", 0, 0))),
)


def matter(number: int, title: str, kind: Kind = Kind.FUND_USE) -> Listed:
    scope = Scope(ScopeKind.COMMUNITY)
    later = NOW + timedelta(days=3)
    return Listed(number, kind, title, scope, ProposalState.FILED, "Alice", NOW, later, None, 1, 0)


def test_somebody_without_a_home_unfolds_every_building() -> None:
    found = places(TREE, [], list(ScopeKind))
    assert [place.value for place in found.near] == ["c"]
    assert [(code, [place.value for place in inside]) for code, inside in found.folded] == [
        ("1", ["b1", "e11", "e12"]),
        ("2", ["b2", "e21"]),
    ]
    assert found.near[0].dwellings == 34


def test_one_place_only_needs_no_choice() -> None:
    assert places(TREE, [], [ScopeKind.COMMUNITY]).only is not None
    assert places(TREE, [], [ScopeKind.BUILDING]).only is None


@pytest.mark.parametrize("value", ["", "e", "x1", "e-1", "e1.0", "b" + "9" * 16, "c1", "e１"])
def test_values_that_are_no_place(value: str) -> None:
    assert parse(value) is None


def test_likeness_is_of_words_first_and_of_kind_second() -> None:
    live = [
        matter(3, "自行车棚装充电桩"),
        matter(2, "三号楼屋面防水"),
        matter(1, "自行车棚加装充电桩和雨棚", Kind.COMMON_PARTS),
    ]
    assert [each.id for each in similar(Kind.COMMON_PARTS, "自行车棚装充电桩", live)] == [3, 1]
    assert similar(Kind.COMMON_PARTS, "长椅刷成绿色好不好", live) == []
    assert [each.id for each in similar(Kind.COMMON_PARTS, "", live)] == [1]
