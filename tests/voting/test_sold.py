"""A home is sold while the vote runs: papers printed for the seller, the seller's mandates, and the buyer's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from council.files import store
from council.kernel.errors import Invalid, Refused
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import paper_printing_queries, paper_voter_queries, proxy_papers, succession
from council.voting.holding import Capacity
from council.voting.paper_printing import SIGNER
from council.voting.proxy import MandateSigner
from tests.people import Garden, garden
from tests.voting.holders import claim, confirmed
from tests.voting.motions import DURING, cast, opened
from tests.voting.papers import brought, on_paper, paper_of, printed
from tests.voting.test_proxies import give, proxied
from tests.voting.test_standing import number_of, sell

HOME = "1-1-102"
SALE = DURING + timedelta(hours=1)
LATER = DURING + timedelta(hours=2)


@pytest.fixture
async def people(db: AnyEngine, tmp_path: Path) -> Garden:
    store.use(tmp_path / "files")
    return await garden()


class TestPapers:
    async def test_the_sellers_paper_is_refused_and_kept_and_the_buyers_is_taken(self, people: Garden) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        number = await number_of(motion, HOME)
        older = await paper_of(motion, number)
        await sell(people, HOME, "钱新", now=SALE)
        back = await brought(people, motion, older.serial, at=LATER)
        assert (back.reason, back.ballot_id) == ("sold", None)
        (row,) = await fetch("SELECT serial, state FROM paper_return")
        assert (row["serial"], row["state"]) == (older.serial, "refused")
        assert await paper_printing_queries.to_print_anew(people.community_id, motion.id, LATER) == [
            older.roll_voter_id
        ]
        run = await printed(people, motion, whom=SIGNER, is_anew=True, at=LATER)
        assert run.sheets == 1
        newer = await paper_of(motion, number)
        assert (await brought(people, motion, newer.serial, at=LATER)).reason is None
        assert await paper_printing_queries.to_print_anew(people.community_id, motion.id, LATER) == []

    async def test_the_new_paper_names_the_buyer_and_the_old_printing_the_seller(self, people: Garden) -> None:
        motion = await on_paper(people)
        await sell(people, HOME, "钱新", now=SALE)
        number = await number_of(motion, HOME)

        async def named(at: object) -> tuple[str, ...]:
            sold = await succession.sold(people.community_id, motion.id)
            voters = await paper_voter_queries.signing_voters(people.community_id, motion.id, sold, at)
            return tuple(name for each in voters if each.number == number for name, _ in each.owners)

        assert await named(DURING) != ("钱新",)
        assert await named(LATER) == await named(None) == ("钱新",)

    async def test_what_came_back_before_the_sale_stands(self, people: Garden) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        paper = await paper_of(motion, await number_of(motion, HOME))
        assert (await brought(people, motion, paper.serial, at=DURING)).reason is None
        await sell(people, HOME, "钱新", now=SALE)
        (row,) = await fetch("SELECT state FROM paper_return")
        assert row["state"] == "sealed"
        assert await paper_printing_queries.to_print_anew(people.community_id, motion.id, LATER) == []

    async def test_the_sellers_guardian_signs_no_more(self, people: Garden) -> None:
        await claim(people, "gina", "1-1-302")
        await confirmed(people, "1-1-302", Capacity.GUARDIAN, who="gina")
        motion = await on_paper(people)
        await printed(people, motion)
        paper = await paper_of(motion, await number_of(motion, "1-1-302"))
        await sell(people, "1-1-302", "钱新", now=SALE)
        sold = await succession.sold(people.community_id, motion.id)
        assert await paper_printing_queries.acting_now(people.community_id, motion.id, sold, LATER) == {}
        assert (await brought(people, motion, paper.serial, at=LATER)).reason == "sold"

    async def test_sold_to_a_co_owner_nobody_signs_until_one_is_named(self, people: Garden) -> None:
        await execute(
            "INSERT INTO ownership (community_id, unit_id, owner_id, position, is_representative, began_at)"
            " SELECT community_id, unit_id, {}, 1, FALSE, began_at FROM ownership WHERE unit_id = {}",
            *(people.owners["1-1-201"], people.units[HOME]),
        )
        motion = await on_paper(people)
        await printed(people, motion)
        paper = await paper_of(motion, await number_of(motion, HOME))
        await sell(people, HOME, "钱新", now=SALE)
        await execute(
            "UPDATE ownership SET owner_id = {} WHERE unit_id = {} AND ended_at IS NULL",
            *(people.owners["1-1-201"], people.units[HOME]),
        )
        found = (await succession.sold(people.community_id, motion.id))[paper.roll_voter_id]
        assert (found.at, found.owners) == (SALE, ())
        with pytest.raises(Invalid, match=r"proxy\.nobody_named"):
            await proxy_papers.giver_of(motion, HOME, MandateSigner.OWNER, LATER)
        assert (await brought(people, motion, paper.serial, at=LATER)).reason == "sold"

    async def test_the_page_says_who_signs_now(self, people: Garden, enter, clock) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        paper = await paper_of(motion, await number_of(motion, HOME))
        await sell(people, HOME, "钱新", now=SALE)
        clock(LATER)
        address = f"/c/garden/paper/{paper.serial}"
        said = (await (await enter(people.dana)).get(address)).text
        assert "换了业主" in said
        assert "钱*" in said
        assert f"print?whom=voter-{paper.roll_voter_id}" in said
        assert "changed hands" in (await (await enter(people.frank, "en")).get(address)).text

    async def test_who_voted_before_selling_is_not_printed_anew(self, people: Garden, enter, clock) -> None:
        motion = await on_paper(people)
        await printed(people, motion)
        paper = await paper_of(motion, await number_of(motion, HOME))
        await execute("UPDATE motion SET counted = {}", '["online", "paper"]')
        ballot = await cast(people.grace, motion)
        await execute("UPDATE ballot SET is_wish = FALSE WHERE id = {}", ballot.ballot_id)
        await sell(people, HOME, "钱新", now=SALE)
        assert await paper_printing_queries.to_print_anew(people.community_id, motion.id, LATER) == []
        clock(LATER)
        said = (await (await enter(people.dana)).get(f"/c/garden/paper/{paper.serial}")).text
        assert "那张票算数" in said
        assert "print?whom=" not in said


class TestMandates:
    async def test_the_sellers_ends_and_the_buyers_is_used(self, people: Garden) -> None:
        motion = await opened(people)
        await give(people, motion, "grace", "ken")
        await sell(people, HOME, "钱新", now=SALE)
        (row,) = await fetch("SELECT ended_at, end_reason FROM proxy")
        assert (row["ended_at"], row["end_reason"]) == (SALE, "revoked")
        assert await proxied(people, motion, "ken") == []
        with pytest.raises(Refused, match=r"ballot\.not_(on_roll|verified)"):
            await cast(people.ken, motion, at=LATER)
        await give(people, motion, "钱新", "ken", now=LATER)
        assert await proxied(people, motion, "ken") == [((HOME,), "钱新")]
        assert (await cast(people.ken, motion, at=LATER)).number == await number_of(motion, HOME)

    async def test_one_of_before_that_no_sale_ended_neither_casts_nor_stands_in_the_way(self, people: Garden) -> None:
        """A roll that is read in anew ends ownerships as well, and knows nothing of votes."""
        motion = await opened(people)
        await give(people, motion, "grace", "ken")
        await sell(people, HOME, "钱新", now=SALE)
        await execute("UPDATE proxy SET ended_at = NULL, ended_by_name = NULL, end_reason = NULL")
        assert await proxied(people, motion, "ken") == []
        await give(people, motion, "钱新", "erin", now=LATER)
        assert await proxied(people, motion, "erin") == [((HOME,), "钱新")]

    async def test_what_was_cast_by_it_stands(self, people: Garden) -> None:
        motion = await opened(people)
        await give(people, motion, "grace", "ken")
        await cast(people.ken, motion)
        (buyer,) = await sell(people, HOME, "钱新", now=SALE)
        with pytest.raises(Refused, match=r"ballot\.already_cast"):
            await cast(buyer, motion, at=LATER)

    async def test_those_of_other_homes_stand(self, people: Garden) -> None:
        motion = await opened(people)
        await give(people, motion, "grace", "ken")
        await sell(people, "1-1-201", "钱新", now=SALE)
        assert await proxied(people, motion, "ken") == [((HOME,), "Grace")]
