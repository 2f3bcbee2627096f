"""What bylaws say as sentences, for papers and pages that quote them."""

from __future__ import annotations

from collections.abc import Iterable

from council.bylaws.model import Procedure, Source, SourceKind, Value
from council.web.i18n import Words

QUOTED = (
    *("online_counts", "unreturned", "change", "channel_conflict", "proxies", "proxy_cap"),
    *("extension_days", "posting_days", "electronic_delivery", "early_keying", "dissent"),
)
"""What a voter should be able to read the clause of: what counts, silence, changes, channels, proxies, time."""


def value_words(words: Words, name: str, value: Value) -> str:
    """ "15 天", "投了不能改", "书面征求意见、集体讨论"."""
    if isinstance(value, str):
        return words.label("setting_value", f"{name}.{value}")
    if isinstance(value, int):
        if value == 0:
            return words.label("setting_value", f"{name}.0")
        return words.sentence("bylaws.days" if name.endswith("_days") else "bylaws.people", {"n": value})
    return words.sentence("list.comma").join(words.label("setting_value", f"{name}.{each}") for each in value)


def quoted(words: Words, procedure: Procedure, names: Iterable[str] = QUOTED) -> list[str]:
    """One line for each of these settings that rests on the bylaws: what it is, what holds, the clause and its page."""
    lines = []
    for name in names:
        ruling = getattr(procedure, name)
        source = ruling.source
        if source.kind is SourceKind.BYLAWS:
            details = {
                "name": words.label("setting_name", name),
                "value": value_words(words, name, ruling.value),
                "clause": source.clause,
                "page": source.page or 0,
            }
            line = words.sentence("bylaws.quoted" if source.page else "bylaws.quoted.no_page", details)
            lines.append(line + _local_rule(words, source))
    return lines


def _local_rule(words: Words, source: Source) -> str:
    """ "；地方规定：……" where the clause holds only because a local rule lets it; else ""."""
    rule = source.zh if words.catalogue.locale == "zh_CN" else source.en
    return words.sentence("bylaws.quoted.local", {"rule": rule}) if rule else ""


def title_of(procedure: Procedure) -> str:
    """The document that a procedure rests on; "" where there is none."""
    sources = (ruling.source for _, ruling in procedure.rulings())
    return next((source.title for source in sources if source.kind is SourceKind.BYLAWS), "")
