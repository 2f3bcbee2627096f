"""The text that is put to the vote, as it is locked and digested."""

from __future__ import annotations

from council.elections.slate import Slate
from council.funds import planning
from council.funds.model import Plan
from council.kernel.money import format_money
from council.proposals.model import Proposal, Version
from council.voting.slate import FILLS, WHOLE, slate_lines


def motion_text(proposal: Proposal, version: Version, slate: Slate | None = None, plan: Plan | None = None) -> str:
    """The text that is put to the vote and digested: title, what and why, the cost as it was stated, who stands and
    for what, whom it recalls, and how the maintenance fund pays."""
    lines = [version.title, "", version.body]
    if version.cost_fen is not None:
        lines += ["", f"预计总费用：{f'￥{format_money(version.cost_fen)}' if version.cost_fen else '不用花钱'}"]
    if slate is not None:
        lines += ["", FILLS if proposal.is_by_election else WHOLE, *slate_lines(slate)]
    if proposal.recalls_id is not None:
        lines += ["", f"罢免对象：{proposal.recalls_name}（委员编号{proposal.recalls_id}）。"]
    if plan is not None:
        lines += ["", *planning.words(plan)]
    return "\n".join(lines)
