"""From a slip to a ballot takes two: whoever has seen the code lets no account vote that came in by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from council.accounts import credentials, queries, slips, tie_queries
from council.accounts import people as door
from council.accounts.model import Device, HowVerified
from council.accounts.people import Visitor
from council.accounts.slipcodes import CodeKind
from council.files import store
from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import holding_papers, undoing
from council.voting import queries as queries_of_votes
from council.voting.halt import HaltAct
from council.voting.holding import Capacity
from tests.people import NOW, Garden, garden
from tests.voting.holders import claim, confirmed, halted, recorded
from tests.voting.motions import DURING, cast, opened

HOME = "1-1-402"
SECRET = b"a secret for tests that is long enough"
DOOR = Visitor("203.0.113.7", Device.ANDROID)


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def joined_by(people: Garden, name: str) -> int:
    """An account that somebody of the office has made for a home where nobody has one; its claim."""
    actor = people.actors[name]
    slip = await slips.reissue(
        actor=actor, kind=CodeKind.OWNER, target_id=people.owners[HOME], reason="丢了", secret=SECRET, now=NOW
    )
    shown = await slips.reveal(actor=actor, slip_id=slip.id, secret=SECRET, now=NOW)
    given = {"is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": NOW}
    await door.join_as_new(typed=shown.code, name="何文斌", phone="13800000077", password="plum-blossom-42", **given)
    (row,) = await fetch("SELECT id, person_id FROM owner_claim WHERE access_code_id = {}", slip.id)
    actor_now = await queries.actor(row["person_id"], people.community_id, DURING)
    assert actor_now is not None
    people.actors["made up"] = actor_now
    return int(row["id"])


async def test_a_grid_worker_alone_votes_for_nobody(people: Garden) -> None:
    motion = await opened(people)
    claim_id = await joined_by(people, "frank")
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await undoing.verify_claim(actor=people.frank, claim_id=claim_id, how=HowVerified.DEED, now=DURING)
    with pytest.raises(Refused):
        await cast(await people.refreshed("made up", DURING), motion)
    assert await fetch("SELECT id FROM ballot") == []
    await undoing.verify_claim(actor=people.dana, claim_id=claim_id, how=HowVerified.DEED, now=DURING)
    assert (await cast(await people.refreshed("made up", DURING), motion)).state == "in_force"


async def test_nor_by_the_way_of_a_guardians_paper(people: Garden) -> None:
    """The second yes on a guardian's paper checks the account as well: it is not that of whoever made it."""
    await joined_by(people, "frank")
    paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="made up", by=people.dana)
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await holding_papers.confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
    assert not (await people.refreshed("made up")).owner_ids
    paper = await fetch("SELECT confirmed_at FROM holder_paper WHERE id = {}", paper_id)
    assert paper[0]["confirmed_at"] is None


async def taken_over(people: Garden, name: str, by: str, at: datetime = NOW) -> None:
    """Somebody of the office issues the slip for a new password, and uses it."""
    person_id, actor = people.actors[name].person_id, people.actors[by]
    slip = await slips.issue_reset(actor=actor, person_id=person_id, reason="忘了密码", secret=SECRET, now=at)
    shown = await slips.reveal(actor=actor, slip_id=slip.id, secret=SECRET, now=at)
    given = {"is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": at}
    await credentials.set_password_with_slip(typed=shown.code, password="a quite new one", **given)


async def claim_of(people: Garden, name: str) -> int:
    (row,) = await fetch(
        "SELECT id FROM owner_claim WHERE person_id = {} AND ended_at IS NULL", people.actors[name].person_id
    )
    return int(row["id"])


async def check(people: Garden, who: str, claim_id: int) -> None:
    actor = people.actors[who]
    await undoing.verify_claim(actor=actor, claim_id=claim_id, how=HowVerified.TELEPHONE, now=DURING)


async def test_with_a_new_password_an_owner_votes_once_somebody_else_has_checked(people: Garden) -> None:
    motion = await opened(people)
    claim_id = await claim_of(people, "heidi")
    await taken_over(people, "heidi", "dana")
    with pytest.raises(Refused, match=r"ballot\.not_verified"):
        await cast(await people.refreshed("heidi", DURING), motion)
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await check(people, "dana", claim_id)
    with pytest.raises(Refused, match=r"ballot\.not_verified"):
        await cast(await people.refreshed("heidi", DURING), motion)
    assert await fetch("SELECT id FROM ballot") == []
    await check(people, "frank", claim_id)
    assert (await cast(await people.refreshed("heidi", DURING), motion)).state == "in_force"


async def test_what_was_cast_before_stands(people: Garden) -> None:
    motion = await opened(people)
    await cast(people.heidi, motion)
    await taken_over(people, "heidi", "dana", DURING)
    assert [row["state"] for row in await fetch("SELECT state FROM ballot")] == ["in_force"]


async def test_an_owner_who_waits_is_ended_by_nobody_alone_while_the_vote_runs(people: Garden) -> None:
    """As before the new password: one who resets and then undoes would have stopped their vote for good."""
    await opened(people)
    await taken_over(people, "heidi", "dana")
    claim_id = await claim_of(people, "heidi")
    with pytest.raises(Refused, match=r"claim\.needs_second"):
        await undoing.undo_claim(actor=people.dana, claim_id=claim_id, reason="搞错了", now=DURING)


async def test_a_guardian_who_waits_stays_one_and_ends_with_the_paper(people: Garden) -> None:
    await claim(people, "gina", HOME)
    paper_id = await confirmed(people, HOME, Capacity.GUARDIAN, who="gina")
    await execute("UPDATE staff_role SET ended_at = {}, ended_by_name = '' WHERE role = 'auditor'", NOW)
    await taken_over(people, "gina", "dana")
    claim_id = await claim_of(people, "gina")
    await check(people, "frank", claim_id)
    motion = await opened(people)
    voter = (await queries_of_votes.voters_for(await people.refreshed("gina", DURING), motion))[0]
    assert voter.acting is not None
    assert voter.acting.paper_id == paper_id
    await taken_over(people, "gina", "dana", DURING)
    await halted(people, HaltAct.END_PAPER, words="监护到期", now=DURING, paper_id=paper_id)
    assert await tie_queries.claims_of_owners(people.community_id, [people.owners[HOME]]) == []


async def test_a_second_guardians_paper_checks_whoever_waits_too(people: Garden) -> None:
    """Moved on by a newer paper, confirmed by whoever has not seen the slip for the new password."""
    await claim(people, "gina", HOME)
    await confirmed(people, HOME, Capacity.GUARDIAN, who="gina", until=NOW + timedelta(days=1))
    await execute("UPDATE staff_role SET ended_at = {}, ended_by_name = '' WHERE role = 'auditor'", NOW)
    await taken_over(people, "gina", "dana")
    late = NOW + timedelta(days=2)
    paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", by=people.frank, now=late)
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await holding_papers.confirm_paper(actor=people.dana, paper_id=paper_id, now=late)
    await holding_papers.end_paper(actor=people.frank, paper_id=paper_id, reason="换人核对", now=late)
    paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", by=people.dana, now=late)
    await holding_papers.confirm_paper(actor=people.frank, paper_id=paper_id, now=late)
    assert people.owners[HOME] in (await people.refreshed("gina", late)).owner_ids
