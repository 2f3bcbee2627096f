"""Who looks at whom: nobody at their own paper, finding or namesake, where the office has somebody else; and a form
that comes twice is one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from council.accounts.parties import has_other
from council.accounts.staff import colleagues
from council.elections import consenting, forms, nominating, objecting, permissions, queries, reviewing
from council.elections.candidate import Channel, Verdict
from council.elections.model import ObjectionOutcome
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.web.forms import Form
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    document,
    find,
    nominating_for,
    nomination,
    objected,
    published,
    put_self_forward,
)
from tests.people import NOW, Garden, garden, live_in

OPEN = PUBLISHED + 2 * DAY
ELIGIBLE = {"verdict": Verdict.ELIGIBLE, "reason": None, "words": "", "now": NOMINATED}


async def alone(people: Garden, *names: str) -> None:
    """Nobody else has a role here any more."""
    keep = [people.actors[name].person_id for name in names]
    await execute(
        "UPDATE staff_role SET ended_at = {}, ended_by_name = 'system' WHERE ended_at IS NULL AND NOT person_id IN {}",
        *(NOW, keep),
    )


async def by_the_party(people: Garden) -> int:
    proposal_id = await nominating_for(people)
    paper = await document(people)
    sent = nomination(people, "1-1-301", Channel.PARTY, nominated_by="党支部", document_id=paper)
    candidate_id = await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    await consenting.consent(key=new_id(), actor=people.judy, candidate_id=candidate_id, statement="", now=NOW)
    return candidate_id


async def test_whoever_entered_the_paper_leaves_it_to_others(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await by_the_party(people)
    with pytest.raises(Refused, match=r"candidate\.own_paper") as refused:
        await reviewing.judge(actor=people.dana, candidate_id=candidate_id, key=new_id(), **ELIGIBLE)
    assert refused.value.forbidden
    await reviewing.judge(actor=people.erin, candidate_id=candidate_id, key=new_id(), **ELIGIBLE)
    with pytest.raises(Refused, match=r"candidate\.own_paper"):  # Frank is there to be the second
        await reviewing.confirm(actor=people.dana, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    await reviewing.confirm(actor=people.frank, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)


async def test_an_office_of_two_goes_on(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await by_the_party(people)
    await alone(people, "dana", "erin")
    with pytest.raises(Refused, match=r"candidate\.own_paper"):
        await reviewing.judge(actor=people.dana, candidate_id=candidate_id, key=new_id(), **ELIGIBLE)
    await reviewing.judge(actor=people.erin, candidate_id=candidate_id, key=new_id(), **ELIGIBLE)
    await reviewing.confirm(actor=people.dana, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    assert (await queries.candidate(people.community_id, candidate_id)).is_eligible


async def test_a_namesake_does_not_review(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await put_self_forward(people, "grace", await nominating_for(people))
    namesake = replace(people.dana, name="业主 1-1-102")
    with pytest.raises(Refused, match=r"candidate\.same_name"):
        await reviewing.judge(actor=namesake, candidate_id=candidate_id, key=new_id(), **ELIGIBLE)
    await find(people, candidate_id)


async def with_heidi(people: Garden, *names: str) -> None:
    for name in names:
        await live_in(people, people.actors[name].person_id, "1-1-201")
        await people.refreshed(name, OPEN)


async def test_nobody_reviews_where_their_household_stands(db: AnyEngine) -> None:
    """Neither the one who is of it nor another one who stands."""
    people = await garden()
    proposal_id = await nominating_for(people)
    grace, heidi = [await put_self_forward(people, name, proposal_id) for name in ("grace", "heidi")]
    await with_heidi(people, "dana", "frank")
    for one in (grace, heidi):
        about = {"candidate_id": one, "now": NOMINATED}
        with pytest.raises(Refused, match=r"candidate\.household") as refused:
            await reviewing.judge(actor=people.dana, key=new_id(), **{**ELIGIBLE, **about})
        assert refused.value.forbidden
        await reviewing.judge(actor=people.erin, key=new_id(), **{**ELIGIBLE, **about})
        with pytest.raises(Refused, match=r"candidate\.household"):
            await reviewing.confirm(actor=people.frank, seen=NOMINATED, **about)
        with pytest.raises(Refused, match=r"candidate\.household"):
            await reviewing.send_back(actor=people.frank, seen=NOMINATED, words="材料不全。", **about)
        assert (await queries.candidate(people.community_id, one)).confirmed_at is None
    await consenting.withdraw(actor=people.heidi, candidate_id=heidi, reason="家里有事", now=NOMINATED)
    await reviewing.confirm(actor=people.frank, candidate_id=grace, seen=NOMINATED, now=NOMINATED)


async def test_nobody_answers_objections_where_their_household_stands(db: AnyEngine) -> None:
    """Then Erin, who found it herself, is the only other one, and answers; who seconds it is not of it either."""
    people = await garden()
    _, ids = await published(people, "grace", "heidi")
    await with_heidi(people, "dana", "frank")
    first = await objected(people, ids["grace"])
    said = {"outcome": ObjectionOutcome.UPHELD, "words": "已经核实。", "now": OPEN}
    with pytest.raises(Refused, match=r"candidate\.household") as refused:
        await objecting.answer(actor=people.dana, objection_id=first, **said)
    assert refused.value.forbidden
    await objecting.answer(actor=people.erin, objection_id=first, **said)
    for verb, more in ((objecting.uphold, {}), (objecting.send_back, {"words": "证据不足"})):
        with pytest.raises(Refused, match=r"candidate\.household"):
            await verb(actor=people.frank, objection_id=first, now=OPEN, **more)
    assert (await queries.candidate(people.community_id, ids["grace"])).is_in


async def test_the_desk_says_that_it_is_for_a_colleague(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    _, ids = await published(people, "grace", "heidi")
    against = await objected(people, ids["grace"])
    clock(OPEN)
    await alone(people, "dana", "erin")
    dana = await enter(people.dana)
    path = f"/c/garden/desk/candidates/{ids['grace']}"
    assert f'id="answer-{against}"' in (await dana.get(path)).text
    await with_heidi(people, "dana")
    page = (await dana.get(path)).text
    assert (f'id="answer-{against}"' in page, page.count("是一家人，请别的同事办理")) == (False, 1)


async def test_whoever_found_it_does_not_answer(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    await execute(
        "INSERT INTO staff_role (person_id, role, community_id, granted_at, granted_by_name)"
        " VALUES ({}, 'committee', {}, {}, 'system')",
        *(people.ken.person_id, people.community_id, NOW),
    )
    await people.refreshed("ken")
    first = await objected(people, ids["grace"])
    said = {"outcome": ObjectionOutcome.UPHELD, "words": "已经核实。", "now": OPEN}
    for found in (people.dana, people.erin):
        with pytest.raises(Refused, match=r"candidate\.found_it") as refused:
            await objecting.answer(actor=found, objection_id=first, **said)
        assert refused.value.forbidden
    await objecting.answer(actor=people.ken, objection_id=first, **said)
    with pytest.raises(Refused, match=r"candidate\.found_it"):
        await objecting.send_back(actor=people.erin, objection_id=first, words="证据不足", now=OPEN)
    await objecting.uphold(actor=people.frank, objection_id=first, now=OPEN)


async def test_where_nobody_else_is_left_they_answer(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    first = await objected(people, ids["grace"])
    await alone(people, "dana", "erin")
    said = {"outcome": ObjectionOutcome.UPHELD, "words": "已经核实。", "now": OPEN}
    await objecting.answer(actor=people.dana, objection_id=first, **said)
    await objecting.uphold(actor=people.erin, objection_id=first, now=OPEN)
    assert not (await queries.candidate(people.community_id, ids["grace"])).is_in
    office = await colleagues(people.community_id, permissions.SECONDS)
    here = {each.person_id for each in office}
    assert here == {people.dana.person_id, people.erin.person_id}
    assert not has_other(office, permissions.SECONDS, here)
    assert has_other(office, permissions.SECONDS, {people.dana.person_id})


async def test_two_taps_of_a_review_are_one_finding(db: AnyEngine) -> None:
    people = await garden()
    candidate_id = await put_self_forward(people, "grace", await nominating_for(people))
    key = new_id()
    one = {"actor": people.dana, "candidate_id": candidate_id, "key": key}
    await reviewing.judge(**one, **ELIGIBLE)
    await reviewing.confirm(actor=people.erin, candidate_id=candidate_id, seen=NOMINATED, now=NOMINATED)
    await reviewing.judge(**one, **ELIGIBLE | {"now": NOMINATED + DAY})  # the network held it back
    found = await queries.candidate(people.community_id, candidate_id)
    assert (found.is_eligible, found.judged_at) == (True, NOMINATED)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await reviewing.judge(**one, **ELIGIBLE | {"words": "材料齐全。"})
    with pytest.raises(Refused, match=r"form\.used_before"):
        await reviewing.judge(**one | {"actor": people.erin}, **ELIGIBLE)
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record")]
    assert kinds.count("candidate.judged") == 1


async def test_two_taps_of_a_yes_are_one(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-202", Channel.JOINT)
    candidate_id = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    one = {"actor": people.ivan, "candidate_id": candidate_id}
    key = new_id()
    await consenting.consent(key=key, statement="我愿意。", now=NOW, **one)
    await consenting.consent(key=new_id(), statement="我很愿意。", now=NOW, **one)
    await consenting.consent(key=key, statement="我愿意。", now=NOW + DAY, **one)
    assert (await queries.candidate(people.community_id, candidate_id)).statement == "我很愿意。"
    with pytest.raises(Refused, match=r"form\.used_before"):
        await consenting.consent(key=key, statement="别的话", now=NOW, **one)


async def test_ones_own_nomination_takes_the_place_of_a_joint_one(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    words = "他什么都没做过。"
    sent = nomination(people, "1-1-202", Channel.JOINT, statement=words)
    joint = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    clock(NOW + DAY)
    heidi = await enter(people.heidi)
    page = (await heidi.get(f"/c/garden/candidates/{joint}")).text
    assert "这是推荐人Grace写的，本人还没有同意参选" in page
    own = await put_self_forward(people, "ivan", proposal_id)
    gone = await queries.candidate(people.community_id, joint)
    assert (gone.is_in, gone.replaced_by) == (False, own)
    listed = (await heidi.get(f"/c/garden/proposals/{proposal_id}/candidates")).text
    assert (f"/candidates/{own}" in listed, f"/candidates/{joint}" in listed) == (True, False)
    page = (await heidi.get(f"/c/garden/candidates/{own}")).text
    assert (words in page, "愿意为邻居服务。" in page, "这是推荐人" in page) == (False, True, False)
    desk = (await (await enter(people.dana)).get(f"/c/garden/desk/candidates/{joint}")).text
    assert ("本人已改为自荐" in desk, f"/desk/candidates/{own}" in desk) == (True, True)
    # an organisation's recommendation stays as it is
    paper = await document(people)
    sent = nomination(people, "1-1-201", Channel.PARTY, nominated_by="党支部", document_id=paper)
    await nominating.nominate(actor=people.dana, proposal_id=proposal_id, nomination=sent, now=NOW)
    with pytest.raises(Refused, match=r"candidate\.named_already"):
        await put_self_forward(people, "heidi", proposal_id)


async def test_the_same_form_with_another_home_is_another_one(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    sent = nomination(people, "1-1-202", Channel.JOINT)
    first = await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=sent, now=NOW)
    spaced = replace(sent, name="业主 1-1-202")
    assert await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=spaced, now=NOW) == first
    with pytest.raises(Refused, match=r"form\.used_before"):
        other = replace(sent, unit_id=people.units["1-1-301"])
        await nominating.nominate(actor=people.grace, proposal_id=proposal_id, nomination=other, now=NOW)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "candidate.no_signers"),
        ("王芳", "candidate.signer_line"),
        ("1-1-101 王芳\n" * 61, "candidate.many_signers"),
        ("9-9-999 王芳", "candidate.signer_room"),
    ],
)
def test_the_lines_of_a_sheet(typed: str, code: str) -> None:
    form = Form.blank(signers=typed)
    lines = forms.signers(form)
    if not form.problems:
        forms.signed_as(form, lines, [[] for _ in lines])
    assert [each.code for each in form.problems] == [code]
