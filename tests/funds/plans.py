"""A plan of 1号楼1单元's fund vote: what the tests of plans and their pages begin with."""

from __future__ import annotations

from datetime import datetime

from council.funds import queries, service
from council.funds.balances import read_balances
from council.funds.model import Basis, Plan, PlanDraft, Source
from council.kernel.actor import Actor
from council.kernel.ids import new_id
from council.kernel.scope import Scope
from council.pathways.model import Kind
from council.progress import fund_plans
from tests.people import NOW, Garden
from tests.voting.motions import filed

COST = 62_846_000
"""What the text of `motions.filed` names, in fen."""


async def fund_matter(people: Garden, *, scope: Scope | None = None, kind: Kind = Kind.FUND_USE) -> int:
    return await filed(people, kind=kind, scope=scope or people.entrance_scope, title="1单元屋面防水翻修")


def plan_draft(
    key: str = "", total: int = COST, others: tuple[Source, ...] = (), basis: Basis = Basis.EXCLUSIVE
) -> PlanDraft:
    return PlanDraft(key or new_id(), total, others, basis)


async def planned(people: Garden, proposal_id: int, *, by: Actor | None = None, **drafted: object) -> Plan:
    plan_id = await fund_plans.draft(
        actor=by or people.erin, proposal_id=proposal_id, draft=plan_draft(**drafted), now=NOW
    )
    return await queries.plan(people.community_id, plan_id)


async def confirmed_plan(people: Garden, proposal_id: int, **drafted: object) -> Plan:
    plan = await planned(people, proposal_id, **drafted)
    await fund_plans.confirm(actor=people.dana, plan_id=plan.id, now=NOW)
    return await queries.plan(people.community_id, plan.id)


async def hand_in(people: Garden, text: str, *, key: str = "", as_of: datetime = NOW, by: Actor | None = None) -> int:
    """A CSV with 房间号, 余额, 首期交存额."""
    data = f"房间号,余额,首期交存额\n{text}".encode()
    table = read_balances("余额.csv", data, await queries.unit_ids(people.community_id))
    return await service.import_balances(
        actor=by or people.erin, key=key or new_id(), name="余额.csv", table=table, as_of=as_of, now=NOW
    )
