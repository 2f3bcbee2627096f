"""A ballot of the members is called off by two people, with a reason, before its time is over."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest
from litestar import Litestar

from council.bodies import alternates, calling_off, entries, queries, rounds
from council.bodies.model import Ending, Post, VoteForm
from council.bodies.papers import Leaving
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.bodies.ground import DAY, Committee, committee, on_paper
from tests.bodies.test_owners_committee import SOON, opened, voted
from tests.bodies.test_pages import DESK, PUBLIC, At
from tests.bodies.test_two_people import alone, chosen, made, put
from tests.fixtures.client import browser, submit
from tests.people import Garden, garden, sign_in
from tests.voting.motions import AFTER

WHY = "一位委员在国外，通知错了时间。"


async def asked(people: Garden, round_id: int, *, key: str = "", reason: str = WHY, now: datetime = SOON) -> int:
    return await calling_off.ask(actor=people.dana, round_id=round_id, key=key or new_id(), reason=reason, now=now)


async def called_off(given: Committee, round_id: int) -> None:
    call_off_id = await asked(given.people, round_id)
    assert await calling_off.confirm(actor=given.people.erin, call_off_id=call_off_id, now=SOON) == given.id


async def test_two_people_call_it_off_and_nothing_counts(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    round_id = await opened(given)
    for who in ("grace", "heidi"):
        await voted(given, round_id, who, "grace", "heidi")
    call_off_id = await asked(people, round_id)
    assert (await given.body()).open_round is not None
    with pytest.raises(Refused, match=r"body\.second_person"):
        await calling_off.confirm(actor=people.dana, call_off_id=call_off_id, now=SOON)
    await calling_off.confirm(actor=people.erin, call_off_id=call_off_id, now=SOON)
    body = await given.body()
    (over,) = body.rounds
    assert (body.open_round, body.holder(Post.CHAIR), over.counts, over.chair_id) == (None, None, {}, None)
    assert over.call_off is not None
    assert (over.is_called_off, over.call_off.reason, over.call_off.confirmed_by_name) == (True, WHY, "Erin")
    assert await queries.named_choices(people.community_id, [round_id]) == {}
    with pytest.raises(Refused, match=r"inner\.closed"):
        await voted(given, round_id, "ivan", "grace", "heidi")
    await rounds.close_round(actor=people.dana, round_id=round_id, now=SOON + 9 * DAY)
    assert (await given.body()).rounds == body.rounds
    with pytest.raises(Refused, match=r"body\.nothing_to_post"):
        await rounds.record_posting(actor=people.dana, round_id=round_id, posted_on=SOON, now=SOON + DAY)
    told = [row["kind"] for row in await fetch("SELECT kind FROM log_record WHERE kind LIKE 'inner.call%' ORDER BY id")]
    assert told == ["inner.call_off_asked", "inner.called_off"]


async def test_what_waited_for_it_is_free_again(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    round_id = await opened(given)
    leaving = Leaving(given.members["ivan"], Ending.RESIGNED, SOON)
    await on_paper(people, given.id, leaving, SOON)
    with pytest.raises(Refused, match=r"inner\.open"):
        await alternates.step_up(actor=people.dana, body_id=given.id, member_id=given.members["judy"], now=SOON)
    with pytest.raises(Refused, match=r"inner\.open"):
        await put(people, people.dana, given.id, chosen(given))
    await called_off(given, round_id)
    await alternates.step_up(actor=people.dana, body_id=given.id, member_id=given.members["judy"], now=SOON)
    entry_id = await put(people, people.dana, given.id, chosen(given))
    await entries.withdraw(actor=people.dana, entry_id=entry_id, now=SOON)
    again = await opened(given)
    for who in ("grace", "heidi", "judy"):
        await voted(given, again, who, "grace", "judy")
    body = await given.body()
    chair = body.holder(Post.CHAIR)
    assert chair is not None
    assert (chair.name, [each.number for each in body.rounds]) == ("Grace", [1, 2])


async def test_the_same_form_is_one_and_only_one_waits(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    round_id = await opened(given)
    key = new_id()
    call_off_id = await asked(people, round_id, key=key)
    assert await asked(people, round_id, key=key) == call_off_id
    with pytest.raises(Refused, match=r"form\.used_before"):
        await asked(people, round_id, key=key, reason="另一个原因")
    with pytest.raises(Refused, match=r"inner\.call_off_waits"):
        await asked(people, round_id)
    with pytest.raises(Invalid) as bare:
        await asked(people, round_id, reason="")
    assert bare.value.errors == {"reason": "form.missing"}
    await calling_off.withdraw(actor=people.dana, call_off_id=call_off_id, now=SOON)
    with pytest.raises(NotFound):
        await calling_off.confirm(actor=people.erin, call_off_id=call_off_id, now=SOON)
    body = await given.body()
    assert body.open_round is not None
    assert body.open_round.call_off is None
    await called_off(given, round_id)
    with pytest.raises(Refused, match=r"inner\.closed"):
        await asked(people, round_id)


async def test_what_is_over_is_counted_and_not_called_off(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    round_id = await opened(given)
    call_off_id = await asked(people, round_id)
    over = SOON + 3 * DAY
    with pytest.raises(Refused, match=r"inner\.to_be_counted"):
        await calling_off.confirm(actor=people.erin, call_off_id=call_off_id, now=over)
    await calling_off.withdraw(actor=people.dana, call_off_id=call_off_id, now=over)
    with pytest.raises(Refused, match=r"inner\.to_be_counted"):
        await asked(people, round_id, now=over)
    waits = await asked(people, round_id)
    for who in ("grace", "heidi", "ivan"):
        await voted(given, round_id, who, "grace", "heidi")
    with pytest.raises(Refused, match=r"inner\.closed"):
        await calling_off.confirm(actor=people.erin, call_off_id=waits, now=SOON)
    with pytest.raises(Refused, match=r"inner\.closed"):
        await asked(people, round_id)
    closed = (await given.body()).rounds[0]
    assert (closed.is_called_off, closed.chair_id) == (False, given.members["grace"])


async def test_no_member_is_the_second_of_the_two(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    round_id = await opened(given, VoteForm.UNNAMED)
    grace, judy = await made(people, "grace"), await made(people, "judy")
    with pytest.raises(Refused, match=r"body\.about_you"):
        await calling_off.ask(actor=grace, round_id=round_id, key=new_id(), reason=WHY, now=SOON)
    call_off_id = await asked(people, round_id)
    for member in (grace, judy):
        with pytest.raises(Refused, match=r"body\.about_you"):
            await calling_off.confirm(actor=member, call_off_id=call_off_id, now=SOON)
    with pytest.raises(Refused, match=r"body\.not_yours"):
        await calling_off.withdraw(actor=people.alice, call_off_id=call_off_id, now=SOON)
    for outsider in (people.alice, people.gina):
        with pytest.raises(Refused, match=r"body\.not_yours"):
            await calling_off.confirm(actor=outsider, call_off_id=call_off_id, now=SOON)
        with pytest.raises(Refused, match=r"body\.not_yours"):
            await calling_off.ask(actor=outsider, round_id=round_id, key=new_id(), reason=WHY, now=SOON)
    with pytest.raises(NotFound):
        await calling_off.confirm(actor=people.charlie, call_off_id=call_off_id, now=SOON)
    with pytest.raises(NotFound):
        await calling_off.withdraw(actor=people.dana, call_off_id=2**70, now=SOON)
    assert (await given.body()).open_round is not None
    await alone(people, "erin")
    await calling_off.withdraw(actor=people.dana, call_off_id=call_off_id, now=SOON)
    by_grace = await calling_off.ask(actor=grace, round_id=round_id, key=new_id(), reason=WHY, now=SOON)
    await calling_off.confirm(actor=people.dana, call_off_id=by_grace, now=SOON)
    assert (await given.body()).open_round is None


@pytest.mark.parametrize(
    ("locale", "waits", "off"),
    [("zh-CN", "有人提出取消这次委员推选", "没有计票"), ("en", "is to be called off", "Nothing was counted")],
)
async def test_it_is_called_off_on_the_pages(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, at: At, locale: str, waits: str, off: str
) -> None:
    at(AFTER)
    people = await garden()
    given = await committee(people)
    round_id = await opened(given, now=AFTER)
    client.headers["Accept-Language"] = locale
    await sign_in(client, people.dana)
    page = await client.get(f"{DESK}/{given.id}")
    assert (await submit(client, page, "#call-off", reason=" ")).status_code == 422
    sent = await submit(client, page, "#call-off", reason=WHY)
    assert sent.headers["location"] == f"{DESK}/{given.id}?said=inner.call_off_asked"
    assert waits in (await client.get(DESK)).text
    own = (await client.get(f"{DESK}/{given.id}")).text
    assert (WHY in own, 'id="off-confirm"' in own, 'id="off-withdraw"' in own) == (True, False, True)
    async with browser(app, locale) as anybody:
        shown = (await anybody.get(f"{PUBLIC}/{given.id}")).text
        assert (waits in shown, WHY in shown) == (True, False), "one person's word is not published as a reason"
        at(AFTER + 3 * DAY)
        assert waits not in (await anybody.get(f"{PUBLIC}/{given.id}")).text, "its time is over: it is counted"
        at(AFTER)
    async with browser(app, locale) as erin:
        await sign_in(erin, people.erin)
        assert f"/desk/bodies/{given.id}" in (await erin.get("/c/garden/desk")).text
        page = await erin.get(f"{DESK}/{given.id}")
        assert 'id="off-withdraw"' not in page.text
        assert (await submit(erin, page, "#off-confirm")).status_code == 303
        assert (await submit(erin, page, "#off-confirm")).status_code == 409
        assert 'id="round"' in (await erin.get(f"{DESK}/{given.id}")).text
    async with browser(app, locale) as anybody:
        shown = (await anybody.get(f"{PUBLIC}/{given.id}")).text
        assert (WHY in shown, off in shown) == (True, True)
    (over,) = (await given.body()).rounds
    assert (over.id, over.is_called_off) == (round_id, True)
