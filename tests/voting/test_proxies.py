"""A written mandate: given, confirmed, used, taken back; caps, bans and races."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from council.accounts import staff
from council.audit import queries as log
from council.files import service as files
from council.files import store
from council.files.model import Purpose
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import kept, property_staff, proxies, proxy_papers, proxy_queries, queries
from council.voting.halt import HaltAct
from council.voting.holding import Capacity
from council.voting.model import Choice
from council.voting.motion import Motion
from council.voting.paper import Brought
from council.voting.paper_returns import Brings, take_back
from council.voting.proxy import MandateDraft, MandateSigner
from tests.people import NOW, Garden, garden, say_in_bylaws, verify_owner
from tests.voting.holders import claim, confirmed, ended, halted
from tests.voting.motions import AFTER, DURING, HandClock, cast, opened
from tests.voting.papers import both_key, on_paper, paper_of, printed


def phone(people: Garden, name: str) -> str:
    return f"170{people.actors[name].person_id:08d}"


@pytest.fixture
async def people(db: AnyEngine, tmp_path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


def draft(people: Garden, holder: str, **changed: str) -> MandateDraft:
    plain = {
        "key": new_id(),
        "holder_name": holder.title(),
        "holder_phone": phone(people, holder),
        "words": "我委托邻居投票",
    }
    return MandateDraft(**plain | changed)


async def give(people: Garden, motion: Motion, giver: str, holder: str, now=DURING, number: str | None = None) -> int:
    if number is None and giver == "alice":
        number = await number_of(people, motion, "1-1-101")
    return await proxies.give(
        actor=people.actors[giver], motion_id=motion.id, number=number, draft=draft(people, holder), now=now
    )


async def number_of(people: Garden, motion: Motion, unit: str) -> str:
    rows = await fetch(
        "SELECT v.number FROM roll_voter v JOIN roll_unit u ON u.roll_voter_id = v.id WHERE u.motion_id = {}"
        " AND u.code = {}",
        *(motion.id, unit),
    )
    found: str = rows[0]["number"]
    return found


async def proxied(people: Garden, motion: Motion, name: str) -> list[tuple[tuple[str, ...], str]]:
    """For whom somebody may cast: their rooms and the giver's name."""
    return [
        (voter.unit_codes, voter.giver_name)
        for voter in await queries.voters_for(people.actors[name], motion)
        if voter.proxy_id is not None and voter.may_cast
    ]


async def test_the_holder_casts_and_both_see_it(people: Garden) -> None:
    motion = await opened(people)
    proxy_id = await give(people, motion, "grace", "ken", now=NOW)  # before it opens
    assert await proxied(people, motion, "ken") == [(("1-1-102",), "Grace")]
    done = await cast(people.ken, motion, choice=Choice.OPPOSE, at=DURING)
    (row,) = await fetch("SELECT person_id, proxy_id, state FROM ballot")
    assert tuple(row.values()) == (people.ken.person_id, proxy_id, "in_force")
    for actor in (people.ken, people.grace):
        seen = await queries.own_ballot(actor, motion.id, done.ballot_id)
        assert (seen.choice, seen.proxy_id) == ("oppose", proxy_id)
    for other in (people.alice, people.dana, people.gina, people.heidi):
        with pytest.raises(NotFound):
            await queries.own_ballot(other, motion.id, done.ballot_id)
    assert (await proxy_queries.mandate(people.community_id, proxy_id)).has_cast
    kinds = [record.kind for record in await log.records(people.community_id)]
    assert kinds[-2:] == ["proxy.given", "ballot.accepted"]
    assert all("holder" not in record.data for record in await log.records(people.community_id))


async def test_somebody_with_a_vote_of_their_own_casts_both(people: Garden) -> None:
    motion = await opened(people)
    await give(people, motion, "grace", "heidi")
    numbers = [await number_of(people, motion, unit) for unit in ("1-1-201", "1-1-102")]
    for number in numbers:
        await cast(people.heidi, motion, at=DURING, voter=number)
    rows = await fetch("SELECT proxy_id IS NULL AS own FROM ballot ORDER BY cast_at")
    assert [bool(row["own"]) for row in rows] == [True, False]


async def test_revocable_until_cast(people: Garden) -> None:
    motion = await opened(people)
    first = await give(people, motion, "grace", "ken")
    await proxies.revoke(actor=people.grace, proxy_id=first, now=DURING)
    assert await proxied(people, motion, "ken") == []
    with pytest.raises(Refused, match=r"ballot\.not_on_roll|ballot\.not_verified"):
        await cast(people.ken, motion, at=DURING)
    with pytest.raises(Refused, match=r"proxy\.moved_on"):
        await proxies.revoke(actor=people.grace, proxy_id=first, now=DURING)
    second = await give(people, motion, "grace", "ken")
    await cast(people.ken, motion, at=DURING)
    with pytest.raises(Refused, match=r"proxy\.used"):
        await proxies.revoke(actor=people.grace, proxy_id=second, now=DURING)


async def test_ended_by_the_owners_own_ballot(people: Garden) -> None:
    motion = await opened(people)
    proxy_id = await give(people, motion, "grace", "ken")
    await cast(people.grace, motion, at=DURING)
    found = await proxy_queries.mandate(people.community_id, proxy_id)
    assert (found.end_reason, found.has_cast) == ("own_ballot", False)
    assert await proxied(people, motion, "ken") == []
    kinds = [record.kind for record in await log.records(people.community_id)]
    assert kinds[-2:] == ["ballot.accepted", "proxy.ended"]


async def test_after_the_holder_has_cast_the_change_rule_decides(people: Garden) -> None:
    motion = await opened(people, title="1号楼1单元加装电梯之一")
    await give(people, motion, "grace", "ken")
    await cast(people.ken, motion, at=DURING)
    with pytest.raises(Refused, match=r"ballot\.already_cast"):
        await cast(people.grace, motion, at=DURING)
    await say_in_bylaws(people.community_id, change="until_close")
    free = await opened(people, title="1号楼1单元加装电梯之二")
    proxy_id = await give(people, free, "grace", "ken")
    await cast(people.ken, free, at=DURING)
    await cast(people.grace, free, at=DURING, choice=Choice.OPPOSE)
    rows = await fetch("SELECT person_id, state FROM ballot WHERE motion_id = {} ORDER BY cast_at", free.id)
    assert [tuple(row.values()) for row in rows] == [
        (people.ken.person_id, "replaced"),
        (people.grace.person_id, "in_force"),
    ]
    assert (await proxy_queries.mandate(people.community_id, proxy_id)).end_reason == "own_ballot"


async def test_a_mandate_opens_the_ballot_and_nothing_else(people: Garden) -> None:
    motion = await opened(people)
    await give(people, motion, "grace", "ken")
    voters = await queries.voters_for(people.ken, motion)
    assert proxies.on_roll(voters) == []
    with pytest.raises(Refused, match=r"proxy\.not_yours_to_give"):
        await give(people, motion, "ken", "heidi")


async def test_three_a_holder_unless_the_bylaws_say_fewer(people: Garden) -> None:
    motion = await opened(people, title="1号楼1单元加装电梯之一")
    for giver in ("alice", "grace", "heidi"):
        await give(people, motion, giver, "ken")
    with pytest.raises(Refused, match=r"proxy\.cap") as refused:
        await give(people, motion, "ivan", "ken")
    assert refused.value.details == {"most": 3}
    await say_in_bylaws(people.community_id, proxy_cap=1)
    tight = await opened(people, title="1号楼1单元加装电梯之二")
    await give(people, tight, "grace", "ken")
    with pytest.raises(Refused, match=r"proxy\.cap"):
        await give(people, tight, "heidi", "ken")


async def test_two_forms_at_once_pass_no_cap(people: Garden) -> None:
    await say_in_bylaws(people.community_id, proxy_cap=1)
    motion = await opened(people)
    answers = await asyncio.gather(
        give(people, motion, "grace", "ken"), give(people, motion, "heidi", "ken"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "int"]
    assert len(await fetch("SELECT id FROM proxy")) == 1


async def test_two_tabs_give_one_mandate(people: Garden) -> None:
    motion = await opened(people)
    answers = await asyncio.gather(
        give(people, motion, "grace", "ken"), give(people, motion, "grace", "heidi"), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Refused", "int"]
    wanted = draft(people, "ken")
    made = [
        await proxies.give(actor=people.heidi, motion_id=motion.id, number=None, draft=wanted, now=DURING)
        for _ in range(2)
    ]
    assert made[0] == made[1]
    other = MandateDraft(wanted.key, "Erin", phone(people, "erin"), wanted.words)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await proxies.give(actor=people.heidi, motion_id=motion.id, number=None, draft=other, now=DURING)


async def test_one_form_gives_no_second_home(people: Garden) -> None:
    """Sent again for the owner's other homes it is refused: "given" would be said of a mandate that nobody gave."""
    motion = await opened(people)
    first, other = [each.number for each in proxies.own_voters(await queries.voters_for(people.alice, motion))][:2]
    form = draft(people, "ken")
    await proxies.give(actor=people.alice, motion_id=motion.id, number=first, draft=form, now=DURING)
    with pytest.raises(Refused, match=r"form\.used_before"):
        await proxies.give(actor=people.alice, motion_id=motion.id, number=other, draft=form, now=DURING)
    assert len(await fetch("SELECT id FROM proxy")) == 1


async def test_revoked_and_cast_at_once_is_one_of_the_two(people: Garden) -> None:
    motion = await opened(people)
    for _ in range(4):
        proxy_id = await give(people, motion, "grace", "ken")
        answers = await asyncio.gather(
            cast(people.ken, motion, at=DURING),
            proxies.revoke(actor=people.grace, proxy_id=proxy_id, now=DURING),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
        found = await proxy_queries.mandate(people.community_id, proxy_id)
        assert found.has_cast is (found.ended_at is None)
        if found.has_cast:
            break


async def test_whom_the_profile_bars(people: Garden) -> None:
    motion = await opened(people)
    await property_staff.mark(actor=people.dana, name="Ken", phone=phone(people, "ken"), now=NOW)
    await refused(people, motion, "grace", "ken", "proxy.property_manager")
    await refused(people, motion, "grace", "gina", "proxy.auditor")
    await property_staff.unmark(actor=people.dana, person_id=people.ken.person_id, now=NOW)
    await give(people, motion, "grace", "ken")
    await give(people, motion, "heidi", "erin")  # nothing bars the committee here
    await property_staff.mark(actor=people.dana, name="Ken", phone=phone(people, "ken"), now=NOW)
    with pytest.raises(Refused, match=r"proxy\.property_manager"):
        await cast(people.ken, motion, at=DURING)


async def test_whom_the_bylaws_bar_and_recused_staff(people: Garden) -> None:
    await say_in_bylaws(people.community_id, proxy_bans=("property_manager", "staff", "committee"))
    motion = await opened(people)
    await refused(people, motion, "grace", "erin", "proxy.committee")
    await refused(people, motion, "grace", "frank", "proxy.staff")
    await say_in_bylaws(people.community_id, proxy_bans=("property_manager",))
    open_to_staff = await opened(people, title="1号楼1单元加装电梯之二")
    await staff.grant_role(
        actor=system_actor(people.community_id), person_id=people.ivan.person_id, role=Role.GRID_WORKER, now=NOW
    )
    await refused(people, open_to_staff, "grace", "ivan", "proxy.recused")


async def refused(people: Garden, motion: Motion, giver: str, holder: str, code: str) -> None:
    with pytest.raises(Refused) as found:
        await give(people, motion, giver, holder)
    assert (found.value.code, found.value.forbidden) == (code, True)


async def test_when_and_by_whom_none_is_given(people: Garden) -> None:
    motion = await opened(people)
    with pytest.raises(Refused, match=r"proxy\.closed"):
        await give(people, motion, "grace", "ken", now=AFTER)
    with pytest.raises(Refused, match=r"proxy\.not_yours_to_give"):
        await give(people, motion, "bob", "ken")  # another co-owner represents that flat
    with pytest.raises(Invalid) as oneself:
        await give(people, motion, "grace", "grace")
    assert oneself.value.errors == {"holder_phone": "proxy.oneself"}
    with pytest.raises(Invalid) as outsider:
        await give(people, motion, "grace", "charlie")
    assert outsider.value.errors == {"holder_phone": "proxy.no_such_member"}
    wrong = draft(people, "ken", holder_name="Kent")
    with pytest.raises(Invalid):
        await proxies.give(actor=people.grace, motion_id=motion.id, number=None, draft=wrong, now=DURING)
    with pytest.raises(Invalid) as which:
        await proxies.give(actor=people.alice, motion_id=motion.id, number=None, draft=draft(people, "ken"), now=DURING)
    assert which.value.errors == {"voter": "ballot.which_voter"}
    await cast(people.grace, motion, at=DURING)
    with pytest.raises(Refused, match=r"proxy\.already_cast"):
        await give(people, motion, "grace", "ken")


async def test_where_the_bylaws_take_none_and_in_residents_matters(people: Garden) -> None:
    resident = await opened(people, kind=Kind.RESIDENT_MATTER, scope=people.building_scope)
    with pytest.raises(Refused, match=r"proxy\.not_allowed"):
        await give(people, resident, "grace", "ken", number=None)
    await say_in_bylaws(people.community_id, proxies="no")
    with pytest.raises(Refused, match=r"proxy\.not_allowed"):
        await give(people, await opened(people), "grace", "ken")


async def paper(
    people: Garden,
    motion: Motion,
    by: Actor,
    holder: str = "ken",
    unit: str = "1-1-102",
    signed_by: MandateSigner = MandateSigner.OWNER,
    key: str = "",
) -> int:
    scan = await files.save_document(
        actor=by, data=b"%PDF-1.4 mandate\n%%EOF\n", name="委托书.pdf", now=NOW, purpose=Purpose.SCAN
    )
    return await proxy_papers.record_paper(
        actor=by,
        motion_id=motion.id,
        unit_code=unit,
        signed_by=signed_by,
        draft=draft(people, holder, **({"key": key} if key else {})),
        scan_id=scan.id,
        now=DURING,
    )


async def test_paper_takes_two_people(people: Garden) -> None:
    motion = await opened(people)
    proxy_id = await paper(people, motion, people.frank)
    assert await proxied(people, motion, "ken") == []
    with pytest.raises(Refused, match=r"proxy\.second_person"):
        await proxy_papers.confirm(actor=people.frank, proxy_id=proxy_id, now=DURING)
    with pytest.raises(Refused, match=r"proxy\.desk_only"):
        await proxy_papers.confirm(actor=people.alice, proxy_id=proxy_id, now=DURING)
    await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
    with pytest.raises(Refused, match=r"proxy\.moved_on"):
        await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
    assert await proxied(people, motion, "ken") == [(("1-1-102",), "业主1-1-102")]
    done = await cast(people.ken, motion, at=DURING)
    # the owner has an account as well, and sees what was cast for them
    assert (await queries.own_ballot(people.grace, motion.id, done.ballot_id)).proxy_id == proxy_id


async def test_paper_is_recorded_by_the_desk_and_not_by_whoever_owns_there(people: Garden) -> None:
    motion = await opened(people)
    with pytest.raises(Refused, match=r"proxy\.desk_only"):
        await paper(people, motion, people.erin)
    with pytest.raises(Invalid) as unknown:
        await paper(people, motion, people.frank, unit="1-2-101")
    assert unknown.value.errors == {"unit": "proxy.not_on_roll"}
    await verify_owner(people, people.frank.person_id, people.owners["1-1-501"])
    frank = await people.refreshed("frank")
    with pytest.raises(Refused, match=r"proxy\.recused_from_paper"):
        await paper(people, motion, frank)


async def test_whoever_says_that_they_own_there_is_recused_as_well(people: Garden) -> None:
    motion = await opened(people)
    claims = frozenset({people.owners["1-1-501"]})
    with pytest.raises(Refused, match=r"proxy\.recused_from_paper"):
        await paper(people, motion, replace(people.frank, claimed_owner_ids=claims))
    proxy_id = await paper(people, motion, people.frank)
    with pytest.raises(Refused, match=r"proxy\.recused_from_paper"):
        await proxy_papers.confirm(actor=replace(people.dana, claimed_owner_ids=claims), proxy_id=proxy_id, now=DURING)
    await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
    assert (await proxy_queries.mandate(people.community_id, proxy_id)).is_in_force


async def test_a_paper_mandate_that_was_recorded_in_error_is_withdrawn(people: Garden) -> None:
    motion = await opened(people)
    proxy_id = await paper(people, motion, people.frank)
    with pytest.raises(Refused, match=r"proxy\.not_yours"):
        await proxies.revoke(actor=people.ken, proxy_id=proxy_id, now=DURING)
    with pytest.raises(Refused, match=r"proxy\.desk_only"):
        await proxies.revoke(actor=people.heidi, proxy_id=proxy_id, now=DURING)
    await proxies.revoke(actor=people.dana, proxy_id=proxy_id, now=DURING)
    assert (await proxy_queries.mandate(people.community_id, proxy_id)).end_reason == "withdrawn"


async def test_the_database_itself_holds_to_two_people_and_one_mandate(people: Garden) -> None:
    motion = await opened(people)
    proxy_id = await paper(people, motion, people.frank)
    with pytest.raises(Exception, match=r"(?i)check"):
        await execute(
            "UPDATE proxy SET confirmed_by = given_by, confirmed_by_name = 'x', confirmed_at = {} WHERE id = {}",
            *(DURING, proxy_id),
        )


async def test_who_marks_the_property_managers_people(people: Garden) -> None:
    for name in ("erin", "frank", "alice"):
        with pytest.raises(Refused, match=r"proxy\.secretary_only"):
            await property_staff.mark(actor=people.actors[name], name="Ken", phone=phone(people, "ken"), now=NOW)
    with pytest.raises(Invalid):
        await property_staff.mark(actor=people.dana, name="Nobody", phone=phone(people, "ken"), now=NOW)
    for _ in range(2):
        await property_staff.mark(actor=people.dana, name="Ken", phone=phone(people, "ken"), now=NOW)
    assert [row["name"] for row in await proxy_queries.property_staff(people.community_id)] == ["Ken"]
    with pytest.raises(NotFound):
        await property_staff.unmark(actor=people.dana, person_id=people.alice.person_id, now=NOW)


async def test_a_guardians_mandate_ends_with_the_guardian(people: Garden) -> None:
    await claim(people, "gina", "1-1-302")
    paper_id = await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
    motion, other = await opened(people), await opened(people, title="另一件事")
    for each, holder in ((motion, "ivan"), (other, "heidi")):
        number = await number_of(people, each, "1-1-302")
        await give(people, each, "gina", holder, number=number)
    used = await cast(people.heidi, other, voter=await number_of(people, other, "1-1-302"))
    await ended(people, paper_id, words="法院撤销监护人资格", now=DURING)
    assert await proxied(people, motion, "ivan") == []
    assert (await fetch("SELECT state FROM ballot WHERE id = {}", used.ballot_id))[0]["state"] == "in_force"
    assert [row["end_reason"] for row in await fetch("SELECT end_reason FROM proxy")] == ["revoked", "revoked"]
    assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'proxy.ended'")) == 2


class TestPaperBallot:
    """A paper that the holder of a mandate filled in, with the same limits as their online ballot."""

    async def start(self, people: Garden) -> tuple[Motion, int]:
        motion = await on_paper(people)
        await printed(people, motion)
        return motion, await give(people, motion, "grace", "ken")

    async def bring(self, people: Garden, motion: Motion, *, by_mandate: bool = True, key: str = "", at=DURING):
        serial = (await paper_of(motion, await number_of(people, motion, "1-1-102"))).serial
        brings = Brings(key or new_id(), serial, Brought.PAPER, is_by_mandate=by_mandate)
        return await take_back(actor=people.dana, motion_id=motion.id, brings=brings, clock=HandClock(at))

    async def test_it_counts_and_names_its_mandate(self, people: Garden) -> None:
        motion, proxy_id = await self.start(people)
        kept_paper = await self.bring(people, motion)
        assert kept_paper.proxy_id == proxy_id
        assert (await proxy_queries.mandate(people.community_id, proxy_id)).has_cast
        with pytest.raises(Refused, match=r"proxy\.used"):
            await proxies.revoke(actor=people.grace, proxy_id=proxy_id, now=DURING)
        (tie,) = await fetch("SELECT id FROM owner_claim WHERE person_id = {}", people.grace.person_id)
        await halted(people, HaltAct.END_CLAIM, words="核对错了人", now=DURING, claim_id=tie["id"])
        assert (await proxy_queries.mandate(people.community_id, proxy_id)).end_reason == "revoked"
        await both_key(people, motion, kept_paper, "1")  # what has come back stands
        (row,) = await fetch("SELECT proxy_id, channel, state FROM ballot")
        assert (row["proxy_id"], row["channel"], row["state"]) == (proxy_id, "paper", "in_force")
        took_part = {
            line.unit_code: line.took_part for line in await queries.participation(people.community_id, motion.id)
        }
        assert took_part["1-1-102"]
        assert (await kept.differences(people.community_id))[1] == []
        await execute("UPDATE ballot SET proxy_id = NULL")
        assert [each.what for each in (await kept.differences(people.community_id))[1]] == [kept.Changed.VOTER]

    async def test_its_receipt_is_nobodys(self, people: Garden) -> None:
        motion, _ = await self.start(people)
        await both_key(people, motion, await self.bring(people, motion), "1")
        (row,) = await fetch("SELECT id FROM ballot")
        for who in (people.grace, people.ken):
            with pytest.raises(NotFound):
                await queries.own_ballot(who, motion.id, row["id"])

    async def test_an_unused_mandate_is_asked_for(self, people: Garden) -> None:
        motion, proxy_id = await self.start(people)
        await proxies.revoke(actor=people.grace, proxy_id=proxy_id, now=DURING)
        with pytest.raises(Refused, match=r"paper\.no_mandate"):
            await self.bring(people, motion)
        assert await fetch("SELECT id FROM paper_return") == []
        assert (await self.bring(people, motion, by_mandate=False)).proxy_id is None

    async def test_a_paper_mandate_that_nobody_has_compared_is_none(self, people: Garden) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        proxy_id = await paper(people, motion, people.frank)
        with pytest.raises(Refused, match=r"paper\.no_mandate"):
            await self.bring(people, motion)
        await proxy_papers.confirm(actor=people.dana, proxy_id=proxy_id, now=DURING)
        assert (await self.bring(people, motion)).proxy_id == proxy_id

    async def test_whoever_was_barred_meanwhile_brings_none(self, people: Garden) -> None:
        motion, _ = await self.start(people)
        await property_staff.mark(actor=people.dana, name="Ken", phone=phone(people, "ken"), now=DURING)
        with pytest.raises(Refused, match=r"proxy\.property_manager"):
            await self.bring(people, motion)

    async def test_the_guardians_paper_has_to_be_in_force(self, people: Garden) -> None:
        motion, _ = await self.start(people)
        await execute("UPDATE proxy SET giver_until = {}", DURING)
        with pytest.raises(Refused, match=r"ballot\.mandate_expired"):
            await self.bring(people, motion)

    async def test_the_owners_own_paper_ends_the_mandate(self, people: Garden) -> None:
        motion, proxy_id = await self.start(people)
        await self.bring(people, motion, by_mandate=False)
        mandate = await proxy_queries.mandate(people.community_id, proxy_id)
        assert (mandate.end_reason, mandate.has_cast) == ("own_ballot", False)
        assert await proxied(people, motion, "ken") == []

    @pytest.mark.parametrize("has_cast", [False, True])
    async def test_it_ends_it_at_once_whatever_is_read_on_it(self, people: Garden, has_cast: bool) -> None:
        """The owner's paper is blank: what the holder cast before stands, what they have not cast they cast no more."""
        motion, proxy_id = await self.start(people)
        if has_cast:
            await cast(people.ken, motion, at=DURING)
        blank = await self.bring(people, motion, by_mandate=False, at=DURING + timedelta(minutes=1))
        assert (await proxy_queries.mandate(people.community_id, proxy_id)).end_reason == "own_ballot"
        with pytest.raises(Refused, match=r"ballot\.not_verified|ballot\.not_on_roll"):
            await cast(people.ken, motion, at=DURING + timedelta(minutes=2))
        await both_key(people, motion, blank, "91")
        rows = await fetch("SELECT proxy_id, channel, state FROM ballot ORDER BY cast_at")
        assert [tuple(row.values()) for row in rows] == [
            *([(proxy_id, "online", "in_force")] if has_cast else []),
            (None, "paper", "refused"),
        ]

    async def test_the_same_form_again_is_the_same_paper(self, people: Garden) -> None:
        motion, _ = await self.start(people)
        key = new_id()
        first = await self.bring(people, motion, key=key)
        assert await self.bring(people, motion, key=key) == first
        with pytest.raises(Refused, match=r"form\.used_before"):
            await self.bring(people, motion, key=key, by_mandate=False)

    async def test_a_paper_that_came_back_leaves_no_room_for_a_mandate(self, people: Garden) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        await self.bring(people, motion, by_mandate=False)
        with pytest.raises(Refused, match=r"proxy\.already_cast"):
            await give(people, motion, "grace", "ken")
