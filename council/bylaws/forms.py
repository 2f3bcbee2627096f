"""The form of a version: what it is called, its dates, and each setting with its clause and page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from council.bylaws import profiles
from council.bylaws.model import SETTINGS, Clause, Setting, Shape, Value, Version
from council.kernel.clock import local_date, local_midnight
from council.web.forms import Form

LONGEST_PAGE = 2000


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, without the scan."""

    key: str
    title: str
    profile: str
    adopted_on: datetime
    effective_from: datetime
    clauses: tuple[Clause, ...]


def parse(form: Form) -> Typed:
    """Problems are noted in the form: `check()` it. A setting counts as said when its value is given; a clause or page
    without a value is a problem of the value ("bylaws.value_missing"), nothing is dropped in silence."""
    return Typed(
        title=form.line("title", least=4, most=80),
        profile=form.choice("profile", profiles.NAMES),
        adopted_on=local_midnight(form.day("adopted_on")),
        effective_from=local_midnight(form.day("effective_from")),
        clauses=tuple(each for name in SETTINGS if (each := _clause(form, SETTINGS[name])) is not None),
        key=form.key(),
    )


def _clause(form: Form, setting: Setting) -> Clause | None:
    name = setting.name
    is_said = any(value.strip() for value in form.values(f"value_{name}"))
    if not is_said:
        if form.value(f"clause_{name}").strip() or form.value(f"page_{name}").strip():
            form.reject(f"value_{name}", "bylaws.value_missing")
        return None
    clause = form.text(f"clause_{name}", least=4, most=500, missing="bylaws.clause_missing")
    page = form.integer(f"page_{name}", least=1, most=LONGEST_PAGE)
    return Clause(name, _value(form, setting), clause, page)


def _value(form: Form, setting: Setting) -> Value:
    field = f"value_{setting.name}"
    match setting.shape:
        case Shape.CHOICE:
            return form.choice(field, setting.options)
        case Shape.NUMBER:
            return form.integer(field, least=setting.least, most=setting.most)
        case Shape.SET:
            said = form.many(field, setting.options)
            return tuple(each for each in setting.options if each in said)


def prefilled(version: Version | None) -> Form:
    """A new version begins with what the one in force says; its clauses and pages are looked up in the new paper."""
    if version is None:
        return Form.blank(profile=profiles.NATIONAL)
    given: dict[str, str | tuple[str, ...]] = {"title": version.title, "profile": version.profile}
    for name, said in version.clauses.items():
        given[f"value_{name}"] = said.value if isinstance(said.value, tuple) else str(said.value)
        given[f"clause_{name}"] = said.clause
        given[f"page_{name}"] = "" if said.page is None else str(said.page)
    if version.adopted_on is not None:
        given["adopted_on"] = local_date(version.adopted_on).isoformat()
    return Form.blank(**given)
