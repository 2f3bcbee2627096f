"""What is left of somebody who acted for an owner when their paper has run out or ended: to be told so, and no more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from council.files import store
from council.kernel.errors import NotFound, Refused
from council.kernel.ids import new_id
from council.proposals import service as proposals
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import kept, objections, proxies, proxy_queries, queries, recounts
from council.voting.halt import HaltAct
from council.voting.holding import Capacity
from council.voting.holding_papers import confirm_paper, end_paper
from council.voting.kept import Changed
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.undoing import undo_claim
from tests.people import NOW, Garden, garden, say_in_bylaws
from tests.voting.holders import claim, confirmed, halted, recorded
from tests.voting.motions import AFTER, DURING, cast, filed, opened
from tests.voting.test_proxies import give, number_of, proxied

HOME = "1-1-302"
SOON = DURING - timedelta(hours=1)


@pytest.fixture
async def people(db: AnyEngine, tmp_path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def guardian(people: Garden, *, until=None) -> int:
    await claim(people, "gina", HOME)
    return await confirmed(people, HOME, Capacity.GUARDIAN, who="gina", until=until)


async def given(people: Garden, *, until=None) -> tuple[int, Motion]:
    """Gina, a guardian, lets Ivan cast for her ward."""
    paper_id = await guardian(people, until=until)
    motion = await opened(people)
    await give(
        people, motion, "gina", "ivan", now=SOON - timedelta(hours=1), number=await number_of(people, motion, HOME)
    )
    return paper_id, motion


async def test_the_account_is_that_owner_no_more_and_still_let_in(people: Garden) -> None:
    await guardian(people, until=SOON)
    owner_id, unit_id = people.owners[HOME], people.units[HOME]
    before = await people.refreshed("gina", SOON - timedelta(seconds=1))
    assert owner_id in before.owner_ids
    assert unit_id in before.unit_ids
    after = await people.refreshed("gina", SOON)
    assert owner_id not in after.owner_ids
    assert unit_id not in after.unit_ids
    assert (after.lapsed_owner_ids, after.is_member) == (frozenset({owner_id}), True)
    assert owner_id in after.tied_owner_ids, "and stays recused from what is about that owner"


async def test_a_new_paper_of_the_same_guardian_opens_it_again(people: Garden) -> None:
    await guardian(people, until=SOON)
    paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", now=DURING)
    await confirm_paper(actor=people.frank, paper_id=paper_id, now=DURING)
    assert people.owners[HOME] in (await people.refreshed("gina", AFTER)).owner_ids


async def test_nothing_beyond_casting_is_open_to_them_either(people: Garden) -> None:
    await guardian(people, until=SOON)
    motion = await opened(people)
    other = await filed(people, title="另一件事")
    gina = await people.refreshed("gina", DURING)
    with pytest.raises(Refused, match=r"ballot\.authority_expired"):
        await cast(gina, motion, at=DURING)
    with pytest.raises(Refused):
        await proposals.endorse(actor=gina, proposal_id=other, unit_id=people.units[HOME], now=DURING)
    with pytest.raises(Refused, match=r"ballot\.authority_expired"):
        await give(people, motion, "gina", "ivan", number=await number_of(people, motion, HOME))
    voters = await queries.voters_for(gina, motion)
    assert [each.is_lapsed for each in voters] == [True]
    assert proxies.on_roll(voters) == []
    with pytest.raises(Refused, match=r"count\.query_on_roll"):
        await recounts.ask_recount(actor=gina, motion_id=motion.id, key=new_id(), words="请再点一遍", now=AFTER)
    with pytest.raises(Refused, match=r"objection\.not_concerned"):
        await objections.file_objection(
            actor=gina, motion_id=motion.id, key=new_id(), ground="面积不对，请复核", place="", now=AFTER
        )


async def test_a_mandate_lives_no_longer_than_its_guardians_paper(people: Garden) -> None:
    _, motion = await given(people, until=SOON)
    (row,) = await fetch("SELECT giver_paper_id, giver_until FROM proxy")
    assert (row["giver_paper_id"], row["giver_until"]) != (None, None)
    number = await number_of(people, motion, HOME)
    with pytest.raises(Refused, match=r"ballot\.mandate_expired") as refused:
        await cast(people.ivan, motion, at=SOON, voter=number)
    assert refused.value.details == {"name": people.gina.name}
    done = await cast(people.ivan, motion, at=SOON - timedelta(seconds=1), voter=number)
    assert done.state == "in_force"


async def test_a_longer_paper_does_not_lengthen_the_mandate(people: Garden) -> None:
    """It was given under the other one; the guardian gives a new mandate, if they want to."""
    _, motion = await given(people, until=SOON)
    newer = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", now=NOW)
    await confirm_paper(actor=people.frank, paper_id=newer, now=NOW)
    with pytest.raises(Refused, match=r"ballot\.mandate_expired"):
        await cast(people.ivan, motion, at=SOON - timedelta(minutes=1), voter=await number_of(people, motion, HOME))


async def test_an_owners_own_mandate_has_no_such_day(people: Garden) -> None:
    motion = await opened(people)
    await give(people, motion, "grace", "ken")
    assert [dict(row) for row in await fetch("SELECT giver_paper_id, giver_until FROM proxy")] == [
        {"giver_paper_id": None, "giver_until": None}
    ]


async def test_a_claim_that_is_undone_at_the_desk_takes_its_mandates_along(people: Garden) -> None:
    """A used one as well: its ballot stands, and nobody changes it through the mandate, though one may here."""
    await say_in_bylaws(people.community_id, change="until_close")
    motion, other = await opened(people), await opened(people, title="另一件事")
    unused = await give(people, motion, "grace", "ken")
    used = await give(people, other, "grace", "ken")
    done = await cast(people.ken, other)
    (row,) = await fetch("SELECT id FROM owner_claim WHERE person_id = {} AND ended_at IS NULL", people.grace.person_id)
    await halted(people, HaltAct.END_CLAIM, words="核对错了人，见不动产权证书", now=DURING, claim_id=row["id"])
    assert await proxied(people, motion, "ken") == []
    assert (await proxy_queries.mandate(people.community_id, unused)).ended_at == DURING
    found = await proxy_queries.mandate(people.community_id, used)
    assert (found.ended_at, found.has_cast, found.end_reason) == (DURING, True, "revoked")
    with pytest.raises(Refused, match=r"ballot\.not_verified|ballot\.not_on_roll"):
        await cast(people.ken, other, choice=Choice.OPPOSE, at=DURING + timedelta(minutes=1))
    assert (await queries.own_ballot(people.ken, other.id, done.ballot_id)).proxy_id == used
    assert len(await fetch("SELECT id FROM ballot")) == 1
    assert (await kept.differences(people.community_id))[1] == []
    assert (await fetch("SELECT state FROM ballot WHERE id = {}", done.ballot_id))[0]["state"] == "in_force"
    with pytest.raises(NotFound):
        await undo_claim(actor=people.dana, claim_id=row["id"], reason="核对错了人", now=DURING)


async def test_somebody_else_undoes_no_claim_and_ends_no_mandate(people: Garden) -> None:
    motion = await opened(people)
    await give(people, motion, "grace", "ken")
    (row,) = await fetch("SELECT id FROM owner_claim WHERE person_id = {}", people.grace.person_id)
    with pytest.raises(Refused):
        await undo_claim(actor=people.heidi, claim_id=row["id"], reason="核对错了人", now=DURING)
    assert len(await proxied(people, motion, "ken")) == 1


async def test_the_log_knows_by_what_paper_and_mandate_a_ballot_was_cast(people: Garden) -> None:
    paper_id = await guardian(people)
    motion = await opened(people)
    await cast(await people.refreshed("gina"), motion, at=SOON)
    await give(people, motion, "grace", "ken")
    await cast(people.ken, motion, at=DURING)
    assert (await kept.differences(people.community_id))[1] == []
    await execute("UPDATE ballot SET acting_paper_id = NULL WHERE acting_paper_id = {}", paper_id)
    await execute("UPDATE ballot SET proxy_id = NULL WHERE proxy_id IS NOT NULL")
    assert [each.what for each in (await kept.differences(people.community_id))[1]] == [Changed.VOTER, Changed.VOTER]


async def test_a_paper_that_ended_is_not_confirmed_after_its_owner_has_sold(people: Garden) -> None:
    await claim(people, "gina", HOME)
    paper_id = await recorded(people, HOME, Capacity.GUARDIAN, who="gina")
    await execute("UPDATE ownership SET ended_at = {} WHERE owner_id = {}", NOW, people.owners[HOME])
    with pytest.raises(Refused, match=r"holder\.owns_no_more"):
        await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
    await end_paper(actor=people.dana, paper_id=paper_id, reason="业主已经出售", now=NOW)
