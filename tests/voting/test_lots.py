"""Equal where the seats end: the lot, its witnesses, its second person, and the result that it makes certain."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from council.audit import queries as log
from council.files import store
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting, election_bundle, lots, queries
from council.voting.lot_queries import lot_of
from council.voting.lots import LotDraft
from council.voting.model import Outcome
from council.voting.motion import Motion
from tests.files.pictures import picture
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.doors import photo
from tests.voting.elections import election, tied, voted
from tests.voting.motions import AFTER, CLOSES, certified, opened

DRAWN = CLOSES + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    store.use(tmp_path / "files")


async def draft(people: Garden, **changed: object) -> LotDraft:
    """王秀英 was drawn before 李国强."""
    plain = LotDraft(new_id(), (3, 2), ("钱见证", "孙见证"), DRAWN, await photo(people.dana, now=AFTER))
    return replace(plain, **changed)


async def recorded(people: Garden, motion: Motion, *, by: Actor | None = None, **changed: object) -> int:
    wanted = await draft(people, **changed)
    return await lots.record_lot(actor=by or people.dana, motion_id=motion.id, draft=wanted, now=AFTER)


async def confirmed(people: Garden, motion: Motion, lot_id: int, by: Actor) -> None:
    await lots.confirm_lot(actor=by, motion_id=motion.id, lot_id=lot_id, now=AFTER)


async def test_the_lot_fills_the_last_seat_once_two_people_have_seen_it(db: AnyEngine) -> None:
    people = await garden()
    motion = await tied(people)
    assert await lots.tied(motion, AFTER) == (2, 3)
    lot_id = await recorded(people, motion)
    # one person's word makes nothing certain
    assert (await counting.count(motion, AFTER)).verdict.reason == "lot"
    with pytest.raises(Refused, match=r"election\.lot_first"):
        await counting.certify(actor=people.erin, motion_id=motion.id, now=AFTER)
    with pytest.raises(Refused, match=r"lot\.second_person") as refused:
        await confirmed(people, motion, lot_id, people.dana)
    assert refused.value.forbidden
    await confirmed(people, motion, lot_id, people.ken)
    await confirmed(people, motion, lot_id, people.ken)
    counted = await counting.count(motion, AFTER)
    assert counted.election is not None
    assert (counted.verdict.outcome, counted.election.result.elected) == (Outcome.PASSED, ("c01", "c03"))
    assert counted.election.result.reserve == ("c02",)
    done = await certified(people, motion)
    through = await counting.elected(people.community_id, done.id)
    assert [(each.name, each.place, each.is_reserve) for each in through] == [
        ("陈芳", 1, False),
        ("王秀英", 2, False),
        ("李国强", None, True),
    ]
    drawn = {each.number: each.drawn for each in await queries.candidates(people.community_id, motion.id)}
    assert drawn == {1: None, 2: 2, 3: 1, 4: None, 5: None}
    data = await counting.decision_bundle(actor=people.gina, motion_id=motion.id, now=AFTER)
    loaded = election_bundle.load(data)
    assert loaded.contest.lot == ("c03", "c02")
    assert election_bundle.recount(loaded).matches
    kinds = [record.kind for record in await log.latest(people.community_id, limit=20)]
    assert (kinds.count("lot.recorded"), kinds.count("lot.confirmed")) == (1, 1)
    text = str([record.data for record in await log.latest(people.community_id, limit=20)])
    assert "见证" not in text
    # a confirmed one stays
    with pytest.raises(Refused, match=r"lot\.confirmed_already"):
        await taken_back(people, motion, lot_id, people.erin)


async def taken_back(people: Garden, motion: Motion, lot_id: int, by: Actor, reason: str = "先后抄反了") -> None:
    await lots.withdraw_lot(actor=by, motion_id=motion.id, lot_id=lot_id, reason=reason, now=AFTER)


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"order": (3,)}, {"drawn": "lot.whole_order"}),
        ({"order": (3, 3)}, {"drawn": "lot.whole_order"}),
        ({"order": (3, 2, 1)}, {"drawn": "lot.whole_order"}),
        ({"witnesses": ("钱见证",)}, {"witness_b": "lot.two_witnesses"}),
        ({"witnesses": ("钱见证", "钱见证")}, {"witness_b": "lot.two_witnesses"}),
        ({"drawn_at": CLOSES}, {"drawn_at": "lot.time"}),
        ({"drawn_at": AFTER + timedelta(seconds=1)}, {"drawn_at": "lot.time"}),
    ],
)
async def test_what_a_record_lacks(db: AnyEngine, changed: dict, errors: dict[str, str]) -> None:
    people = await garden()
    motion = await tied(people)
    with pytest.raises(Invalid) as invalid:
        await recorded(people, motion, **changed)
    assert invalid.value.errors == errors
    assert await fetch("SELECT id FROM lot") == []


async def test_a_wrong_record_is_taken_back_and_the_same_form_is_one(db: AnyEngine) -> None:
    people = await garden()
    motion = await tied(people)
    wanted = await draft(people)
    first = await lots.record_lot(actor=people.dana, motion_id=motion.id, draft=wanted, now=AFTER)
    assert await lots.record_lot(actor=people.dana, motion_id=motion.id, draft=wanted, now=AFTER) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await lots.record_lot(actor=people.dana, motion_id=motion.id, draft=replace(wanted, order=(2, 3)), now=AFTER)
    with pytest.raises(Refused, match=r"lot\.recorded_already"):
        await recorded(people, motion)
    with pytest.raises(Refused, match=r"lot\.own_record") as refused:  # nobody draws until it suits them
        await taken_back(people, motion, first, people.dana)
    assert refused.value.forbidden
    with pytest.raises(Invalid) as invalid:
        await taken_back(people, motion, first, people.erin, "")
    assert invalid.value.errors == {"why_not": "lot.reason_needed"}
    await taken_back(people, motion, first, people.erin)
    with pytest.raises(NotFound):
        await confirmed(people, motion, first, people.erin)
    second = await recorded(people, motion, order=(2, 3))
    await confirmed(people, motion, second, people.erin)
    counted = await counting.count(motion, AFTER)
    assert counted.election is not None
    assert counted.election.result.elected == ("c01", "c02")
    rows = await fetch("SELECT withdrawn_by_name, withdrawn_reason FROM lot ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [("Erin", "先后抄反了"), (None, None)]
    bodies = [row["body"] for row in await fetch("SELECT body FROM log_record WHERE kind LIKE 'lot.%'")]
    assert not any("抄反" in body for body in bodies)


async def test_what_was_drawn_before_stays_to_be_seen(db: AnyEngine, enter, clock, client) -> None:
    people = await garden()
    motion = await tied(people)
    first = await recorded(people, motion)
    await taken_back(people, motion, first, people.erin)
    second = await recorded(people, motion, by=people.frank, order=(2, 3), witnesses=("李见证", "周见证"))
    clock(AFTER)
    here = f"/c/garden/motions/{motion.id}"
    dana, erin = await enter(people.dana), await enter(people.erin)
    for page in (await dana.get(f"{here}/lot"), await erin.get(f"{here}/count")):
        told = page.text.partition('id="lots-back"')[2].replace("\xa0", " ")
        assert told.index("3号　王秀英") < told.index("2号　李国强")
        for said in ("钱见证、孙见证", "先后抄反了", "Erin", f'src="{here}/lot/{first}/photo"'):
            assert said in told
    assert (await dana.get(f"{here}/lot/{first}/photo")).status_code == 200
    await confirmed(people, motion, second, people.ken)
    await certified(people, motion)
    public = (await client.get(here)).text.partition('id="lots-back"')[2]
    assert ("先后抄反了" in public, "钱见证" in public, "/photo" in public) == (True, False, False)
    for locale, said in (("zh_CN", "抽签先后登记2次"), ("en", "The lot was recorded 2 times")):
        notice = (await (await enter(people.grace, locale)).get(f"{here}/notice?format=text")).text
        assert (said in notice, "先后抄反了" in notice) == (True, True)
        assert "王秀英" in notice.partition(said)[2].partition("李国强")[0]


async def test_a_lot_that_nobody_took_back_was_drawn_once(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await tied(people)
    await confirmed(people, motion, await recorded(people, motion), people.ken)
    await certified(people, motion)
    clock(AFTER)
    here = f"/c/garden/motions/{motion.id}"
    assert "抽签先后登记" not in (await client.get(f"{here}/notice?format=text")).text
    assert "lots-back" not in (await client.get(here)).text


async def test_who_records_and_confirms(db: AnyEngine) -> None:
    people = await garden()
    motion = await tied(people)
    for name, code in (("alice", "motion.not_an_officer"), ("gina", "motion.auditor_signs_nothing")):
        with pytest.raises(Refused) as refused:
            await recorded(people, motion, by=people.actors[name])
        assert (refused.value.code, refused.value.forbidden) == (code, True)
    await execute("UPDATE motion_candidate SET person_id = {} WHERE number = 5", people.dana.person_id)
    with pytest.raises(Refused, match=r"lot\.candidate"):
        await recorded(people, motion)
    assert await recorded(people, motion, by=people.frank)


async def test_no_lot_where_nobody_is_equal(db: AnyEngine) -> None:
    people = await garden()
    motion = await voted(people, await election(people), {f"v{n}": (1, 2, 3) for n in range(1, 10)})
    for each in (motion, await opened(people)):
        with pytest.raises(Refused, match=r"lot\.not_needed|lot\.candidate|motion\.still_open"):
            await recorded(people, each)
    with pytest.raises(Refused, match=r"lot\.not_needed"):
        await recorded(people, motion)


async def test_the_desk_records_it_on_its_page(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await tied(people)
    clock(AFTER)
    here = f"/c/garden/motions/{motion.id}"
    dana, frank = await enter(people.dana), await enter(people.frank)
    assert f'href="{here}/lot"' in (await dana.get(f"{here}/count")).text
    page = await dana.get(f"{here}/lot")
    assert ("陈芳" in page.text.partition("<form")[2], "李国强" in page.text) == (False, True)
    sent = {
        "place_01": "3",
        "place_02": "2",
        "witness_a": "钱见证",
        "witness_b": "孙见证",
        "drawn_at": "2026-04-01T18:30",
    }
    without = await submit(dana, page, "#lot", **(sent | {"witness_b": ""}))
    assert without.status_code == 422
    assert ('value="钱见证"' in without.text, "请选择文件" in without.text or "照片" in without.text) == (True, True)
    done = await submit(dana, page, "#lot", files={"photo": ("lot.jpg", picture(), "image/jpeg")}, **sent)
    assert done.status_code == 303
    mine = await dana.get(f"{here}/lot")
    assert ('id="confirm"' in mine.text, "钱见证、孙见证" in mine.text) == (False, True)
    theirs = await frank.get(f"{here}/lot")
    lot = await lot_of(people.community_id, motion.id)
    assert lot is not None
    wrong = await submit(frank, theirs, "#withdraw", why_not="")
    assert (wrong.status_code, "请写明为什么撤回" in wrong.text) == (422, True)
    assert 'id="withdraw"' not in mine.text
    shown = await frank.get(f"{here}/lot/{lot.id}/photo")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert (await (await enter(people.alice)).get(f"{here}/lot/{lot.id}/photo")).status_code == 403
    assert (await submit(frank, theirs, "#confirm")).status_code == 303
    result = (await frank.get(here)).text
    assert "选出了2人，名额已满" in result
    assert "抽签第1位" in result
