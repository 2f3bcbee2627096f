"""Persons from units, and the digest of a roll."""

from __future__ import annotations

import hashlib
import json
from itertools import permutations

import pytest

from council.voting.grouping import (
    HeldUnit,
    canonical_roll,
    group_voters,
    owners_sha256,
    public_roll_sha256,
)

POLICY = {"areas": "register", "basis": "exclusive", "parking": "not counted"}
ALICE, BOB, DEVELOPER = 1, 2, 9


def unit(number: int, code: str, *owners: int, area: int = 8000, unsold: bool = False) -> HeldUnit:
    return HeldUnit(number, code, area, frozenset(owners), unsold)


def codes(units, **options) -> list[list[str]]:
    return [[held.code for held in group.units] for group in group_voters(units, **options)]


def test_one_unit_is_one_person() -> None:
    assert codes([unit(1, "1-1-101", ALICE), unit(2, "1-1-102", BOB)]) == [["1-1-101"], ["1-1-102"]]


def test_all_units_of_one_owner_are_one_person() -> None:
    flats = [unit(number, f"1-1-{number}", ALICE) for number in range(1, 31)]
    groups = group_voters([*flats, unit(99, "1-2-1", BOB, area=6000)])
    assert [(group.voter_id, len(group.units), group.area_dm2) for group in groups] == [
        ("v1", 30, 240_000),
        ("v2", 1, 6000),
    ]


def test_an_owner_alone_and_with_another_are_two_persons() -> None:
    units = [unit(1, "1", ALICE), unit(2, "2", ALICE, BOB), unit(3, "3", BOB, ALICE), unit(4, "4", BOB)]
    assert codes(units) == [["1"], ["2", "3"], ["4"]]


def test_forty_unsold_and_two_undelivered_are_one_person() -> None:
    units = [unit(number, f"2-1-{number}", DEVELOPER, unsold=True) for number in range(1, 41)]
    units += [unit(50, "2-2-1", ALICE, unsold=True), unit(51, "2-2-2", BOB, unsold=True)]
    [developer] = group_voters(units, developer=frozenset({DEVELOPER}))
    assert developer.is_developer
    assert len(developer.units) == 42
    assert developer.owner_ids == {DEVELOPER}


def test_a_buyer_who_waits_for_the_keys_never_acts_for_the_developer() -> None:
    units = [unit(1, "1", DEVELOPER, unsold=True), unit(2, "2", ALICE, unsold=True), unit(3, "3", ALICE)]
    developer, alice = group_voters(units)
    assert developer.owner_ids == frozenset()
    assert (alice.owner_ids, [held.code for held in alice.units]) == ({ALICE}, ["3"])
    assert not alice.is_developer


def test_what_the_developer_owns_like_anybody_joins_its_person() -> None:
    units = [unit(1, "1", DEVELOPER, unsold=True), unit(2, "2", DEVELOPER)]
    assert codes(units, developer=frozenset({DEVELOPER})) == [["1", "2"]]
    assert codes(units[1:], developer=frozenset()) == [["2"]]


def test_units_without_a_known_owner_stay_apart_and_stay_on_the_roll() -> None:
    groups = group_voters([unit(1, "1"), unit(2, "2"), unit(3, "3", ALICE)])
    assert [group.owner_ids for group in groups] == [frozenset(), frozenset(), {ALICE}]


def test_numbers_follow_the_buildings_whatever_the_order_given() -> None:
    units = [unit(1, "10-1-101", 4), unit(2, "2-1-1001", 3), unit(3, "2-1-201", 1), unit(4, "车库-3", 5)]
    for given in permutations(units):
        groups = group_voters(given)
        assert [(group.voter_id, group.units[0].code) for group in groups] == [
            ("v1", "车库-3"),
            ("v2", "2-1-201"),
            ("v3", "2-1-1001"),
            ("v4", "10-1-101"),
        ]


def test_a_unit_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        group_voters([unit(1, "1", ALICE), unit(1, "2", BOB)])
    with pytest.raises(ValueError, match="twice"):
        group_voters([unit(1, "1", ALICE), unit(2, "1", BOB)])


class TestDigest:
    GROUPS = group_voters([unit(41, "1-1-101", ALICE, area=8983), unit(42, "1-1-102", BOB, area=6000)])

    def test_it_hashes_public_columns_that_anybody_can_write_down(self) -> None:
        text = canonical_roll(self.GROUPS, policy=POLICY)
        assert json.loads(text) == {
            "format": "council.roll/1",
            "policy": POLICY,
            "voters": [
                {"voter": "v1", "units": [{"unit": "1-1-101", "area_dm2": 8983}]},
                {"voter": "v2", "units": [{"unit": "1-1-102", "area_dm2": 6000}]},
            ],
        }
        assert public_roll_sha256(self.GROUPS, policy=POLICY) == hashlib.sha256(text.encode()).hexdigest()

    def test_whatever_decides_a_weight_changes_it(self) -> None:
        digest = public_roll_sha256(self.GROUPS, policy=POLICY)
        for other in (
            [unit(41, "1-1-101", ALICE, area=8984), unit(42, "1-1-102", BOB, area=6000)],
            [unit(41, "1-1-103", ALICE, area=8983), unit(42, "1-1-102", BOB, area=6000)],
            [unit(41, "1-1-101", ALICE, area=8983), unit(42, "1-1-102", ALICE, area=6000)],
        ):
            assert public_roll_sha256(group_voters(other), policy=POLICY) != digest
        assert public_roll_sha256(self.GROUPS, policy=POLICY | {"parking": "counted"}) != digest

    def test_owners_are_fixed_apart_and_hidden_by_the_salt(self) -> None:
        salt = bytes(32)
        digest = owners_sha256(self.GROUPS, salt=salt)
        swapped = group_voters([unit(41, "1-1-101", BOB, area=8983), unit(42, "1-1-102", ALICE, area=6000)])
        assert public_roll_sha256(swapped, policy=POLICY) == public_roll_sha256(self.GROUPS, policy=POLICY)
        assert owners_sha256(swapped, salt=salt) != digest
        assert owners_sha256(self.GROUPS, salt=bytes(31) + b"\1") != digest
        with pytest.raises(ValueError, match="32"):
            owners_sha256(self.GROUPS, salt=b"short")
