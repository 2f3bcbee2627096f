"""What a motion takes over from the procedure in force at its notice: its ruleset and what counts. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from council.bylaws.model import Matter, Procedure
from council.pathways.model import Electorate, Kind, Preset
from council.voting.model import Change, Channel, ChannelConflict, Ruleset, Unreturned
from council.voting.rulesets import DISSENT, ORDINARY, PRESETS, with_bylaws


def matter_of(preset: Preset) -> Matter:
    return Matter(preset.ruleset.value, preset.is_election, preset.electorate is Electorate.OWNERS)


def ruleset_of(preset: Preset, procedure: Procedure, *, is_election: bool = False) -> Ruleset:
    """The preset's legs, which are law, with the procedure that the community's confirmed bylaws set.

    Where a local rule and a clause allow it, the use of the fund passes unless a third objects. Silence never joins
    anybody in an election.
    """
    legs = PRESETS[preset.ruleset]
    if legs is ORDINARY and preset.kind is Kind.FUND_USE and procedure.dissent.value == "yes":
        legs = DISSENT
    return with_bylaws(
        legs,
        unreturned=Unreturned.NOT_PARTICIPATING if is_election else Unreturned(procedure.unreturned.value),
        channel_conflict=ChannelConflict(procedure.channel_conflict.value),
        change=Change(procedure.change.value),
    )


def counted_of(preset: Preset, procedure: Procedure, offered: Sequence[Channel]) -> tuple[Channel, ...]:
    """Of the channels on offer those that count by law: none in a poll; paper always; online where profile and
    confirmed bylaws say so, and in residents' own matters, which are theirs."""
    if preset.is_advisory:
        return ()
    if preset.electorate is Electorate.OWNERS and procedure.online_counts.value != "yes":
        return tuple(channel for channel in offered if channel is not Channel.ONLINE)
    return tuple(offered)
