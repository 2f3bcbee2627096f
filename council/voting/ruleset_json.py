"""A ruleset as the JSON object of `council.decision/1`, which is also how a motion keeps its own."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from council.kernel.text import canonical_json
from council.voting.model import (
    Basis,
    Change,
    ChannelConflict,
    Comparison,
    Counts,
    Of,
    Ruleset,
    Threshold,
    Unreturned,
)
from council.voting.printed import threshold_json
from council.voting.strict_json import Node, parse


def ruleset_json(ruleset: Ruleset) -> dict[str, Any]:
    return {
        "name": ruleset.name,
        "thresholds": [threshold_json(threshold) for threshold in ruleset.thresholds],
        "unreturned": ruleset.unreturned.value,
        "channel_conflict": ruleset.channel_conflict.value,
        "change": ruleset.change.value,
    }


def read_ruleset(node: Node) -> Ruleset:
    """Malformed with the path of the first fault."""
    node.object()
    thresholds = node["thresholds"].each(read_threshold)
    if not thresholds:
        raise node["thresholds"].fail("no thresholds")
    return Ruleset(
        node["name"].text(),
        thresholds,
        node["unreturned"].one_of(Unreturned),
        node["channel_conflict"].one_of(ChannelConflict),
        node["change"].one_of(Change),
    )


def read_threshold(node: Node) -> Threshold:
    node.object()
    return Threshold(
        node["counts"].one_of(Counts),
        node["of"].one_of(Of),
        node["basis"].one_of(Basis),
        node["comparison"].one_of(Comparison),
        node["numerator"].positive(),
        node["denominator"].positive(),
    )


def ruleset_to_json(ruleset: Ruleset) -> str:
    """Canonical JSON: the same ruleset gives the same text."""
    return canonical_json(ruleset_json(ruleset))


@lru_cache(maxsize=256)
def ruleset_from_json(text: str) -> Ruleset:
    """Malformed when it is not one. Hundreds of motions share a few snapshots."""
    return read_ruleset(Node(parse(text.encode())))
