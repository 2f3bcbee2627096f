"""What is typed about a project."""

from __future__ import annotations

from council.kernel.clock import local_midnight
from council.ledger.model import WindingUpDraft, WindingUpKind
from council.web import Form


def parse_winding_up(form: Form) -> WindingUpDraft:
    """How a revoked project is wound up; its day is a day of the courtyard."""
    kind = form.choice("kind", WindingUpKind)
    day = form.day("happened_on")
    amount_fen = form.money("amount", required=False)
    words = form.text("words", least=4, most=1000)
    form.check()
    return WindingUpDraft(form.key(), kind, local_midnight(day), words, amount_fen)
