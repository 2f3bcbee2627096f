"""Filing in a browser: kinds, four questions, the form of each kind, what is refused and what is kept."""

from __future__ import annotations

import re

import httpx
import pytest

from council.accounts import queries as accounts
from council.files import service
from council.files.tables import StoredFile
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.proposals import consent_queries, queries
from council.proposals.model import Proposal
from council.registry import queries as registry
from tests.files.pictures import picture
from tests.fixtures.client import find_form, submit
from tests.people import NOW, Garden, add_person, garden, live_in, sign_in
from tests.proposals.matters import endorsing, filed

NEW = "/c/garden/proposals/new"
GOOD = {"title": "二单元门灯换成感应灯", "body": "门灯坏了三个月，晚上看不清台阶。"}


async def signed(client: httpx.AsyncClient, name: str = "alice") -> Garden:
    people = await garden()
    await sign_in(client, people.actors[name])
    return people


async def only(people: Garden) -> Proposal:
    [proposal] = await queries.proposals(people.community_id)
    return proposal


async def test_the_ladder(client: httpx.AsyncClient) -> None:
    people = await garden()
    assert (await client.get(NEW)).headers["Location"].startswith("/login?next=")
    assert (await client.post("/c/garden/proposals")).headers["Location"].startswith("/login")
    for name, status in (("alice", 200), ("ken", 200), ("leo", 200), ("dana", 200), ("gina", 403), ("charlie", 404)):
        await sign_in(client, people.actors[name])
        assert (await client.get(NEW)).status_code == status, name
    assert (await client.put("/c/garden/proposals")).status_code == 405
    assert (await client.get("/c/nowhere/proposals/new")).status_code == 404


async def test_the_first_screen_offers_nine_kinds_in_residents_words(client: httpx.AsyncClient) -> None:
    await signed(client)
    page = await client.get(NEW)
    offered = re.findall(r"kind=([a-z_]+)", page.text)
    assert offered == [kind.value for kind in Kind]
    assert offered[0] == "resident_matter", "what neighbours propose most often stands first"
    hints = re.findall(r"<b>[^<]+</b><small>([^<]+)</small>", page.text)
    assert len(hints) == len(Kind)
    assert all(hint.endswith("。") for hint in hints), "each says in a sentence when to take it"
    assert "单元里没有电梯，想装一部。" in page.text


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.RESIDENT_MATTER])
async def test_each_kind_asks_what_it_needs_and_no_more(client: httpx.AsyncClient, kind: Kind) -> None:
    await signed(client)
    form = find_form((await client.get(NEW, params={"kind": kind.value})).text, "#new")
    asked = {control.name for control in form.controls} - {"_csrf", "key", "kind", "unit"}
    more = {
        Kind.ELEVATOR: {"scope", "occupied", "occupied_rooms", "occupied_how", "cost"},
        Kind.ELEVATOR_RENEWAL: {"scope", "cost", "raises_money"},
        Kind.FUND_USE: {"scope", "cost"},
        Kind.COMMON_PARTS: {"scope", "cost"},
        Kind.GOVERNANCE: {"text", "elects"},
        Kind.ONE_PERSON_CHAIR: {"chair_route"},
        Kind.HOME_TO_SHOP: {"scope", "business", "affected"},
        Kind.OPINION_POLL: {"scope"},
    }
    assert asked == {"title", "body", "photos"} | more[kind]


@pytest.mark.parametrize(("kind", "is_first"), [("common_parts", True), ("fund_use", True), ("elevator", False)])
async def test_what_comes_before_the_answer_is_said(client: httpx.AsyncClient, kind: str, is_first: bool) -> None:
    await signed(client)
    page = (await client.get(NEW, params={"kind": kind})).text
    told = page[page.index("交上去以后") :]
    assert ("先要邻居附议" in told) is is_first
    assert ("附议够了，" in told) is is_first
    assert "天内答复：受理" in told


async def test_what_is_wrong_is_listed_as_the_form_goes_and_by_name(client: httpx.AsyncClient) -> None:
    await signed(client)
    page = await client.get(NEW, params={"kind": "fund_use"})
    answer = await submit(client, page, "#new", title="", body="", cost="many")
    assert answer.status_code == 422
    told = answer.text[answer.text.index('id="problems"') : answer.text.index('id="new"')]
    lines = re.findall(r'<li><a href="#(\w+)">([^<：]+)：', told)
    assert [field for field, _ in lines] == ["title", "scope", "body", "cost", "unit"]
    assert all(name for _, name in lines)


async def test_my_own_places_come_first_and_only_those_of_the_kind(client: httpx.AsyncClient) -> None:
    people = await signed(client, "ken")
    page = await client.get(NEW, params={"kind": "fund_use"})
    mine, other = people.entrances["2"], people.entrances["1"]
    values = [each.value for each in find_form(page.text, "#new").controls if each.name == "scope"]
    assert values == [f"e{mine}", f"b{people.building_id}", "c", f"e{other}"]
    assert page.text.index(f'value="e{other}"') > page.text.index("<details")
    lift = await client.get(NEW, params={"kind": "elevator"})
    values = [each.value for each in find_form(lift.text, "#new").controls if each.name == "scope"]
    assert values == [f"e{mine}", f"e{other}"]


async def test_filing_with_photos_and_cost(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    page = await client.get(NEW, params={"kind": "fund_use"})
    photo = {"photos": ("门灯.jpg", picture(), "image/jpeg")}
    answer = await submit(
        client,
        page,
        "#new",
        files=photo,
        scope=f"e{people.entrances['1']}",
        cost="￥1,200.50",
        **GOOD,
        unit=people.units["1-1-101"],
    )
    proposal = await only(people)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/c/garden/proposals/{proposal.id}?said=proposal.filed"
    assert (proposal.title, proposal.cost_fen, proposal.scope) == (GOOD["title"], 120_050, people.entrance_scope)
    assert len(await queries.photos(people.community_id, proposal.id)) == 1
    assert await endorsing(proposal) == [people.units["1-1-101"]]


async def test_the_household_is_asked_when_there_are_several(client: httpx.AsyncClient) -> None:
    people = await signed(client)
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    refused = await submit(client, page, "#new", scope="c", **GOOD)
    assert refused.status_code == 422
    assert "还没选是为哪一户提的" in refused.text
    await submit(client, refused, "#new", unit=people.units["1-1-401"])
    assert (await only(people)).proposer_place == "1-1-401"


async def test_faults_are_named_and_what_was_typed_is_kept(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "fund_use"})
    photo, body = {"photos": ("a.jpg", picture(), "image/jpeg")}, "没有地方充电，拉线不安全。"
    refused = await submit(
        client, page, "#new", files=photo, title="车棚", body="没有地方充电，拉线不安全。", cost="二百"
    )
    assert refused.status_code == 422
    assert "有 3 处要改" in refused.text.replace("\u00a0", " ")
    for link, words in (("title", "只写了 2 个字，请至少写 6 个字"), ("scope", "还没选在哪儿"), ("cost", "请填金额")):
        assert re.search(rf'<a href="#{link}">[^<：]{{2,}}：{words}', refused.text.replace("\u00a0", " ")), (
            "by its field"
        )
        assert f'id="{link}"' in refused.text
    form = find_form(refused.text, "#new")
    kept = {control.name: control.value for control in form.controls if control.kind != "radio"}
    assert (kept["title"], kept["body"], kept["cost"]) == ("车棚", body, "二百")
    assert "已经收到的照片" in refused.text
    assert await queries.proposals(people.community_id) == []
    assert await StoredFile.count() == 1
    answer = await submit(client, refused, "#new", title="车棚装充电桩", scope="c", cost="")
    assert answer.status_code == 303
    assert len(await queries.photos(people.community_id, (await only(people)).id)) == 1


async def test_photos_of_refused_forms_come_to_an_end(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PENDING_MOST", 1)
    await signed(client, "grace")

    def photo(side: int) -> dict[str, tuple[str, bytes, str]]:
        return {"photos": ("a.jpg", picture(size=(side, 40)), "image/jpeg")}

    page = await client.get(NEW, params={"kind": "opinion_poll"})
    refused = await submit(client, page, "#new", files=photo(80), scope="c", title="短", body=GOOD["body"])
    again = await submit(client, refused, "#new", files=photo(90))
    assert again.status_code == 422
    assert "您这一天已经上传了 1 张还没用上的照片" in again.text.replace("\u00a0", " ")
    assert await StoredFile.count() == 1
    filed = await submit(client, again, "#new", **GOOD)
    assert filed.status_code == 303
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    another = await submit(client, page, "#new", files=photo(100), scope="c", **(GOOD | {"title": "另一件事情商量"}))
    assert another.status_code == 303, "what a matter shows is not in the way"


async def test_a_photo_that_was_unticked_and_other_peoples_are_left_out(client: httpx.AsyncClient) -> None:
    people = await signed(client, "heidi")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    await submit(client, page, "#new", files={"photos": ("h.jpg", picture(), "image/jpeg")}, title="短")
    hers = (await StoredFile.select(StoredFile.id).first())["id"]
    client.cookies.clear()
    await sign_in(client, people.grace)
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    token = dict(find_form(page.text, "#new").filled({}))
    answer = await client.post("/c/garden/proposals", data={**token, **GOOD, "scope": "c", "kept": str(hers)})
    assert answer.status_code == 303
    assert await queries.photos(people.community_id, (await only(people)).id) == []


async def test_a_photo_is_the_neighbours_to_see_once_it_is_filed(client: httpx.AsyncClient) -> None:
    people = await signed(client, "heidi")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    refused = await submit(client, page, "#new", files={"photos": ("h.jpg", picture(), "image/jpeg")}, title="短")
    address = f"/c/garden/files/{(await StoredFile.select(StoredFile.id).first())['id']}"
    sizes = (address, f"{address}/thumb", f"{address}/medium")
    assert [(await client.get(each)).status_code for each in sizes] == [200, 200, 200]
    client.cookies.clear()
    await sign_in(client, people.grace)
    assert [(await client.get(each)).status_code for each in sizes] == [404, 404, 404]
    client.cookies.clear()
    await sign_in(client, people.heidi)
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    token = dict(find_form(page.text, "#new").filled({}))
    kept = re.findall(r'name="kept"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="kept"', refused.text)
    filed = await client.post("/c/garden/proposals", data={**token, **GOOD, "scope": "c", "kept": max(kept[0])})
    assert filed.status_code == 303
    client.cookies.clear()
    await sign_in(client, people.grace)
    assert [(await client.get(each)).status_code for each in sizes] == [200, 200, 200]


async def test_a_fourth_photo_is_too_many_with_three_kept(client: httpx.AsyncClient) -> None:
    await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    three = [("photos", (f"{side}.jpg", picture(size=(side, 40)), "image/jpeg")) for side in (80, 90, 100)]
    form = dict(find_form(page.text, "#new").filled({}))
    refused = await client.post("/c/garden/proposals", data={**form, "title": "短"}, files=three)
    assert refused.status_code == 422
    assert refused.text.count('name="kept"') == 3
    again = await submit(
        client, refused, "#new", files={"photos": ("d.jpg", picture(size=(120, 40)), "image/jpeg")}, scope="c", **GOOD
    )
    assert again.status_code == 422
    assert "已经有 3 张了" in again.text.replace("\u00a0", " ")
    assert again.text.count('name="kept"') == 3


async def test_four_times_no_stays_with_the_residents_one_yes_goes_to_the_owners(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    names = ("occupies_common", "charges_fee", "brings_operator", "spends_common_money")
    questions = await client.get(NEW, params={"kind": "resident_matter"})
    short = await submit(client, questions, "#questions", occupies_common="no")
    assert (short.status_code, short.text.count("请选“是”或“不是”")) == (422, 6)
    assert "是不是要收费？" in short.text.partition("</h2>")[2].partition("</ul>")[0], "each says which question it is"
    none = await submit(client, questions, "#questions")
    assert (none.status_code, none.text.count("请选“是”或“不是”")) == (422, 8)
    for yes, kind in ((None, Kind.RESIDENT_MATTER), ("charges_fee", Kind.COMMON_PARTS)):
        questions = await client.get(NEW, params={"kind": "resident_matter"})
        page = await submit(client, questions, "#questions", **{name: "yes" if name == yes else "no" for name in names})
        assert ("这件事要由业主表决" in page.text) == (yes is not None)
        answer = await submit(client, page, "#new", scope="c", **GOOD)
        proposal = await queries.proposal(people.community_id, int(re.findall(r"\d+", answer.headers["Location"])[0]))
        assert (proposal.kind, proposal.answers["charges_fee"]) == (kind, yes == "charges_fee")


async def test_a_lift_asks_whose_own_space_it_takes(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "elevator"})
    unanswered = await submit(client, page, "#new", **GOOD)
    assert "还没选占不占一家自己的地方" in unanswered.text
    wrong = await submit(
        client, page, "#new", occupied="yes", occupied_rooms="101、909室", occupied_how="厨房阳台外侧", **GOOD
    )
    assert (wrong.status_code, "没有909室" in wrong.text) == (422, True)
    answer = await submit(client, wrong, "#new", occupied_rooms="101，102室")
    assert answer.status_code == 303
    proposal = await only(people)
    asked = (await consent_queries.consents_of(people.community_id, [proposal.id]))[proposal.id]
    assert [(each.unit_code, each.why) for each in asked] == [
        ("1-1-101", "厨房阳台外侧"),
        ("1-1-102", "厨房阳台外侧"),
    ]


async def test_no_vote_appoints_the_chair_of_a_management_committee(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "one_person_chair"})
    assert "不由业主投票产生" in page.text
    refused = await submit(client, page, "#new", chair_route="management_committee", **GOOD)
    assert (refused.status_code, "不用在这里提" in refused.text) == (422, True)
    await submit(client, refused, "#new", chair_route="owners_committee")
    proposal = await only(people)
    assert (proposal.scope, proposal.preset.is_election) == (Scope(ScopeKind.COMMUNITY), True)


async def test_what_is_like_it_already_can_be_endorsed_instead(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    twin = await filed(people, title="自行车棚装充电桩")
    await filed(people, kind=Kind.OPINION_POLL, title="长椅刷成什么颜色好")
    page = await client.get(NEW, params={"kind": "common_parts"})
    assert f"/proposals/{twin.id}" not in page.text
    refused = await submit(client, page, "#new", title="车棚装充电桩吧", body="")
    assert f'<a href="/c/garden/proposals/{twin.id}">自行车棚装充电桩</a>' in refused.text
    assert "长椅" not in refused.text


async def test_turned_and_invisible_signs_go_and_html_is_text(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    refused = await submit(
        client, page, "#new", title="\u200b\u202e\u200d", scope="c", body="<script>alert(1)</script>"
    )
    assert "还没写是什么事" in refused.text
    assert "<script>alert" not in refused.text
    assert "&lt;script&gt;alert(1)" in refused.text
    await submit(client, refused, "#new", title="门灯\u202e换成\u200b感应灯")
    assert (await only(people)).title == "门灯换成感应灯"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("virus.jpg", b"MZ\x90\x00" + b"\0" * 200, "不是可以识别的图片"),
        ("big.jpg", b"\xff\xd8" + b"0" * (16 * 1024 * 1024), "超过 15 MB"),
    ],
)
async def test_photos_that_are_none(client: httpx.AsyncClient, name: str, data: bytes, words: str) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    photo = {"photos": (name, data, "image/jpeg")}
    refused = await submit(client, page, "#new", files=photo, scope="c", **GOOD)
    assert (refused.status_code, words in refused.text.replace("\u00a0", " ")) == (422, True)
    assert await queries.proposals(people.community_id) == []


async def test_other_peoples_homes_and_other_communities_places(client: httpx.AsyncClient) -> None:
    people = await signed(client, "grace")
    page = await client.get(NEW, params={"kind": "opinion_poll"})
    form = dict(find_form(page.text, "#new").filled({}))
    orchard = await queries_place(people)
    for changes, status in (
        ({"unit": str(people.units["1-1-101"])}, 404),
        ({"unit": str(people.units["orchard"])}, 404),
        ({"scope": f"b{orchard}"}, 404),
        ({"scope": "e" + "9" * 14}, 404),
        ({"scope": "x1"}, 422),
        ({"kind": "tax"}, 422),
        ({"key": "no"}, 422),
    ):
        answer = await client.post("/c/garden/proposals", files={"": b""}, data=form | GOOD | {"scope": "c"} | changes)
        assert answer.status_code == status, changes
    assert await queries.proposals(people.community_id) == []


async def queries_place(people: Garden) -> int:
    """The id of the orchard's only building."""
    [building] = await registry.tree(people.orchard_id)
    return building.id


async def test_a_resident_of_two_entrances_sees_both_first(client: httpx.AsyncClient) -> None:
    people = await garden()
    person = await add_person("Mia")
    for code in ("1-1-501", "1-2-501"):
        await live_in(people, person, code)
    mia = await accounts.actor(person, people.community_id, NOW)
    assert mia is not None
    await sign_in(client, mia)
    page = await client.get(NEW, params={"kind": "elevator"})
    assert "<details" not in page.text
    assert page.text.count("我家单元") == 2
