"""What leaves the house about votes says what it is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from council.exports import service
from council.exports.model import Format, What
from council.exports.service import file_title
from council.exports.votes import standing
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.voting import queries
from council.voting.model import Outcome
from council.web.catalogues import Catalogue
from council.web.i18n import Words
from tests.people import NOW, Garden, garden
from tests.voting.motions import AFTER, CLOSES, DURING, cast, certified, opened
from tests.voting.official import DOCUMENT, official_result
from tests.voting.test_pages_motion import all_but_four

CODES = Words(Catalogue("en", strict=False))
"""Of every word its code."""


async def rows(people: Garden, what: What, now: datetime) -> list[dict[str, Any]]:
    made = await service.export(actor=people.gina, what=what, form=Format.JSON, words=CODES, now=now)
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


async def test_a_poll_that_is_over_shows_its_wishes_as_wishes(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people, kind=Kind.OPINION_POLL, scope=people.building_scope)
    await cast(people.grace, motion)
    (line,) = await rows(people, What.MOTIONS, DURING)
    assert (line["figures_are"], line["outcome"], line["agree_persons"]) == ("", "", None)
    (line,) = await rows(people, What.MOTIONS, AFTER)
    assert (line["standing"], line["figures_are"]) == ("vote_standing.wishes", "figures_are.wishes")
    assert (line["participants_persons"], line["agree_persons"], line["oppose_persons"]) == (1, 1, 0)
    assert line["outcome"] == "advisory.rejected"
    assert (line["counted_in"], line["certified_at"]) == ("counted_in.residents", None)


async def test_the_file_of_one_vote_bears_its_number_and_title(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    asked = {"actor": people.gina, "what": What.PARTICIPATION, "form": Format.CSV, "words": CODES, "now": AFTER}
    one = await service.export(**asked, motion_id=motion.id)
    assert one.name.isascii()
    assert one.name.startswith(f"garden-participation-{motion.id}-2026-")
    assert motion.title in one.titled
    every = await service.export(**asked)
    assert every.name == every.titled
    assert str(motion.id) not in every.name.removesuffix(".csv").split("-")[2:3]


async def test_a_title_makes_no_path(db: AnyEngine) -> None:
    assert file_title('../更换 1/2 号楼: "门禁"?\r\n') == "更换-1-2-号楼-门禁"
    assert file_title("长" * 99) == "长" * 40


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
