"""From a slip to a ballot takes two: whoever has seen the code lets no account vote that came in by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from council.accounts import people as door
from council.accounts import queries, slips
from council.accounts.model import Device, HowVerified
from council.accounts.people import Visitor
from council.accounts.slipcodes import CodeKind
from council.files import store
from council.kernel.errors import Refused
from council.storage.database import AnyEngine
from council.storage.sql import fetch
from council.voting import holding_papers, undoing
from council.voting.holding import Capacity
from tests.people import NOW, Garden, garden
from tests.voting.holders import recorded
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
