"""The days that a community's bylaws set for notices, in the preset that a new matter takes along."""

from __future__ import annotations

from dataclasses import replace

from council.bylaws.model import Procedure, Ruling, SourceKind
from council.pathways.model import Electorate, Preset, Source


def with_bylaws_days(preset: Preset, procedure: Procedure) -> Preset:
    """Notice and result days as the bylaws say, with the clause as their source; never fewer than a binding rule of law
    asks for. Residents' own matters and polls keep theirs. Matters under way have their preset and are not touched."""
    if preset.electorate is not Electorate.OWNERS or preset.is_advisory:
        return preset
    for name, ruling in (("notice", procedure.notice_days), ("result", procedure.result_days)):
        shipped: int = getattr(preset.days, name)
        source: Source | None = getattr(preset.sources, name)
        least = shipped if source is not None and source.is_binding else 1
        if shipped and ruling.source.kind is SourceKind.BYLAWS and ruling.value >= least:
            preset = replace(
                preset,
                days=replace(preset.days, **{name: ruling.value}),
                sources=replace(preset.sources, **{name: _source(ruling)}),
            )
    return preset


def _source(ruling: Ruling[int]) -> Source:
    said = ruling.source
    if said.page is None:
        return Source(f"{said.title}：{said.clause}", f"{said.title}: {said.clause}")
    return Source(
        f"{said.title}：{said.clause}（第 {said.page} 页）", f"{said.title}: {said.clause} (page {said.page})"
    )
