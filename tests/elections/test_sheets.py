"""A joint nomination on paper: names copied from a sheet, compared by a second person, and only then counted."""

from __future__ import annotations

import pytest

from council.elections import consenting, forms, nominating, queries, reviewing, sheets
from council.elections.candidate import Channel, SignedAs, Verdict
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.web.forms import Form
from tests.elections.slates import DAY, NOMINATED, PUBLISHED, document, nominating_for, nomination
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden

CODES = ("1-1-101", "1-1-102", "1-2-101")
PDF = b"%PDF-1.4\n1 0 obj\nendobj\ntrailer\n%%EOF\n"


def signed(people: Garden, *codes: str) -> tuple[SignedAs, ...]:
    return tuple(SignedAs(people.units[code], f"业主 {code}") for code in codes)


async def named(people: Garden, *codes: str) -> int:
    """The owner of 1-1-202, named on paper by those."""
    proposal_id = await nominating_for(people, joint_least=3)
    paper = await document(people, "联名表.jpg", "scan")
    sent = nomination(people, "1-1-202", Channel.JOINT, document_id=paper)
    return await sheets.nominate(
        actor=people.dana, proposal_id=proposal_id, nomination=sent, signed=signed(people, *codes), now=NOW
    )


async def test_signatures_count_once_two_people_have_seen_them(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await named(people, *CODES)
    found = await queries.candidate(people.community_id, candidate_id)
    (sheet,) = found.sheets
    assert ([each.place for each in sheet.signers], found.sponsors) == (list(CODES), ())
    one = {"candidate_id": candidate_id, "sheet_id": sheet.id, "now": NOW + DAY}
    with pytest.raises(Refused, match=r"candidate\.second_person"):
        await sheets.confirm(actor=people.dana, **one)
    with pytest.raises(Refused, match=r"candidate\.reviewers_only"):
        await sheets.confirm(actor=people.judy, **one)
    await consenting.consent(key=new_id(), actor=people.ivan, candidate_id=candidate_id, statement="我愿意。", now=NOW)
    finding = {"candidate_id": candidate_id, "verdict": Verdict.ELIGIBLE, "reason": None, "words": ""}
    with pytest.raises(Refused, match=r"candidate\.few_sponsors"):
        await reviewing.judge(key=new_id(), actor=people.erin, now=NOMINATED, **finding)
    # somebody who signed on the telephone as well is one owner
    await nominating.sign(actor=people.grace, candidate_id=candidate_id, now=NOW)
    await sheets.confirm(actor=people.frank, **one)
    await sheets.confirm(actor=people.frank, **one)
    with pytest.raises(Refused, match=r"candidate\.sheet_confirmed"):
        await sheets.take_back(actor=people.dana, **one)
    sponsors = (await queries.candidate(people.community_id, candidate_id)).sponsors
    assert sorted(each.place for each in sponsors) == sorted(CODES)
    assert [each.person_id is None for each in sorted(sponsors, key=lambda each: each.place)] == [True, False, True]
    await reviewing.judge(key=new_id(), actor=people.erin, now=NOMINATED, **finding)
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record ORDER BY seq")]
    assert (kinds.count("candidate.sheet_entered"), kinds.count("candidate.sheet_confirmed")) == (1, 1)


@pytest.mark.parametrize(
    ("line", "home", "name"),
    [
        ("2-1-502 王芳", "2-1-502", "王芳"),
        ("2-1-502 欧阳 小明", "2-1-502", "欧阳 小明"),
        ("2-1-502　Wang Fang Li", "2-1-502", "Wang Fang Li"),
        ("2号楼 1单元 502室 欧阳 小明", "2号楼 1单元 502室", "欧阳 小明"),
        ("地库 B1 001 王芳", "地库 B1 001", "王芳"),
        ("1-1-101 业主1-1-101", "1-1-101", "业主1-1-101"),
        ("2 502", "2", "502"),
    ],
)
def test_homes_and_names_may_have_blanks_in_them(line: str, home: str, name: str) -> None:
    assert forms.signers(Form.blank(signers=line)) == [(home, name)]


async def test_what_a_sheet_may_not_say(db: AnyEngine) -> None:
    people = await garden()
    for codes, code in (((), "candidate.no_signers"), (("1-1-202",), "candidate.own_signature")):
        with pytest.raises(Invalid) as refused:
            await named(people, *codes)
        assert refused.value.errors == {"signers": code}
    assert await fetch("SELECT id FROM candidate") == []  # nobody is named without a sheet
    candidate_id = await named(people, "1-1-101")
    paper = await document(people, "联名表.jpg", "scan")
    more = {"actor": people.dana, "candidate_id": candidate_id, "file_id": paper}
    with pytest.raises(Invalid) as refused:
        stranger = (SignedAs(people.units["1-1-102"], "某某"),)
        await sheets.enter(key=new_id(), signed=stranger, now=NOW, **more)
    assert (refused.value.errors, refused.value.details["who"]) == ({"signers": "candidate.signer_unknown"}, "某某")
    key = new_id()
    first = await sheets.enter(key=key, signed=signed(people, "1-1-102"), now=NOW, **more)
    assert await sheets.enter(key=key, signed=signed(people, "1-1-102"), now=NOW, **more) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        await sheets.enter(key=key, signed=signed(people, "1-2-101"), now=NOW, **more)
    with pytest.raises(Refused, match=r"election\.nominations_over"):
        await sheets.enter(key=new_id(), signed=signed(people, "1-2-101"), now=NOMINATED, **more)
    await sheets.take_back(actor=people.dana, candidate_id=candidate_id, sheet_id=first, now=NOW)
    assert len((await queries.candidate(people.community_id, candidate_id)).sheets) == 1


async def test_the_desk_copies_a_sheet_and_prints_an_empty_one(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    clock(NOW + DAY)
    dana, frank, grace = [await enter(who) for who in (people.dana, people.frank, people.grace)]
    printed = await grace.get(f"/c/garden/proposals/{proposal_id}/candidates/sheet")
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    assert (await (await enter(people.ken)).get(str(printed.url))).status_code == 403
    new = f"/c/garden/desk/elections/{proposal_id}/new"
    paper = {"document": ("联名表.pdf", PDF, "application/pdf")}
    form = {"channel": "joint", "room": "1-1-202", "name": "业主1-1-202"}
    for typed, said in (
        ("", "请照着联名表"),
        ("业主1-1-101", "每行先写房号"),
        ("9-9-999 某某", "9-9-999"),
        ("1-1-101 某某", "没有某某"),
        ("1-1-101 某\n" * 61, "最多写60人"),
    ):
        wrong = await submit(dana, await dana.get(new), "#enter", files=paper, **form, signers=typed)
        assert (wrong.status_code, said in wrong.text) == (422, True)
    lines = "1-1-101 业主1-1-101\n1-1-102　业主1-1-102"
    done = await submit(dana, await dana.get(new), "#enter", files=paper, **form, signers=lines)
    review = done.headers["location"].split("?")[0]
    assert "等第二个人确认" in (await dana.get(review)).text
    page = await frank.get(review)
    (one,) = (await queries.standing(people.community_id, proposal_id)).candidates
    await submit(frank, page, f"#confirm-sheet-{one.sheets[0].id}")
    (one,) = (await queries.standing(people.community_id, proposal_id)).candidates
    assert {each.name for each in one.sponsors} == {"业主1-1-101", "业主1-1-102"}
    page = await dana.get(review)
    more = {"sheet": ("联名表.pdf", PDF + b"2", "application/pdf")}
    bare = await submit(dana, page, "#enter-sheet", signers="1-2-101 业主1-2-101")
    assert (bare.status_code, "1-2-101 业主1-2-101" in bare.text) == (422, True)
    with_blanks = "1号楼 2单元 101室 业主 1-2-101"
    await submit(dana, page, "#enter-sheet", files=more, signers=with_blanks)
    (one,) = (await queries.standing(people.community_id, proposal_id)).candidates
    assert [each.confirmed_at is None for each in one.sheets] == [False, True]
    clock(PUBLISHED)
    assert 'id="enter-sheet"' not in (await dana.get(review)).text
