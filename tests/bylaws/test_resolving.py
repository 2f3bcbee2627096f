"""Law, local rule, bylaws, preset: which of them holds for what."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from council.bylaws import profiles
from council.bylaws.model import SETTINGS, Clause, Limit, Matter, Procedure, Profile, SourceKind, Value, Version
from council.bylaws.resolving import fault, resolve
from council.voting.model import Change, ChannelConflict, Unreturned
from tests.people import LONG_AGO

NATIONAL, BEIJING = profiles.load("national"), profiles.load("beijing")
ORDINARY = Matter("ordinary")


def version(**values: Value) -> Version:
    clauses = {name: Clause(name, value, f"第{n}条", n) for n, (name, value) in enumerate(values.items(), 1)}
    return Version(
        7, 1, 2, "议事规则", "national", None, None, None, LONG_AGO, 1, "甲", LONG_AGO, "乙", LONG_AGO, None, clauses
    )


def held(profile: Profile, name: str, value: Value, matter: Matter | None = None) -> tuple[Value, SourceKind]:
    ruling = getattr(resolve(profile, version(**{name: value}), matter), name)
    return ruling.value, ruling.source.kind


def test_without_bylaws_the_presets_hold() -> None:
    found = resolve(NATIONAL, None, ORDINARY)
    assert {name: ruling.value for name, ruling in found.rulings()} == {
        name: ruling.value for name, ruling in Procedure().rulings()
    }
    assert {name for name, ruling in found.rulings() if ruling.source.kind is not SourceKind.PRESET} == {"proxy_bans"}
    assert {each.name for each in fields(Procedure)} == {*SETTINGS, "profile", "version_id"}
    assert {name: setting.default for name, setting in SETTINGS.items()} == {
        name: ruling.value for name, ruling in Procedure().rulings()
    }


def test_what_the_bylaws_say_holds_with_clause_and_page() -> None:
    found = resolve(NATIONAL, version(change="once", extension_days=15))
    assert (found.change.value, found.extension_days.value) == ("once", 15)
    source = found.extension_days.source
    assert (source.kind, source.version_id, source.title, source.clause, source.page) == (
        *(SourceKind.BYLAWS, 7, "议事规则", "第2条", 2),
    )
    assert found.version_id == 7
    assert found.channel_conflict.source.kind is SourceKind.PRESET


def test_online_counts_only_where_profile_and_bylaws_say_so() -> None:
    assert resolve(NATIONAL, None).online_counts.value == "no"
    assert held(NATIONAL, "online_counts", "yes") == ("yes", SourceKind.BYLAWS)
    assert held(BEIJING, "online_counts", "yes") == ("no", SourceKind.PROFILE)
    assert "第三十五条" in resolve(BEIJING, version(online_counts="yes")).online_counts.source.zh
    silent = Profile("elsewhere", "某地", "Elsewhere", {})
    assert held(silent, "online_counts", "yes") == ("no", SourceKind.PRESET)
    assert fault(silent, "online_counts", "yes") == ("bylaws.needs_local_rule", {})
    assert fault(BEIJING, "online_counts", "yes") == ("bylaws.profile_forbids", {})
    assert fault(NATIONAL, "online_counts", "yes") is None


def test_dissent_needs_a_local_rule_and_a_clause() -> None:
    rule = Limit("dissent", "某省物业管理条例第四十条", "A province's rule", is_to_confirm=False, allows=("no", "yes"))
    province = Profile("province", "某省", "A province", {"dissent": rule})
    assert resolve(province, None).dissent.value == "no"
    assert held(province, "dissent", "yes") == ("yes", SourceKind.BYLAWS)
    for profile in (NATIONAL, BEIJING):
        assert held(profile, "dissent", "yes") == ("no", SourceKind.PROFILE)
        assert fault(profile, "dissent", "yes") == ("bylaws.profile_forbids", {})


@pytest.mark.parametrize(
    ("said", "matter", "holds"),
    [
        ({"unreturned": "follow_majority"}, ORDINARY, "follow_majority"),
        ({"unreturned": "follow_majority"}, Matter("major"), "not_participating"),
        ({"unreturned_major": "follow_majority"}, Matter("major"), "follow_majority"),
        ({"unreturned_major": "abstain"}, ORDINARY, "not_participating"),
        ({"unreturned": "follow_majority"}, Matter("ordinary", is_election=True), "not_participating"),
        ({"unreturned": "abstain"}, Matter("ordinary", is_election=True), "abstain"),
        ({"unreturned": "abstain"}, Matter("unanimous"), "not_participating"),
        ({"unreturned": "abstain"}, Matter("resident", is_owners=False), "not_participating"),
    ],
)
def test_silence(said: dict[str, str], matter: Matter, holds: str) -> None:
    assert resolve(NATIONAL, version(**said), matter).unreturned.value == holds


def test_residents_own_matters_know_no_proxies() -> None:
    assert resolve(NATIONAL, None, Matter("resident", is_owners=False)).proxies.value == "no"
    assert resolve(NATIONAL, None, ORDINARY).proxies.value == "yes"


def test_days_are_never_below_the_law() -> None:
    assert held(NATIONAL, "notice_days", 20) == (20, SourceKind.BYLAWS)
    assert held(NATIONAL, "notice_days", 15) == (15, SourceKind.BYLAWS)
    assert held(NATIONAL, "notice_days", 14) == (15, SourceKind.PROFILE)
    assert held(NATIONAL, "notice_days", 0) == (0, SourceKind.BYLAWS)
    assert fault(NATIONAL, "notice_days", 14) == ("bylaws.below_law", {"least": 15})
    assert fault(NATIONAL, "signatures", 1) == ("bylaws.no_such_value", {"least": 2, "most": 3})


def test_a_profiles_caps_and_bans_are_only_tightened() -> None:
    assert held(BEIJING, "proxy_cap", 2) == (2, SourceKind.BYLAWS)
    assert held(BEIJING, "proxy_cap", 5) == (3, SourceKind.PROFILE)
    assert fault(BEIJING, "proxy_cap", 5) == ("bylaws.above_profile", {"most": 3})
    assert held(NATIONAL, "proxy_cap", 5) == (5, SourceKind.BYLAWS)
    assert held(BEIJING, "proxy_bans", ("staff",)) == (("property_manager", "staff"), SourceKind.BYLAWS)


def test_a_value_that_is_none_says_nothing() -> None:
    odd = version(change="once")
    clauses = {"change": replace(odd.clauses["change"], value="sometimes")}
    assert resolve(NATIONAL, replace(odd, clauses=clauses)).change == Procedure().change


def test_words_are_those_that_the_count_knows() -> None:
    """The bylaws' room stands left of voting and cannot name its enums."""
    for name, enum in (
        ("unreturned", Unreturned),
        ("unreturned_major", Unreturned),
        ("change", Change),
        ("channel_conflict", ChannelConflict),
    ):
        assert set(SETTINGS[name].options) == set(enum)


@pytest.mark.parametrize("name", profiles.NAMES)
def test_every_shipped_profile_says_where_each_limit_comes_from(name: str) -> None:
    profile = profiles.load(name)
    assert profile.name == name
    assert all(limit.zh and limit.en for limit in profile.limits.values())
    assert any(limit.is_to_confirm for limit in profile.limits.values())
    assert all(profile.limits[each].allows is not None for each in ("online_counts", "dissent"))


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ({"name": "x", "title": {"zh": "某", "en": "x"}, "odd": 1}, "odd"),
        ({"title": {"zh": "某", "en": "x"}}, "name"),
        ({"name": "x", "title": "某"}, "title"),
        ({"name": "x", "title": {"zh": "某", "en": "x"}, "limits": {"colour": {}}}, "limits.colour"),
        ({"limits": {"change": {"zh": "某", "en": "x"}}}, "limits.change.is_to_confirm"),
        (
            {"limits": {"change": {"zh": "某", "en": "x", "is_to_confirm": True, "allows": ["never"]}}},
            "limits.change.allows",
        ),
        (
            {"limits": {"proxy_cap": {"zh": "某", "en": "x", "is_to_confirm": True, "most": 99}}},
            "limits.proxy_cap.most",
        ),
        (
            {"limits": {"change": {"zh": "某", "en": "x", "is_to_confirm": True, "value": "never"}}},
            "limits.change.value",
        ),
    ],
)
def test_a_broken_profile_names_its_fault(broken: dict[str, object], path: str) -> None:
    whole = {"name": "x", "title": {"zh": "某", "en": "x"}} | broken if "limits" in broken else broken
    with pytest.raises(profiles.ProfileError) as found:
        profiles.parse(whole)
    assert str(found.value) == path
