"""The voter's own word that the papers have come: who may give it, what it proves, and where it is shown."""

from __future__ import annotations

import csv
import io

import pytest

from council.audit import queries as log
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.voting import delivering, delivery_asking, delivery_checks, delivery_queries, queries
from council.voting.delivery import Channel, Delivery, DeliveryDraft, Result, Standing
from council.voting.motion import Motion
from tests.fixtures.client import submit
from tests.people import Garden, garden, say_in_bylaws
from tests.voting.doors import MINUTE, confirm, delivered_at, record, stands
from tests.voting.motions import AFTER, CLOSES, DURING, opened
from tests.voting.test_proxies import give


async def told(people: Garden, **more: str) -> Motion:
    """A vote by bylaws that take the owner's own word."""
    await say_in_bylaws(people.community_id, electronic_delivery="confirmed", **more)
    return await opened(people)


async def say(people: Garden, motion: Motion, who: str, voter: str, now=DURING, key: str | None = None) -> Delivery:
    return await delivering.confirm_receipt(
        actor=people.actors[who], motion_id=motion.id, voter=voter, key=key or new_id(), now=now
    )


async def test_the_owners_word_is_a_delivery_from_its_instant_on(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people, unreturned_major="follow_majority")
    made = await say(people, motion, "grace", "v2")
    assert (made.channel, made.by_name, made.is_waiting) == (Channel.ONLINE, "Grace", False)
    assert await delivered_at(motion, "v2") == DURING
    assert (await stands(motion, DURING))["v2"] is Standing.DELIVERED
    sums = await delivery_queries.delivery_sums(people.community_id, motion.id, DURING)
    assert (sums[Standing.DELIVERED].persons, sums[Standing.WAITING].persons) == (1, 0)
    roll = await queries.roll(people.community_id, motion.id)
    assert [each.voter_id for each in roll.voters if each.is_delivered] == ["v2"]


async def test_it_is_in_the_log_with_the_text_that_was_delivered_and_nobodys_name(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    made = await say(people, motion, "grace", "v2")
    (found,) = [each for each in await log.records(people.community_id) if each.kind == "delivery.recorded"]
    for said in (f'"deliveries":[{made.id}]', '"channel":"online"', f'"text_sha256":"{motion.text_sha256}"'):
        assert said in found.body
    for name in ("Grace", "1-1-102"):
        assert name not in found.body


async def test_said_twice_it_is_recorded_once(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    key = new_id()
    first = await say(people, motion, "grace", "v2", key=key)
    assert (await say(people, motion, "grace", "v2", now=DURING + MINUTE, key=key)).id == first.id
    assert (await say(people, motion, "grace", "v2", now=DURING + MINUTE)).at == DURING
    assert len(await delivery_queries.deliveries(people.community_id, motion.id)) == 1


async def test_nobody_else_says_it(db: AnyEngine) -> None:
    """Not a co-owner who does not cast, not a neighbour, not a proxy; staff never record in this way."""
    people = await garden()
    motion = await told(people)
    await give(people, motion, "grace", "alice")
    mine = {each.number: each for each in await queries.voters_for(people.alice, motion)}
    assert (mine["v2"].may_cast, mine["v2"].receives) == (True, False)
    for who, voter in (("alice", "v2"), ("bob", "v7"), ("heidi", "v2"), ("dana", "v2"), ("grace", "v99")):
        with pytest.raises(Refused, match=r"delivery\.not_receiver") as refused:
            await say(people, motion, who, voter)
        assert refused.value.forbidden
    draft = DeliveryDraft(new_id(), Result.DELIVERED, Channel.ONLINE)
    with pytest.raises(ValueError, match="no way"):
        await delivering.record_delivery(
            actor=people.frank, motion_id=motion.id, unit="1-1-102", draft=draft, photo_id=None, waited=0, now=DURING
        )
    assert await delivery_queries.deliveries(people.community_id, motion.id) == []


async def test_bylaws_that_are_silent_take_no_word(db: AnyEngine) -> None:
    people = await garden()
    motion = await opened(people)
    with pytest.raises(Refused, match=r"delivery\.not_online"):
        await say(people, motion, "grace", "v2")
    assert (await stands(motion, DURING))["v2"] is Standing.NOT_YET


async def test_it_ends_with_the_vote(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    await say(people, motion, "grace", "v2", now=CLOSES)
    with pytest.raises(Refused, match=r"delivery\.closed"):
        await say(people, motion, "heidi", "v3", now=AFTER)


async def not_come(people: Garden, motion: Motion, who: str, voter: str, now=DURING + MINUTE) -> None:
    await delivery_asking.take_back_receipt(actor=people.actors[who], motion_id=motion.id, voter=voter, now=now)


async def test_no_staff_takes_the_owners_word_back(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    made = await say(people, motion, "grace", "v2")
    said = {"motion_id": motion.id, "why": "手机被别人拿着点的", "now": DURING + MINUTE}
    with pytest.raises(Refused, match=r"delivery\.owners_word") as refused:
        await delivery_checks.withdraw_deliveries(actor=people.dana, ids=[made.id], **said)
    assert refused.value.forbidden
    with pytest.raises(Refused, match=r"delivery\.owners_word"):
        await delivery_asking.ask_back(actor=people.dana, delivery_id=made.id, **said)
    for other in ("dana", "heidi"):
        with pytest.raises(Refused, match=r"delivery\.not_receiver"):
            await not_come(people, motion, other, "v2")
    assert await delivered_at(motion, "v2") == DURING


async def test_the_owner_takes_a_mistaken_word_back_while_the_vote_runs(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    key = new_id()
    made = await say(people, motion, "grace", "v2", key=key)
    await not_come(people, motion, "grace", "v2")
    await not_come(people, motion, "grace", "v2")
    assert await delivered_at(motion, "v2") is None
    (kept,) = await delivery_queries.deliveries(people.community_id, motion.id)
    assert (kept.withdrawn_by_name, kept.was_sent_back) == ("Grace", False)
    kinds = [each.kind for each in await log.records(people.community_id) if each.kind.startswith("delivery.")]
    assert kinds == ["delivery.recorded", "delivery.withdrawn"]
    with pytest.raises(Refused, match=r"form\.used_before"):
        await say(people, motion, "grace", "v2", key=key)
    again = await say(people, motion, "grace", "v2", now=DURING + 2 * MINUTE)
    assert again.id != made.id
    with pytest.raises(Refused, match=r"delivery\.closed"):
        await not_come(people, motion, "grace", "v2", now=AFTER)
    assert await delivered_at(motion, "v2") == DURING + 2 * MINUTE


async def test_what_others_delivered_stands_when_the_owners_word_goes(db: AnyEngine) -> None:
    people = await garden()
    motion = await told(people)
    await say(people, motion, "grace", "v2")
    brought = await record(people.frank, motion, now=DURING + MINUTE)
    await confirm(people.dana, motion, brought, now=DURING + 2 * MINUTE)
    await not_come(people, motion, "grace", "v2", now=DURING + 2 * MINUTE)
    assert await delivered_at(motion, "v2") == brought.at


async def test_the_votes_page_asks_whoever_votes_and_tells_what_silence_means(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await told(people, unreturned_major="follow_majority")
    clock(DURING)
    address = f"/c/garden/motions/{motion.id}"
    for stranger in ("bob", "ken", "dana"):
        assert "received-v" not in (await (await enter(people.actors[stranger])).get(address)).text
    one = await enter(people.grace)
    page = await one.get(address)
    assert page.text.count('id="received-v') == 1
    assert "收到后不投票的，按规约处理：" in page.text
    answer = await submit(one, page, "#received-v2")
    assert answer.headers["location"] == f"{address}?said=delivery.received#received"
    assert await delivered_at(motion, "v2") == DURING
    later = await one.get(address)
    assert 'id="received-v' not in later.text
    assert "已收到" in later.text
    back = await submit(one, later, "#not-received-v2")
    assert back.headers["location"] == f"{address}?said=delivery.unreceived#received"
    assert await delivered_at(motion, "v2") is None
    assert 'id="received-v2"' in (await one.get(address)).text


async def test_the_board_and_the_export_have_it(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion = await told(people)
    await say(people, motion, "grace", "v2")
    clock(DURING)
    dana = await enter(people.dana)
    home = (await dana.get(f"/c/garden/board/1-1?motion={motion.id}&room=102")).text
    assert "本人在网上确认收到" in home
    assert "等复核" not in home
    waiting = (await dana.get(f"/c/garden/motions/{motion.id}/deliveries")).text
    assert "本人在网上确认收到" not in waiting
    text = (await (await enter(people.erin)).get("/c/garden/committee/deliveries.csv")).text
    (line,) = csv.reader(io.StringIO(text.removeprefix("\ufeff").partition("\n")[2]))
    assert [each for each in line if each in {"网上", "Grace", "本人在网上确认收到"}] == [
        *("网上", "Grace", "本人在网上确认收到")
    ]
