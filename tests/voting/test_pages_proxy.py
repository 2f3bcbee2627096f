"""Mandates on the pages: given and taken back by owners; paper and the property manager's people at the desk."""

from __future__ import annotations

import pytest

from council.app import ROOT
from council.files import store
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import proxy_queries
from council.voting.motion import Motion
from council.web.catalogues import load
from tests.fixtures.client import submit
from tests.people import Garden, garden, say_in_bylaws
from tests.registry.desk import words
from tests.voting.motions import DURING, cast, opened
from tests.voting.test_proxies import give, phone

PDF = {"document": ("委托书.pdf", b"%PDF-1.4 mandate\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def people(db: AnyEngine, tmp_path, clock) -> Garden:
    store.use(tmp_path / "files")
    clock(DURING)
    return await garden()


def address(motion: Motion, rest: str = "proxy") -> str:
    return f"/c/garden/motions/{motion.id}/{rest}"


async def test_given_used_and_told(people: Garden, enter) -> None:
    motion = await opened(people)
    grace, ken = await enter(people.grace), await enter(people.ken)
    page = await grace.get(address(motion))
    assert "1-1-102" not in page.text
    assert "102" in words(page)
    unsaid = await submit(grace, page, "#give-form", holder_name="Ken", holder_phone=phone(people, "ken"))
    assert (unsaid.status_code, "请勾选" in unsaid.text, 'value="Ken"' in unsaid.text) == (422, True, True)
    assert "本人Grace委托Ken" in words(unsaid)
    sent = await submit(grace, unsaid, "#give-form", agreed="1")
    assert sent.headers["location"] == address(motion) + "?said=proxy.given"
    assert (await submit(grace, unsaid, "#give-form", agreed="1")).status_code == 303  # the same form again
    assert len(await fetch("SELECT id FROM proxy")) == 1
    (row,) = await fetch("SELECT words FROM proxy")
    assert row["words"].startswith("本人Grace委托Ken，就“1号楼1单元加装电梯")

    held = await ken.get(address(motion))
    assert "代Grace投" in words(held)
    # who gave it may still vote, and reads what becomes of the mandate then
    for rest in ("", "ballot"):
        assert "您已委托Ken代您投票" in words(await grace.get(address(motion, rest).rstrip("/")))
    ballot = await ken.get(address(motion, "ballot?choice=agree"))
    assert "代Grace投" in words(ballot)
    receipt = await submit(ken, ballot, "#cast")
    where = receipt.headers["location"]
    assert "代Grace投" in words(await ken.get(where))

    refused = words(await grace.get(address(motion, "ballot")))
    assert "代您投的票有效" in refused
    assert "投的那一票有效" not in refused
    page = await grace.get(address(motion))
    assert "代您投出" in words(page)
    assert where in page.text
    own = await grace.get(where)
    assert (own.status_code, "同意" in own.text) == (200, True)
    assert where in (await grace.get(f"/c/garden/motions/{motion.id}")).text
    for other in (people.heidi, people.dana, people.gina):
        assert (await (await enter(other)).get(where)).status_code == 404


async def test_taken_back_on_the_page(people: Garden, enter) -> None:
    motion = await opened(people)
    await give(people, motion, "grace", "ken")
    grace, ken, heidi = await enter(people.grace), await enter(people.ken), await enter(people.heidi)
    page = await grace.get(address(motion))
    revoke = next(line for line in page.text.split('"') if line.endswith("/revoke"))
    token = words(await heidi.get(address(motion))).partition('name="_csrf" value="')[2].partition('"')[0]
    assert (await heidi.post(revoke, data={"_csrf": token})).status_code == 403
    form = await ken.get(address(motion, "ballot?choice=agree"))
    assert (await submit(grace, page, "/revoke")).headers["location"] == address(motion) + "?said=proxy.revoked"
    late = await submit(ken, form, "#cast")
    assert (late.status_code, await fetch("SELECT id FROM ballot")) == (403, [])
    assert (await submit(grace, page, "/revoke")).status_code == 409


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("zh-CN", "一个人最多代 1 位业主投票"), ("en", "One person votes for at most 1 owners")],
)
async def test_a_cap_is_said_in_words(people: Garden, enter, language: str, sentence: str) -> None:
    await say_in_bylaws(people.community_id, proxy_cap=1)
    motion = await opened(people)
    await give(people, motion, "heidi", "ken")
    grace = await enter(people.grace, language)
    page = await grace.get(address(motion))
    full = await submit(grace, page, "#give-form", holder_name="Ken", holder_phone=phone(people, "ken"), agreed="1")
    assert (full.status_code, sentence in words(full), 'value="Ken"' in full.text) == (409, True, True)


async def test_paper_at_the_desk(people: Garden, enter) -> None:
    motion = await opened(people)
    frank, dana = await enter(people.frank), await enter(people.dana)
    page = await frank.get(address(motion, "proxies"))
    ken = {"holder_name": "Ken", "holder_phone": phone(people, "ken")}
    bad = await submit(frank, page, "#record", files=PDF, unit="9-9-999", signed_by="owner", **ken)
    assert (bad.status_code, "不在这次表决的名册上" in bad.text, "委托书.pdf”已经收到" in bad.text) == (422, True, True)
    sent = await submit(frank, bad, "#record", unit="1-1-102")
    assert sent.headers["location"] == address(motion, "proxies?said=proxy.recorded")
    (mandate,) = await proxy_queries.mandates_of(people.community_id, motion.id)
    assert (mandate.is_waiting, mandate.holder_name, mandate.unit_codes) == (True, "Ken", ("1-1-102",))
    assert "我来确认" not in (await frank.get(address(motion, "proxies"))).text
    second = await dana.get(address(motion, "proxies"))
    scan = address(motion, f"proxies/{mandate.id}/scan")
    assert scan in second.text
    assert (await dana.get(scan)).content == PDF["document"][1]
    other = await opened(people, title="别的事")
    assert (await dana.get(address(other, f"proxies/{mandate.id}/scan"))).status_code == 404
    for who, status in ((people.ken, 403), (people.charlie, 404)):
        assert (await (await enter(who)).get(scan)).status_code == status
    # Whoever holds any role could open it as a file like others: a mandate is read where mandates are compared.
    for who in (people.dana, people.gina, people.frank):
        assert (await (await enter(who)).get(f"/c/garden/files/{mandate.scan_id}")).status_code == 404
    done = await submit(dana, second, "/confirm")
    assert done.headers["location"] == address(motion, "proxies?said=proxy.confirmed")
    assert (await submit(dana, second, "/confirm")).status_code == 409
    await cast(people.ken, motion, at=DURING)
    assert "已投" in (await dana.get(address(motion, "proxies"))).text
    assert "同意" not in (await dana.get(address(motion, "proxies"))).text


async def test_the_ladder(people: Garden, enter) -> None:
    motion = await opened(people)
    for name, own, desk, staff in (
        ("alice", 200, 403, 403),
        ("ken", 200, 403, 403),
        ("dana", 200, 200, 200),
        ("gina", 200, 200, 200),
        ("charlie", 404, 404, 404),
    ):
        client = await enter(people.actors[name])
        found = [
            (await client.get(where)).status_code
            for where in (address(motion), address(motion, "proxies"), "/c/garden/desk/property-staff")
        ]
        assert (name, found) == (name, [own, desk, staff])
    gina = await enter(people.gina)
    assert 'id="record"' not in (await gina.get(address(motion, "proxies"))).text
    assert (await gina.get("/c/garden/motions/999999/proxy")).status_code == 404


async def test_the_property_managers_people(people: Garden, enter) -> None:
    dana = await enter(people.dana)
    page = await dana.get("/c/garden/desk/property-staff")
    wrong = await submit(dana, page, "#mark", name="Ken", phone="13800000000")
    assert (wrong.status_code, "没有找到这个人" in wrong.text) == (422, True)
    assert (await submit(dana, page, "#mark", name="Ken", phone=phone(people, "ken"))).status_code == 303
    page = await dana.get("/c/garden/desk/property-staff")
    assert "Ken" in page.text
    assert (await submit(dana, page, "/end")).status_code == 303
    assert await proxy_queries.property_staff(people.community_id) == []


def test_every_refusal_has_a_sentence_of_its_own_in_both_languages() -> None:
    names = "not_allowed closed already_cast given_already no_such_member oneself cap property_manager auditor staff"
    names += " committee recused recused_from_paper desk_only secretary_only second_person not_on_roll not_yours"
    names += " not_yours_to_give moved_on used say_so not_handed_on no_guardian guardian_signs giver_over"
    codes = [f"proxy.{name}" for name in names.split()]
    for locale in ("zh_CN", "en"):
        said = [load(ROOT / "locales", locale, True).singular[code] for code in codes]
        assert len(set(said)) == len(codes)
