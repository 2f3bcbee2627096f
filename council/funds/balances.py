"""A table of sub-accounts, as the fund's office gives it out: which home holds how much. Pure.

What is masked (`***`), says 未建账, or is blank is told apart from an amount; what cannot be read is named by its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from council.funds.model import Account, Balance, BalanceTable, Fault
from council.kernel.money import parse_money
from council.registry.rollfile import cells, headings
from council.registry.rollfile.model import Cell, Line, Unreadable
from council.registry.rollfile.reading import read_table

_BALANCE = (
    "余额", "分户账余额", "分户余额", "账户余额", "账面余额", "维修资金余额", "可用余额", "当前余额", "结余", "balance",
)  # fmt: skip
_FIRST = ("首期交存额", "首期缴存额", "首期交存", "首期缴存", "首期应交", "首次交存额", "firstdeposit")
_NO_ACCOUNT = frozenset({"无", "无账户", "未建账", "未建账户", "未开户", "未交存", "未缴存", "未交"})
_TOTALS = ("合计", "总计", "小计", "total")
_MASKS = "*＊×•●█"
_LONGEST_READ = 60
_UNIT_FIELDS = ("building", "entrance", "room", "code")


def read_balances(name: str, data: bytes, units: Mapping[str, int]) -> BalanceTable:
    """The table in a CSV or XLSX file; `units`: id by code of every home here. Unreadable as a roll's, and where no
    column says which home it is, or what it holds. Two lines for one home: neither is taken."""
    lines = read_table(name, data)
    first, columns = _columns(lines)
    read = [(line, _line(line, columns, units)) for line in lines[first + 1 :] if not _is_total(line)]
    times = Counter(found.unit_id for _, found in read if isinstance(found, _Read))
    balances: dict[int, Balance] = {}
    faults: list[Fault] = []
    for line, found in read:
        if isinstance(found, Fault):
            faults.append(found)
        elif times[found.unit_id] > 1:
            faults.append(Fault(line.number, "fund.row.twice", found.code))
        elif found.balance is not None:
            balances[found.unit_id] = found.balance
    return BalanceTable(sha256(data).hexdigest(), balances, tuple(faults))


@dataclass(frozen=True, slots=True)
class _Read:
    """One line's home; `balance` is None where its cell is blank: nothing is known of it then."""

    unit_id: int
    code: str
    balance: Balance | None


def _columns(lines: Sequence[Line]) -> tuple[int, Mapping[str, int]]:
    """Index of the line of headings, and field → column: the first line that names a home and a balance."""
    read = ""
    for index, line in enumerate(lines[: headings.LOOKED_AT]):
        keys = [headings.key_of(cell.text).removesuffix("(元)") for cell in line.cells]
        fields = {
            name: min(keys.index(word) for word in words if word in keys)
            for name, words in _KNOWN.items()
            if any(word in keys for word in words)
        }
        headings.settle_unit(fields)
        has_unit = "code" in fields or {"building", "room"} <= fields.keys()
        if has_unit and "balance" in fields:
            return index, fields
        if len(fields) > 0 or not read:
            read = "、".join(key for key in keys if key)[:200]
    raise Unreadable("fund.headings_missing", read=read)


_KNOWN = {name: headings.SYNONYMS[name] for name in _UNIT_FIELDS} | {"balance": _BALANCE, "first": _FIRST}


def _is_total(line: Line) -> bool:
    text = next((cells.folded(cell.text) for cell in line.cells if cell.text.strip()), "")
    return text.lower().startswith(_TOTALS)


def _line(line: Line, columns: Mapping[str, int], units: Mapping[str, int]) -> _Read | Fault:
    texts = {name: _cell(line, index) for name, index in columns.items()}
    for cell in texts.values():
        if cell.fault:
            return _fault(line, cell.fault, cell.text)
    code = _code(texts)
    written = " ".join(texts[name].text.strip() for name in _UNIT_FIELDS if name in texts)
    if code is None:
        return _fault(line, "fund.row.no_home", written)
    if code not in units:
        return _fault(line, "fund.row.unknown_home", written)
    amounts: dict[str, int | None] = {}
    text = cells.folded(texts["balance"].text)
    state = _state(text)
    for name in ("balance", "first"):
        raw = cells.folded(texts[name].text) if name in texts else ""
        is_amount = state is Account.KNOWN if name == "balance" else _state(raw) is Account.KNOWN
        try:
            amounts[name] = parse_money(raw) if is_amount else None
        except ValueError:
            return _fault(line, "fund.row.negative" if raw.startswith(("-", "−")) else "fund.row.not_money", raw)
    balance = None if state is Account.MISSING else Balance(state, amounts["balance"], amounts["first"])
    return _Read(units[code], code, balance)


def _cell(line: Line, index: int) -> Cell:
    return line.cells[index] if index < len(line.cells) else Cell("")


def _fault(line: Line, code: str, read: str) -> Fault:
    return Fault(line.number, code, read.strip()[:_LONGEST_READ])


def _code(texts: Mapping[str, Cell]) -> str | None:
    if "code" in texts:
        parts = cells.split_code(texts["code"].text)
        return None if parts is None else cells.code(*parts)
    building = cells.building(texts["building"].text)
    entrance = cells.entrance(texts["entrance"].text) if "entrance" in texts else ""
    room = cells.without_prefix(texts["room"].text, building, entrance)
    return cells.code(building, entrance, room) if building and room else None


def _state(text: str) -> Account:
    if any(sign in text for sign in _MASKS):
        return Account.MASKED
    if text in _NO_ACCOUNT:
        return Account.NONE
    return Account.MISSING if cells.is_blank(text) else Account.KNOWN
