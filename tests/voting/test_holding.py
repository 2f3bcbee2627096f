"""Right-holders beside the land register, guardians and agents, homes in dispute: what reaches roll and ballot box."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from council.audit import queries as log
from council.files import store
from council.kernel.errors import Invalid, NotFound, Refused
from council.kernel.ids import new_id
from council.registry import queries as registry
from council.registry.rollfile.model import Basis, OwnerKind
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import holding_queries, paper_voter_queries, queries, standing_queries
from council.voting.grouping import HeldUnit, Standing, group_voters, owners_sha256
from council.voting.halt import HaltAct
from council.voting.holding import Capacity, PaperDraft, fits
from council.voting.holding_papers import confirm_paper, end_paper, record_paper
from tests.people import NOW, Garden, garden, say_in_bylaws, verify_owner
from tests.voting.holders import agreed, claim, confirmed, disputed, ended, halt, recorded, scanned
from tests.voting.motions import AFTER, CLOSES, DURING, cast, opened
from tests.voting.papers import on_paper
from tests.voting.test_freezing import _developer as developer_of
from tests.voting.test_proxies import give
from tests.voting.test_standing import number_of

FOREVER = CLOSES + timedelta(days=400)


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


async def company(people: Garden, room: str) -> None:
    await execute("UPDATE owner SET kind = 'legal', name = '花园商贸公司' WHERE id = {}", people.owners[room])


class TestRights:
    async def test_the_second_person_puts_it_into_the_register(self, people: Garden) -> None:
        paper_id = await recorded(people, "1-1-502", Basis.HEIR)
        unit_id = people.units["1-1-502"]
        (held,) = (await registry.holdings_of(people.community_id, [unit_id]))[unit_id]
        assert held.basis is Basis.REGISTERED
        await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
        (held,) = (await registry.holdings_of(people.community_id, [unit_id]))[unit_id]
        assert held.basis is Basis.HEIR
        motion = await opened(people)
        line = await standing_queries.line(people.community_id, motion.id, await number_of(motion, "1-1-502"))
        assert line.holders[0].bases == ("heir",)
        await confirmed(people, "1-1-502", Basis.REGISTERED)
        again = await standing_queries.line(people.community_id, motion.id, line.number)
        assert again.holders == line.holders  # the frozen roll keeps what it was frozen with

    async def test_the_log_tells_no_name_and_no_words(self, people: Garden) -> None:
        await confirmed(people, "1-1-502", Basis.HEIR)
        rows = await fetch("SELECT kind, body FROM log_record WHERE kind LIKE 'holder.%' OR kind = 'owner.basis'")
        assert sorted(row["kind"] for row in rows) == ["holder.confirmed", "holder.recorded", "owner.basis"]
        assert not any("公证书" in row["body"] or "业主1-1-502" in row["body"] for row in rows)
        assert (await log.head(people.community_id)).size >= 3

    async def test_whoever_recorded_it_or_is_meant_does_not_confirm_it(self, people: Garden) -> None:
        paper_id = await recorded(people, "1-1-502", Basis.HEIR)
        with pytest.raises(Refused, match=r"holder\.second_person"):
            await confirm_paper(actor=people.dana, paper_id=paper_id, now=NOW)
        await verify_owner(people, people.frank.person_id, people.owners["1-1-502"])
        with pytest.raises(Refused, match=r"holder\.own_matter"):
            await confirm_paper(actor=await people.refreshed("frank"), paper_id=paper_id, now=NOW)
        for other in (people.erin, people.gina, people.grace):
            with pytest.raises(Refused, match=r"holder\.desk_only"):
                await confirm_paper(actor=other, paper_id=paper_id, now=NOW)
        with pytest.raises(NotFound):
            await confirm_paper(actor=replace(people.frank, community_id=people.orchard_id), paper_id=paper_id, now=NOW)

    async def test_one_waits_at_a_time_and_is_withdrawn_or_confirmed_once(self, people: Garden) -> None:
        paper_id = await recorded(people, "1-1-502", Basis.HEIR)
        with pytest.raises(Refused, match=r"holder\.waiting"):
            await recorded(people, "1-1-502", Basis.COURT)
        await end_paper(actor=people.dana, paper_id=paper_id, reason="拿错了材料", now=NOW)
        with pytest.raises(Refused, match=r"holder\.moved_on"):
            await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
        with pytest.raises(Refused, match=r"holder\.moved_on"):
            await end_paper(actor=people.dana, paper_id=paper_id, reason="再撤一次", now=NOW)
        in_force = await confirmed(people, "1-1-502", Basis.COURT)
        with pytest.raises(Refused, match=r"holder\.needs_another"):
            await end_paper(actor=people.dana, paper_id=in_force, reason="不对", now=NOW)
        await confirmed(people, "1-1-502", Basis.HEIR)
        assert (await holding_queries.paper(people.community_id, in_force)).end_reason == "superseded"

    async def test_the_same_form_again_is_the_same_paper(self, people: Garden) -> None:
        key = new_id()
        first = await recorded(people, "1-1-502", Basis.HEIR, key=key)
        assert await recorded(people, "1-1-502", Basis.HEIR, key=key) == first
        with pytest.raises(Refused, match=r"form\.used_before"):
            await recorded(people, "1-1-502", Basis.HEIR, key=key, words="另一份公证书")
        owner_id = people.owners["1-1-502"]
        await execute("UPDATE ownership SET owner_id = {} WHERE owner_id = {}", owner_id, people.owners["1-1-501"])
        people.owners["1-1-501"] = owner_id
        with pytest.raises(Refused, match=r"form\.used_before"):  # of another home of the same owner
            await recorded(people, "1-1-501", Basis.HEIR, key=key)

    async def test_the_same_form_twice_at_once_is_one_paper(self, people: Garden) -> None:
        key = new_id()
        made = await asyncio.gather(*(recorded(people, "1-1-502", Basis.HEIR, key=key) for _ in range(3)))
        assert len(set(made)) == 1
        assert len(await fetch("SELECT id FROM holder_paper")) == 1
        assert len(await fetch("SELECT seq FROM log_record WHERE kind = 'holder.recorded'")) == 1

    async def test_the_same_form_with_another_document_is_refused(self, people: Garden) -> None:
        key = new_id()
        await recorded(people, "1-1-502", Basis.HEIR, key=key)
        scan = await scanned(people.dana)
        draft = PaperDraft(key, people.owners["1-1-502"], Basis.HEIR, "公证书（2026）字第12号")
        with pytest.raises(Refused, match=r"form\.used_before"):
            await record_paper(actor=people.dana, unit_id=people.units["1-1-502"], draft=draft, file_id=scan, now=NOW)

    async def test_a_form_sent_again_after_the_claim_has_ended_is_answered_as_before(self, people: Garden) -> None:
        await claim(people, "ken", "1-1-502")
        key = new_id()
        first = await recorded(people, "1-1-502", Capacity.GUARDIAN, who="ken", key=key)
        await execute(
            "UPDATE owner_claim SET ended_at = claimed_at, end_reason = 'mistake' WHERE person_id = {}",
            people.ken.person_id,
        )
        assert await recorded(people, "1-1-502", Capacity.GUARDIAN, who="ken", key=key) == first

    async def test_only_owners_of_that_home(self, people: Garden) -> None:
        with pytest.raises(NotFound):
            await recorded(people, "1-1-502", Basis.HEIR, of="1-1-601")

    def test_what_fits_which_owner(self) -> None:
        person, legal = OwnerKind.NATURAL, OwnerKind.LEGAL
        assert fits(Capacity.GUARDIAN, legal) == "holder.guardian_of_a_company"
        assert fits(Capacity.AGENT, person) == "holder.agent_of_a_person"
        assert fits(Basis.PUBLIC_TITLE, person) == "holder.title_unit_is_legal"
        assert fits(Basis.HEIR, legal) == fits(Basis.PUBLIC_TENANT, OwnerKind.DEVELOPER) == "holder.only_a_person"
        for says, kind in ((Basis.POSSESSION, legal), (Basis.COURT, person), (Capacity.AGENT, OwnerKind.DEVELOPER)):
            assert fits(says, kind) is None


class TestBuyersAndTheDeveloper:
    async def test_a_buyer_in_possession_is_nobody_elses_person(self, people: Garden) -> None:
        await developer_of(people)
        motion = await opened(people, title="先")
        assert motion.roll_persons == 11  # 601 unsold and 502 not handed over are the developer's, together
        await execute("UPDATE motion SET cancelled_at = {}, cancelled_by_name = 'Dana', cancel_reason = '重来' ", NOW)
        await confirmed(people, "1-1-502", Basis.POSSESSION)
        again = await opened(people, title="后")
        assert again.roll_persons == 12
        line = await standing_queries.line(people.community_id, again.id, await number_of(again, "1-1-502"))
        assert (line.is_developer, line.holders[0].bases) == (False, ("possession",))
        company = await standing_queries.line(people.community_id, again.id, await number_of(again, "1-1-601"))
        assert (company.is_developer, [unit.code for unit in company.units]) == (True, ["1-1-601"])

    async def test_a_buyer_who_was_not_handed_it_over_stays_with_the_developer(self, people: Garden) -> None:
        await developer_of(people)
        await execute("UPDATE ownership SET basis = 'possession' WHERE unit_id = {}", people.units["1-1-502"])
        motion = await opened(people)  # as a roll's column could say; only the two of the desk hand over
        assert motion.roll_persons == 11

    async def test_one_buyer_of_two_homes_is_one_person_on_whatever_right(self, people: Garden) -> None:
        await execute(
            "UPDATE ownership SET owner_id = {} WHERE unit_id = {}",
            *(people.owners["1-1-501"], people.units["1-1-502"]),
        )
        await execute("UPDATE ownership SET basis = 'possession' WHERE unit_id = {}", people.units["1-1-502"])
        motion = await opened(people)
        line = await standing_queries.line(people.community_id, motion.id, await number_of(motion, "1-1-501"))
        assert ([unit.code for unit in line.units], line.holders[0].bases) == (
            ["1-1-501", "1-1-502"],
            ("possession", "registered"),
        )

    async def test_the_developer_casts_by_an_authorised_agent_alone(self, people: Garden) -> None:
        owner_id = await developer_of(people)
        people.owners["developer"] = owner_id
        motion = await opened(people)
        await verify_owner(people, people.ken.person_id, owner_id)
        with pytest.raises(Refused, match=r"ballot\.needs_authority"):
            await cast(await people.refreshed("ken"), motion)
        paper = await recorded(people, "1-1-601", Capacity.AGENT, of="developer", who="ken", until=FOREVER)
        await confirm_paper(actor=people.frank, paper_id=paper, now=NOW)
        number = (await cast(people.ken, motion)).number
        line = await standing_queries.line(people.community_id, motion.id, number)
        assert {unit.code for unit in line.units} == {"1-1-502", "1-1-601"}


class TestGuardian:
    async def test_casts_for_the_ward_and_is_recorded(self, people: Garden) -> None:
        await claim(people, "ken", "1-1-502")
        paper_id = await recorded(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        motion = await opened(people)
        with pytest.raises(Refused, match=r"ballot\.not_verified"):
            await cast(await people.refreshed("ken"), motion)
        await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
        ken = await people.refreshed("ken")
        voter = (await queries.voters_for(ken, motion))[0]
        assert voter.acting is not None
        assert (voter.acting.capacity, voter.for_whom) == (Capacity.GUARDIAN, "业主1-1-502")
        ballot = await cast(ken, motion)
        (row,) = await fetch("SELECT person_id, acting_paper_id FROM ballot WHERE id = {}", ballot.ballot_id)
        assert row == {"person_id": ken.person_id, "acting_paper_id": paper_id}
        with pytest.raises(Refused, match=r"ballot\.already_cast"):
            await cast(ken, motion)

    async def test_two_accounts_never_cast_for_one_ward(self, people: Garden) -> None:
        await verify_owner(people, people.leo.person_id, people.owners["1-1-502"])
        await claim(people, "ken", "1-1-502")
        paper_id = await recorded(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        with pytest.raises(Refused, match=r"claim\.owner_taken"):
            await confirm_paper(actor=people.frank, paper_id=paper_id, now=NOW)
        assert (await holding_queries.paper(people.community_id, paper_id)).is_waiting

    async def test_ends_with_the_guardianship(self, people: Garden) -> None:
        await claim(people, "ken", "1-1-502")
        paper_id = await confirmed(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        motion = await opened(people)
        await ended(people, paper_id, words="已满十八周岁", now=DURING)
        ken = await people.refreshed("ken")
        assert people.owners["1-1-502"] not in ken.owner_ids
        with pytest.raises(Refused, match=r"ballot\.not_verified"):
            await cast(ken, motion)

    async def test_may_give_a_mandate_an_agent_may_not(self, people: Garden) -> None:
        await say_in_bylaws(people.community_id, proxies="yes")
        await claim(people, "ken", "1-1-502")
        await confirmed(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        motion = await opened(people)
        assert await give(people, motion, "ken", "grace") > 0
        await company(people, "1-1-601")
        await claim(people, "leo", "1-1-601")
        await confirmed(people, "1-1-601", Capacity.AGENT, who="leo", until=FOREVER)
        with pytest.raises(Refused, match=r"proxy\.not_yours_to_give"):
            await give(people, motion, "leo", "judy")

    async def test_nobody_records_what_is_about_themselves(self, people: Garden) -> None:
        await claim(people, "frank", "1-1-502")
        with pytest.raises(Refused, match=r"holder\.own_matter"):
            await recorded(people, "1-1-502", Capacity.GUARDIAN, who="frank", by=people.frank)

    async def test_has_come_in_with_the_owners_slip(self, people: Garden) -> None:
        with pytest.raises(Invalid) as wrong:
            await recorded(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        assert wrong.value.errors == {"person": "holder.no_account"}


class TestCompany:
    async def test_no_ballot_without_its_seal(self, people: Garden) -> None:
        await company(people, "1-1-502")
        await verify_owner(people, people.ken.person_id, people.owners["1-1-502"])
        motion = await opened(people)
        with pytest.raises(Refused, match=r"ballot\.needs_authority"):
            await cast(await people.refreshed("ken"), motion)
        await confirmed(people, "1-1-502", Capacity.AGENT, who="ken", until=FOREVER)
        assert (await cast(people.ken, motion)).state == "in_force"

    async def test_an_authorisation_has_a_last_day(self, people: Garden) -> None:
        await company(people, "1-1-502")
        await claim(people, "ken", "1-1-502")
        with pytest.raises(Invalid) as wrong:
            await recorded(people, "1-1-502", Capacity.AGENT, who="ken")
        assert wrong.value.errors == {"valid_until": "holder.until_when"}
        with pytest.raises(Invalid) as late:
            await recorded(people, "1-1-502", Capacity.AGENT, who="ken", until=NOW)
        assert late.value.errors == {"valid_until": "holder.run_out"}
        await confirmed(people, "1-1-502", Capacity.AGENT, who="ken", until=DURING)
        motion = await opened(people)
        with pytest.raises(Refused, match=r"ballot\.authority_expired") as refused:
            await cast(people.ken, motion, at=DURING)
        assert refused.value.details == {"name": "花园商贸公司"}
        assert (await cast(people.ken, motion, at=DURING - timedelta(seconds=1))).state == "in_force"

    async def test_one_that_runs_out_while_it_waits_is_not_confirmed(self, people: Garden) -> None:
        await company(people, "1-1-502")
        await claim(people, "ken", "1-1-502")
        until = NOW + timedelta(days=1)
        paper_id = await recorded(people, "1-1-502", Capacity.AGENT, who="ken", until=until)
        with pytest.raises(Refused, match=r"holder\.run_out"):
            await confirm_paper(actor=people.frank, paper_id=paper_id, now=until)

    async def test_a_new_agent_takes_the_place_of_the_old_one(self, people: Garden) -> None:
        await company(people, "1-1-502")
        await claim(people, "ken", "1-1-502")
        await claim(people, "leo", "1-1-502")
        await confirmed(people, "1-1-502", Capacity.AGENT, who="ken", until=FOREVER)
        await confirmed(people, "1-1-502", Capacity.AGENT, who="leo", until=FOREVER)
        motion = await opened(people)
        with pytest.raises(Refused):
            await cast(await people.refreshed("ken"), motion)
        assert (await cast(people.leo, motion)).state == "in_force"


class TestFrozen:
    async def test_who_acts_stands_on_the_roll_and_on_the_paper(self, people: Garden) -> None:
        await claim(people, "ken", "1-1-502")
        await confirmed(people, "1-1-502", Capacity.GUARDIAN, who="ken")
        await company(people, "1-1-601")
        await claim(people, "leo", "1-1-601")
        await confirmed(people, "1-1-601", Capacity.AGENT, who="leo", until=NOW + timedelta(days=1))
        motion = await on_paper(people)
        voters = {
            each.unit_codes[0]: each for each in await paper_voter_queries.paper_voters(people.community_id, motion.id)
        }
        ward, firm = voters["1-1-502"], voters["1-1-601"]
        assert (ward.capacity, ward.acting_name, ward.is_company) == ("guardian", "Ken", False)
        assert (firm.capacity, firm.acting_name, firm.is_company) == ("agent", "Leo", True)
        assert (voters["1-1-101"].capacity, voters["1-1-101"].is_company) == ("", False)

    async def test_an_authorisation_that_has_run_out_is_not_frozen(self, people: Garden) -> None:
        await company(people, "1-1-601")
        await claim(people, "leo", "1-1-601")
        await confirmed(people, "1-1-601", Capacity.AGENT, who="leo", until=NOW, now=NOW - timedelta(days=9))
        motion = await opened(people)
        line = await standing_queries.line(people.community_id, motion.id, await number_of(motion, "1-1-601"))
        assert (line.holders[0].kind, line.holders[0].capacity) == ("legal", "")

    def test_the_digest_of_older_rolls_stays(self) -> None:
        groups = group_voters([HeldUnit(1, "1-1-101", 9000, frozenset({7, 8}), is_developer_held=False)])
        salt = sha256(b"salt").digest()
        old = owners_sha256(groups, salt=salt)
        plain = {("v1", 7): Standing("natural", ("registered",)), ("v1", 8): Standing("natural", ("registered",))}
        new = owners_sha256(groups, salt=salt, standings=plain)
        acting = {**plain, ("v1", 8): Standing("natural", ("registered",), "guardian", "Ken", 3)}
        assert old == "2471cb213f6adf164ca48a714f1bb8fc05d521d26410c0ec024459d6aa88365b"
        assert len({old, new, owners_sha256(groups, salt=salt, standings=acting)}) == 3
        renamed = {**plain, ("v1", 8): Standing("natural", ("heir",))}
        assert owners_sha256(groups, salt=salt, standings=renamed) != new


class TestDisputedHomes:
    async def test_reaches_votes_that_run_and_those_to_come(self, people: Garden) -> None:
        motion = await opened(people)
        await disputed(people, "1-1-102")
        with pytest.raises(Refused, match=r"ballot\.suspended"):
            await cast(people.grace, motion)
        later = await opened(people, scope=people.building_scope, title="全楼的事")
        line = await standing_queries.line(people.community_id, later.id, await number_of(later, "1-1-102"))
        assert line.suspension is not None
        assert line.suspension.reason == "三位继承人起诉"
        await agreed(people, "1-1-102", now=DURING)
        assert (await cast(people.grace, motion)).state == "in_force"
        lines = await standing_queries.lines(people.community_id, later.id)
        assert not any(line.suspension for line in lines)

    async def test_are_no_strangers_to_read_in_the_log(self, people: Garden) -> None:
        """The record is public and nothing is ever taken out of it."""
        motion = await opened(people)
        number = await number_of(motion, "1-1-102")
        await disputed(people, "1-1-102")
        await agreed(people, "1-1-102", now=DURING)
        rows = await fetch(
            "SELECT kind, body FROM log_record WHERE kind IN ('home.disputed', 'home.agreed',"
            " 'roll.suspended', 'roll.resumed') ORDER BY seq"
        )
        assert [row["kind"] for row in rows] == ["home.disputed", "roll.suspended", "home.agreed", "roll.resumed"]
        assert not any("1-1-102" in row["body"] or f'"{number}"' in row["body"] for row in rows)

    async def test_what_was_cast_stands(self, people: Garden) -> None:
        motion = await opened(people)
        await cast(people.grace, motion)
        await disputed(people, "1-1-102", now=DURING)
        line = await standing_queries.line(people.community_id, motion.id, await number_of(motion, "1-1-102"))
        assert line.suspension is None

    async def test_two_homes_of_one_voter(self, people: Garden) -> None:
        await execute(
            "UPDATE ownership SET owner_id = {} WHERE unit_id = {}",
            *(people.owners["1-1-102"], people.units["1-1-502"]),
        )
        motion = await opened(people)
        for room in ("1-1-102", "1-1-502"):
            await disputed(people, room, words="共有人有争议", now=DURING)
        await agreed(people, "1-1-102", words="一套谈好了", now=DURING)
        with pytest.raises(Refused, match=r"ballot\.suspended"):
            await cast(people.grace, motion)
        await agreed(people, "1-1-502", words="另一套也谈好了", now=DURING)
        assert (await cast(people.grace, motion)).state == "in_force"

    async def test_said_once_and_settled_once(self, people: Garden) -> None:
        with pytest.raises(Refused, match=r"holder\.not_disputed"):
            await agreed(people, "1-1-102", now=NOW)
        await disputed(people, "1-1-102")
        with pytest.raises(Refused, match=r"holder\.disputed_already"):
            await disputed(people, "1-1-102")
        for other in (people.erin, people.frank, people.grace):
            with pytest.raises(Refused, match=r"motion\.only_secretary"):
                await halt(people, HaltAct.DISPUTE, words="有争议", now=NOW, by=other, unit_id=people.units["1-1-201"])

    async def test_a_vote_that_is_over_stays_as_it_was(self, people: Garden) -> None:
        motion = await opened(people)
        await disputed(people, "1-1-102", now=AFTER)
        assert not any(line.suspension for line in await standing_queries.lines(people.community_id, motion.id))
