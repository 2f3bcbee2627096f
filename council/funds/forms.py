"""The form of a plan: what it costs, what others pay of it, and what the shares follow."""

from __future__ import annotations

from council.funds.model import Basis, PlanDraft, Source, SourceKind
from council.web.forms import Form

OTHERS = (SourceKind.COMMON_INCOME, SourceKind.SUBSIDY, SourceKind.HOUSEHOLDS, SourceKind.OTHER)


def parse_plan(form: Form) -> PlanDraft:
    """Invalid with every problem; a source left blank gives nothing, and another one says which."""
    total = form.money("total")
    if not total and not form.error("total"):
        form.reject("total", "form.missing")
    others = []
    for kind in OTHERS:
        amount = form.money(kind.value, required=False)
        words = form.line("other_words", least=2 if amount else 0, most=40) if kind is SourceKind.OTHER else ""
        if amount:
            others.append(Source(kind, words, amount))
    draft = PlanDraft(form.key(), total, tuple(others), form.choice("basis", Basis))
    form.check()
    return draft
