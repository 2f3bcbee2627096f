"""Deliveries: what a record needs, the second person, posting as the last resort, and what the count reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.app import ROOT
from council.audit import queries as log
from council.files import store
from council.kernel.actor import Actor
from council.kernel.clock import end_of_days
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import counting, delivering, delivery, delivery_checks, delivery_queries, queries
from council.voting.delivery import Channel, DeliveryDraft, How, Receiver, Result, Standing, wrong_in
from council.voting.motion import Motion
from council.web.catalogues import load
from council.web.i18n import Words
from tests.people import NOW, Garden, garden
from tests.voting.changing import called_off
from tests.voting.doors import MINUTE, confirm, delivered_at, photo, record, stands, taken_back
from tests.voting.motions import AFTER, CLOSES, DURING, OPENS, cast, opened

TICK = timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    store.use(tmp_path / "files")
    yield
    store._current.clear()


@pytest.fixture
def posting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bylaws by which seven days on the board are a delivery."""
    monkeypatch.setattr(delivery, "posting_days", lambda motion: 7)


# what a record needs


@pytest.mark.parametrize(
    ("changed", "has_photo", "wrong"),
    [
        ({}, False, {}),
        ({"receiver_kind": Receiver.HOUSEHOLD, "receiver": "女儿"}, True, {}),
        ({"receiver_kind": Receiver.HOUSEHOLD, "receiver": "女儿"}, False, {"photo": "delivery.photo_missing"}),
        ({"receiver_kind": Receiver.OTHER}, True, {"receiver": "delivery.receiver_missing"}),
        ({"channel": Channel.PHONE}, False, {"photo": "delivery.photo_missing"}),
        ({"channel": Channel.POST}, True, {}),
        ({"result": Result.REFUSED}, False, {"photo": "delivery.refusal_unproven"}),
        ({"result": Result.REFUSED}, True, {}),
        ({"result": Result.REFUSED, "witness": "楼长赵敏"}, False, {}),
        ({"result": Result.NOT_REACHED}, False, {}),
    ],
)
def test_what_a_record_needs(changed: dict[str, object], has_photo: bool, wrong: dict[str, str]) -> None:
    draft = replace(DeliveryDraft(new_id(), Result.DELIVERED), **changed)
    assert wrong_in(draft, has_photo=has_photo) == wrong


# who, when, and how often


async def test_a_delivery_proves_nothing_until_a_second_person_has_looked(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    assert (await stands(motion, DURING))["v2"] is Standing.WAITING
    assert await delivered_at(motion, "v2") is None
    with pytest.raises(Refused, match=r"delivery\.second_person") as refused:
        await confirm(people.frank, motion, made)
    assert refused.value.forbidden
    assert await confirm(people.dana, motion, made) == 1
    assert (await stands(motion, DURING))["v2"] is Standing.DELIVERED
    assert await delivered_at(motion, "v2") == made.at
    kept = (await delivery_queries.deliveries(people.community_id, motion.id))[0]
    assert (kept.confirmed_by, kept.confirmed_by_name, kept.confirmed_how) == (people.dana.person_id, "Dana", How.ASKED)
    assert await confirm(people.dana, motion, made, now=DURING + 2 * MINUTE) == 0, "it stays as it was"
    assert (await delivery_queries.deliveries(people.community_id, motion.id))[0] == kept


async def test_the_database_itself_knows_no_delivery_confirmed_by_its_first_person(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    with pytest.raises(Exception, match=r"(?i)check"):
        await fetch(
            "UPDATE delivery SET confirmed_by = by_person, confirmed_how = 'asked', confirmed_at = {} WHERE id = {}",
            *(DURING, made.id),
        )


async def test_from_a_photo_and_by_asking_are_told_apart(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    shown = await record(
        people.frank, motion, "102", to="household", receiver="女儿", photo_id=await photo(people.frank)
    )
    told = await record(people.frank, motion, "201")
    assert await confirm(people.dana, motion, shown, told) == 2
    found = await delivery_queries.deliveries(people.community_id, motion.id)
    assert [each.confirmed_how for each in found] == [How.PROOF, How.ASKED]


@pytest.mark.parametrize("who", ["grace", "erin", "gina", "ken"])
async def test_only_those_who_go_from_door_to_door_record_and_confirm(db: AnyEngine, who: str) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    actor = people.actors[who]
    for act in (
        record(actor, motion, "202"),
        confirm(actor, motion, made),
        _withdraw(actor, motion, made.id),
        _post(actor, motion, ["1-1-102"], 1),
        _sheet(actor, motion, ["1-1-102"], 1),
    ):
        with pytest.raises(Refused, match=r"delivery\.door_staff_only"):
            await act


async def test_another_communitys_vote_is_not_there(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    stranger = replace(people.frank, community_id=people.orchard_id)
    for act in (record(stranger, motion), confirm(stranger, motion, made), _withdraw(stranger, motion, made.id)):
        with pytest.raises(NotFound):
            await act


async def test_a_home_that_is_not_on_the_roll_is_not_there(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    with pytest.raises(NotFound):
        await record(people.frank, motion, "999")


async def test_nobody_vouches_for_papers_to_themselves(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    at_home = replace(people.frank, unit_ids=frozenset({people.units["1-1-102"]}))
    with pytest.raises(Refused, match=r"delivery\.own_home"):
        await record(at_home, motion, "102")
    made = await record(people.dana, motion, "102")
    with pytest.raises(Refused, match=r"delivery\.own_home"):
        await confirm(at_home, motion, made)
    assert await record(at_home, motion, "201")


@pytest.mark.parametrize("known_as", ["owner_ids", "claimed_owner_ids"])
async def test_an_owner_on_the_frozen_roll_vouches_for_nothing_of_theirs(db: AnyEngine, known_as: str) -> None:
    """Also where the home is no longer theirs, or nobody has checked yet that it is."""
    people = await garden()
    motion = await opened(people)
    seller = replace(people.frank, **{known_as: frozenset({people.owners["1-1-102"]})})
    with pytest.raises(Refused, match=r"delivery\.own_home"):
        await record(seller, motion, "102")
    made = await record(people.dana, motion, "102")
    with pytest.raises(Refused, match=r"delivery\.own_home"):
        await confirm(seller, motion, made)
    assert (await fetch("SELECT confirmed_at FROM delivery WHERE id = {}", made.id))[0]["confirmed_at"] is None
    assert await confirm(people.frank, motion, made) == 1


async def test_from_the_notice_to_the_last_instant_of_the_vote(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    early, late = await record(people.frank, motion, "102", now=NOW), await record(people.frank, motion, now=CLOSES)
    assert early.proves_from == NOW
    for act in (
        record(people.frank, motion, now=CLOSES + TICK),
        confirm(people.dana, motion, late, now=CLOSES + TICK),
        _withdraw(people.frank, motion, early.id, now=CLOSES + TICK),
    ):
        with pytest.raises(Refused, match=r"delivery\.closed"):
            await act
    assert await confirm(people.dana, motion, late, now=CLOSES) == 1
    await called_off(people, motion.id, reason="改期", now=CLOSES)
    with pytest.raises(Refused, match=r"delivery\.cancelled"):
        await record(people.frank, motion, now=CLOSES)


async def test_a_clock_that_is_put_back_opens_nothing_once_the_figures_were_seen(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    await counting.count(await queries.motion(people.community_id, motion.id), AFTER)
    for act in (record(people.frank, motion, now=CLOSES), confirm(people.dana, motion, made, now=CLOSES)):
        with pytest.raises(Refused, match=r"delivery\.closed"):
            await act


async def test_a_tap_that_waited_for_the_network_is_dated_by_the_tap(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion, waited=1200)
    assert (made.at, made.recorded_at) == (DURING - timedelta(minutes=20), DURING)
    before_all = await record(people.frank, motion, "201", waited=86400, now=NOW + MINUTE)
    assert before_all.at == NOW, "nothing was delivered before the notice was out"
    assert (await record(people.frank, motion, "202", waited=-5)).at == DURING


async def test_the_same_form_again_is_the_same_record(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    key = new_id()
    first = await record(people.frank, motion, key=key)
    assert await record(people.frank, motion, key=key, waited=60, now=DURING + MINUTE) == first
    for changed in (
        record(people.frank, motion, "201", key=key),
        record(people.frank, motion, result="not_reached", key=key),
        record(people.dana, motion, key=key),
    ):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await changed
    other = await opened(people, title="另一件事")
    with pytest.raises(Refused, match=r"form\.used_before"):
        await record(people.frank, other, key=key)
    assert len(await delivery_queries.deliveries(people.community_id, motion.id)) == 1


async def test_ten_taps_at_once_are_one_record(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    key = new_id()
    made = await asyncio.gather(*(record(people.frank, motion, key=key) for _ in range(10)))
    assert len({each.id for each in made}) == 1
    assert len(await delivery_queries.deliveries(people.community_id, motion.id)) == 1


# taking back


async def _withdraw(actor: Actor, motion: Motion, *ids: int, why: str = "记错了门", now: datetime = DURING) -> int:
    return await delivery_checks.withdraw_deliveries(actor=actor, motion_id=motion.id, ids=ids, why=why, now=now)


async def test_a_wrong_record_is_kept_with_its_reason_and_proves_nothing(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion)
    with pytest.raises(Invalid, match=r"delivery\.why_missing"):
        await _withdraw(people.frank, motion, made.id, why="")
    assert await _withdraw(people.frank, motion, made.id) == 1
    kept = (await delivery_queries.deliveries(people.community_id, motion.id))[0]
    assert (kept.withdrawn_why, kept.withdrawn_by_name) == ("记错了门", "Frank")
    assert not kept.was_sent_back
    assert await delivered_at(motion, "v2") is None
    assert (await stands(motion, DURING))["v2"] is Standing.NOT_YET
    with pytest.raises(Refused, match=r"delivery\.gone"):
        await confirm(people.dana, motion, made)
    assert await _withdraw(people.frank, motion, made.id) == 0


async def test_the_second_person_sends_back_and_the_earlier_delivery_still_stands(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    first, second = await record(people.frank, motion), await record(people.frank, motion, now=DURING + MINUTE)
    await confirm(people.dana, motion, first, second)
    assert await delivered_at(motion, "v2") == first.at
    await taken_back(people.dana, people.frank, motion, first)
    assert await delivered_at(motion, "v2") == second.at
    third = await record(people.frank, motion, "201")
    await _withdraw(people.dana, motion, third.id, why="照片看不清")
    sent_back = (await delivery_queries.deliveries(people.community_id, motion.id))[-1]
    assert sent_back.was_sent_back


# several homes of one voter


async def test_papers_at_one_home_reach_the_voter_of_all_of_them(db: AnyEngine) -> None:
    """Alice owns 101 and shares 401 with Bob: 101 is her own voter v1, 401 the two of them together, v7."""
    people = await garden()
    motion = await opened(people)
    await confirm(people.dana, motion, await record(people.frank, motion, "401"))
    found = await stands(motion, DURING)
    assert (found["v7"], found["v1"]) == (Standing.DELIVERED, Standing.NOT_YET)


# posting


async def _post(actor: Actor, motion: Motion, units: list[str], photo_id: int, key: str = "", now: datetime = DURING):
    return await delivering.record_posting(
        actor=actor, motion_id=motion.id, units=units, key=key or new_id(), photo_id=photo_id, now=now
    )


async def test_only_what_was_tried_in_vain_is_posted(db: AnyEngine, posting: None) -> None:
    people = await garden()
    motion = await opened(people)
    picture = await photo(people.frank)
    with pytest.raises(Refused, match=r"delivery\.not_tried"):
        await _post(people.frank, motion, ["1-1-102"], picture)
    await record(people.frank, motion, "102", "not_reached")
    with pytest.raises(Refused, match=r"delivery\.not_tried"):
        await _post(people.frank, motion, ["1-1-102", "1-1-201"], picture)
    await record(people.frank, motion, "201", "refused", witness="楼长赵敏")
    key = new_id()
    made = await _post(people.frank, motion, ["1-1-102", "1-1-201"], picture, key)
    assert [(each.unit_code, each.channel) for each in made] == [
        ("1-1-102", Channel.POSTING),
        ("1-1-201", Channel.POSTING),
    ]
    assert await _post(people.frank, motion, ["1-1-102", "1-1-201"], picture, key) == made, "a double tap"
    with pytest.raises(Invalid, match=r"delivery\.none_ticked"):
        await _post(people.frank, motion, [], picture)


async def test_the_days_of_a_posting_run_by_themselves(db: AnyEngine, posting: None) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "102", "not_reached")
    posted = await _post(people.frank, motion, ["1-1-102"], await photo(people.frank))
    ends = end_of_days(DURING, 7)
    assert await confirm(people.dana, motion, *posted) == 1
    assert await delivered_at(motion, "v2") == ends
    assert (await stands(motion, ends - TICK))["v2"] is Standing.POSTED
    assert (await stands(motion, ends))["v2"] is Standing.DELIVERED
    assert await _counted_delivered(people, motion) == {"v2"}


async def test_a_posting_whose_days_end_after_the_closing_proves_nothing(db: AnyEngine, posting: None) -> None:
    people = await garden()
    motion = await opened(people)
    late = CLOSES - timedelta(days=3)
    await record(people.frank, motion, "102", "not_reached", now=late)
    posted = await _post(people.frank, motion, ["1-1-102"], await photo(people.frank), now=late)
    await confirm(people.dana, motion, *posted, now=late + MINUTE)
    assert await delivered_at(motion, "v2") is not None
    assert await _counted_delivered(people, motion) == set()


async def test_where_the_bylaws_give_it_no_days_a_posting_proves_nothing(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await record(people.frank, motion, "102", "not_reached")
    posted = await _post(people.frank, motion, ["1-1-102"], await photo(people.frank))
    await confirm(people.dana, motion, *posted)
    assert await delivered_at(motion, "v2") is None
    assert (await stands(motion, AFTER))["v2"] is Standing.POSTED


# sheets


async def _sheet(actor: Actor, motion: Motion, units: list[str], photo_id: int, key: str = ""):
    return await delivering.record_sheet(
        actor=actor, motion_id=motion.id, sheet=1, units=units, key=key or new_id(), photo_id=photo_id, now=DURING
    )


async def test_one_photograph_records_the_rows_that_were_signed(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    await confirm(people.dana, motion, await record(people.frank, motion, "101"))
    picture, key = await photo(people.frank), new_id()
    made = await _sheet(people.frank, motion, ["1-1-101", "1-1-102", "1-1-201"], picture, key)
    assert [each.unit_code for each in made] == ["1-1-102", "1-1-201"], "whoever has it already is passed over"
    assert {(each.sheet, each.channel, each.photo_id) for each in made} == {(1, Channel.SHEET, picture)}
    assert await _sheet(people.frank, motion, ["1-1-101", "1-1-102", "1-1-201"], picture, key) == made
    with pytest.raises(Refused, match=r"form\.used_before"):
        await _sheet(people.frank, motion, ["1-1-102"], await photo(people.frank, width=90), key)
    with pytest.raises(Refused, match=r"delivery\.all_done"):
        await _sheet(people.frank, motion, ["1-1-101"], picture)
    await _withdraw(people.dana, motion, made[1].id, why="这一行没有签名")
    assert await confirm(people.dana, motion, made[0]) == 1
    found = await stands(motion, DURING)
    assert (found["v2"], found["v3"]) == (Standing.DELIVERED, Standing.NOT_YET)


async def test_a_photo_of_somewhere_else_is_no_proof(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    theirs = await photo(replace(people.frank, community_id=people.orchard_id))
    with pytest.raises(NotFound):
        await record(people.frank, motion, photo_id=theirs)


# what the count reads, and the record of it all


async def _counted_delivered(people: Garden, motion: Motion) -> set[str]:
    roll = await queries.roll(people.community_id, motion.id)
    return {voter.voter_id for voter in roll.voters if voter.is_delivered}


async def test_the_count_reads_what_was_proven_by_the_closing(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    proven, waiting = await record(people.frank, motion, "102"), await record(people.frank, motion, "201")
    await record(people.frank, motion, "202", "refused", witness="楼长赵敏")
    await record(people.frank, motion, "301", "not_reached")
    await confirm(people.dana, motion, proven)
    assert await _counted_delivered(people, motion) == {"v2"}
    assert waiting.is_waiting
    sums = await delivery_queries.delivery_sums(people.community_id, motion.id, DURING)
    assert {where: each.persons for where, each in sums.items()} == {
        Standing.DELIVERED: 1,
        Standing.WAITING: 1,
        Standing.POSTED: 0,
        Standing.REFUSED: 1,
        Standing.NOT_REACHED: 1,
        Standing.NOT_YET: 8,
    }
    assert sum(each.area_dm2 for each in sums.values()) == motion.roll_area_dm2
    assert sums[Standing.DELIVERED].area_dm2 == 7000 + 137


async def test_everything_is_in_the_log_and_nobody_behind_a_door_is(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion, to="household", receiver="女儿王小妹", photo_id=await photo(people.frank))
    await confirm(people.dana, motion, made)
    await taken_back(people.frank, people.dana, motion, made, why="不是这一户")
    found = [each for each in await log.records(people.community_id) if each.kind.startswith("delivery.")]
    assert [each.kind for each in found] == [
        *("delivery.recorded", "delivery.confirmed", "delivery.asked_back", "delivery.withdrawn")
    ]
    for each in found:
        assert f'"deliveries":[{made.id}]' in each.body
        for word in ("1-1-102", "v2", "女儿", "按了两次门铃", "不是这一户"):
            assert word not in each.body


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("delivery.closed", "no delivery is recorded", "不能再记录"),
        ("delivery.second_person", "Somebody else", "另一位"),
        ("delivery.photo_missing", "photo", "照片"),
        ("delivery.refusal_unproven", "witness", "见证人"),
        ("delivery.not_tried", "tried", "上门"),
        ("delivery.own_home", "your own", "自己家"),
    ],
)
def test_every_refusal_has_its_sentence(locale: str, code: str, english: str, chinese: str) -> None:
    assert (english if locale == "en" else chinese) in Words(load(ROOT / "locales", locale, True)).sentence(code)


async def test_before_the_vote_opens_papers_go_round_already(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    made = await record(people.frank, motion, now=OPENS - timedelta(days=5))
    assert await confirm(people.dana, motion, made, now=OPENS - timedelta(days=4)) == 1
    assert await delivered_at(motion, "v2") == OPENS - timedelta(days=5)


async def test_whom_nothing_has_reached_is_told_tried_or_not(db: AnyEngine) -> None:
    people = await garden()
    motion, other = await opened(people), await opened(people)
    proven = await record(people.frank, motion, "302")
    await record(people.frank, motion, "301", "not_reached")
    await record(people.frank, motion, "201")
    await cast(people.grace, motion)
    work = await delivery_queries.open_work(people.community_id, [motion.id, other.id], DURING)
    assert (work[motion.id].silent, work[motion.id].roll, work[motion.id].missed) == (11, 12, 1)
    assert (work[other.id].silent, work[other.id].roll, work[other.id].waiting) == (12, 12, 0)
    await confirm(people.dana, motion, proven)
    after = (await delivery_queries.open_work(people.community_id, [motion.id], DURING))[motion.id]
    assert after.silent == 10
