"""A motion's procedure is kept as text and read back as it was."""

from __future__ import annotations

import json

import pytest

from council.bylaws import profiles
from council.bylaws.model import Procedure
from council.bylaws.procedure_json import ProcedureError, from_json, to_json
from council.bylaws.resolving import resolve
from tests.bylaws.test_resolving import version


def test_there_and_back() -> None:
    said = version(change="once", extension_days=15, meeting_forms=("written", "online"), online_counts="yes")
    for profile in map(profiles.load, profiles.NAMES):
        procedure = resolve(profile, said)
        assert from_json(to_json(procedure)) == procedure
        assert to_json(from_json(to_json(procedure))) == to_json(procedure)


def test_a_motion_from_before_there_were_snapshots_has_the_presets() -> None:
    assert from_json("{}") == Procedure()


def test_a_setting_that_came_later_holds_as_its_preset() -> None:
    data = json.loads(to_json(resolve(profiles.load("national"), version(change="once"))))
    del data["settings"]["early_keying"]
    found = from_json(json.dumps(data))
    assert (found.change.value, found.early_keying) == ("once", Procedure().early_keying)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"format": "council.procedure/2"}, "format"),
        ({"profile": 3}, "profile"),
        ({"version": "1"}, "version"),
        ({"settings": {"colour": {}}}, "settings"),
        ({"settings": {"change": "once"}}, "settings.change"),
        ({"settings": {"change": {"value": "never", "source": {"kind": "preset"}}}}, "settings.change.value"),
        ({"settings": {"change": {"value": "once", "source": 1}}}, "settings.change.source"),
        ({"settings": {"change": {"value": "once", "source": {"kind": "hearsay"}}}}, "settings.change.source.kind"),
        (
            {"settings": {"change": {"value": "once", "source": {"kind": "preset", "page": "3"}}}},
            "settings.change.source.page",
        ),
        (
            {"settings": {"change": {"value": "once", "source": {"kind": "preset", "odd": 1}}}},
            "settings.change.source.odd",
        ),
    ],
)
def test_what_is_no_snapshot_is_told_with_its_place(change: dict[str, object], path: str) -> None:
    data = json.loads(to_json(Procedure())) | change
    with pytest.raises(ProcedureError) as found:
        from_json(json.dumps(data))
    assert str(found.value) == path


def test_not_json() -> None:
    with pytest.raises(ProcedureError):
        from_json("{")
