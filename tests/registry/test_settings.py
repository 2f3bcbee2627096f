"""Rules about votes: one proposes, a second confirms, the newest confirmed holds."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from litestar import Litestar

from council.audit import queries as log
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.registry import queries, settings
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from tests.fixtures.client import browser, submit
from tests.people import NOW, Garden, garden, sign_in
from tests.registry.desk import DESK, facts, words

PAGE = f"{DESK}/settings"


@pytest.fixture
async def people(db: AnyEngine) -> Garden:
    return await garden(online_counts=False)


BASIS = "议事规则第12条"


async def propose(
    people: Garden, name: str = "dana", value: str = "yes", key: str | None = None, basis: str = BASIS
) -> int:
    return await settings.propose(
        actor=people.actors[name],
        name="online_counts",
        value=value,
        basis=basis,
        key=key or new_id(),
        now=NOW,
    )


async def test_two_people(people: Garden) -> None:
    setting_id = await propose(people)
    assert await queries.settings_in_force(people.community_id) == {}
    with pytest.raises(Refused) as refused:
        await settings.confirm(actor=people.dana, setting_id=setting_id, now=NOW)
    assert (refused.value.code, refused.value.forbidden) == ("setting.second_person", True)
    await settings.confirm(actor=people.erin, setting_id=setting_id, now=NOW)
    assert await queries.settings_in_force(people.community_id) == {"online_counts": "yes"}
    kinds = [record.kind for record in await log.records(people.community_id)]
    assert kinds == ["setting.proposed", "setting.confirmed"]


async def test_the_newest_confirmed_wins_and_history_stays(people: Garden) -> None:
    await settings.confirm(actor=people.erin, setting_id=await propose(people), now=NOW)
    with pytest.raises(Invalid):
        await propose(people, "erin", "yes")
    await settings.confirm(actor=people.dana, setting_id=await propose(people, "erin", "no"), now=NOW)
    assert await queries.settings_in_force(people.community_id) == {"online_counts": "no"}
    history = await queries.settings_history(people.community_id)
    assert [(one.value, one.proposed_by_name, one.confirmed_by_name) for one in history] == [
        ("yes", "Dana", "Erin"),
        ("no", "Erin", "Dana"),
    ]


async def test_one_change_at_a_time(people: Garden) -> None:
    first = await propose(people)
    with pytest.raises(Refused) as waiting:
        await propose(people, "erin")
    assert waiting.value.code == "setting.waiting"
    await settings.withdraw(actor=people.dana, setting_id=first, now=NOW)
    await propose(people, "erin")
    assert await queries.settings_in_force(people.community_id) == {}


async def test_after_the_end_nothing_changes(people: Garden) -> None:
    confirmed = await propose(people)
    await settings.confirm(actor=people.erin, setting_id=confirmed, now=NOW)
    for act in (settings.confirm, settings.withdraw):
        with pytest.raises(Refused) as refused:
            await act(actor=people.erin if act is settings.confirm else people.dana, setting_id=confirmed, now=NOW)
        assert refused.value.code == "setting.closed"
    withdrawn = await propose(people, "dana", "no")
    await settings.withdraw(actor=people.dana, setting_id=withdrawn, now=NOW)
    with pytest.raises(Refused):
        await settings.confirm(actor=people.erin, setting_id=withdrawn, now=NOW)
    assert await queries.settings_in_force(people.community_id) == {"online_counts": "yes"}


async def test_confirm_and_withdraw_at_once(people: Garden) -> None:
    setting_id = await propose(people)
    answers = await asyncio.gather(
        settings.confirm(actor=people.erin, setting_id=setting_id, now=NOW),
        settings.withdraw(actor=people.dana, setting_id=setting_id, now=NOW),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1


async def test_a_double_tap_is_one_proposal(people: Garden) -> None:
    key = new_id()
    assert await propose(people, key=key) == await propose(people, key=key)
    assert len(await fetch("SELECT id FROM community_setting")) == 1


async def test_a_used_key_with_anything_else_in_it_is_refused(people: Garden) -> None:
    key = new_id()
    await propose(people, key=key)
    for changed in ({"value": "no"}, {"basis": "议事规则第13条"}, {"name": "erin"}):
        with pytest.raises(Refused, match=r"form\.used_before"):
            await propose(people, **({"key": key} | changed))
    (kept,) = await fetch("SELECT value, basis, proposed_by_name FROM community_setting")
    assert tuple(kept.values()) == ("yes", BASIS, "Dana")


async def test_another_proposal_in_a_form_that_was_sent_is_kept_and_may_be_sent(
    people: Garden, client: httpx.AsyncClient
) -> None:
    await sign_in(client, people.dana)
    page = await client.get(PAGE)
    await submit(client, page, "#propose", what="online_counts:yes", basis=BASIS)
    again = await submit(client, page, "#propose", what="parking_counted:yes", basis="议事规则第20条")
    assert (again.status_code, "还没有交" in words(again)) == (409, True)
    assert (await submit(client, again, "#propose")).status_code == 303
    rows = await fetch("SELECT name, basis FROM community_setting ORDER BY id")
    assert [tuple(row.values()) for row in rows] == [("online_counts", BASIS), ("parking_counted", "议事规则第20条")]


async def test_what_was_typed_stays_when_a_colleague_was_quicker(people: Garden, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(PAGE)
    await propose(people, "erin")
    late = await submit(client, page, "#propose", what="online_counts:yes", basis="业主大会第三次会议决定")
    assert (late.status_code, "在等确认" in words(late)) == (409, True)
    assert "业主大会第三次会议决定</textarea>" in late.text
    for name in ("parking_counted", "area_basis", "ballot_change"):
        value = settings.OPTIONS[name][1]
        await settings.propose(actor=people.erin, name=name, value=value, basis=BASIS, key=new_id(), now=NOW)
    full = await submit(client, page, "#propose", what="online_counts:yes", basis="业主大会第三次会议决定")
    assert (full.status_code, 'id="propose"' in full.text, "业主大会第三次会议决定" in full.text) == (409, False, True)


@pytest.mark.parametrize("name", ["alice", "frank", "gina"])
async def test_others_do_not_decide(people: Garden, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await propose(people, name)
    assert refused.value.forbidden
    setting_id = await propose(people)
    for act in (settings.confirm, settings.withdraw):
        with pytest.raises(Refused) as second:
            await act(actor=people.actors[name], setting_id=setting_id, now=NOW)
        assert second.value.forbidden


async def test_an_unknown_value_and_an_unknown_proposal(people: Garden) -> None:
    with pytest.raises(Invalid):
        await propose(people, value="maybe")
    with pytest.raises(NotFound):
        await settings.confirm(actor=people.erin, setting_id=999999, now=NOW)


async def test_on_the_page(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    await sign_in(client, people.dana)
    page = await client.get(PAGE)
    assert facts(page.text)["网上投票"] == "只作意愿征询"
    missing = await submit(client, page, "#propose", what="online_counts:yes")
    assert missing.status_code == 422
    answer = await submit(client, page, "#propose", what="online_counts:yes", basis="议事规则第12条")
    assert answer.headers["location"] == f"{PAGE}?said=setting.proposed"
    page = await client.get(PAGE)
    assert "我来确认" not in page.text  # not by the one who proposed it
    assert "议事规则第12条" in page.text
    async with browser(app) as erin:
        await sign_in(erin, people.erin)
        page = await erin.get(PAGE)
        (waiting,) = await queries.settings_history(people.community_id)
        answer = await submit(erin, page, f"#confirm-{waiting.id}")
        assert answer.headers["location"] == f"{PAGE}?said=setting.confirmed"
        again = await submit(erin, page, f"#confirm-{waiting.id}")
        assert again.status_code == 409
        page = await erin.get(PAGE)
    assert facts(page.text)["网上投票"] == "作为法定表决"
    assert "Dana 提出，Erin 确认" in words(page)


async def test_the_ladder(people: Garden, app: Litestar, client: httpx.AsyncClient) -> None:
    setting_id = await propose(people)
    assert (await client.get(PAGE)).status_code == 303
    for name, status in (("dana", 200), ("erin", 200), ("gina", 200), ("frank", 200), ("alice", 403), ("charlie", 404)):
        async with browser(app) as other:
            await sign_in(other, people.actors[name])
            page = await other.get(PAGE)
            assert page.status_code == status
            token = (await other.get("/me")).text.partition('name="_csrf" value="')[2].partition('"')[0]
            if name in {"gina", "frank", "alice", "charlie"}:
                assert "我来确认" not in page.text
                refused = 404 if name == "charlie" else 403
                for path in ("", f"/{setting_id}/confirm", f"/{setting_id}/withdraw"):
                    answer = await other.post(PAGE + path, data={"_csrf": token, "what": "online_counts:yes"})
                    assert answer.status_code == refused
    await sign_in(client, people.erin)
    elsewhere = PAGE.replace("garden", "orchard")
    assert (await client.get(elsewhere)).status_code == 404
    assert (await client.patch(PAGE)).status_code == 405
    assert await queries.settings_in_force(people.community_id) == {}
