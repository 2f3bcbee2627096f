"""The same form handed in once more: a double tap, Back and again, an address that was handed on."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import httpx
import pytest

from council.proposals import queries
from council.proposals.model import Proposal
from tests.files.pictures import picture
from tests.fixtures.client import find_form, submit
from tests.people import Garden, garden, sign_in

NEW = "/c/garden/proposals/new"
GOOD = {"title": "二单元门灯换成感应灯", "body": "门灯坏了三个月，晚上看不清台阶。", "scope": "c"}


async def opened(client: httpx.AsyncClient, kind: str = "opinion_poll") -> tuple[Garden, str]:
    """Grace has tapped on a kind: the garden, and the address of the form she has before her."""
    people = await garden()
    await sign_in(client, people.grace)
    return people, await chosen(client, kind)


async def chosen(client: httpx.AsyncClient, kind: str) -> str:
    kinds = unescape((await client.get(NEW)).text)
    return re.findall(rf'href="([^"]*kind={kind}&[^"]*)"', kinds)[0]


async def filed(people: Garden) -> list[Proposal]:
    """The newest first."""
    return await queries.proposals(people.community_id)


def key(page: httpx.Response) -> str:
    return str(dict(find_form(page.text, "#new").filled({}))["key"])


async def test_two_taps_at_once_file_one_matter_and_both_lead_to_it(client: httpx.AsyncClient) -> None:
    people, address = await opened(client)
    page = await client.get(address)
    answers = await asyncio.gather(*(submit(client, page, "#new", **GOOD) for _ in range(3)))
    [proposal] = await filed(people)
    paths = {answer.headers["Location"].split("?")[0] for answer in answers}
    assert paths == {f"/c/garden/proposals/{proposal.id}"}


async def test_back_leads_to_the_same_form_which_says_what_was_handed_in(client: httpx.AsyncClient) -> None:
    people, address = await opened(client)
    page = await client.get(address)
    await submit(client, page, "#new", **GOOD)
    [proposal] = await filed(people)
    back = await client.get(address)
    assert (key(back), key(page) in address) == (key(page), True)
    assert "这张表已经交过了" not in page.text
    said = back.text[back.text.index("这张表已经交过了") :]
    assert f'href="/c/garden/proposals/{proposal.id}">{GOOD["title"]}' in said
    again = await submit(client, back, "#new", **GOOD)
    assert again.headers["Location"] == f"/c/garden/proposals/{proposal.id}?said=proposal.filed_already"
    assert "只算一件" in (await client.get(again.headers["Location"])).text
    assert len(await filed(people)) == 1


async def test_the_four_questions_hand_the_key_on_until_it_is_used(client: httpx.AsyncClient) -> None:
    people, address = await opened(client, "resident_matter")
    no = dict.fromkeys(("occupies_common", "charges_fee", "brings_operator", "spends_common_money"), "no")
    questions = await client.get(address)
    page = await submit(client, questions, "#questions", **no)
    assert key(page) in address
    await submit(client, page, "#new", **GOOD)
    questions = await client.get(address)
    another = await submit(client, questions, "#questions", **no)
    assert key(another) not in address
    assert "这张表已经交过了" not in another.text
    await submit(client, another, "#new", **(GOOD | {"title": "北边也要换一盏感应灯"}))
    assert len(await filed(people)) == 2


@pytest.mark.parametrize(
    "changed",
    [{"title": "二单元门灯换成声控灯"}, {"scope": "e"}, {"body": "门灯坏了四个月，晚上看不清台阶。"}],
    ids=str,
)
async def test_what_was_changed_is_kept_and_filed_only_as_another_matter(
    client: httpx.AsyncClient, changed: dict[str, str]
) -> None:
    people, address = await opened(client)
    if "scope" in changed:
        changed = {"scope": f"b{people.building_id}"}
    page = await client.get(address)
    await submit(client, page, "#new", **GOOD)
    [first] = await filed(people)
    refused = await submit(client, await client.get(address), "#new", **(GOOD | changed))
    assert (refused.status_code, len(await filed(people))) == (409, 1)
    assert f'href="/c/garden/proposals/{first.id}"' in refused.text
    assert f'href="/c/garden/proposals/{first.id}/revise"' in refused.text
    assert "作为另一件交上去" in refused.text
    kept = dict(find_form(refused.text, "#new").filled({}))
    assert {name: kept[name] for name in GOOD} == GOOD | changed
    assert kept["key"] != key(page)
    assert (await submit(client, refused, "#new")).headers["Location"].endswith("?said=proposal.filed")
    second, _ = await filed(people)
    assert second.id != first.id


async def test_photos_that_a_browser_forgot_are_the_same_form_and_one_more_is_not(client: httpx.AsyncClient) -> None:
    people, address = await opened(client)
    photo = {"photos": ("a.jpg", picture(), "image/jpeg")}
    await submit(client, await client.get(address), "#new", files=photo, **GOOD)
    fewer = await submit(client, await client.get(address), "#new", **GOOD)
    assert fewer.headers["Location"].endswith("?said=proposal.filed_already")
    another = {"photos": ("b.jpg", picture(size=(90, 60)), "image/jpeg")}
    more = await submit(client, await client.get(address), "#new", files=another, **GOOD)
    assert (more.status_code, more.text.count('name="kept"'), len(await filed(people))) == (409, 1, 1)


async def test_whoever_was_sent_the_address_has_a_form_of_their_own(client: httpx.AsyncClient) -> None:
    people, address = await opened(client)
    await submit(client, await client.get(address), "#new", **GOOD)
    client.cookies.clear()
    await sign_in(client, people.heidi)
    page = await client.get(address)
    assert key(page) not in address
    assert "这张表已经交过了" not in page.text
    assert (await submit(client, page, "#new", **GOOD)).status_code == 303
    assert {each.proposer_id for each in await filed(people)} == {people.grace.person_id, people.heidi.person_id}


async def test_two_neighbours_with_the_address_open_at_once_lose_nothing(client: httpx.AsyncClient) -> None:
    people, address = await opened(client)
    page = await client.get(address)
    client.cookies.clear()
    await sign_in(client, people.heidi)
    hers = await client.get(address)
    await submit(client, hers, "#new", **GOOD)
    client.cookies.clear()
    await sign_in(client, people.grace)
    refused = await submit(client, await client.get(address), "#new", **GOOD)
    assert refused.status_code == 303, "the form was made anew by then"
    stale = dict(find_form(page.text, "#new").filled({})) | {
        "_csrf": dict(find_form((await client.get(NEW + "?kind=opinion_poll")).text, "#new").filled({}))["_csrf"]
    }
    late = await client.post(
        "/c/garden/proposals", data=stale | GOOD | {"title": "三单元门灯换成感应灯"}, files={"": b""}
    )
    assert (late.status_code, "作为另一件交上去" in late.text) == (409, True)
    assert "/revise" not in late.text
    assert (await submit(client, late, "#new")).status_code == 303
    assert len(await filed(people)) == 3
