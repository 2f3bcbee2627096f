"""An election that is only 意愿征询: figures are shown, and nowhere is anybody said to be elected or in reserve."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.voting import counting, lots, queries
from council.voting.motion import Motion
from tests.people import Garden, garden
from tests.voting.elections import election, tied, voted
from tests.voting.motions import AFTER, DURING, certified

LOCALES = ("zh_CN", "en")
SAID = re.compile(r"当选|候补|选出了|已选出|没有选出|抽签|\belected\b|\breserves?\b|\blot\b|seats are filled", re.I)
NINE = {f"v{number}": (1, 2, 3) for number in range(1, 10)}


async def asked(people: Garden, kind: str) -> Motion:
    """With three named by everybody who took part, with nobody, or with two equal for the last seat."""
    if kind == "equal":
        return await tied(people)
    motion = await election(people)
    return await voted(people, motion, NINE if kind == "three" else {"v1": (1,), "v2": (2,), "v3": (3,)})


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("kind", "zh"), [("three", "有3人过半"), ("nobody", "没有人过半"), ("equal", "有3人过半")])
async def test_no_page_and_no_paper_says_elected(
    db: AnyEngine, enter, clock, tmp_path: Path, kind: str, zh: str, locale: str
) -> None:
    people = await garden(online_counts=False)
    motion = await asked(people, kind)
    assert motion.is_advisory
    here = f"/c/garden/motions/{motion.id}"
    pages = (here, f"{here}/notice", f"/c/garden/proposals/{motion.proposal_id}", "/c/garden/motions", "/c/garden")
    clock(DURING)
    grace = await enter(people.grace, locale)
    told = {f"before {path}": (await grace.get(path)).text for path in (*pages, f"{here}/ballot")}
    clock(AFTER)
    erin, grace = await enter(people.erin, locale), await enter(people.grace, locale)
    told |= {f"counted {path}": (await erin.get(path)).text for path in (*pages, f"{here}/count", "/c/garden/desk")}
    assert 'id="certify"' in told[f"counted {here}/count"]
    await certified(people, motion)
    told |= {f"signed {path}": (await grace.get(path)).text for path in pages}
    told["text"] = (await grace.get(f"{here}/notice?format=text")).text
    path = tmp_path / "notice.pdf"
    path.write_bytes((await grace.get(f"{here}/notice?format=pdf")).content)
    read = await asyncio.create_subprocess_exec("pdftotext", "-layout", str(path), "-", stdout=asyncio.subprocess.PIPE)
    told["pdf"] = "".join((await read.communicate())[0].decode().split("\n"))
    told["export"] = (await erin.get("/c/garden/committee/candidates.csv")).text.partition("\n")[2]
    assert "陈芳" in told["export"]
    assert "".join(motion.title.split()) in "".join(told["pdf"].split())
    said = {name: SAID.findall(_seen(text)) for name, text in told.items()}
    assert {name: words for name, words in said.items() if words} == {}
    wanted = zh if locale == "zh_CN" else "more than half"
    assert wanted in told[f"signed {here}"]
    assert ("意愿征询" if locale == "zh_CN" else "opinion poll") in told["text"]


def _seen(text: str) -> str:
    """What a page says, without its tags and its address bars."""
    return re.sub(r"<script.*?</script>|<[^>]+>", " ", text, flags=re.S)


async def test_nobody_has_a_seat_by_it_and_no_lot_is_drawn(db: AnyEngine) -> None:
    people = await garden(online_counts=False)
    motion = await tied(people)
    assert await lots.tied(motion, AFTER) == ()
    done = await certified(people, motion)
    assert done.certified_at == AFTER
    assert await counting.elected(people.community_id, motion.id) == ()
    kept = await queries.candidates(people.community_id, motion.id)
    assert {(each.place_in_result, each.is_reserve) for each in kept} == {(None, False)}


async def test_where_it_counts_a_lot_is_still_asked_for(db: AnyEngine) -> None:
    people = await garden()
    motion = await tied(people)
    assert await lots.tied(motion, AFTER) == (2, 3)
    with pytest.raises(Refused, match=r"election\.lot_first"):
        await certified(people, motion)
