"""From the register's homes and a sum to each home's draw, the plan's digest and its words in the locked text. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from council.funds.model import Account, Balance, Basis, Draw, Plan, PlanDraft, Source, SourceKind
from council.kernel.area import format_area
from council.kernel.errors import Invalid
from council.kernel.money import format_money
from council.kernel.shares import shares
from council.kernel.text import canonical_json
from council.registry.model import Unit
from council.registry.rollfile.model import Status

FORMAT = "council.fund_plan/1"
_NAMED = 5
_SOURCES = {
    SourceKind.FUND: "维修资金",
    SourceKind.COMMON_INCOME: "公共收益",
    SourceKind.SUBSIDY: "政府补贴",
    SourceKind.HOUSEHOLDS: "业主自筹",
}
_BASES = {
    Basis.EXCLUSIVE: "专有部分面积（《民法典》第二百八十三条）",
    Basis.BUILT: "建筑面积（《住宅专项维修资金管理办法》第二十条）",
}


def sources_of(draft: PlanDraft) -> tuple[Source, ...]:
    """The fund first, with what the others leave. Invalid where they leave nothing: then the fund is not asked."""
    fund_fen = draft.total_fen - sum(each.amount_fen for each in draft.others)
    if fund_fen <= 0:
        raise Invalid({"total": "fund.sources_exceed"})
    return (Source(SourceKind.FUND, "", fund_fen), *draft.others)


def draws_of(units: Sequence[Unit], basis: Basis, draw_fen: int, balances: Mapping[int, Balance]) -> tuple[Draw, ...]:
    """Each home's line in the order of `units`; the draws sum to `draw_fen` exactly.

    Invalid where no home shares, or the built area of some is not on the register.
    """
    if basis is Basis.BUILT and (unknown := [each.code for each in units if each.built_area_dm2 is None]):
        raise Invalid({"basis": "fund.built_unknown"}, units="、".join(unknown[:_NAMED]), count=len(unknown))
    areas = [each.area_dm2 if basis is Basis.EXCLUSIVE else each.built_area_dm2 or 0 for each in units]
    if not sum(areas):
        raise Invalid({"": "fund.nobody_shares"})
    return tuple(
        _draw(unit, area, draw, balances.get(unit.id))
        for unit, area, draw in zip(units, areas, shares(draw_fen, areas), strict=True)
    )


def _draw(unit: Unit, area_dm2: int, draw_fen: int, held: Balance | None) -> Draw:
    if unit.status is Status.UNSOLD:
        return Draw(unit.id, unit.code, area_dm2, draw_fen, Account.DEVELOPER, None, None)
    if held is None:
        return Draw(unit.id, unit.code, area_dm2, draw_fen, Account.MISSING, None, None)
    return Draw(unit.id, unit.code, area_dm2, draw_fen, held.state, held.balance_fen, held.first_fen, held.as_of)


def digest(total_fen: int, sources: Sequence[Source], basis: Basis, draws: Sequence[Draw]) -> str:
    """SHA-256 over the canonical plan. No balance is in it: what an account holds could be guessed from its digest."""
    plan = {
        "format": FORMAT,
        "total_fen": total_fen,
        "sources": [[each.kind.value, each.words, each.amount_fen] for each in sources],
        "basis": basis.value,
        "draws": [[each.code, each.area_dm2, each.draw_fen] for each in draws],
    }
    return sha256(canonical_json(plan).encode()).hexdigest()


def words(plan: Plan) -> tuple[str, ...]:
    """What the plan adds to the text that is put to the vote: so that what was voted on is what was planned."""
    given = "；".join(
        f"{_SOURCES.get(each.kind, each.words)} ￥{format_money(each.amount_fen)}" for each in plan.sources
    )
    return (
        "维修资金使用方案",
        f"总费用：￥{format_money(plan.total_fen)}。资金来源：{given}。",
        f"分摊：维修资金 ￥{format_money(plan.draw_fen)} 由表决范围内{plan.units}套房屋的分户账按"
        f"{_BASES[plan.basis]}分摊，面积合计 {format_area(plan.area_dm2)}㎡；"
        "精确到分，各户之和等于总额。各户分摊额见附表。",
        f"方案校验码：{grouped(plan.sha256)}",
    )


def grouped(digest: str) -> str:
    """In groups of eight, so that it can be read out and breaks at a line's end."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
