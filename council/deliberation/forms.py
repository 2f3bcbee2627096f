"""What somebody says, asks to be answered or hides, out of a form. Call `form.check()` before using the result."""

from __future__ import annotations

from council.deliberation.model import LONGEST, LONGEST_WAIT, HideReason, Remark, Stance
from council.kernel.text import clean
from council.web.forms import Form

VIEWS = (Stance.AGREE, Stance.OPPOSE, Stance.QUESTION, Stance.SUGGESTION)


def comment(form: Form, *, place: str) -> Remark:
    """A comment with its stance. Codes: thread.no_stance, thread.no_words, form.too_long."""
    if not form.value("stance"):
        form.reject("stance", "thread.no_stance")
    return Remark(form.key(), form.choice("stance", VIEWS), _words(form), place)


def reply(form: Form, *, parent_id: int, place: str) -> Remark:
    """A reply, which carries no stance; with an office's name in it, the office's answer.

    `unanswered` stands in forms under a question that had no official answer when the page was made.
    """
    office = form.line("office", most=60) or None
    is_first = bool(form.value("unanswered"))
    return Remark(form.key(), Stance.NONE, _words(form), place, parent_id, office, is_first)


def _words(form: Form) -> str:
    if not clean(form.value("body")):
        form.reject("body", "thread.no_words")
    return form.text("body", least=1, most=LONGEST)


def question(form: Form) -> tuple[str, int]:
    """Who owes the answer, and within how many days."""
    name = form.line("answer_from", most=60)
    if not name:
        form.reject("answer_from", "thread.answer_from")
    days = form.integer("days", required=False) or 0
    if not 1 <= days <= LONGEST_WAIT:
        form.reject("days", "thread.answer_days")
    return name, days


def hiding(form: Form) -> HideReason:
    if not form.value("reason"):
        form.reject("reason", "thread.no_reason")
    return form.choice("reason", HideReason)
