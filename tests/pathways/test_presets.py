"""The presets are the table of the domain, number for number, and a snapshot never loses one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.pathways.locked import faults
from council.pathways.model import Days, Endorsement, GateName, Kind, Preset, RulesetName, Source, Text
from council.pathways.presets import PresetError, all_presets, from_json, load, parse, settle, to_json

# The commonest first, as residents are offered them.
# kind | electorate | vote | scopes | endorsing households | deliberation / notice / vote / result
TABLE = """
resident_matter  | residents | resident       | entrance building community | 3                    |  3 / 3 / 7 / 3
fund_use         | owners    | ordinary       | entrance building community | 3                    |  7 / 15 / 14 / 7
elevator         | owners    | major          | entrance                   | 1                     |  7 / 15 / 14 / 15
common_parts     | owners    | major          | entrance building community | 5 % at least 3       | 14 / 15 / 21 / 7
opinion_poll     | residents | resident       | entrance building community | 1                    |  0 / 1 / 7 / 0
elevator_renewal | owners    | ordinary major | building                   | 3                     |  7 / 15 / 14 / 7
governance       | owners    | ordinary       | community                  | 20 % or convener      | 14 / 15 / 30 / 7
home_to_shop     | owners    | unanimous      | building                   | 1                     |  7 / 15 / 14 / 7
one_person_chair | owners    | ordinary       | community                  | 5 % or convener party |  7 / 15 / 14 / 7
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


def endorsement_words(rule: Endorsement) -> str:
    if not rule.numerator:
        return str(rule.households)
    words = f"{rule.numerator * 100 // rule.denominator} %"
    assert rule.numerator * 100 % rule.denominator == 0
    if rule.households > 1:
        words += f" at least {rule.households}"
    return f"{words} or {' '.join(rule.callers)}" if rule.callers else words


def row_of(preset: Preset) -> tuple[str, ...]:
    rulesets = dict.fromkeys([preset.ruleset, *(each.ruleset for each in preset.variants)])
    days = preset.days
    return (
        preset.kind,
        preset.electorate,
        " ".join(rulesets),
        " ".join(preset.scopes),
        endorsement_words(preset.endorsement),
        f"{days.deliberation} / {days.notice} / {days.vote} / {days.result}",
    )


def test_every_number_is_the_tables():
    assert [row_of(preset) for preset in all_presets()] == ROWS
    assert [preset.kind for preset in all_presets()] == list(Kind)


def test_only_the_poll_is_advisory_and_only_the_lift_waits_for_money():
    assert [preset.kind for preset in all_presets() if preset.is_advisory] == [Kind.OPINION_POLL]
    assert [(p.kind, p.later) for p in all_presets() if p.later] == [(Kind.ELEVATOR, (GateName.FUNDING,))]
    assert [p.kind for p in all_presets() if GateName.FEASIBILITY in p.gates] == [Kind.ELEVATOR]
    assert [p.kind for p in all_presets() if GateName.CONSENT in p.gates] == [Kind.ELEVATOR, Kind.HOME_TO_SHOP]


def test_numbers_without_a_source_are_marked_ours():
    sources = {preset.kind: preset.sources for preset in all_presets()}
    law = {kind for kind, source in sources.items() if source.notice is not None}
    assert law == set(Kind) - {Kind.HOME_TO_SHOP, Kind.RESIDENT_MATTER, Kind.OPINION_POLL}
    assert all("《物业管理条例》第十四条" in sources[kind].notice.zh for kind in law)
    assert sources[Kind.GOVERNANCE].endorsement.zh == "《物业管理条例》第十三条第二款"
    assert not sources[Kind.ELEVATOR].endorsement.is_binding
    assert all(source.result is None and source.vote is None for source in sources.values())


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        (Kind.ELEVATOR, "《民法典》第二百七十八条第一款第七项、第二款，第一千二百五十九条"),
        (Kind.FUND_USE, "《民法典》第二百七十八条第一款第五项、第二款，第二百八十一条，第一千二百五十九条"),
        (Kind.COMMON_PARTS, "《民法典》第二百七十八条第一款第六项至第八项、第二款，第一千二百五十九条"),
    ],
)
def test_ballot_and_notice_quote_the_article(kind, article):
    assert load(kind).article.zh == article
    assert load(kind).conclusion.zh == (
        "经统计，参与表决及同意的业主人数、专有部分面积均达到《民法典》第二百七十八条规定的比例，表决通过。"
    )


def test_home_to_shop_quotes_279_and_a_poll_no_law():
    assert load(Kind.HOME_TO_SHOP).article.zh.startswith("《民法典》第二百七十九条")
    assert "不是法定表决" in load(Kind.OPINION_POLL).article.zh


def test_raising_the_money_for_a_lift_asks_three_quarters():
    preset = load(Kind.ELEVATOR_RENEWAL)
    raising = settle(preset, "raising")
    assert (raising.ruleset, raising.variant) == (RulesetName.MAJOR, "raising")
    assert "第六项" in raising.article.zh
    assert settle(preset, None) is preset
    assert from_json(to_json(raising)) == raising
    with pytest.raises(KeyError):
        settle(preset, "lottery")


@pytest.mark.parametrize(
    ("rule", "households", "needed"),
    [
        (Endorsement(3), 12, 3),
        (Endorsement(3), 2, 2),
        (Endorsement(1), 0, 1),
        (Endorsement(3, 1, 20), 59, 3),
        (Endorsement(3, 1, 20), 60, 3),
        (Endorsement(3, 1, 20), 61, 4),
        (Endorsement(1, 1, 5), 430, 86),
        (Endorsement(1, 1, 5), 431, 87),
        (Endorsement(1, 1, 20), 20, 1),
        (Endorsement(1, 1, 20), 21, 2),
    ],
)
def test_a_ratio_rounds_up_and_never_asks_more_than_live_there(rule, households, needed):
    assert rule.needed(households) == needed


@pytest.mark.parametrize("preset", all_presets(), ids=lambda preset: preset.kind)
def test_a_snapshot_comes_back_as_it_was(preset):
    assert from_json(to_json(preset)) == preset
    assert to_json(from_json(to_json(preset))) == to_json(preset)
    assert faults(preset, preset) == ()


COUNTS = st.integers(0, 10**6)


@given(
    shipped=st.sampled_from(all_presets()),
    days=st.builds(Days, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS),
    households=COUNTS,
    denominator=st.integers(1, 1000),
    words=st.text(min_size=1, max_size=30),
    is_binding=st.booleans(),
)
def test_any_edit_survives_its_snapshot(shipped, days, households, denominator, words, is_binding):
    edited = replace(
        shipped,
        days=days,
        endorsement=Endorsement(households, 1, denominator),
        article=Text(words, words),
        sources=replace(shipped.sources, vote=Source(words, words, is_binding)),
    )
    assert from_json(to_json(edited)) == edited


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "lottery"}, "kind"),
        ({"surprise": 1}, "surprise"),
        ({"version": True}, "version"),
        ({"is_advisory": 1}, "is_advisory"),
        ({"gates": ["vote", "vote"]}, "gates"),
        ({"gates": "vote"}, "gates"),
        ({"days": {"acceptance": 3}}, "deliberation"),
        ({"days": {"weeks": 3}}, "days.weeks"),
        ({"article": {"zh": "", "en": "x"}}, "article.zh"),
        (
            {"endorsement": {"households": 1, "numerator": 2, "denominator": 1, "callers": []}},
            "endorsement.denominator",
        ),
        ({"endorsement": {"households": -1, "numerator": 0, "denominator": 1, "callers": []}}, "households"),
        ({"sources": {}}, "endorsement"),
    ],
)
def test_a_damaged_preset_names_its_fault(change, path):
    data = json.loads(to_json(load(Kind.ELEVATOR)))
    del data["format"]
    with pytest.raises(PresetError) as caught:
        parse({**data, **change})
    assert str(caught.value) == path


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":"council.preset/2"}'])
def test_what_is_no_snapshot_is_refused(text):
    with pytest.raises(PresetError):
        from_json(text)


def codes(edited: Preset, kind: Kind = Kind.ELEVATOR) -> list[str]:
    return [note.code for note in faults(edited, load(kind))]


def test_the_legs_of_the_law_are_locked():
    lift = load(Kind.ELEVATOR)
    assert codes(replace(lift, ruleset=RulesetName.ORDINARY)) == ["preset.ruleset_locked"]
    assert codes(replace(lift, ruleset=RulesetName.UNANIMOUS)) == ["preset.ruleset_locked"]
    assert codes(replace(lift, is_advisory=True)) == ["preset.is_advisory_locked"]
    assert codes(replace(lift, article=Text("随便", "any"))) == ["preset.article_locked"]
    assert codes(replace(lift, later=())) == ["preset.later_locked"]
    without_consent = tuple(gate for gate in lift.gates if gate is not GateName.CONSENT)
    assert codes(replace(lift, gates=without_consent)) == ["preset.gate_dropped"]
    assert codes(replace(lift, gates=tuple(reversed(lift.gates)))) == ["preset.gate_order"]
    renewal = load(Kind.ELEVATOR_RENEWAL)
    softer = replace(renewal.variants[0], ruleset=RulesetName.ORDINARY)
    assert codes(replace(renewal, variants=(softer,)), Kind.ELEVATOR_RENEWAL) == ["preset.variants_locked"]


def test_days_may_grow_but_not_go_below_the_law():
    lift = load(Kind.ELEVATOR)
    assert codes(replace(lift, days=replace(lift.days, notice=14))) == ["preset.days_below_law"]
    assert codes(replace(lift, days=replace(lift.days, notice=16))) == []
    assert codes(replace(lift, days=replace(lift.days, result=0))) == []  # our preset: no law sets it
    assert codes(replace(lift, days=replace(lift.days, vote=0))) == ["preset.days_odd"]
    assert codes(replace(lift, days=replace(lift.days, vote=366))) == ["preset.days_odd"]
    assert codes(replace(lift, sources=replace(lift.sources, notice=None))) == ["preset.source_locked"]
    matter = load(Kind.RESIDENT_MATTER)
    assert codes(replace(matter, days=replace(matter.days, notice=1)), Kind.RESIDENT_MATTER) == []


def test_the_bar_of_the_assembly_may_fall_but_not_rise():
    bylaws = load(Kind.GOVERNANCE)
    for rule, expected in [
        (replace(bylaws.endorsement, numerator=1, denominator=4), ["preset.endorsement_above_law"]),
        (replace(bylaws.endorsement, numerator=1, denominator=10), []),
        (replace(bylaws.endorsement, households=50), ["preset.endorsement_above_law"]),
        (replace(bylaws.endorsement, callers=()), ["preset.endorsement_above_law"]),
    ]:
        assert codes(replace(bylaws, endorsement=rule), Kind.GOVERNANCE) == expected
    lift = load(Kind.ELEVATOR)
    assert codes(replace(lift, endorsement=Endorsement(3))) == []  # a local practice, not a law
