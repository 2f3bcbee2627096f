"""What the desk's forms say. Call `form.check()` before using the result."""

from __future__ import annotations

from dataclasses import dataclass

from council.pathways.model import Kind
from council.voting.motion import Convener, MotionDraft
from council.web.forms import Form

REASON = 1000


def seen_version(form: Form) -> int:
    return form.integer("version", least=1)


def reason(form: Form, name: str = "reason") -> str:
    """Words that everybody will read. Codes: form.no_reason, form.too_short, form.too_long."""
    return form.text(name, least=4, most=REASON, missing="form.no_reason")


def other_kind(form: Form) -> tuple[Kind, str]:
    return form.choice("kind", Kind), reason(form, "kind_reason")


@dataclass(frozen=True, slots=True)
class FindingForm:
    key: str
    is_feasible: bool
    office: str
    note: str


def finding(form: Form) -> FindingForm:
    """Which office says whether it can be done; the note is the document's name or number."""
    key = form.key()
    answer = form.choice("feasible", ("yes", "no"))
    return FindingForm(
        key, answer == "yes", form.line("office", least=2, most=60), form.line("note", least=2, most=120)
    )


def motion(form: Form) -> MotionDraft:
    """Who convenes, who counts, from when to when. The rules about them are asked by the service."""
    return MotionDraft(
        key=form.key(),
        convener=form.choice("convener", Convener),
        convener_name=form.line("convener_name", least=2, most=60),
        counter_ids=(_person(form, "counters"), _person(form, "counter_b")),
        scrutineer_id=_person(form, "scrutineer"),
        opens_at=form.when("opens_at"),
        closes_at=form.when("closes_at"),
        is_on_paper=form.value("paper") == "yes",
    )


def _person(form: Form, name: str) -> int:
    """Somebody out of a list."""
    if not form.value(name):
        form.reject(name, "form.not_chosen")
    return form.integer(name, least=1)


@dataclass(frozen=True, slots=True)
class RevisionForm:
    """A new version of a proposal's text; `seen_version` is the one its author had before them."""

    seen_version: int
    title: str
    body: str
    cost_fen: int | None


def revision(form: Form, fixed_title: str = "") -> RevisionForm:
    """`fixed_title`: of a matter whose title is not its proposer's."""
    return RevisionForm(
        seen_version(form),
        fixed_title or form.line("title", least=6, most=60),
        form.text("body", least=10, most=12_000),
        form.money("cost", required=False),
    )
