"""Ballots on paper: who gets one, what ends the older one, and what stands on the sheet."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from council.app import ROOT
from council.audit import queries as log
from council.documents.ballot_text import Sheet
from council.documents.paper_ballots import ballots_pdf
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.registry import queries as registry
from council.settings import Settings
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import paper_printing_queries, paper_return_queries, paper_staff, paper_voter_queries
from council.voting.model import ChannelConflict, Unreturned
from council.voting.motion import Motion
from council.voting.paper import Layout, grouped, read_mark, read_serial
from council.voting.paper_press import PaperPress
from council.voting.paper_print_pages import _crew
from council.voting.paper_printing import PrintOrder, print_ballots
from council.voting.ruleset_json import ruleset_to_json
from council.web.catalogues import load
from council.web.i18n import Words
from tests import pdf
from tests.people import NOW, garden, live_in, verify_owner
from tests.voting.motions import AFTER, DURING, cast, draft, filed, open_filed, opened
from tests.voting.papers import brought, fresh, on_paper, paper_of, printed, returned


async def live(motion: Motion) -> dict[str, str]:
    """Serials in force by voter."""
    rows = await fetch(
        "SELECT v.number, p.serial FROM paper_ballot p JOIN roll_voter v ON v.id = p.roll_voter_id"
        " WHERE p.motion_id = {} AND p.void_at IS NULL",
        motion.id,
    )
    return {row["number"]: row["serial"] for row in rows}


async def test_everybody_on_the_roll_gets_one_and_who_printed_is_kept(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    run = await printed(people, motion, by=people.dana)
    assert (run.sheets, run.printed_by_name, run.printed_at) == (motion.roll_persons, "Dana", DURING)
    serials = await live(motion)
    assert len(set(serials.values())) == motion.roll_persons
    (record,) = [each for each in await log.records(people.community_id, limit=500) if each.kind == "paper.printed"]
    assert all(serial not in record.body for serial in serials.values())


async def test_printing_again_prints_for_who_has_none(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    first = await paper_voter_queries.paper_voters(people.community_id, motion.id)
    await printed(people, motion, whom=f"voter-{first[0].roll_voter_id}")
    before = await live(motion)
    rest = await printed(people, motion)
    assert rest.sheets == motion.roll_persons - 1
    assert (await live(motion)).items() >= before.items()
    with pytest.raises(Invalid, match=r"paper\.none_left"):
        await printed(people, motion)


async def test_a_new_issue_leaves_the_one_at_home_good(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    older = await paper_of(motion, "v3")
    await printed(people, motion, whom=f"voter-{older.roll_voter_id}", is_anew=True)
    newer = await paper_of(motion, "v3")
    assert (older.issue, newer.issue, newer.serial != older.serial) == (1, 2, True)
    assert await fates(older.id, newer.id) == {older.id: (None, DURING), newer.id: (None, None)}
    (record,) = [each for each in await log.records(people.community_id, limit=500) if each.kind == "paper.printed"][1:]
    assert (record.data["sheets"], record.data["replaced"]) == (1, 1)
    progress = (await paper_return_queries.progress_of(people.community_id, [motion.id]))[motion.id]
    assert progress.printed == motion.roll_persons


async def fates(*paper_ids: int) -> dict[int, tuple[object, object]]:
    """When each became void, and since when there is a newer one."""
    rows = await fetch("SELECT id, void_at, replaced_at FROM paper_ballot WHERE id IN {}", list(paper_ids))
    return {row["id"]: (row["void_at"], row["replaced_at"]) for row in rows}


@pytest.mark.parametrize("first", ["older", "newer"])
async def test_whichever_comes_first_voids_the_other(db: AnyEngine, first: str) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    older = await paper_of(motion, "v3")
    others = await live(motion)
    await printed(people, motion, whom=f"voter-{older.roll_voter_id}", is_anew=True)
    newer = await paper_of(motion, "v3")
    comes, stays = (older, newer) if first == "older" else (newer, older)
    back = await brought(people, motion, comes.serial)
    assert (back.reason, (await paper_of(motion, "v3")).serial) == (None, comes.serial)
    stood = await fates(older.id, newer.id)
    assert stood[comes.id] == (None, None)
    assert stood[stays.id][0] == back.returned_at
    kept = await brought(people, motion, stays.serial)
    assert (kept.reason, kept.ballot_id) == ("void_serial", None)
    assert (await live(motion)).keys() == others.keys(), "nobody else's paper was touched"
    (record,) = [each for each in await log.records(people.community_id, limit=500) if each.kind == "paper.returned"]
    assert record.data["voided"] == 1
    progress = (await paper_return_queries.progress_of(people.community_id, [motion.id]))[motion.id]
    assert (progress.printed, progress.returned, progress.refused) == (motion.roll_persons, 1, 1)


@pytest.mark.parametrize("whom", ["", "1-1", "follow-up"])
async def test_nobody_prints_anew_for_everybody(db: AnyEngine, whom: str) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    before = await live(motion)
    with pytest.raises(Invalid, match=r"paper\.anew_for_one"):
        await printed(people, motion, whom=whom, is_anew=True)
    assert await live(motion) == before
    for serial in before.values():
        assert (await brought(people, motion, serial)).reason is None


async def test_who_has_handed_theirs_in_gets_no_other(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    (paper,) = await returned(people, motion, "v2")
    with pytest.raises(Invalid, match=r"paper\.none_left"):
        await printed(people, motion, whom=f"voter-{paper.roll_voter_id}", is_anew=True)


async def test_the_same_form_prints_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    order = PrintOrder(new_id(), "", Layout.PAGE)
    one, two = [await print_ballots(actor=people.dana, motion_id=motion.id, order=order, now=DURING) for _ in range(2)]
    assert one == two
    with pytest.raises(Refused, match=r"form\.used_before"):
        await print_ballots(
            actor=people.dana, motion_id=motion.id, order=replace(order, layout=Layout.HALF), now=DURING
        )
    assert {row["issue"] for row in await fetch("SELECT issue FROM paper_ballot")} == {1}


async def test_an_entrance_alone(db: AnyEngine) -> None:
    people = await garden()
    motion = await open_filed(people, await filed(people, scope=people.building_scope), draft(people, is_on_paper=True))
    await printed(people, motion, whom="1-2")
    voters = await paper_voter_queries.paper_voters(people.community_id, motion.id)
    have = await paper_printing_queries.live_papers(people.community_id, motion.id)
    assert {each.unit_codes[0].rpartition("-")[0] for each in voters if each.roll_voter_id in have} == {"1-2"}


@pytest.mark.parametrize("name", ["erin", "gina", "alice", "ken"])
async def test_who_may_not_print(db: AnyEngine, name: str) -> None:
    people = await garden()
    motion = await on_paper(people)
    with pytest.raises(Refused, match=r"paper\.door_staff_only") as refused:
        await printed(people, motion, by=people.actors[name])
    assert refused.value.forbidden


async def test_staff_who_own_in_scope_are_recused_also_who_bought_meanwhile(db: AnyEngine) -> None:
    people = await garden()
    await verify_owner(people, people.frank.person_id, people.owners["1-1-402"])
    motion = await on_paper(
        people, counter_ids=(people.erin.person_id, people.ken.person_id), scrutineer_id=people.heidi.person_id
    )
    frank = await people.refreshed("frank")
    with pytest.raises(Refused, match=r"paper\.recused"):
        await printed(people, motion, by=frank)
    assert await paper_staff.may_handle(people.dana, motion) is None
    await live_in(people, people.dana.person_id, "1-1-501")
    assert await paper_staff.may_handle(await people.refreshed("dana"), motion) is None, "who lives there owns nothing"
    await verify_owner(people, people.dana.person_id, people.owners["1-1-501"])
    with pytest.raises(Refused, match=r"paper\.recused"):
        await printed(people, motion, by=await people.refreshed("dana"))


async def test_not_after_the_closing_and_not_without_paper(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    with pytest.raises(Refused, match=r"paper\.too_late_to_print"):
        await printed(people, motion, at=AFTER)
    await execute("UPDATE motion SET cancelled_at = {}, cancel_reason = 'x' WHERE id = {}", NOW, motion.id)
    online = await opened(people)
    with pytest.raises(Refused, match=r"paper\.not_on_paper"):
        await printed(people, online)


async def test_the_follow_up_prints_for_who_answered_online_alone(db: AnyEngine) -> None:
    people = await garden(online_counts=False)
    motion = await on_paper(people)
    await cast(people.grace, motion, "oppose")
    await cast(people.heidi, motion, "agree")
    asked = await paper_voter_queries.asked_online(people.community_id, motion.id)
    assert len(asked) == 2
    run = await printed(people, motion, whom="follow-up")
    assert run.sheets == 2
    back = await brought(people, motion, (await paper_of(motion, "v2")).serial)
    assert back.reason is None
    assert len(await paper_voter_queries.asked_online(people.community_id, motion.id)) == 1


# the sheet


async def pdf_text(motion: Motion, layout: Layout, locale: str = "zh_CN") -> tuple[str, int]:
    press = PaperPress(
        Words(load(ROOT / "locales", locale, strict=True)),
        motion,
        await registry.community(motion.community_id),
        "https://hall.example",
    )
    papers = sorted(
        (await paper_printing_queries.live_papers(motion.community_id, motion.id)).values(), key=lambda one: one.id
    )
    voters = await paper_voter_queries.paper_voters(motion.community_id, motion.id)
    text = pdf.read(press.pdf(papers, voters, layout, DURING))
    return text.replace(" ", ""), text.count("\f")


@pytest.mark.parametrize("layout", list(Layout))
async def test_what_stands_on_every_ballot(db: AnyEngine, layout: Layout) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    text, pages = await pdf_text(motion, layout)
    count = motion.roll_persons
    assert pages == (-(-count // 2) if layout is Layout.HALF else count)
    for said in (
        "业主表决票",
        "1号楼1单元加装电梯",
        "同意",
        "怎么填：只在一个方格里打“√”，再签名。",
        "没投票的不算参与",
        "以先交来的有效票为准",
        "2026年4月1日（周三）18:00以后交来的不计入",
        "代理人签名：",
        "监护人签名：",
        "单位盖章：",
    ):
        assert text.replace("\n", "").count(said) >= count, said
    for number, serial in (await live(motion)).items():
        assert grouped(serial).replace(" ", "") in text, number
    assert "业主1-1-102" not in text, "names are masked"
    assert "业**" in text
    assert "1人、71.37㎡" in text
    digest = motion.text_sha256[:4]
    assert text.count(digest) >= count


async def test_silence_and_the_channels_are_said_as_they_were_frozen(db: AnyEngine) -> None:
    people = await garden()
    motion = await on_paper(people)
    await printed(people, motion)
    rules = replace(motion.ruleset, unreturned=Unreturned.ABSTAIN, channel_conflict=ChannelConflict.PAPER_PREVAILS)
    await execute("UPDATE motion SET ruleset = {} WHERE id = {}", ruleset_to_json(rules), motion.id)
    text, _ = await pdf_text(await fresh(motion), Layout.PAGE)
    assert "按弃权计" in text
    assert "以纸质票为准" in text
    english, _ = await pdf_text(await fresh(motion), Layout.LARGE, "en")
    assert "papercounts." in english.replace("\n", "")
    assert "Owner'sballot" in english


async def test_a_long_text_is_cut_with_where_to_find_the_rest(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await filed(people, body="一、这一条写得很长，一句接一句，讲清楚每一件事。" * 60)
    motion = await open_filed(people, proposal_id, draft(people, is_on_paper=True))
    await printed(people, motion)
    for layout in Layout:
        text, pages = await pdf_text(motion, layout)
        assert "见张贴的公告" in text
        assert pages == (-(-motion.roll_persons // 2) if layout is Layout.HALF else motion.roll_persons)


async def test_hundreds_of_ballots_leave_room_for_others(db: AnyEngine, settings: Settings) -> None:
    """While 432 ballots are drawn in the crew's thread, the loop answers: no wait of it is longer than a second."""
    people = await garden()
    motion = await on_paper(people)
    press = PaperPress(
        Words(load(ROOT / "locales", "zh_CN", strict=True)),
        motion,
        await registry.community(motion.community_id),
        "https://hall.example",
    )
    sheets = [
        Sheet(f"编号 {at:05d}", f"https://hall.example/c/g/paper/{at:010d}", f"{at}室", "陈**", "1 人")
        for at in range(432)
    ]
    begun = time.perf_counter()
    work = asyncio.ensure_future(_crew.run(lambda: ballots_pdf(sheets, press.text(), layout="page", now=DURING)))
    waits = []
    while not work.done():
        before = time.perf_counter()
        await asyncio.sleep(0.01)
        waits.append(time.perf_counter() - before)
    took = time.perf_counter() - begun
    print(f"432 ballots in {took:.1f} s; longest wait of the loop {max(waits) * 1000:.0f} ms")
    assert (await work).count(b"/Type /Page\n") == 432
    assert max(waits) < 1.0
    assert len(waits) > 20


# what is read off


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1", "agree"),
        ("2", "oppose"),
        (" 3 ", "abstain"),
        ("９１", "void.blank"),
        ("99", "void.copy"),
        ("oppose", "oppose"),
    ],
)
def test_marks(typed: str, code: str) -> None:
    found = read_mark(typed)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize("typed", ["", "0", "4", "9", "90", "12", "yes"])
def test_no_marks(typed: str) -> None:
    assert read_mark(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "H4RT9K2M7Q",
        "h4rt9 k2m7q",
        "https://hall.example/c/garden/paper/H4RT9K2M7Q",
        " H4RT9-K2M7Q/ ",
        "/paper/H4RT9K2M7Q?x=1",
    ],
)
def test_serials_as_they_are_typed_and_scanned(typed: str) -> None:
    assert read_serial(typed) == "H4RT9K2M7Q"
