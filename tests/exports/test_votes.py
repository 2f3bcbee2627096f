"""What leaves the house about votes says what it is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from council.exports import service
from council.exports.model import Format, What
from council.exports.votes import standing
from council.storage.database import AnyEngine
from council.voting import queries
from council.voting.model import Outcome
from tests.people import NOW, Garden, garden
from tests.voting.motions import AFTER, CLOSES, DURING, certified, opened
from tests.voting.official import DOCUMENT, official_result
from tests.voting.test_pages_motion import all_but_four


async def rows(people: Garden, what: What, now: datetime) -> list[dict[str, Any]]:
    def label(kind: str, value: object) -> str:
        return f"{kind}.{value}"

    made = await service.export(actor=people.gina, what=what, form=Format.JSON, label=label, now=now)
    return json.loads(made.data)["rows"]


async def test_a_count_and_mere_wishes_are_told_apart(db: AnyEngine) -> None:
    people = await garden()
    motion = await all_but_four(people)
    for now, code in ((NOW, "notice"), (DURING, "open"), (AFTER, "preliminary")):
        (line,) = await rows(people, What.MOTIONS, now)
        assert (line["standing"], line["figures_are"]) == (f"vote_standing.{code}", "")
    await certified(people, motion)
    (line,) = await rows(people, What.MOTIONS, AFTER)
    assert (line["standing"], line["figures_are"]) == ("vote_standing.certified", "figures_are.count")
    assert {each["standing"] for each in await rows(people, What.PARTICIPATION, AFTER)} == {"vote_standing.certified"}


async def test_wishes_stay_wishes_beside_the_official_result(db: AnyEngine, tmp_path) -> None:
    people = await garden(online_counts=False)
    motion = await all_but_four(people)
    await certified(people, motion)
    (line,) = await rows(people, What.MOTIONS, AFTER)
    assert (line["standing"], line["figures_are"]) == ("vote_standing.wishes", "figures_are.wishes")
    await official_result(people, motion.id, AFTER, Outcome.REJECTED, tmp_path / "files")
    (line,) = await rows(people, What.MOTIONS, AFTER)
    assert (line["standing"], line["figures_are"]) == ("vote_standing.official", "figures_are.wishes")
    assert (line["official_outcome"], line["official_document"]) == ("outcome.rejected", DOCUMENT)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"cancelled_at": AFTER, "revoked_at": AFTER}, "cancelled"),
        ({"revoked_at": AFTER, "superseded_at": AFTER, "certified_at": AFTER}, "revoked"),
        ({"superseded_at": AFTER, "certified_at": AFTER}, "superseded"),
        ({"official_at": AFTER, "certified_at": AFTER, "is_advisory": True}, "official"),
        ({"certified_at": AFTER, "is_advisory": True}, "wishes"),
        ({"certified_at": AFTER}, "certified"),
        ({}, "preliminary"),
    ],
)
async def test_what_came_last_decides(db: AnyEngine, changed: dict[str, Any], code: str) -> None:
    people = await garden()
    motion = await queries.motion(people.community_id, (await opened(people)).id)
    assert standing(replace(motion, **changed), CLOSES + timedelta(seconds=1)) == code
