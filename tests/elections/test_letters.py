"""Somebody stands back by letter: one person records it, a second one looks at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from httpx import AsyncClient

from council.elections import consenting, letters, publishing, queries, rules
from council.elections.model import Stage
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from tests.elections.slates import (
    DAY,
    NOMINATED,
    PUBLISHED,
    STANDS,
    document,
    find,
    nominating_for,
    published,
    put_self_forward,
    slate,
)
from tests.people import Garden, garden, live_in

OPEN = PUBLISHED + DAY


async def recorded(people: Garden, candidate_id: int, *, key: str = "", reason: str = "搬家了") -> int:
    paper = await document(people, "声明.jpg", "scan")
    return await letters.record(
        actor=people.dana, candidate_id=candidate_id, key=key or new_id(), file_id=paper, reason=reason, now=OPEN
    )


async def test_one_person_takes_nobody_off_the_list(db: AnyEngine) -> None:
    people = await garden()
    proposal_id, ids = await published(people, "grace", "heidi")
    one = {"candidate_id": ids["grace"], "now": OPEN}
    with pytest.raises(Refused, match=r"election\.only_secretary"):
        await letters.record(actor=people.erin, key=new_id(), file_id=1, reason="搬家了", **one)
    with pytest.raises(Invalid) as refused:
        await recorded(people, ids["grace"], reason="")
    assert refused.value.errors == {"reason": "candidate.reason_needed"}
    plain = await document(people, "推荐函.pdf", "document")
    with pytest.raises(NotFound):
        await letters.record(actor=people.dana, key=new_id(), file_id=plain, reason="搬家了", **one)
    letter_id = await recorded(people, ids["grace"])
    found = await queries.candidate(people.community_id, ids["grace"])
    assert (found.is_in, found.letter_waits, found.letter and found.letter.reason) == (True, True, "搬家了")
    with pytest.raises(Refused, match=r"candidate\.letter_already"):
        await recorded(people, ids["grace"])
    with pytest.raises(Refused, match=r"candidate\.second_person"):
        await letters.confirm(actor=people.dana, letter_id=letter_id, **one)
    with pytest.raises(Refused, match=r"candidate\.reviewers_only"):
        await letters.confirm(actor=people.judy, letter_id=letter_id, **one)
    # the list does not stand while a letter waits
    at = await queries.standing(people.community_id, proposal_id)
    assert (rules.stage(at, STANDS), await slate(people, proposal_id)) == (Stage.OBJECTIONS, None)
    await letters.confirm(actor=people.frank, letter_id=letter_id, **one)
    await letters.confirm(actor=people.frank, letter_id=letter_id, **one)
    with pytest.raises(Refused, match=r"candidate\.letter_confirmed"):
        await letters.take_back(actor=people.dana, letter_id=letter_id, words="写错了", **one)
    gone = await queries.candidate(people.community_id, ids["grace"])
    assert (gone.withdrawn_at, gone.withdrawn_reason, gone.withdrawn_by_name) == (OPEN, "搬家了", "Dana")
    assert gone.letter is not None
    assert gone.letter.confirmed_by_name == "Frank"
    kept = await slate(people, proposal_id)
    assert kept is not None
    assert [each.candidate_id for each in kept.candidates] == [ids["heidi"]]
    rows = await fetch("SELECT kind, body FROM log_record WHERE kind LIKE 'candidate.%' ORDER BY seq")
    assert [row["kind"] for row in rows][-2:] == ["candidate.letter_recorded", "candidate.withdrawn"]
    assert not any("搬家" in row["body"] for row in rows)


async def moved_in(people: Garden, name: str, code: str) -> None:
    await live_in(people, people.actors[name].person_id, code)
    await people.refreshed(name, OPEN)


@pytest.mark.parametrize("name", ["dana", "frank"])
async def test_no_competitor_and_nobody_of_a_household_handles_a_letter(db: AnyEngine, name: str) -> None:
    people = await garden()
    _, ids = await published(people, "grace", "heidi")
    one = {"candidate_id": ids["grace"], "now": OPEN}

    async def asked() -> None:
        if name == "dana":
            await recorded(people, ids["grace"])
        else:
            await letters.confirm(actor=people.frank, letter_id=letter_id, **one)

    letter_id = 0 if name == "dana" else await recorded(people, ids["grace"])
    stands = "UPDATE candidate SET person_id = {} WHERE id = {}"
    await execute(stands, people.actors[name].person_id, ids["heidi"])
    with pytest.raises(Refused, match=r"candidate\.candidate_reviews") as refused:
        await asked()
    assert refused.value.forbidden
    await execute(stands, people.heidi.person_id, ids["heidi"])
    await moved_in(people, name, "1-1-201")  # with Heidi
    with pytest.raises(Refused, match=r"candidate\.household"):
        await asked()
    found = await queries.candidate(people.community_id, ids["grace"])
    assert (found.is_in, found.letter is None) == (True, name == "dana")
    # Heidi does not stand any more
    await consenting.withdraw(actor=people.heidi, candidate_id=ids["heidi"], reason="家里有事", now=OPEN)
    await asked()
    found = await queries.candidate(people.community_id, ids["grace"])
    assert (found.is_in, found.letter_waits) == (name == "dana", name == "dana")


async def test_the_page_says_why_a_letter_is_for_a_colleague(
    db: AnyEngine, enter: Callable[..., Awaitable[AsyncClient]], clock: Callable[[datetime], object]
) -> None:
    people = await garden()
    _, ids = await published(people, "grace", "heidi")
    clock(OPEN)
    dana = await enter(people.dana)
    path = f"/c/garden/desk/candidates/{ids['grace']}"
    assert 'id="letter-form"' in (await dana.get(path)).text
    await moved_in(people, "dana", "1-1-201")
    page = (await dana.get(path)).text
    assert ('id="letter-form"' in page, "是一家人" in page) == (False, True)


async def test_a_wrong_letter_is_taken_back_with_a_reason(db: AnyEngine) -> None:
    people = await garden()
    _, ids = await published(people, "grace")
    one = {"candidate_id": ids["grace"], "now": OPEN}
    key = new_id()
    first = await recorded(people, ids["grace"], key=key)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await recorded(people, ids["grace"], key=key, reason="身体不好")
    with pytest.raises(Invalid):
        await letters.take_back(actor=people.frank, letter_id=first, words="", **one)
    with pytest.raises(Refused, match=r"candidate\.reviewers_only"):
        await letters.take_back(actor=people.judy, letter_id=first, words="不是本人", **one)
    await letters.take_back(actor=people.frank, letter_id=first, words="不是本人签的", **one)
    await letters.take_back(actor=people.frank, letter_id=first, words="不是本人签的", **one)
    found = await queries.candidate(people.community_id, ids["grace"])
    assert (found.is_in, found.letter) == (True, None)
    with pytest.raises(Refused, match=r"candidate\.letter_gone"):
        await letters.confirm(actor=people.frank, letter_id=first, **one)
    (row,) = await fetch("SELECT withdrawn_by_name, file_id FROM candidate_letter")
    assert (row["withdrawn_by_name"], row["file_id"] is not None) == ("Frank", True)
    # another one may be recorded, and the candidate may still stand back themselves
    await recorded(people, ids["grace"])
    await consenting.withdraw(actor=people.grace, candidate_id=ids["grace"], reason="家里有事", now=OPEN)
    assert (await queries.candidate(people.community_id, ids["grace"])).withdrawn_by_name == "Grace"


async def test_the_notice_waits_for_the_second_person(db: AnyEngine) -> None:
    people = await garden()
    proposal_id = await nominating_for(people)
    ids = [await put_self_forward(people, name, proposal_id) for name in ("grace", "heidi")]
    for each in ids:
        await find(people, each)
    paper = await document(people, "声明.jpg", "scan")
    letter_id = await letters.record(
        actor=people.dana, candidate_id=ids[0], key=new_id(), file_id=paper, reason="搬家了", now=NOMINATED
    )
    with pytest.raises(Refused, match=r"election\.letters_wait"):
        await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    await letters.confirm(actor=people.erin, candidate_id=ids[0], letter_id=letter_id, now=NOMINATED)
    await publishing.publish(actor=people.dana, proposal_id=proposal_id, now=PUBLISHED)
    numbers = {each.id: each.number for each in (await queries.standing(people.community_id, proposal_id)).candidates}
    assert numbers == {ids[0]: None, ids[1]: 1}
