"""Of the two people behind a paper the second is nobody whom it is about, and the first only where there are no two
others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from council.accounts.tables import StaffRole
from council.bodies import entries
from council.bodies.composition import Seat
from council.bodies.model import Ending, Post, Side, VoteForm
from council.bodies.papers import Dissolution, Drawing, Earlier, Filing, Leaving, Minutes, Paper
from council.kernel.actor import Actor, Role
from council.kernel.errors import Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.voting import official_results
from council.voting.official import Placed
from tests.bodies.ground import DAY, Committee, appointment, committee, on_paper, scan, seats
from tests.bodies.test_earlier_committee import earlier
from tests.bodies.test_equal_alternates import WITNESSES, with_equals
from tests.bodies.test_official_elections import asked, drafted
from tests.people import LONG_AGO, NOW, Garden, garden, sign_in
from tests.voting.motions import AFTER

SOON = AFTER + DAY


async def made(people: Garden, name: str, role: Role = Role.COMMITTEE) -> Actor:
    """This neighbour works for the committee or the desk as well."""
    role_of = StaffRole(
        person_id=people.actors[name].person_id,
        role=role.value,
        community_id=people.community_id,
        granted_at=LONG_AGO,
        granted_by_name="system",
    )
    await StaffRole.insert(role_of)
    return await people.refreshed(name, NOW)


async def alone(people: Garden, *names: str) -> None:
    """These work here no more."""
    ids = [people.actors[name].person_id for name in names]
    await execute("UPDATE staff_role SET ended_at = {}, ended_by_name = 'Test' WHERE person_id IN {}", NOW, ids)


async def put(people: Garden, actor: Actor, body_id: int | None, paper: Paper, *, scanned: bool = True) -> int:
    scan_id = await scan(people) if scanned else None
    return await entries.record(actor=actor, body_id=body_id, paper=paper, scan_id=scan_id, key=new_id(), now=SOON)


def chosen(given: Committee) -> Minutes:
    votes = {Post.CHAIR: {given.members["grace"]: 3}, Post.DEPUTY: {given.members["heidi"]: 3}}
    return Minutes(SOON, VoteForm.NAMED, "工作规则第八条", votes)


async def test_two_members_do_not_make_themselves_chair_and_deputy(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    grace, heidi = await made(people, "grace"), await made(people, "heidi")
    with pytest.raises(Refused, match=r"body\.about_you") as refused:
        await put(people, grace, given.id, chosen(given))
    assert refused.value.forbidden
    entry_id = await put(people, people.dana, given.id, chosen(given))
    for member in (grace, heidi):
        with pytest.raises(Refused, match=r"body\.about_you"):
            await entries.confirm(actor=member, entry_id=entry_id, now=SOON)
    assert (await given.body()).holder(Post.CHAIR) is None
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON)
    chair = (await given.body()).holder(Post.CHAIR)
    assert chair is not None
    assert chair.name == "Grace"


async def test_where_the_desk_is_alone_a_member_records_and_the_desk_confirms(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    grace, heidi = await made(people, "grace"), await made(people, "heidi")
    await alone(people, "erin")
    entry_id = await put(people, grace, given.id, chosen(given))
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=heidi, entry_id=entry_id, now=SOON)
    await entries.confirm(actor=people.dana, entry_id=entry_id, now=SOON)
    assert (await given.body()).holder(Post.DEPUTY) is not None


async def test_members_and_alternates_do_not_send_a_rival_away(db: AnyEngine) -> None:
    people = await garden()
    given = await committee(people)
    grace, judy = await made(people, "grace"), await made(people, "judy")
    paper = Leaving(given.members["ivan"], Ending.RESIGNED, SOON)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await put(people, judy, given.id, paper)
    entry_id = await put(people, people.erin, given.id, paper)
    for member in (grace, judy):
        with pytest.raises(Refused, match=r"body\.about_you"):
            await entries.confirm(actor=member, entry_id=entry_id, now=SOON)
    assert len((await given.body()).sitting) == 3


async def test_whom_a_list_names_by_owner_or_by_name_leaves_it_to_others(db: AnyEngine) -> None:
    """Leo only says that he owns 1-1-302; Erin has the name of somebody on the list."""
    people = await garden()
    leo = await made(people, "leo")
    assert (leo.owner_ids, len(leo.tied_owner_ids)) == (frozenset(), 1)
    paper = appointment(people, seats=seats(people, 5, 4))
    with pytest.raises(Refused, match=r"body\.about_you"):
        await put(people, leo, None, paper)
    entry_id = await put(people, people.dana, None, paper)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=leo, entry_id=entry_id, now=SOON)
    namesake = replace(people.erin, name="居委会 1")
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=namesake, entry_id=entry_id, now=SOON)
    await entries.confirm(actor=people.erin, entry_id=entry_id, now=SOON)


async def test_two_members_bring_in_no_earlier_committee_of_themselves(db: AnyEngine) -> None:
    people = await garden()
    grace, heidi = await made(people, "grace"), await made(people, "heidi")
    listed = tuple(
        Seat(f"业主{code}", Side.OWNER, post, code)
        for code, post in (("1-1-102", Post.CHAIR), ("1-1-201", Post.DEPUTY))
    )
    paper = Earlier(2, AFTER - 400 * DAY, AFTER + 400 * DAY, Filing("7号", "街道", AFTER - 300 * DAY), listed)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await put(people, grace, None, paper)
    entry_id = await put(people, people.erin, None, paper)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=heidi, entry_id=entry_id, now=SOON)


async def test_an_owners_committee_does_not_send_the_management_committee_away(db: AnyEngine) -> None:
    people = await garden()
    management = await on_paper(people, None, appointment(people), SOON)
    await on_paper(people, None, earlier(), SOON)
    grace = await made(people, "grace")
    paper = Dissolution("花街办〔2026〕9号", SOON)
    entry_id = await put(people, people.dana, management, paper)
    with pytest.raises(Refused, match=r"body\.about_you"):
        await entries.confirm(actor=grace, entry_id=entry_id, now=SOON)


async def test_whose_paper_has_run_out_has_still_to_do_with_the_lot(db: AnyEngine) -> None:
    """Ivan is in the lot; Erin acted for him until yesterday."""
    people = await garden()
    given = await with_equals(people)
    owner_id = people.owners["1-1-202"]
    moved = "UPDATE owner_claim SET person_id = {}, acts_until = {} WHERE owner_id = {}"
    await execute(moved, people.erin.person_id, SOON - DAY, owner_id)
    erin = await people.refreshed("erin", SOON)
    assert erin.lapsed_owner_ids == {owner_id}
    order = tuple(each.id for each in (await given.body()).equals)
    paper = Drawing(order, WITNESSES, SOON)
    with pytest.raises(Refused, match=r"lot\.candidate"):
        await put(people, erin, given.id, paper)
    entry_id = await put(people, people.dana, given.id, paper)
    with pytest.raises(Refused, match=r"lot\.candidate"):
        await entries.confirm(actor=erin, entry_id=entry_id, now=SOON)


async def test_candidates_record_no_official_result_of_their_own_election(db: AnyEngine, tmp_path: Path) -> None:
    people, motion, numbers = await asked(tmp_path)
    grace, heidi = await made(people, "grace", Role.SECRETARY), await made(people, "heidi")
    draft = await drafted(people, (Placed(numbers["grace"]), Placed(numbers["heidi"])))
    with pytest.raises(Refused, match=r"official\.stands_in_it"):
        await official_results.record(actor=grace, motion_id=motion.id, draft=draft, now=SOON)
    official_id = await official_results.record(actor=people.dana, motion_id=motion.id, draft=draft, now=SOON)
    for candidate in (heidi, grace):
        with pytest.raises(Refused, match=r"official\.stands_in_it"):
            await official_results.confirm(actor=candidate, official_id=official_id, now=SOON)
    namesake = replace(people.erin, name="Ju dy")
    with pytest.raises(Refused, match=r"official\.stands_in_it"):
        await official_results.confirm(actor=namesake, official_id=official_id, now=SOON)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=SOON)


async def test_a_candidate_who_is_the_only_secretary_records_it(db: AnyEngine, tmp_path: Path) -> None:
    people, motion, numbers = await asked(tmp_path)
    grace = await made(people, "grace", Role.SECRETARY)
    draft = await drafted(people, (Placed(numbers["grace"]),))
    await alone(people, "dana")
    official_id = await official_results.record(actor=grace, motion_id=motion.id, draft=draft, now=SOON)
    await official_results.confirm(actor=people.erin, official_id=official_id, now=SOON)


@pytest.mark.parametrize(
    ("locale", "can", "own", "nobody"),
    [
        ("zh-CN", "可以确认的人：Erin", "这份材料与您有关", "除了您，现在没有人可以确认"),
        ("en", "Can confirm it: Erin", "This paper is about you", "Besides you nobody is there"),
    ],
)
async def test_the_page_says_who_may_confirm(
    db: AnyEngine, app: Litestar, client: httpx.AsyncClient, locale: str, can: str, own: str, nobody: str
) -> None:
    people = await garden()
    given = await committee(people)
    grace = await made(people, "grace")
    client.headers["Accept-Language"] = locale
    form = f"/c/garden/desk/bodies/{given.id}/leaving"
    entry_id = await put(people, people.dana, given.id, Leaving(given.members["ivan"], Ending.RESIGNED, SOON))
    await sign_in(client, grace)
    page = (await client.get(f"/c/garden/desk/bodies/papers/{entry_id}")).text
    assert can in page
    assert own in page
    assert 'id="confirm"' not in page
    refused = await client.get(form)
    assert (refused.status_code, own in refused.text) == (403, True)
    await sign_in(client, people.dana)
    assert can in (await client.get(form)).text
    await alone(people, "erin")
    assert nobody in (await client.get(form)).text
