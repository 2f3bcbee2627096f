"""Who owns a unit: names, identity numbers by position, telephones, and what kind of person each is."""

from __future__ import annotations

import re

from council.kernel.text import clean_line
from council.registry.rollfile.cells import folded, is_blank
from council.registry.rollfile.model import OwnerKind, Status

_BETWEEN = re.compile(r"[、,，/;；\n]")
_COMPANY_TAIL = re.compile(r",\s*(?=(?:Ltd|Inc|LLC|Limited|Co)\b)", re.IGNORECASE)
_LEGAL = re.compile(r"公司|有限|集团|合作社|银行|.厂$|委员会|居委会|学校|医院|事务所|Co\.|Ltd|Inc\b", re.IGNORECASE)
_DEVELOPER = re.compile(r"房地产开发|开发商|置业|建设单位|地产")
_PERSONAL = re.compile(r"\d{17}[\dX]", re.ASCII)
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_MASK = re.compile(r"[*×＊?？#]|X{2,}")
_DAMAGED = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}", re.IGNORECASE | re.ASCII)
_NO_IDENTITY = re.compile(r"(\w)\1*|0*123456\d*|(?:暂?无|没有|不详|未知|未提供|待补|未登记|空|NONE|NA).*")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_LETTERS = "10X98765432"
_SHORTEST_IDENTITY = 6
_LONGEST_PHONE = 40  # with brackets, spaces and whose it is
_PHONE = re.compile(r"\+?\d{5,17}", re.ASCII)
_ROUNDED_MOBILE = re.compile(r"1\d\d0{8}", re.ASCII)


def names(text: str) -> tuple[str, ...]:
    """Co-owners in the order written; `张 三` is 张三, `John Smith` keeps its space."""
    parts = (clean_line(part) for part in _BETWEEN.split(_COMPANY_TAIL.sub(" ", text)))
    return tuple(_closed_up(part) for part in parts if not is_blank(part))


def _closed_up(name: str) -> str:
    pieces = name.split(" ")
    is_spread = all(len(piece) == 1 and not piece.isascii() for piece in pieces)
    return "".join(pieces) if is_spread else name


def identities(text: str) -> list[tuple[str | None, str, list[str]]]:
    """By position: (number or None, what was written, problem codes); a blank place is None: "、9901…"."""
    if is_blank(folded(text)):
        return []
    return [_identity(part) for part in _BETWEEN.split(text)]


def _identity(text: str) -> tuple[str | None, str, list[str]]:
    written = re.sub(r"\s", "", folded(text))
    number = written.upper()
    if is_blank(number):
        return None, written, []
    if _DAMAGED.fullmatch(number):
        return None, written, ["roll.identity_damaged"]
    is_company = bool(_CREDIT_CODE.fullmatch(number)) and any(sign in number[8:] for sign in "ABCDEFGHJKLMNPQRTUWY")
    if is_company:
        return number, written, []
    if _MASK.search(number) or len(number) < _SHORTEST_IDENTITY or _NO_IDENTITY.fullmatch(number):
        return None, written, ["roll.identity_masked"]
    codes = ["roll.identity_lower_case"] if _PERSONAL.fullmatch(number) and written != number else []
    return number, written, codes


def may_be_company_code(number: str) -> bool:
    return _CREDIT_CODE.fullmatch(number) is not None


def identity_trouble(number: str, kind: OwnerKind) -> str | None:
    """What is wrong with a whole number: a check digit (GB 11643, personal numbers only) or a length near 18."""
    if kind is not OwnerKind.NATURAL and may_be_company_code(number):
        return None
    if _PERSONAL.fullmatch(number):
        return None if has_right_check_digit(number) else "roll.identity_check_digit"
    is_nearly = number[:-2].isdecimal() and len(number) in {16, 17, 18, 19, 20}
    return "roll.identity_length" if is_nearly and not may_be_company_code(number) else None


def is_personal(number: str) -> bool:
    return _PERSONAL.fullmatch(number) is not None


def has_right_check_digit(number: str) -> bool:
    """GB 11643-1999, ISO 7064 MOD 11-2, of an 18-character number with a capital X."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return _CHECK_LETTERS[total % 11] == number[17]


def phones(text: str) -> tuple[list[str], list[tuple[str, str]]]:
    """(numbers, [(problem code, what was read)]); numbers from abroad are as good as any."""
    numbers: list[str] = []
    troubles: list[tuple[str, str]] = []
    for part in _BETWEEN.split(text):
        written = folded(part)
        if len(written) > _LONGEST_PHONE:
            troubles.append(("roll.phone_unreadable", written))
            continue
        number = re.sub(r"\([^)\d]*\)|[\s().-]", "", re.sub(r"\.0$", "", written))
        if is_blank(written) or is_blank(number):
            continue
        if _DAMAGED.fullmatch(written) or _ROUNDED_MOBILE.fullmatch(number):
            troubles.append(("roll.phone_damaged", written))
        elif _PHONE.fullmatch(number):
            numbers.append(_domestic(number))
        else:
            troubles.append(("roll.phone_unreadable", written))
    return list(dict.fromkeys(numbers)), troubles


def _domestic(number: str) -> str:
    """Without +86 or 0086 in front of a mainland mobile."""
    match = re.fullmatch(r"(?:\+86|0086)(1\d{10})", number)
    return match[1] if match else number


def kind(name: str, identity: str | None, status: Status, note: str) -> OwnerKind:
    """Developer only when a company says so in its name or the note, or keeps an unsold unit; else legal or natural.

    A natural person whose home is not delivered yet stays a natural person: whether the developer's group takes the
    unit in is for the roll of a vote to decide, from the unit's status.
    """
    is_company = bool(_LEGAL.search(name)) or (
        identity is not None and may_be_company_code(identity) and not is_personal(identity)
    )
    if not is_company and not re.fullmatch(r"开发商|建设单位", name):
        return OwnerKind.NATURAL
    if _DEVELOPER.search(name) or _DEVELOPER.search(note) or status in {Status.UNSOLD, Status.UNDELIVERED}:
        return OwnerKind.DEVELOPER
    return OwnerKind.LEGAL
