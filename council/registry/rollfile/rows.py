"""One line of a roll → one unit with its owners, and what is wrong with it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from council.kernel.errors import Detail
from council.kernel.text import clean, clean_line
from council.registry.rollfile import cells, owners
from council.registry.rollfile.headings import Columns
from council.registry.rollfile.model import (
    Basis,
    Cell,
    Line,
    OwnerKind,
    Problem,
    RollOwner,
    RollRow,
    Status,
    Unreadable,
    Use,
)

_FORMULA_SIGNS = ("=", "+", "-", "@")
_BLANK = Cell("")


def no_rows() -> Unreadable:
    return Unreadable("roll.only_headings")


def text_of(line: Line, columns: Columns, name: str) -> str:
    """The raw text of a field ("" when the file has no such column, or the line ends before it)."""
    return _cell(line, columns, name).text


def _cell(line: Line, columns: Columns, name: str) -> Cell:
    index = columns.fields.get(name, len(line.cells))
    return line.cells[index] if index < len(line.cells) else _BLANK


@dataclass(slots=True)
class _Row:
    """A line being read: collects problems as its cells are taken."""

    line: Line
    columns: Columns
    problems: list[Problem] = field(default_factory=list)

    def take(self, name: str) -> str:
        """The text of a field; a cell that holds no text of its own (a date, a failed formula) is an error."""
        cell = _cell(self.line, self.columns, name)
        if cell.fault:
            self.error(self.columns.name(name), cell.fault, cell.text)
        return cell.text

    def error(self, column: str, code: str, read: str, **details: Detail) -> None:
        self._add(column, code, read, True, details)

    def warn(self, column: str, code: str, read: str, **details: Detail) -> None:
        self._add(column, code, read, False, details)

    def _add(self, column: str, code: str, read: str, is_error: bool, details: dict[str, Detail]) -> None:
        self.problems.append(Problem(self.line.number, column, code, clean(read), is_error, details))

    @property
    def is_faulty(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    def has_fault(self, name: str) -> bool:
        return _cell(self.line, self.columns, name).fault is not None


def read_row(line: Line, columns: Columns) -> tuple[RollRow | None, list[Problem]]:
    """The unit of a line, and its problems; None when there is an error among them."""
    row = _Row(line, columns)
    building, entrance, room = _unit(row)
    area_dm2 = _area(row)
    built_area_dm2 = _built_area(row)
    use, status = _use(row, building, room), _status(row)
    note = clean_line(text_of(line, columns, "note"))
    basis = _basis(row, status)
    found = _owners(row, status, note)
    _parking_beside(row)
    if row.is_faulty:
        return None, row.problems
    unit = RollRow(
        number=line.number,
        cells=_as_mapping(line, columns),
        building=building,
        entrance=entrance,
        room=room,
        code=cells.code(building, entrance, room),
        floor=cells.floor(text_of(line, columns, "floor"), room, use),
        area_dm2=area_dm2,
        built_area_dm2=built_area_dm2,
        use=use,
        status=status,
        owners=found,
        note=note,
        said=frozenset(name for name in ("use", "status", "floor") if clean_line(text_of(line, columns, name))),
        basis=basis,
    )
    return unit, row.problems


def _parking_beside(row: _Row) -> None:
    """A space written beside a home is a unit of its own; it is not made up from half a row."""
    for index in row.columns.parking:
        cell = row.line.cells[index] if index < len(row.line.cells) else _BLANK
        if not cells.is_blank(cells.folded(cell.text)):
            row.warn(row.columns.headings[index], "roll.parking_beside", cell.text)


def _as_mapping(line: Line, columns: Columns) -> dict[str, str]:
    texts = [clean(cell.text) for cell in line.cells]
    texts += [""] * (len(columns.headings) - len(texts))
    return {heading: text for heading, text in zip(columns.headings, texts, strict=False) if heading}


def _unit(row: _Row) -> tuple[str, str, str]:
    """(building, entrance, room); blanks when there is an error."""
    columns = row.columns
    for name in ("code", "building", "entrance", "room"):
        text = text_of(row.line, columns, name).strip()
        if len(text) > cells.LONGEST_PART:
            row.error(columns.name(name), "roll.unit_too_long", text, most=cells.LONGEST_PART)
            return "", "", ""
    if "code" in columns.fields:
        text = row.take("code")
        if row.has_fault("code"):
            return "", "", ""
        parts = cells.split_code(text)
        if parts is None:
            code = "roll.unit_blank" if cells.is_blank(cells.folded(text)) else "roll.code_unread"
            row.error(columns.unit, code, text)
        return parts or ("", "", "")
    building, entrance = cells.building(row.take("building")), cells.entrance(row.take("entrance"))
    written = row.take("room")
    room = cells.without_prefix(written, building, entrance)
    for name, value in (("building", building), ("room", room)):
        if not value and not row.has_fault(name):
            row.error(columns.name(name), "roll.unit_blank", text_of(row.line, columns, name))
    return building, entrance, room


def _area(row: _Row) -> int:
    text = row.take("area")
    area_dm2, code = cells.area(text)
    if code and not row.has_fault("area"):
        (row.warn if area_dm2 else row.error)(row.columns.name("area"), code, text)
    return area_dm2


def _built_area(row: _Row) -> int | None:
    """Only for information, so trouble with it is a warning and the area is left out."""
    cell = _cell(row.line, row.columns, "built_area")
    if cells.is_blank(cells.folded(cell.text)):
        return None
    area_dm2, code = cells.area(cell.text)
    if code or cell.fault:
        is_read = area_dm2 > 0 and not cell.fault
        row.warn(row.columns.name("built_area"), code if code and is_read else "roll.built_area_unread", cell.text)
        return area_dm2 if is_read else None
    return area_dm2


def _use(row: _Row, building: str, room: str) -> Use:
    text = text_of(row.line, row.columns, "use")
    use, is_known = cells.use(text, building, room)
    if not is_known:
        row.warn(row.columns.name("use"), "roll.use_unknown", text)
    return use


def _status(row: _Row) -> Status:
    text = text_of(row.line, row.columns, "status")
    status, is_known = cells.status(text)
    if not is_known:
        row.warn(row.columns.name("status"), "roll.status_unknown", text)
    return status


def _basis(row: _Row, status: Status) -> Basis | None:
    """Bought and in possession, and not handed over, cannot both be: then the home stays the developer's."""
    text = text_of(row.line, row.columns, "basis")
    basis, is_known = cells.basis(text)
    if not is_known:
        row.warn(row.columns.name("basis"), "roll.basis_unknown", text)
    if basis is Basis.POSSESSION and status in {Status.UNSOLD, Status.UNDELIVERED}:
        row.error(row.columns.name("basis"), "roll.possession_undelivered", text)
    return basis


def _owners(row: _Row, status: Status, note: str) -> tuple[RollOwner, ...]:
    column, text = row.columns.name("owner"), row.take("owner")
    names = owners.names(text)
    if not names and not row.has_fault("owner"):
        row.error(column, "roll.owner_blank", text)
    if _hides_signs(text):
        row.warn(column, "roll.name_cleaned", text)
    if any(cells.folded(name).startswith(_FORMULA_SIGNS) for name in names):
        row.warn(column, "roll.formula_in_name", text)
    numbers = _identities(row, len(names))
    shared, by_position = _phones(row, len(names))
    found: dict[tuple[str, str | None], RollOwner] = {}
    for index, name in enumerate(names):
        number, written = numbers[index]
        kind = owners.kind(name, number, status, note)
        _check_number(row, number, written, kind)
        phones = tuple(dict.fromkeys((*by_position[index], *shared)))
        if (name, number) in found:
            row.warn(column, "roll.owner_twice", name)
        found.setdefault((name, number), RollOwner(name, number, phones, kind))
    return tuple(found.values())


def _hides_signs(text: str) -> bool:
    """Did cleaning take away more than spaces (zero-width signs, signs that turn the direction of writing)?"""
    return clean_line(text) != " ".join(unicodedata.normalize("NFC", text).split())


def _identities(row: _Row, count: int) -> list[tuple[str | None, str]]:
    """(number or None, as written) for each of `count` owners, by position."""
    cell = _cell(row.line, row.columns, "identity")
    column = row.columns.name("identity")
    if cell.fault:
        row.warn(column, cell.fault, cell.text)
        return [(None, "")] * count
    read = owners.identities(cell.text)
    for _, written, codes in read:
        for code in codes:
            row.warn(column, code, written)
    if read and len(read) != count and count:
        row.warn(column, "roll.identity_count", cell.text, owners=count, numbers=len(read))
    numbers: list[tuple[str | None, str]] = [(number, written) for number, written, _ in read][:count]
    return numbers + [(None, "")] * (count - len(numbers))


def _check_number(row: _Row, number: str | None, written: str, kind: OwnerKind) -> None:
    code = owners.identity_trouble(number, kind) if number else None
    if code:
        row.warn(row.columns.name("identity"), code, written)


def _phones(row: _Row, count: int) -> tuple[list[str], list[list[str]]]:
    """(telephones of the household, those of each owner by position).

    A column that holds as many telephones as there are co-owners gives each their own; otherwise every owner can be
    reached at all of them (a couple often shares one).
    """
    shared: list[str] = []
    by_position: list[list[str]] = [[] for _ in range(count)]
    for index in row.columns.phones:
        cell = row.line.cells[index] if index < len(row.line.cells) else _BLANK
        column = row.columns.headings[index]
        if cell.fault:
            row.warn(column, cell.fault, cell.text)
            continue
        numbers, troubles = owners.phones(cell.text)
        for code, read in troubles:
            row.warn(column, code, read)
        if len(numbers) == count > 1:
            for position, number in enumerate(numbers):
                by_position[position].append(number)
        else:
            shared.extend(numbers)
    return shared, by_position
