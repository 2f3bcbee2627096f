"""The desk's pages of right-holders: recorded, confirmed, ended; and what a ballot's page then says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from council.files import store
from council.registry.rollfile.model import Basis
from council.storage import database
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting.holding import Capacity
from council.voting.paper import Layout
from tests.fixtures.client import submit
from tests.people import Garden, garden, verify_owner
from tests.registry.desk import words
from tests.voting.holders import claim, confirmed, recorded
from tests.voting.motions import DURING, opened
from tests.voting.papers import brought, on_paper, printed
from tests.voting.test_paper_printing import pdf_text

PDF = {"document": ("公证书.pdf", b"%PDF-1.4 notary\n%%EOF\n", "application/pdf")}


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path, clock) -> Garden:
    store.use(tmp_path / "files")
    clock(DURING)
    return await garden()


def home(people: Garden, room: str = "1-1-502", rest: str = "") -> str:
    return f"/c/garden/desk/register/{people.units[room]}/holders{rest}"


async def test_an_heir_from_paper_to_register(people: Garden, enter) -> None:
    dana, frank = await enter(people.dana), await enter(people.frank)
    unit = await dana.get(f"/c/garden/desk/register/{people.units['1-1-502']}")
    assert home(people) in unit.text
    page = await dana.get(home(people, rest="/right"))
    bare = await submit(dana, page, "#record", says="heir", words="公证书（2026）字第12号")
    assert (bare.status_code, "材料扫描件：" in words(bare)) == (422, True)
    sent = await submit(dana, page, "#record", files=PDF, says="heir", words="公证书（2026）字第12号")
    assert sent.headers["location"] == home(people) + "?said=holder.recorded"
    mine = await dana.get(home(people))
    assert "等第二个人确认" in words(mine)
    assert "/confirm" not in mine.text
    (row,) = await fetch("SELECT id, file_id FROM holder_paper")
    scan = home(people, rest=f"/papers/{row['id']}/scan")
    assert scan in mine.text
    assert (await frank.get(scan)).content == PDF["document"][1]
    assert (await frank.get(f"/c/garden/files/{row['file_id']}")).status_code == 404
    assert (await (await enter(people.ken)).get(scan)).status_code == 403
    waiting = await frank.get("/c/garden/desk/holders")
    assert home(people) in waiting.text
    done = await submit(frank, await frank.get(home(people)), f"#confirm-{row['id']}")
    assert done.headers["location"] == home(people) + "?said=holder.confirmed"
    assert "继承人" in words(await frank.get(home(people)))
    (held,) = await fetch("SELECT basis FROM ownership WHERE unit_id = {}", people.units["1-1-502"])
    assert held["basis"] == "heir"
    assert home(people) not in (await frank.get("/c/garden/desk/holders")).text


async def test_a_guardian_with_an_account_of_their_own(people: Garden, enter) -> None:
    await claim(people, "ken", "1-1-502")
    motion = await opened(people)
    dana, frank, ken = await enter(people.dana), await enter(people.frank), await enter(people.ken)
    page = await dana.get(home(people, rest="/acting"))
    sent = await submit(dana, page, "#record", files=PDF, claim=_first(page), says="guardian", words="户口本和出生证明")
    assert sent.status_code == 303, sent.text
    (row,) = await fetch("SELECT id FROM holder_paper")
    await submit(frank, await frank.get(home(people)), f"#confirm-{row['id']}")
    form = await ken.get(f"/c/garden/motions/{motion.id}/ballot")
    assert "作为业主1-1-502的监护人" in words(form)
    look = await ken.get(f"/c/garden/motions/{motion.id}/ballot?choice=agree")
    assert "作为业主1-1-502的监护人" in words(look)
    receipt = await submit(ken, look, "#cast")
    assert "作为业主1-1-502的监护人" in words(await ken.get(receipt.headers["location"]))
    ending = await dana.get(home(people, rest=f"/papers/{row['id']}/end"))
    bare = await submit(dana, ending, "#end-form", why="已满十八周岁")
    assert (bare.status_code, "文件扫描件：" in words(bare)) == (422, True)
    asked = await submit(dana, bare, "#end-form", files=PDF, why="已满十八周岁")
    halt_page = asked.headers["location"].partition("?")[0]
    assert asked.headers["location"].endswith("?said=halt.recorded")
    assert halt_page in (await dana.get(home(people))).text
    assert "/confirm" not in (await dana.get(halt_page)).text
    assert "仍可代为投票" in words(await frank.get(halt_page))
    assert (await frank.get(halt_page + "/scan")).content == PDF["document"][1]
    assert halt_page in (await frank.get("/c/garden/desk/holders")).text
    done = await submit(frank, await frank.get(halt_page), "#confirm")
    assert done.headers["location"] == halt_page + "?said=halt.confirmed"
    assert (await dana.get(home(people, rest=f"/papers/{row['id']}/end"))).status_code == 409


def _first(page) -> str:
    """The first account that the form offers."""
    start = page.text.index('name="claim" value="') + len('name="claim" value="')
    return page.text[start : page.text.index('"', start)]


async def test_a_company_is_told_what_it_needs(people: Garden, enter) -> None:
    await execute("UPDATE owner SET kind = 'legal', name = '花园商贸公司' WHERE id = {}", people.owners["1-1-502"])
    await verify_owner(people, people.ken.person_id, people.owners["1-1-502"])
    motion = await opened(people)
    ken = await enter(await people.refreshed("ken"))
    page = await ken.get(f"/c/garden/motions/{motion.id}/ballot")
    assert page.status_code == 403
    assert "要凭盖章的授权书才能投" in words(page)
    until = DURING - timedelta(hours=1)
    await confirmed(people, "1-1-502", Capacity.AGENT, who="ken", until=until)
    late = await ken.get(f"/c/garden/motions/{motion.id}/ballot")
    assert "您代花园商贸公司行使权利的材料已经到期" in words(late)
    dana = await enter(people.dana)
    assert "已到期" in words(await dana.get(home(people)))


async def test_a_guardian_stands_on_the_printed_ballot(people: Garden, enter) -> None:
    await claim(people, "ken", "1-1-502")
    await confirmed(people, "1-1-502", Capacity.GUARDIAN, who="ken")
    await execute("UPDATE owner SET kind = 'legal', name = '花园商贸公司' WHERE id = {}", people.owners["1-1-601"])
    motion = await on_paper(people)
    (row,) = await fetch("SELECT roll_voter_id FROM roll_unit WHERE code = '1-1-502'")
    await printed(people, motion)
    dana = await enter(people.dana)
    for layout in Layout:
        text, _ = await pdf_text(motion, layout)
        assert text.count("由监护人K**代为行使，请监护人签名。") == 1
        assert text.count("单位业主：请盖公章，并由代理人签名，附授权书。") == 1
    (number,) = await fetch("SELECT number FROM roll_voter WHERE id = {}", row["roll_voter_id"])
    assert "监护人Ken" in words(await dana.get(f"/c/garden/motions/{motion.id}/roll/{number['number']}"))


async def test_a_dispute_of_the_home_and_its_end(people: Garden, enter) -> None:
    motion = await opened(people)
    dana, grace = await enter(people.dana), await enter(people.grace)
    page = await dana.get(home(people, "1-1-102"))
    empty = await submit(dana, page, "#dispute-form", suspend="")
    assert empty.status_code == 422
    told = await submit(dana, page, "#dispute-form", files=PDF, suspend="三位继承人有争议，已起诉")
    halt_page = told.headers["location"].partition("?")[0]
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballot")).status_code == 200
    frank = await enter(people.frank)
    await submit(frank, await frank.get(halt_page), "#confirm")
    refused = words(await grace.get(f"/c/garden/motions/{motion.id}/ballot"))
    assert "先暂停" in refused
    assert "Dana登记" in refused
    assert "Frank" in refused
    assert "截止以前，带上材料到社区" in refused
    assert "起诉状" not in refused, "why in the general word alone"
    assert "已起诉" not in refused
    page = await dana.get(home(people, "1-1-102"))
    bare = await submit(dana, page, "#lift-form", lift="三人都在协议上签了字")
    assert (bare.status_code, "文件扫描件：" in words(bare)) == (422, True)
    asked = await submit(dana, bare, "#lift-form", files=PDF, lift="三人都在协议上签了字")
    back = asked.headers["location"].partition("?")[0]
    assert back in (await dana.get(home(people, "1-1-102"))).text
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballot")).status_code == 409
    await submit(frank, await frank.get(back), "#confirm")
    assert (await grace.get(f"/c/garden/motions/{motion.id}/ballot")).status_code == 200


@pytest.mark.parametrize("rest", ["", "/right", "/acting"])
async def test_who_sees_these_pages(people: Garden, enter, rest: str) -> None:
    for name in ("grace", "erin"):
        assert (await (await enter(getattr(people, name))).get(home(people, rest=rest))).status_code == 403
    assert (await (await enter(people.charlie)).get(home(people, rest=rest))).status_code == 404
    reads = (await (await enter(people.gina)).get(home(people, rest=rest))).status_code
    assert reads == (200 if not rest else 403)
    dana = await enter(people.dana)
    assert (await dana.get(f"/c/garden/desk/register/{10**6}/holders{rest}")).status_code == 404


async def test_the_same_form_with_other_words_is_offered_again(people: Garden, enter) -> None:
    dana = await enter(people.dana)
    page = await dana.get(home(people, rest="/right"))
    await submit(dana, page, "#record", files=PDF, says="heir", words="公证书一号")
    again = await submit(dana, page, "#record", files=PDF, says="heir", words="公证书二号")
    assert (again.status_code, "公证书二号" in again.text) == (409, True)


async def test_the_page_asks_as_often_for_many_papers_as_for_one(people: Garden, enter, monkeypatch) -> None:
    asked: list[str] = []
    engine = database.current()
    run = engine.run

    async def counted(query: str, *args: object, **more: object) -> object:
        asked.append(query)
        return await run(query, *args, **more)

    await confirmed(people, "1-1-502", Basis.HEIR)
    dana = await enter(people.dana)
    monkeypatch.setattr(engine, "run", counted)
    await dana.get(home(people))
    asked.clear()
    await dana.get(home(people))
    once = len(asked)
    for basis in (Basis.COURT, Basis.REGISTERED):
        await confirmed(people, "1-1-502", basis)
    await recorded(people, "1-1-502", Basis.HEIR)
    asked.clear()
    await dana.get(home(people))
    assert len(asked) == once > 0


async def test_a_guardian_named_after_the_notice_signs_a_new_ballot(people: Garden, enter, clock) -> None:
    """The frozen roll stays; the desk is told which papers to print again. The older one names nobody, so that the
    guardian may sign it as well."""
    motion = await on_paper(people)
    await printed(people, motion)
    clock(DURING)
    dana = await enter(people.dana)
    address = f"/c/garden/motions/{motion.id}/paper/print"
    assert "请重新印一张" not in words(await dana.get(address))
    await claim(people, "ken", "1-1-502")
    await confirmed(people, "1-1-502", Capacity.GUARDIAN, who="ken", now=DURING)
    assert "请重新印一张" in words(await dana.get(address))
    text, _ = await pdf_text(motion, Layout.PAGE)
    assert "由监护人" not in text, "what was printed is drawn as it was"
    (row,) = await fetch("SELECT roll_voter_id FROM roll_unit WHERE code = '1-1-502'")
    (old,) = await fetch("SELECT serial FROM paper_ballot WHERE roll_voter_id = {}", row["roll_voter_id"])
    await printed(people, motion, whom=f"voter-{row['roll_voter_id']}", is_anew=True)
    text, _ = await pdf_text(motion, Layout.PAGE)
    assert text.count("由监护人K**代为行使，请监护人签名。") == 1
    assert "请重新印一张" not in words(await dana.get(address))
    (new,) = await fetch("SELECT serial FROM paper_ballot WHERE roll_voter_id = {} AND issue = 2", row["roll_voter_id"])
    kept = await brought(people, motion, old["serial"])
    (acting,) = await fetch("SELECT id FROM holder_paper WHERE acting_name = 'Ken' AND ended_at IS NULL")
    assert (kept.reason, kept.acting_paper_id) == (None, acting["id"])
    assert (await brought(people, motion, new["serial"])).reason == "void_serial"
