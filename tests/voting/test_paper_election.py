"""An election on paper: numbered boxes, keyed by number and blind, compared as sets, counted with the others."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from council.kernel.errors import Invalid
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import counting, paper_keying_queries, paper_return_queries
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.paper import NAME_MARKS, NOBODY, Layout, Mark, Void, read_mark, read_names
from council.voting.paper_keying import decide_paper, key_paper
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.elections import NAMES, choose, election, picks_of, slate
from tests.voting.motions import AFTER, DURING, draft
from tests.voting.papers import ballots_of, fresh, paper_of, printed, returned

FIVE = range(1, 6)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1 3", Mark(Choice.AGREE, None, (1, 3))),
        (" 3、1 ", Mark(Choice.AGREE, None, (1, 3))),
        ("３，１", Mark(Choice.AGREE, None, (1, 3))),
        ("5", Mark(Choice.AGREE, None, (5,))),
        ("0", NOBODY),
        ("abstain", NOBODY),
        ("1 2 3 4", Mark(None, Void.TOO_MANY)),
        ("x1", Mark(None, Void.BLANK)),
        ("X2", Mark(None, Void.TOO_MANY)),
        ("×3", Mark(None, Void.ALTERED)),
        ("*９", Mark(None, Void.COPY)),
        ("void.torn", Mark(None, Void.TORN)),
        ("6", None),
        ("1 1", None),
        ("0 1", None),
        ("13", None),
        ("", None),
        ("agree", None),
        ("91", None),
        ("x0", None),
        ("1 x1", None),
    ],
)
def test_what_is_typed_for_a_paper(typed: str, read: Mark | None) -> None:
    assert read_names(typed, FIVE, 3) == read


def test_every_mark_reads_back_as_itself() -> None:
    for mark in [*NAME_MARKS.values(), Mark(Choice.AGREE, None, (2, 5))]:
        assert read_names(mark.code, FIVE, 3) == mark
    assert read_mark("92") == Mark(None, Void.TWO_TICKED)
    assert Void.TOO_MANY not in {read_mark(f"9{n}").invalid for n in range(1, 10)}


async def on_paper(people: Garden) -> Motion:
    motion = await election(people, who=slate(3), wanted=draft(people, is_on_paper=True))
    await printed(people, motion)
    return motion


async def keyed(people: Garden, motion: Motion, paper, first: str, second: str) -> bool:
    done = False
    for actor, typed in ((people.erin, first), (people.frank, second)):
        mark = read_names(typed, FIVE, 3)
        assert mark is not None
        done = await key_paper(actor=actor, motion_id=motion.id, return_id=paper.id, mark=mark, now=AFTER)
    return done


async def test_two_read_alike_whatever_the_order(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    names, nobody, many, blank = await returned(people, motion, "v2", "v3", "v4", "v5")
    assert await keyed(people, motion, names, "3 1", "1、3")
    assert await keyed(people, motion, nobody, "0", "0")
    # both see too many: it does not matter which
    assert await keyed(people, motion, many, "1 2 3 4", "1 2 3 5")
    assert await keyed(people, motion, blank, "x1", "x1")
    found = {row["number"]: row for row in await ballots_of(motion)}
    assert {number: (row["choice"], row["invalid"]) for number, row in found.items()} == {
        "v2": ("agree", None),
        "v3": ("abstain", None),
        "v4": (None, "too_many"),
        "v5": (None, "blank"),
    }
    ids = {
        row["number"]: row["id"]
        for row in await fetch("SELECT b.id, v.number FROM ballot b JOIN roll_voter v ON v.id = b.roll_voter_id")
    }
    assert await picks_of(ids["v2"]) == [1, 3]
    assert [len(await picks_of(ids[number])) for number in ("v3", "v4", "v5")] == [0, 0, 0]
    counted = await counting.count(await fresh(motion), AFTER)
    assert counted.election is not None
    assert (counted.tally.returned.participants.persons, counted.election.nobody.persons) == (2, 1)
    assert {each.ballot_id for each in counted.tally.refused} == {ids["v4"], ids["v5"]}
    assert {line.invalid for line in await paper_return_queries.void_papers(people.community_id, motion.id)} == {
        Void.TOO_MANY,
        Void.BLANK,
    }


async def test_read_differently_is_the_scrutineers(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    (paper,) = await returned(people, motion, "v2")
    assert not await keyed(people, motion, paper, "1 3", "1 2")
    assert [each.id for each in await paper_keying_queries.disputed(people.community_id, motion.id)] == [paper.id]
    mark = Mark(Choice.AGREE, None, (1,))
    decision = {"motion_id": motion.id, "return_id": paper.id, "words": "第三格里是折痕", "now": AFTER}
    await decide_paper(actor=people.ken, mark=mark, **decision)
    (row,) = await fetch("SELECT id FROM ballot")
    assert await picks_of(row["id"]) == [1]


async def test_a_mark_that_does_not_belong_to_this_vote(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    (paper,) = await returned(people, motion, "v2")
    for mark, code in (
        (Mark(Choice.OPPOSE, None), "paper.no_names"),
        (Mark(Choice.AGREE, None), "paper.no_names"),
        (Mark(None, Void.TWO_TICKED), "paper.no_names"),
        (Mark(Choice.AGREE, None, (9,)), "ballot.no_such_candidate"),
        (Mark(Choice.AGREE, None, (1, 2, 3, 4)), "ballot.too_many_names"),
    ):
        with pytest.raises(Invalid) as invalid:
            await key_paper(actor=people.erin, motion_id=motion.id, return_id=paper.id, mark=mark, now=AFTER)
        assert list(invalid.value.errors.values()) == [code]
    assert await fetch("SELECT id FROM paper_keying") == []


async def test_online_and_paper_are_one_count(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await choose(people.grace, motion, 1, at=DURING)
    (paper,) = await returned(people, motion, "v3")
    await keyed(people, motion, paper, "1 2", "1 2")
    counted = await counting.count(await fresh(motion), AFTER)
    assert counted.election is not None
    by_name = {each.candidate: each.chosen.persons for each in counted.election.result.standings}
    assert (by_name["c01"], by_name["c02"]) == (2, 1)


async def test_the_printed_ballot_and_the_keying_page(db: AnyEngine, enter, clock, tmp_path: Path) -> None:
    people = await garden()
    motion = await on_paper(people)
    clock(DURING)
    dana = await enter(people.dana)
    for layout in Layout:
        whom = f"voter-{(await paper_of(motion, 'v2')).roll_voter_id}"
        run = await printed(people, motion, whom=whom, is_anew=True, layout=layout)
        made = await dana.get(f"/c/garden/motions/{motion.id}/paper/prints/{run.id}/ballots.pdf")
        path = tmp_path / f"{layout}.pdf"
        path.write_bytes(made.content)
        read = await asyncio.create_subprocess_exec(
            "pdftotext", "-layout", "-l", "1", str(path), "-", stdout=asyncio.subprocess.PIPE
        )
        flat = "".join((await read.communicate())[0].decode().split())
        for number, name in enumerate(NAMES, start=1):
            assert f"{number}号{name}" in flat
        assert ("最多选3人" in flat, "都不选（弃权）" in flat) == (True, True)
        assert "反对" not in flat.partition("怎么填")[0]
    paper = await paper_of(motion, "v2")
    (back,) = await returned(people, motion, "v2")
    assert back.serial == paper.serial
    clock(AFTER)
    erin, frank = await enter(people.erin), await enter(people.frank)
    address = f"/c/garden/motions/{motion.id}/paper/keying"
    page = await erin.get(address)
    assert ("data-keying" in page.text, 'value="x9"' in page.text, ">4 " in page.text) == (False, True, False)
    wrong = await submit(erin, page, "#keying", mark="7")
    assert wrong.status_code == 422
    assert "请输入票上选的编号" in wrong.text
    assert (await submit(erin, page, "#keying", mark="1 3")).status_code == 303
    page = await frank.get(address)
    assert (await submit(frank, page, "#keying", mark="2")).status_code == 303
    ken = await enter(people.ken)
    page = await ken.get(f"/c/garden/motions/{motion.id}/paper/disputes")
    assert "1号　陈芳、3号　王秀英" in page.text
    bad = await submit(ken, page, f"#decide-{back.id}", mark="", why="看不清楚")
    assert bad.status_code == 422
    assert (await submit(ken, page, f"#decide-{back.id}", mark="1 3", why="两个勾都清楚")).status_code == 303
    (row,) = await fetch("SELECT id FROM ballot")
    assert await picks_of(row["id"]) == [1, 3]
