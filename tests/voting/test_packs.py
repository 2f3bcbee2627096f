"""Originals for a permit, apart from the vote: readers named first, consent of its own, every taking recorded."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from council.files import service as files
from council.files import store
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import pack_queries, packs
from council.voting.motion import Motion
from council.voting.packs import PackDraft
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.registry.desk import words
from tests.voting.motions import DURING, cast, opened
from tests.voting.test_standing import number_of

PDF = {"document": ("签字表.pdf", b"%PDF-1.4 signed\n%%EOF\n", "application/pdf")}
WHAT = "同意在单元门北侧加装电梯，并同意使用门前绿地。"


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path, clock) -> Garden:
    store.use(tmp_path / "files")
    clock(DURING)
    return await garden()


def draft(people: Garden, *names: str, key: str = "") -> PackDraft:
    readers = tuple(people.actors[name].person_id for name in names or ("erin",))
    return PackDraft(key or new_id(), WHAT, "区住建委加装电梯办公室", readers)


async def with_pack(people: Garden) -> Motion:
    motion = await opened(people)
    await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=draft(people), now=NOW)
    return motion


async def signed(
    people: Garden,
    motion: Motion,
    room: str,
    *,
    by: Actor | None = None,
    consent: bool = True,
    key: str = "",
    sheet: str = "",
) -> None:
    """`sheet`: what is on it, where it is not the first that this home signed."""
    actor = by or people.frank
    body = f"%PDF-1.4 {sheet or room}\n%%EOF\n".encode()
    scan = await files.save_document(actor=actor, data=body, name="s.pdf", now=DURING, purpose=Purpose.SCAN)
    await packs.take_sheet(
        actor=actor,
        motion_id=motion.id,
        number=await number_of(motion, room),
        key=key or new_id(),
        file_id=scan.id,
        has_consent=consent,
        now=DURING,
    )


class TestReaders:
    async def test_are_named_before_anybody_chooses(self, people: Garden) -> None:
        motion = await opened(people)
        with pytest.raises(Refused, match=r"pack\.too_late"):
            await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=draft(people), now=DURING)
        for other in (people.erin, people.frank, people.grace):
            with pytest.raises(Refused, match=r"motion\.only_secretary"):
                await packs.make_pack(actor=other, motion_id=motion.id, draft=draft(people), now=NOW)
        for nobody in (draft(people, "grace"), PackDraft(new_id(), WHAT, "区住建委", ())):
            with pytest.raises(Invalid) as wrong:
                await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=nobody, now=NOW)
            assert wrong.value.errors == {"readers": "pack.no_reader"}

    async def test_never_change(self, people: Garden) -> None:
        motion = await opened(people)
        sent = draft(people, key=new_id())
        first = await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=sent, now=NOW)
        assert await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=sent, now=DURING) == first
        with pytest.raises(Refused, match=r"pack\.there_already"):
            await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=draft(people, "frank"), now=NOW)
        with pytest.raises(Refused, match=r"form\.used_before"):
            other = draft(people, "frank", key=sent.key)
            await packs.make_pack(actor=people.dana, motion_id=motion.id, draft=other, now=NOW)

    async def test_alone_take_the_sheets_and_it_is_recorded(self, people: Garden) -> None:
        motion = await with_pack(people)
        with pytest.raises(Refused, match=r"pack\.empty"):
            await packs.take_pack(actor=people.erin, motion_id=motion.id, now=DURING)
        await signed(people, motion, "1-1-102")
        for other in (people.dana, people.frank, people.gina, people.grace):
            with pytest.raises(Refused, match=r"pack\.readers_only"):
                await packs.take_pack(actor=other, motion_id=motion.id, now=DURING)
        made = await packs.take_pack(actor=people.erin, motion_id=motion.id, now=DURING)
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            assert sorted(packed.namelist()) == ["list.csv", "v2.pdf"]
            assert packed.read("v2.pdf").startswith(b"%PDF-1.4 1-1-102")
            assert "1-1-102" in packed.read("list.csv").decode("utf-8-sig")
        pack = await pack_queries.pack(people.community_id, motion.id)
        (taking,) = await pack_queries.takings(people.community_id, pack)
        assert (taking.name, taking.sheets, taking.taken_at) == ("Erin", 1, DURING)
        rows = await fetch("SELECT kind, body FROM log_record WHERE kind LIKE 'pack.%' ORDER BY seq")
        assert [row["kind"] for row in rows] == ["pack.made", "pack.signed", "pack.taken"]
        assert not any("住建委" in row["body"] or "Erin" in row["body"] for row in rows)

    async def test_read_no_formula_in_the_list(self, people: Garden) -> None:
        motion = await with_pack(people)
        await signed(people, motion, "1-1-102")
        await execute("UPDATE roll_unit SET code = '=1+1' WHERE motion_id = {} AND code = '1-1-102'", motion.id)
        made = await packs.take_pack(actor=people.erin, motion_id=motion.id, now=DURING)
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            assert ",'=1+1," in packed.read("list.csv").decode("utf-8-sig")

    async def test_take_nothing_once_they_work_here_no_more(self, people: Garden) -> None:
        motion = await with_pack(people)
        await signed(people, motion, "1-1-102")
        left = replace(people.erin, roles=frozenset(), unit_ids=frozenset({people.units["1-1-101"]}))
        with pytest.raises(Refused, match=r"pack\.readers_only"):
            await packs.take_pack(actor=left, motion_id=motion.id, now=DURING)
        assert await fetch("SELECT id FROM pack_taking") == []


class TestConsent:
    async def test_is_signed_apart_or_nothing_is_kept(self, people: Garden) -> None:
        motion = await with_pack(people)
        with pytest.raises(Invalid) as wrong:
            await signed(people, motion, "1-1-102", consent=False)
        assert wrong.value.errors == {"consent": "pack.no_consent"}
        with pytest.raises(Refused, match=r"pack\.desk_only"):
            await signed(people, motion, "1-1-102", by=people.erin)
        assert await fetch("SELECT id FROM pack_sheet") == []

    async def test_taken_back_and_given_again(self, people: Garden) -> None:
        motion = await with_pack(people)
        number = await number_of(motion, "1-1-102")
        with pytest.raises(Refused, match=r"pack\.not_signed"):
            await packs.withdraw_sheet(actor=people.grace, motion_id=motion.id, number=number, now=DURING)
        await signed(people, motion, "1-1-102")
        await signed(people, motion, "1-1-201")
        with pytest.raises(Refused, match=r"pack\.desk_only"):
            await packs.withdraw_sheet(actor=people.heidi, motion_id=motion.id, number=number, now=DURING)
        await packs.withdraw_sheet(actor=people.grace, motion_id=motion.id, number=number, now=DURING)
        made = await packs.take_pack(actor=people.erin, motion_id=motion.id, now=DURING)
        with zipfile.ZipFile(io.BytesIO(made)) as packed:
            assert sorted(packed.namelist()) == ["list.csv", "v3.pdf"]
        with pytest.raises(Refused, match=r"pack\.other_sheet"):
            await signed(people, motion, "1-1-102")
        with pytest.raises(Refused, match=r"pack\.other_sheet"):
            await signed(people, motion, "1-1-102", sheet="1-1-201")
        await signed(people, motion, "1-1-102", sheet="signed anew")
        pack = await pack_queries.pack(people.community_id, motion.id)
        assert len(await pack_queries.sheets(people.community_id, pack)) == 2

    async def test_says_nothing_of_the_vote(self, people: Garden) -> None:
        motion = await with_pack(people)
        await signed(people, motion, "1-1-102")
        assert (await cast(people.grace, motion)).state == "in_force"
        await packs.withdraw_sheet(
            actor=people.frank, motion_id=motion.id, number=await number_of(motion, "1-1-102"), now=DURING
        )
        assert len(await fetch("SELECT id FROM ballot WHERE state = 'in_force'")) == 1

    async def test_a_co_owner_alone_takes_it_back(self, people: Garden) -> None:
        motion = await with_pack(people)
        await signed(people, motion, "1-1-401")
        number = await number_of(motion, "1-1-401")
        await packs.withdraw_sheet(actor=people.bob, motion_id=motion.id, number=number, now=DURING)
        assert [row["withdrawn_by_name"] for row in await fetch("SELECT withdrawn_by_name FROM pack_sheet")] == ["Bob"]


async def test_one_sheet_a_voter_and_the_same_form_once(people: Garden) -> None:
    motion = await with_pack(people)
    key = new_id()
    await signed(people, motion, "1-1-102", key=key)
    await signed(people, motion, "1-1-102", key=key)
    with pytest.raises(Refused, match=r"pack\.signed_already"):
        await signed(people, motion, "1-1-102")
    with pytest.raises(Refused, match=r"form\.used_before"):
        await signed(people, motion, "1-1-201", key=key)
    with pytest.raises(NotFound):
        await packs.take_sheet(
            actor=people.frank, motion_id=motion.id, number="v99", key=new_id(), file_id=1, has_consent=True, now=DURING
        )


async def test_one_sheet_sent_from_three_tabs_at_once_is_kept_once(people: Garden) -> None:
    motion = await with_pack(people)
    key = new_id()
    answers = await asyncio.gather(
        *(signed(people, motion, "1-1-102", key=key) for _ in range(3)), return_exceptions=True
    )
    assert answers == [None, None, None]
    assert len(await fetch("SELECT id FROM pack_sheet")) == 1
    assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'pack.signed'")) == 1
    with pytest.raises(Refused, match=r"form\.used_before"):
        await signed(people, motion, "1-1-102", key=key, sheet="another")


# pages


async def test_from_naming_to_taking(people: Garden, enter, clock) -> None:
    clock(NOW)
    motion = await opened(people)
    base = f"/c/garden/motions/{motion.id}"
    dana, frank = await enter(people.dana), await enter(people.frank)
    grace, erin = await enter(people.grace), await enter(people.erin)
    page = await dana.get(f"{base}/pack")
    bare = await submit(dana, page, "#make", words="", office="")
    assert (bare.status_code, "请至少选一位" in words(bare)) == (422, True)
    reader = str(people.erin.person_id)
    made = await submit(dana, page, "#make", words=WHAT, office="区住建委加装电梯办公室", readers=reader)
    assert made.headers["location"] == f"{base}/pack?said=pack.made"
    clock(DURING)
    ballot = words(await grace.get(f"{base}/ballot"))
    assert "区住建委加装电梯办公室" in ballot
    assert "只由下列人员领取：" in ballot
    assert "Erin" in ballot
    forms = await frank.get(f"{base}/pack/forms.pdf")
    assert (forms.status_code, forms.content[:5]) == (200, b"%PDF-")
    assert "没有要打印的表" in words(await frank.get(f"{base}/pack/forms.pdf?voter=v99"))  # pack.all_signed
    number = await number_of(motion, "1-1-102")
    form = await frank.get(f"{base}/pack/sheets/{number}")
    no = await submit(frank, form, "#take", files=PDF)
    assert (no.status_code, "没有签“同意交出”" in words(no)) == (422, True)
    done = await submit(frank, form, "#take", files=PDF, consent="1")
    assert done.headers["location"] == f"{base}/pack?said=pack.signed"
    assert "已签 1 / 12" in words(await frank.get(f"{base}/pack")).replace("\xa0", " ")
    (row,) = await fetch("SELECT file_id FROM pack_sheet")
    for browser in (frank, dana, erin):
        assert (await browser.get(f"/c/garden/files/{row['file_id']}")).status_code == 404
    zipped = await submit(erin, await erin.get(f"{base}/pack"), "#take")
    assert zipped.content[:2] == b"PK"
    mine = await grace.get(f"{base}/pack")
    assert "谁领取过" in words(mine)
    assert "1-1-201" not in mine.text
    back = await submit(grace, mine, f"#withdraw-{number}")
    assert back.headers["location"] == f"{base}/pack?said=pack.withdrawn"
    assert "已撤回同意" in words(await grace.get(f"{base}/pack"))


async def test_who_sees_the_page(people: Garden, enter) -> None:
    motion = await with_pack(people)
    base = f"/c/garden/motions/{motion.id}/pack"
    for name, status in (("ken", 403), ("leo", 403), ("charlie", 404), ("gina", 200), ("bob", 200)):
        assert (await (await enter(people.actors[name])).get(base)).status_code == status
    assert "forms.pdf" not in (await (await enter(people.gina)).get(base)).text
    for name in ("grace", "gina", "erin"):
        browser = await enter(people.actors[name])
        assert (await browser.get(f"{base}/forms.pdf")).status_code == 403
        assert (await browser.get(f"{base}/sheets/v2")).status_code == 403
