"""What a community's copy of a preset may not change: the legs of Civil Code art. 278 and 279, and legal minima."""

from __future__ import annotations

from dataclasses import fields

from council.pathways.model import Days, Endorsement, GateName, Note, Preset

LONGEST_DAYS = 365


def faults(edited: Preset, shipped: Preset) -> tuple[Note, ...]:
    """Everything that forbids `edited` as a community's version of `shipped`; empty when it may be confirmed.

    Precedence is law, local rule, bylaws: bylaws set procedure only. So who decides, the ruleset, its article and the
    gates are the shipped ones; days with a binding source may be longer, never shorter; a binding bar for bringing a
    matter forward may be lower, never higher.
    """
    found = [Note(f"preset.{name}_locked") for name in _locked_fields(edited, shipped)]
    if not set(shipped.gates) <= set(edited.gates):
        found.append(Note("preset.gate_dropped"))
    order = list(GateName)
    if list(edited.gates) != sorted(edited.gates, key=order.index) or GateName.START in edited.gates:
        found.append(Note("preset.gate_order"))
    found += _days(edited, shipped)
    source = shipped.sources.endorsement
    if source is not None and source.is_binding and _asks_more(edited.endorsement, shipped.endorsement):
        found.append(Note("preset.endorsement_above_law"))
    return tuple(found)


def _locked_fields(edited: Preset, shipped: Preset) -> list[str]:
    names = ("kind", "electorate", "ruleset", "is_advisory", "is_election", "article", "variants", "scopes", "later")
    return [name for name in names if getattr(edited, name) != getattr(shipped, name)]


def _days(edited: Preset, shipped: Preset) -> list[Note]:
    found = []
    for name in (each.name for each in fields(Days)):
        days, least, source = getattr(edited.days, name), getattr(shipped.days, name), getattr(shipped.sources, name)
        if source is not None and source.is_binding and days < least:
            found.append(Note("preset.days_below_law", {"days": least}))
        elif not 0 <= days <= LONGEST_DAYS or (name == "vote" and days == 0):
            found.append(Note("preset.days_odd", {"days": LONGEST_DAYS}))
        if getattr(edited.sources, name) != source and (source is None or source.is_binding):
            found.append(Note("preset.source_locked"))
    return found


def _asks_more(edited: Endorsement, shipped: Endorsement) -> bool:
    is_steeper = edited.numerator * shipped.denominator > shipped.numerator * edited.denominator
    return is_steeper or edited.households > shipped.households or not set(shipped.callers) <= set(edited.callers)
