"""What people type about the register."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from council.registry.corrections import Outcome
from council.registry.editing import OwnerEdit, UnitEdit
from council.registry.rollfile import limits, owners
from council.registry.rollfile.model import OwnerKind, RollOwner, Status, Use
from council.web.forms import Form

GRID_ROWS = 12
GRID_FIELDS = ("room", "area", "owner", "identity", "phone", "use")
GRID_HEADINGS = ("楼栋", "单元", "房号", "专有部分面积", "业主姓名", "业主证件号", "业主电话", "房屋用途")
"""Headings of a typed entrance: the words that offices use, as in a file (a format, not the page's language)."""

_REASON = 200
_LONGEST_PHONES = 6
_LONGEST_TYPED = 400


@dataclass(frozen=True, slots=True)
class Said:
    unit_id: int
    said: str
    key: str


@dataclass(frozen=True, slots=True)
class Sale:
    """`seen` is the `fingerprint` of the unit and its owners as the form showed them."""

    buyers: tuple[RollOwner, ...]
    reason: str
    seen: str


def _reason(form: Form) -> str:
    return form.line("reason", least=2, most=_REASON, missing="form.no_reason")


def parse_reason(form: Form) -> str:
    reason = _reason(form)
    form.check()
    return reason


def parse_grid(form: Form) -> list[dict[str, str]]:
    """Twelve rows under `GRID_HEADINGS`; a row nobody wrote in stays blank."""
    building, entrance = form.line("building", least=1, most=40), form.line("entrance", most=40)
    rows = []
    for number in range(1, GRID_ROWS + 1):
        typed = [form.line(f"{field}{number}", most=_LONGEST_TYPED) for field in GRID_FIELDS]
        written = any(typed[:-1])  # the use alone is what the list offers first
        cells = (building, entrance, *typed) if written else ("",) * len(GRID_HEADINGS)
        rows.append(dict(zip(GRID_HEADINGS, cells, strict=True)))
    form.check()
    return rows


def cell_name(number: int, index: int) -> str:
    """The field of one cell: rows stand on the same page, so the row is in the name."""
    return f"r{number}c{index}"


def parse_cells(form: Form, number: int, headings: Sequence[str]) -> list[str]:
    texts = [form.text(cell_name(number, index), most=limits.LONGEST_CELL) for index in range(len(headings))]
    form.check()
    return texts


def parse_unit(form: Form) -> UnitEdit:
    edit = UnitEdit(
        area_dm2=form.area("area"),
        use=form.choice("use", Use),
        status=form.choice("status", Status),
        reason=_reason(form),
        seen=form.line("seen", most=64),
    )
    if form.error("area") is None and edit.area_dm2 == 0:
        form.reject("area", "roll.area_zero")
    form.check()
    return edit


def parse_owner(form: Form) -> OwnerEdit:
    """One owner. Codes as a roll's: roll.identity_masked, roll.phone_unreadable …"""
    name = form.line("name", least=1, most=100)
    identity, phones = _identity(form, form.line("identity", most=60)), _phones(form, form.line("phones", most=200))
    reason = _reason(form)
    form.check()
    return OwnerEdit(name, identity, phones, reason, form.line("seen", most=64))


def parse_sale(form: Form, status: Status) -> Sale:
    """The buyers' names separated as on a roll; identity numbers and telephones in the same order."""
    reason = _reason(form)
    names = owners.names(form.line("owners", least=1, most=400))
    if not names and form.error("owners") is None:
        form.reject("owners", "roll.owner_blank")
    read = owners.identities(form.line("identities", most=400))
    if read and len(read) != len(names):
        form.reject("identities", "roll.identity_count", owners=len(names), numbers=len(read))
    numbers = [_checked(form, "identities", *one) for one in read] + [None] * len(names)
    phones = _phones(form, form.line("phones", most=200))
    seen = form.line("seen", most=64)
    form.check()
    own = [(number,) for number in phones] if len(phones) == len(names) > 1 else [phones] * len(names)
    buyers = tuple(
        RollOwner(name, number, tuple(mine), owners.kind(name, number, status, ""))
        for name, number, mine in zip(names, numbers, own, strict=False)
    )
    return Sale(buyers, reason, seen)


def _identity(form: Form, text: str) -> str | None:
    read = owners.identities(text)
    if len(read) > 1:
        form.reject("identity", "roll.identity_count", owners=1, numbers=len(read))
    return _checked(form, "identity", *read[0]) if read else None


def _checked(form: Form, field: str, number: str | None, written: str, codes: Sequence[str]) -> str | None:
    """At the desk a number that cannot be one is refused, not only remarked on."""
    trouble = next((code for code in codes if code != "roll.identity_lower_case"), None)
    trouble = trouble or (owners.identity_trouble(number, OwnerKind.NATURAL) if number else None)
    if trouble:
        form.reject(field, trouble)
    return number


def _phones(form: Form, text: str) -> tuple[str, ...]:
    numbers, troubles = owners.phones(text)
    if troubles:
        form.reject("phones", troubles[0][0])
    if len(numbers) > _LONGEST_PHONES:
        form.reject("phones", "form.too_large", most=_LONGEST_PHONES)
    return tuple(numbers)


def parse_correction(form: Form, unit_ids: Sequence[int]) -> Said:
    unit = form.choice("unit", [str(unit_id) for unit_id in unit_ids] or ["0"])
    said = form.text("said", least=4, most=1000)
    key = form.key()
    form.check()
    return Said(int(unit), said, key)


def parse_outcome(form: Form) -> tuple[Outcome, str]:
    """The answer changes nothing in the register, so whoever says "corrected" also says that it was put right there."""
    outcome = form.choice("outcome", Outcome)
    reason = _reason(form)
    if form.value("outcome") == Outcome.CORRECTED and not form.flag("mended"):
        form.reject("mended", "correction.mend_first")
    form.check()
    return outcome, reason
