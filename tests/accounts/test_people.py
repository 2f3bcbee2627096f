from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher

from council.accounts import credentials, limits, people, phonebook, queries, sessions, slips
from council.accounts.limits import LOG_IN_BY_PHONE
from council.accounts.model import Device
from council.accounts.passwords import Passwords, passwords, use
from council.accounts.slipcodes import CodeKind
from council.kernel.actor import Role
from council.kernel.errors import Invalid, NotFound, Refused, TooMany
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.accounts import world as worlds
from tests.accounts.world import DOOR, NOW, PASSWORD, SECRET, World

KNOCK: dict[str, Any] = {"visitor": DOOR, "secret": SECRET, "now": NOW}
PHONE = "13800000001"


def join(world: World, name: str, room: str = "502", phone: str = PHONE, password: str = PASSWORD) -> Any:
    code = world.code(CodeKind.RESIDENT, world.units[room])
    return people.join_as_new(typed=code, name=name, phone=phone, password=password, is_own_phone=True, **KNOCK)


async def log_in(phone: str = PHONE, password: str = PASSWORD, **how: Any) -> tuple[int, sessions.NewSession]:
    return await people.log_in(phone=phone, password=password, is_own_phone=True, **(KNOCK | how))


async def count(table: str) -> int:
    found: int = (await fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"]
    return found


async def test_a_double_tap_is_one_account(world: World) -> None:
    await join(world, "小林")
    await join(world, "小林")
    assert (await count("person"), await count("residency")) == (1, 1)


async def test_two_taps_at_once_are_one_account(world: World) -> None:
    joined = await asyncio.gather(*(join(world, "小林") for _ in range(4)))
    assert (await count("person"), await count("residency"), await count("person_phone")) == (1, 1, 1)
    for each in joined:
        assert await sessions.identify(each.session.token, NOW) is not None


async def test_a_couple_shares_a_phone_with_two_passwords(world: World) -> None:
    await join(world, "王强", "501")
    with pytest.raises(Invalid) as refused:
        await join(world, "罗晓燕", "501")
    assert refused.value.errors == {"password": "password.too_common"}  # the words of any weak password
    await join(world, "罗晓燕", "501", password="chrysanthemum-7")
    his, _ = await log_in()
    hers, _ = await log_in(password="chrysanthemum-7")
    assert his != hers
    assert await count("person_phone") == 2
    with pytest.raises(Refused, match=r"phone\.full"):
        await join(world, "小王", "501", password="third-person-here")
    with pytest.raises(Invalid) as equal:
        await credentials.change_password(
            person_id=hers, current="chrysanthemum-7", password=PASSWORD, is_own_phone=True, **KNOCK
        )
    assert equal.value.errors == {"password": "password.too_common"}


async def test_nobody_is_let_into_the_others_account_when_passwords_are_equal(world: World) -> None:
    await join(world, "王强", "501")
    await worlds.member("罗晓燕", PHONE, password=PASSWORD)
    with pytest.raises(Invalid) as refused:
        await log_in()
    assert refused.value.errors == {"": "login.wrong"}


async def test_a_third_person_cannot_slip_in_between(world: World) -> None:
    """The schema has two places a telephone, whatever the code believes."""
    await worlds.member("a", PHONE)
    await worlds.member("b", PHONE, password="chrysanthemum-7")
    third = await people.create(name="c", phone=PHONE, password="third-one-here", known=[], target=None, now=NOW)
    assert third is None
    assert await count("person_phone") == 2


async def test_log_in_renews_an_old_hash(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    before = (await fetch("SELECT password_hash FROM person"))[0]["password_hash"]
    use(Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    assert (await log_in())[0] == person_id
    after = (await fetch("SELECT password_hash FROM person"))[0]["password_hash"]
    assert after != before
    assert not passwords().needs_rehash(after)
    assert (await log_in())[0] == person_id


async def test_log_in_replaces_the_session_that_was_there(world: World) -> None:
    await worlds.member("小林", PHONE)
    _, first = await log_in()
    _, second = await log_in(visitor=people.Visitor("x", Device.IPHONE, first.token))
    assert await sessions.identify(first.token, NOW) is None
    assert await sessions.identify(second.token, NOW) is not None


async def test_a_new_password_ends_every_session_but_the_new_one(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    _, one = await log_in()
    with pytest.raises(Invalid) as wrong:
        await credentials.change_password(
            person_id=person_id, current="no", password="a quite new one", is_own_phone=True, **KNOCK
        )
    assert wrong.value.errors == {"current": "password.wrong"}
    fresh = await credentials.change_password(
        person_id=person_id, current=PASSWORD, password="a quite new one", is_own_phone=False, **KNOCK
    )
    assert await sessions.identify(one.token, NOW) is None
    assert await sessions.identify(fresh.token, NOW) is not None
    assert fresh.seconds is None
    with pytest.raises(Invalid):
        await log_in()
    await log_in(password="a quite new one")


async def test_failures_count_and_successes_do_not(world: World) -> None:
    await worlds.member("小林", PHONE)
    for _ in range(15):
        await log_in()
    for _ in range(LOG_IN_BY_PHONE.most):
        with pytest.raises(Invalid):
            await log_in(password="wrong one")
    with pytest.raises(TooMany) as many:
        await log_in()
    assert 0 < many.value.seconds <= 900
    later = NOW + timedelta(minutes=16)
    await log_in(now=later)
    rows = await fetch("SELECT time_window FROM rate_count")
    assert all(row["time_window"] > later.timestamp() for row in rows)  # old windows are gone


async def test_a_hundred_guesses_at_once_are_a_hundred(db: AnyEngine) -> None:
    limit = limits.Limit("test", 10, 900)

    async def guess() -> bool:
        try:
            async with limits.attempt(SECRET, NOW, (limit, "somebody")):
                return True
        except TooMany:
            return False

    answers = await asyncio.gather(*(guess() for _ in range(30)))
    assert answers.count(True) == 10


async def test_sessions_end_by_idleness_age_and_closing(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    own = await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=NOW)
    other = await sessions.start(person_id, device=Device.WINDOWS, is_own_phone=False, now=NOW)
    assert own.seconds == 90 * 86400
    assert other.seconds is None
    assert await sessions.identify(other.token, NOW + timedelta(hours=12) - timedelta(seconds=1)) is not None
    assert await sessions.identify(other.token, NOW + timedelta(hours=24)) is None
    at = NOW
    for _ in range(4):
        at += timedelta(days=20)
        assert await sessions.identify(own.token, at) is not None
    assert await sessions.identify(own.token, NOW + timedelta(days=90)) is None
    fresh = await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=NOW)
    await execute("UPDATE person SET closed_at = {} WHERE id = {}", NOW, person_id)
    assert await sessions.identify(fresh.token, NOW) is None


async def test_a_visit_is_written_down_once_in_ten_minutes(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    session = await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=NOW)
    for minutes, seen in ((9, 0), (11, 11), (15, 11), (22, 22)):
        await sessions.identify(session.token, NOW + timedelta(minutes=minutes))
        row = (await sessions.devices(person_id, NOW))[0]
        assert row.seen_at == NOW + timedelta(minutes=seen)


async def test_logging_out_everywhere_keeps_the_history(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    tokens = [(await log_in())[1].token for _ in range(3)]
    await people.log_out_everywhere(person_id=person_id, now=NOW)
    assert [await sessions.identify(token, NOW) for token in tokens] == [None] * 3
    assert await sessions.devices(person_id, NOW) == []
    assert await count("session") == 3


async def test_one_more_device_logs_out_the_one_not_seen_for_longest(world: World) -> None:
    person_id, other_id = await worlds.member("小林", PHONE), await worlds.member("小王", "13800000002")
    used = (await log_in(now=NOW - timedelta(days=20)))[1].token
    rested = (await log_in(now=NOW - timedelta(days=19)))[1].token
    theirs = await sessions.start(other_id, device=Device.IPHONE, is_own_phone=True, now=NOW - timedelta(days=9))
    assert await sessions.identify(used, NOW - timedelta(days=18)) is not None
    for at in range(sessions.MOST, 0, -1):  # idle too long by the next one: none of these counts
        closed = NOW - timedelta(hours=13 * at)
        await sessions.start(person_id, device=Device.WINDOWS, is_own_phone=False, now=closed)
    tokens = [(await log_in(now=NOW + timedelta(seconds=at)))[1].token for at in range(sessions.MOST - 1)]
    soon = NOW + timedelta(minutes=1)
    assert await sessions.identify(rested, NOW) is None
    assert await sessions.identify(used, NOW) is not None
    assert len(await sessions.devices(person_id, soon)) == sessions.MOST
    newest = (await log_in(now=soon))[1].token
    ended = [await sessions.identify(token, soon) is None for token in (used, *tokens, newest)]
    assert ended == [True] + [False] * sessions.MOST
    ended_as = await fetch("SELECT end_reason FROM session WHERE ended_at IS NOT NULL")
    assert [row["end_reason"] for row in ended_as] == ["crowded", "crowded"]
    assert await sessions.identify(theirs.token, soon) is not None


async def test_devices_that_log_in_at_once_are_not_more(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    for _ in range(sessions.MOST - 2):
        await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=NOW)
    await asyncio.gather(*(log_in() for _ in range(6)))
    listed = await sessions.devices(person_id, NOW)
    assert len(listed) == sessions.MOST
    assert [view.id for view in listed] == sorted((view.id for view in listed), reverse=True)
    assert listed[0].id == (await fetch("SELECT MAX(id) AS id FROM session"))[0]["id"]


async def test_several_phones_a_person(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    await phonebook.add_phone(person_id=person_id, phone="+85291234567", password=PASSWORD, secret=SECRET, now=NOW)
    assert (await log_in("+85291234567"))[0] == person_id
    with pytest.raises(Invalid):
        await phonebook.add_phone(person_id=person_id, phone="13800000005", password="no", secret=SECRET, now=NOW)
    await phonebook.remove_phone(person_id=person_id, phone=PHONE, now=NOW)
    with pytest.raises(Refused, match=r"phone\.last"):
        await phonebook.remove_phone(person_id=person_id, phone="+85291234567", now=NOW)
    with pytest.raises(NotFound):
        await phonebook.remove_phone(person_id=person_id, phone=PHONE, now=NOW)
    with pytest.raises(Invalid):
        await log_in(PHONE)


async def test_of_two_numbers_removed_at_once_one_stays(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    given: dict[str, Any] = {"password": PASSWORD, "secret": SECRET, "now": NOW}
    await phonebook.add_phone(person_id=person_id, phone="13900000002", **given)
    both = (PHONE, "13900000002")
    done = await asyncio.gather(
        *(phonebook.remove_phone(person_id=person_id, phone=phone, now=NOW) for phone in both), return_exceptions=True
    )
    assert done.count(None) == 1
    assert (await queries.person(person_id)).phones == (both[1 - done.index(None)],)


async def test_an_account_takes_a_few_numbers_a_day_and_no_more(world: World) -> None:
    """Nobody fills the places of a whole staircase's telephones."""
    person_id = await worlds.member("小林", PHONE)

    async def add(number: int, now: datetime = NOW) -> None:
        given: dict[str, Any] = {"password": PASSWORD, "secret": SECRET, "now": now}
        await phonebook.add_phone(person_id=person_id, phone=f"1390000{number:04d}", **given)

    done = await asyncio.gather(*(add(number) for number in range(9)), return_exceptions=True)
    taken = phonebook.ADDING.most - 1
    assert [done.count(None), sum(isinstance(each, TooMany) for each in done)] == [taken, 9 - taken]
    assert await count("person_phone") == phonebook.ADDING.most, "with the one that they joined with"
    await add(done.index(None))
    await add(99, NOW + timedelta(days=1))


async def test_a_number_with_the_same_password_behind_it_cannot_be_added(world: World) -> None:
    person_id = await worlds.member("小林", PHONE)
    await worlds.member("别人", "13800000002")
    with pytest.raises(Invalid) as refused:
        await phonebook.add_phone(person_id=person_id, phone="13800000002", password=PASSWORD, secret=SECRET, now=NOW)
    assert refused.value.errors == {"phone": "phone.not_here"}


async def test_the_desk_changes_a_number_and_says_so_without_it(world: World) -> None:
    person_id = await worlds.member("小林", PHONE, await world.target(CodeKind.RESIDENT, world.units["502"]))
    _, session = await log_in()
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    await phonebook.change_phone(
        actor=dana, person_id=person_id, old=PHONE, new="13800000077", reason="手机丢了", now=NOW
    )
    assert (await queries.person(person_id)).phones == ("13800000077",)
    assert await sessions.identify(session.token, NOW) is None
    assert (await log_in("13800000077"))[0] == person_id
    record = (await fetch("SELECT kind, body, private FROM log_record ORDER BY id DESC LIMIT 1"))[0]
    assert record["kind"] == "account.phone_changed"
    assert PHONE not in record["body"]
    assert "13800000077" not in record["body"]
    assert "手机丢了" not in record["body"]
    assert "手机丢了" in record["private"]


async def test_a_desk_does_not_reach_strangers_or_its_betters(world: World) -> None:
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    stranger = await worlds.member("外人", "13800000050")
    change: dict[str, Any] = {"old": "x", "new": "13800000051", "reason": "x", "now": NOW}
    with pytest.raises(NotFound):
        await phonebook.change_phone(actor=dana, person_id=stranger, **change)
    other = await worlds.staff_member(world, "Eva", "13900000002", Role.SECRETARY)
    with pytest.raises(Refused, match="staff_elsewhere"):
        await phonebook.change_phone(actor=dana, person_id=other.person_id, **change)
    frank = await worlds.staff_member(world, "Frank", "13900000003", Role.GRID_WORKER)
    with pytest.raises(Refused, match="secretary_only"):
        await phonebook.change_phone(actor=frank, person_id=other.person_id, **change)


async def test_a_shared_telephone_is_no_way_to_try_passwords(world: World) -> None:
    """Joining with somebody's number says whether a password is theirs: as often as the log-in would, no oftener."""
    await join(world, "王强", "501")
    await join(world, "小偷", "501", password="the thief's own one")
    with pytest.raises(TooMany):
        for guess in range(LOG_IN_BY_PHONE.most):
            with pytest.raises(Refused, match=r"phone\.full"):
                await join(world, "小偷", "501", password=f"guess-number-{guess}")


async def test_ones_own_new_password_is_no_way_to_try_the_others(world: World) -> None:
    await worlds.member("王强", PHONE)
    thief = await worlds.member("小偷", "13800000009", password="the thief's own one")
    mine = "the thief's own one"
    with pytest.raises(TooMany):
        for guess in range(LOG_IN_BY_PHONE.most + 1):
            await phonebook.add_phone(person_id=thief, phone=PHONE, password=mine, secret=SECRET, now=NOW)
            guessed = f"guess-number-{guess}"
            await credentials.change_password(
                person_id=thief, current=mine, password=guessed, is_own_phone=True, **KNOCK
            )
            mine = guessed


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.AUDITOR, Role.GRID_WORKER, Role.DEPARTMENT, Role.SECRETARY])
async def test_a_desk_does_not_become_its_own_second_person(world: World, role: Role) -> None:
    """With the committee's password it would confirm its own settings, with the auditor's it would read choices, with
    the grid worker's or the deputy's be the second of the two who vouch for a paper."""
    dana = await worlds.staff_member(world, "Dana", "13900000001", Role.SECRETARY)
    other = await worlds.staff_member(world, "Erin", "13900000004", role)
    with pytest.raises(Refused, match=r"accounts\.reset_on_server"):
        await slips.issue_reset(actor=dana, person_id=other.person_id, reason="忘了密码", secret=SECRET, now=NOW)
    with pytest.raises(Refused, match=r"accounts\.staff_elsewhere"):
        await phonebook.change_phone(
            actor=dana, person_id=other.person_id, old="13900000004", new="13900000005", reason="换号", now=NOW
        )
