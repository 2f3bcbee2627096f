"""A mandate on paper, by who signed it: a guardian's lives no longer than the guardian's paper, an agent hands on
nothing, and with somebody's tie to an owner ends what they gave as that owner and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from council.files import store
from council.kernel.errors import Invalid, Refused
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import proxy_papers, proxy_queries
from council.voting.halt import HaltAct
from council.voting.holding import Capacity
from council.voting.holding_papers import confirm_paper
from council.voting.motion import Motion
from council.voting.proxy import MandateSigner, why_not_signed
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden, verify_owner
from tests.registry.desk import words
from tests.voting.holders import claim, confirmed, ended, halted, recorded
from tests.voting.motions import DURING, cast, opened
from tests.voting.test_pages_proxy import PDF, address
from tests.voting.test_proxies import give, number_of, paper, phone, proxied

HOME = "1-1-302"
LATER = DURING + timedelta(hours=1)
GUARDIAN, OWNER, AGENT = MandateSigner.GUARDIAN, MandateSigner.OWNER, MandateSigner.AGENT


@pytest.fixture
async def people(db: AnyEngine, tmp_path, clock) -> Garden:
    store.use(tmp_path / "files")
    clock(DURING)
    return await garden()


async def guardian(people: Garden, *, until: datetime | None = None) -> int:
    await claim(people, "gina", HOME)
    return await confirmed(people, HOME, Capacity.GUARDIAN, who="gina", until=until)


async def signed(people: Garden, motion: Motion, *, confirm: bool = True) -> int:
    """Gina, a guardian, has signed a mandate for Ivan on paper."""
    proxy_id = await paper(people, motion, people.frank, "ivan", HOME, GUARDIAN)
    if confirm:
        await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
    return proxy_id


async def company(people: Garden) -> None:
    """1-1-302 is a company's, with Gina for its agent."""
    await execute("UPDATE owner SET kind = 'legal' WHERE id = {}", people.owners[HOME])
    await claim(people, "gina", HOME)
    await confirmed(people, HOME, Capacity.AGENT, who="gina", until=LATER + timedelta(days=300))


def test_who_signs_for_whom() -> None:
    said = {(by, acts): why_not_signed(by, acts) for by in MandateSigner for acts in (None, *Capacity)}
    assert said == {
        (OWNER, None): None,
        (OWNER, Capacity.GUARDIAN): "proxy.guardian_signs",
        (OWNER, Capacity.AGENT): None,
        (GUARDIAN, None): "proxy.no_guardian",
        (GUARDIAN, Capacity.GUARDIAN): None,
        (GUARDIAN, Capacity.AGENT): "proxy.no_guardian",
        **{(AGENT, acts): "proxy.not_handed_on" for acts in (None, *Capacity)},
    }


async def test_it_keeps_by_whose_paper_it_was_signed(people: Garden) -> None:
    paper_id = await guardian(people, until=LATER)
    motion = await opened(people)
    await signed(people, motion)
    (row,) = await fetch("SELECT channel, giver_person_id, giver_paper_id, giver_until, giver_name FROM proxy")
    assert tuple(row.values()) == ("paper", None, paper_id, LATER, "Gina")
    number = await number_of(people, motion, HOME)
    with pytest.raises(Refused, match=r"ballot\.mandate_expired"):
        await cast(people.ivan, motion, at=LATER, voter=number)
    assert (await cast(people.ivan, motion, at=LATER - timedelta(seconds=1), voter=number)).state == "in_force"


async def test_it_ends_with_the_guardian(people: Garden) -> None:
    paper_id = await guardian(people)
    motion, other = await opened(people), await opened(people, title="另一件事")
    confirmed_one, waiting = await signed(people, motion), await signed(people, other, confirm=False)
    await ended(people, paper_id, words="法院撤销监护人资格", now=DURING)
    for proxy_id in (confirmed_one, waiting):
        assert (await proxy_queries.mandate(people.community_id, proxy_id)).end_reason == "revoked"
    assert await proxied(people, motion, "ivan") == []
    with pytest.raises(Refused, match=r"proxy\.moved_on"):
        await proxy_papers.confirm(actor=people.dana, proxy_id=waiting, now=DURING)


async def test_an_agent_hands_nothing_on_and_the_company_seals_its_own(people: Garden) -> None:
    await company(people)
    motion = await opened(people)
    with pytest.raises(Invalid) as wrong:
        await paper(people, motion, people.frank, "ivan", HOME, AGENT)
    assert wrong.value.errors == {"signed_by": "proxy.not_handed_on"}
    assert await fetch("SELECT id FROM proxy") == []
    proxy_id = await paper(people, motion, people.frank, "ivan", HOME, OWNER)
    await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
    (row,) = await fetch("SELECT giver_paper_id, giver_name FROM proxy")
    assert tuple(row.values()) == (None, f"业主{HOME}")


async def test_a_ward_signs_nothing_and_nobody_signs_as_a_guardian_without_a_paper(people: Garden) -> None:
    motion = await opened(people)
    with pytest.raises(Invalid) as nobody:
        await paper(people, motion, people.frank, "ivan", HOME, GUARDIAN)
    assert nobody.value.errors == {"signed_by": "proxy.no_guardian"}
    await guardian(people)
    with pytest.raises(Invalid) as ward:
        await paper(people, motion, people.frank, "ivan", HOME, OWNER)
    assert ward.value.errors == {"signed_by": "proxy.guardian_signs"}


async def test_the_second_person_is_asked_whether_it_could_still_be_signed(people: Garden) -> None:
    motion, other = await opened(people), await opened(people, title="另一件事")
    by_the_owner = await paper(people, motion, people.frank, "ivan", HOME, OWNER)
    await guardian(people, until=LATER)
    with pytest.raises(Refused, match=r"proxy\.guardian_signs"):
        await proxy_papers.confirm(actor=people.dana, proxy_id=by_the_owner, now=DURING)
    by_the_guardian = await signed(people, other, confirm=False)
    with pytest.raises(Refused, match=r"proxy\.giver_over"):
        await proxy_papers.confirm(actor=people.dana, proxy_id=by_the_guardian, now=LATER)
    newer = await recorded(people, HOME, Capacity.GUARDIAN, who="gina", now=DURING)
    await confirm_paper(actor=people.frank, paper_id=newer, now=DURING)
    with pytest.raises(Refused, match=r"proxy\.giver_over"):
        await proxy_papers.confirm(actor=people.dana, proxy_id=by_the_guardian, now=DURING)
    assert [row["confirmed_at"] for row in await fetch("SELECT confirmed_at FROM proxy")] == [None, None]


async def test_the_same_form_again_is_the_same_mandate(people: Garden) -> None:
    await guardian(people)
    motion, key = await opened(people), new_id()
    first = await paper(people, motion, people.frank, "ivan", HOME, GUARDIAN, key=key)
    assert await paper(people, motion, people.frank, "ivan", HOME, GUARDIAN, key=key) == first
    assert len(await fetch("SELECT id FROM proxy")) == 1


class TestWhatEndsWithATie:
    async def end(self, people: Garden, name: str, owner_id: int) -> None:
        (row,) = await fetch(
            "SELECT id FROM owner_claim WHERE person_id = {} AND owner_id = {} AND ended_at IS NULL",
            *(people.actors[name].person_id, owner_id),
        )
        await halted(people, HaltAct.END_CLAIM, words="核对错了人", now=DURING, claim_id=row["id"])

    async def test_not_what_the_account_gave_as_another_owner(self, people: Garden) -> None:
        """Grace has 1-1-102 and is said to be the owner of 1-1-302 as well, co-owner of her own flat besides."""
        other = people.owners[HOME]
        await verify_owner(people, people.grace.person_id, other)
        motion = await opened(people)
        await execute(
            "INSERT INTO roll_holder (community_id, motion_id, roll_voter_id, owner_id, is_representative)"
            " SELECT h.community_id, h.motion_id, h.roll_voter_id, {}, FALSE FROM roll_holder h"
            " WHERE h.motion_id = {} AND h.owner_id = {}",
            *(other, motion.id, people.owners["1-1-102"]),
        )
        await people.refreshed("grace")
        own = await give(people, motion, "grace", "ken", number=await number_of(people, motion, "1-1-102"))
        theirs = await give(people, motion, "grace", "leo", number=await number_of(people, motion, HOME))
        await self.end(people, "grace", other)
        assert (await proxy_queries.mandate(people.community_id, own)).ended_at is None
        assert (await proxy_queries.mandate(people.community_id, theirs)).ended_at == DURING

    async def test_not_for_a_home_that_the_owner_once_had(self, people: Garden) -> None:
        former = people.owners[HOME]
        await verify_owner(people, people.grace.person_id, former)
        await people.refreshed("grace")
        await execute(
            "INSERT INTO ownership (community_id, unit_id, owner_id, position, basis, is_representative,"
            " began_at, ended_at)"
            " VALUES ({}, {}, {}, 2, 'registered', FALSE, {}, {})",
            *(people.community_id, people.units["1-1-102"], former, NOW - timedelta(days=900), NOW - timedelta(days=9)),
        )
        motion = await opened(people)
        own = await give(people, motion, "grace", "ken", number=await number_of(people, motion, "1-1-102"))
        await self.end(people, "grace", former)
        assert (await proxy_queries.mandate(people.community_id, own)).ended_at is None

    async def test_not_what_the_owner_signed_on_paper(self, people: Garden) -> None:
        motion = await opened(people)
        proxy_id = await paper(people, motion, people.frank)
        await self.end(people, "grace", people.owners["1-1-102"])
        assert (await proxy_queries.mandate(people.community_id, proxy_id)).is_waiting


@pytest.mark.parametrize(
    ("language", "signs", "hands_on", "tag"),
    [
        ("zh-CN", "委托书要由监护人签名", "单位的代理人不能把受托的票再转委托给别人", "监护人代业主委托"),
        ("en", "so the guardian signs the mandate", "hands the vote on to nobody", "by the guardian, for the owner"),
    ],
)
async def test_the_desk_says_who_signed(
    people: Garden, enter, language: str, signs: str, hands_on: str, tag: str
) -> None:
    await guardian(people)
    motion = await opened(people)
    frank = await enter(people.frank, language)
    ivan = {"unit": HOME, "holder_name": "Ivan", "holder_phone": phone(people, "ivan")}
    unsaid = await submit(frank, await frank.get(address(motion, "proxies")), "#record", files=PDF, **ivan)
    assert (unsaid.status_code, 'id="signed_by-e"' in unsaid.text) == (422, True)
    ward = await submit(frank, unsaid, "#record", signed_by="owner")
    assert (ward.status_code, signs in words(ward)) == (422, True)
    agent = await submit(frank, ward, "#record", signed_by="agent")
    assert (agent.status_code, hands_on in words(agent)) == (422, True)
    assert await fetch("SELECT id FROM proxy") == []
    sent = await submit(frank, agent, "#record", signed_by="guardian")
    assert sent.status_code == 303
    (row,) = await fetch("SELECT words, giver_name FROM proxy")
    assert (row["giver_name"], "Gina" in row["words"]) == ("Gina", True)
    assert tag in words(await frank.get(address(motion, "proxies")))
