"""From profile and bylaws to the procedure that holds: law, local rule, bylaws, preset, in this order. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from council.bylaws.model import (
    PRESET,
    SETTINGS,
    Clause,
    Limit,
    Matter,
    Procedure,
    Profile,
    Ruling,
    Setting,
    Shape,
    Source,
    SourceKind,
    Value,
    Version,
)

NEEDS_LOCAL_RULE = frozenset({"online_counts", "electronic_delivery", "dissent"})
"""What bylaws alone cannot choose: the profile must admit it in so many words."""

UNANIMOUS = Source(
    SourceKind.LAW,
    zh="《民法典》第二百七十九条：须全体有利害关系的业主同意，没有投票不能算同意",
    en="Civil Code art. 279: every owner concerned agrees; silence is no agreement",
)
ELECTION = Source(
    SourceKind.LAW,
    zh="选举由业主选出，没有投票不能算作跟随多数",
    en="In an election owners choose; silence never follows the majority",
)
HOUSEHOLDS = Source(
    SourceKind.LAW,
    zh="居民事项由各户自己表态，业主大会议事规则不适用",
    en="In residents' matters each household speaks for itself; the owners' bylaws do not apply",
)


def resolve(profile: Profile, version: Version | None, matter: Matter | None = None) -> Procedure:
    """What holds for a matter; without one, for the community (the page of rules)."""
    clauses: Mapping[str, Clause] = {} if version is None else version.clauses
    rulings: dict[str, Any] = {
        name: _ruling(setting, profile.limits.get(name), clauses.get(name), version)
        for name, setting in SETTINGS.items()
    }
    if matter is not None:
        rulings["unreturned"] = _silence(rulings, matter)
        if not matter.is_owners:
            rulings["proxies"] = Ruling("no", HOUSEHOLDS)
    return Procedure(**rulings, profile=profile.name, version_id=None if version is None else version.id)


def fault(profile: Profile, name: str, value: Value) -> tuple[str, dict[str, str | int]] | None:
    """Why bylaws may not say this here, as a code with the figures for its blanks; None when they may."""
    setting, limit = SETTINGS[name], profile.limits.get(name)
    if not setting.admits(value):
        return "bylaws.no_such_value", {"least": setting.least, "most": setting.most}
    if _is_admitted(setting, limit, value):
        return None
    if limit is None:
        return "bylaws.needs_local_rule", {}
    if setting.shape is Shape.NUMBER and limit.least is not None and isinstance(value, int) and value < limit.least:
        return "bylaws.below_law", {"least": limit.least}
    if setting.shape is Shape.NUMBER and limit.most is not None:
        return "bylaws.above_profile", {"most": limit.most}
    return "bylaws.profile_forbids", {}


def _ruling(setting: Setting, limit: Limit | None, clause: Clause | None, version: Version | None) -> Ruling[Any]:
    local = Ruling(setting.default, PRESET)
    if limit is not None and limit.value is not None:
        local = Ruling(limit.value, limit.source)
    if clause is None or version is None or not setting.admits(clause.value):
        return local
    if not _is_admitted(setting, limit, clause.value):
        if limit is None:
            return local
        return Ruling(_clamped(setting, limit, clause.value, local.value), limit.source)
    value = clause.value
    if setting.shape is Shape.SET and limit is not None and limit.value is not None:
        value = tuple(each for each in setting.options if each in _words(value) or each in _words(limit.value))
    source = Source(SourceKind.BYLAWS, version.id, version.title, clause.clause, clause.page)
    if limit is not None and setting.name == "dissent" and value != setting.default:
        # The clause sets the law's legs aside, which only a local rule can allow: that is quoted with it.
        source = replace(source, zh=limit.zh, en=limit.en, is_to_confirm=limit.is_to_confirm)
    return Ruling(value, source)


def _is_admitted(setting: Setting, limit: Limit | None, value: Value) -> bool:
    if limit is None:
        return setting.name not in NEEDS_LOCAL_RULE or value == setting.default
    if setting.shape is Shape.NUMBER and isinstance(value, int):
        is_as_preset = value == setting.default == 0
        return is_as_preset or (limit.least or setting.least) <= value <= (limit.most or setting.most)
    if setting.shape is Shape.CHOICE:
        if limit.allows is None:
            return setting.name not in NEEDS_LOCAL_RULE or value == setting.default
        return value in limit.allows
    return True


def _clamped(setting: Setting, limit: Limit, value: Value, local: Value) -> Value:
    """A number beyond what the profile admits holds as far as it goes; a word that it does not admit not at all."""
    if setting.shape is Shape.NUMBER and isinstance(value, int):
        return max(limit.least or setting.least, min(value, limit.most or setting.most))
    return local


def _silence(rulings: Mapping[str, Any], matter: Matter) -> Ruling[str]:
    """What becomes of ballots that did not come back. 278(6)–(8) never by the general clause, only by one of their own;
    elections never by the majority; the unanimity of art. 279 and residents' own matters never at all."""
    if not matter.is_owners:
        return Ruling("not_participating", HOUSEHOLDS)
    if matter.ruleset == "unanimous":
        return Ruling("not_participating", UNANIMOUS)
    ruling: Ruling[str] = rulings["unreturned_major" if matter.ruleset == "major" else "unreturned"]
    if matter.is_election and ruling.value == "follow_majority":
        return Ruling("not_participating", ELECTION)
    return ruling


def _words(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
