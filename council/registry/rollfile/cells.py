"""One cell at a time: building, entrance, room, area, use and status, as offices write them."""

from __future__ import annotations

import re
import unicodedata

from council.kernel.area import parse_area
from council.kernel.text import clean_line
from council.registry.rollfile.model import Basis, Status, Use

_BLANKS = {"-", "--", "—", "——", "–", "/", "\\", "无", "空", "none", "null", "n/a"}
_CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_BUILDING = re.compile(r"第?#?(.+?)(?:号楼|栋楼|幢楼|号院|栋|幢|座|号|楼|#)*+")  # possessive: no backtracking
_ENTRANCE = re.compile(r"第?(.+?)(?:单元|梯|门)")
_ROOM = re.compile(r"(.+?)(?:号房|室|房|号)")
_NUMBERED = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*|[甲乙丙丁]|[甲乙丙丁]?\d+[A-Z]?", re.ASCII)
_SPOKEN_CODE = re.compile(r"(.+?(?:号楼|栋|幢|座|楼|#))-?(?:(.+?)(?:单元|梯|门))?-?(.+)")
_DASHES = re.compile(r"[‐‑‒–—―−~_/\\]")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_DECIMAL = re.compile(r"\d{1,9}(\.\d+)?", re.ASCII)
_UNIT_SIGN = re.compile(r"(?:m2|m\^2|平方米|平米|平)$", re.IGNORECASE)

USES = {
    Use.DWELLING: ("住宅", "住房", "居住", "公寓", "成套住宅", "别墅", "dwelling"),
    Use.SHOP: ("商铺", "商业", "商业用房", "店铺", "门面", "商服", "底商", "商用", "shop"),
    Use.PARKING: ("车位", "车库", "停车位", "地下车位", "停车库", "parking"),
    Use.STORAGE: ("储藏", "储藏室", "储藏间", "地下室", "仓库", "杂物间", "storage"),
    Use.OTHER: ("其他", "其它", "办公", "配套", "物业用房", "other"),
}
STATUSES = {
    Status.OCCUPIED: ("自住", "已入住", "入住", "occupied"),
    Status.LET: ("出租", "租住", "租赁", "已出租", "let"),
    Status.VACANT: ("空置", "空关", "未入住", "闲置", "vacant"),
    Status.UNSOLD: ("未售", "待售", "未出售", "unsold"),
    Status.UNDELIVERED: ("未交付", "已售未交付", "未交房", "待交付", "undelivered"),
}
BASES = {
    Basis.REGISTERED: ("登记", "已登记", "不动产登记", "登记业主", "产权登记", "registered"),
    Basis.POSSESSION: ("已购未登记", "买受人", "购房人", "已交付未登记", "合法占有", "possession"),
    Basis.HEIR: ("继承", "继承人", "heir"),
    Basis.COURT: ("法院", "法院判决", "判决", "裁决", "仲裁", "法律文书", "court"),
    Basis.PUBLIC_TITLE: ("公房产权单位", "产权单位", "公房", "直管公房", "自管公房", "public_title"),
    Basis.PUBLIC_TENANT: ("公房承租人", "承租人", "授权承租人", "public_tenant"),
}
_BASIS_BY_NAME = {name: basis for basis, names in BASES.items() for name in names}
_USE_BY_NAME = {name: use for use, names in USES.items() for name in names}
_STATUS_BY_NAME = {name: status for status, names in STATUSES.items() for name in names}
_USE_BY_ROOM = (
    (Use.PARKING, ("车位", "车库", "地库")),
    (Use.SHOP, ("商", "铺")),
    (Use.STORAGE, ("储藏", "储")),
)


def folded(text: str) -> str:
    """Full-width letters, digits and signs made narrow, on one line; an apostrophe that only forced text is dropped."""
    text = clean_line(unicodedata.normalize("NFKC", clean_line(text)))
    return text[1:].strip() if text.startswith("'") else text


LONGEST_PART = 40
"""Signs in a building, an entrance or a room; beyond it is a sentence in the wrong column."""


def is_blank(text: str) -> bool:
    return not text or text.lower() in _BLANKS


def building(text: str) -> str:
    """ "1" from `1#`, `1栋`, `１号楼`, ` 1 `, `01`, `一号楼`; a name (地库) stays; "" when blank."""
    text = _joined(text)
    if is_blank(text):
        return ""
    match = _BUILDING.fullmatch(text)
    inner = _number(match[1]) if match else ""
    return inner if inner and _NUMBERED.fullmatch(inner) else _number(text)


def entrance(text: str) -> str:
    """ "1" from `1单元`, `01`, `一单元`; "" when blank."""
    text = _joined(text)
    if is_blank(text):
        return ""
    match = _ENTRANCE.fullmatch(text)
    return _number(match[1] if match else text)


def room(text: str) -> str:
    """ "101" from `101室`, `0101`, `１０１`; "商01" and "B1-001" stay.

    Four digits and more lose leading zeros (the floor was padded); a parking space keeps its 001 as it is painted.
    """
    text = _joined(text).removesuffix(".0")
    if is_blank(text):
        return ""
    match = _ROOM.fullmatch(text)
    inner = match[1] if match and match[1].isascii() else text
    return inner.lstrip("0") or "0" if inner.isdecimal() and len(inner) >= 4 else inner


def split_code(text: str) -> tuple[str, str, str] | None:
    """(building, entrance, room) from `01-01-0101`, `1-商01` (no entrance), `1号楼1单元101室`, else None."""
    text = _joined(text)
    spoken = _SPOKEN_CODE.fullmatch(text)
    if spoken:
        parts = [spoken[1], spoken[2] or "", spoken[3].lstrip("-")]
        if not spoken[2] and "-" in parts[2]:
            parts[1], _, parts[2] = parts[2].partition("-")
    else:
        parts = text.split("-", 2)
        if len(parts) == 2:
            parts.insert(1, "")
    if len(parts) != 3:
        return None
    found = building(parts[0]), entrance(parts[1]), room(parts[2])
    return found if found[0] and found[2] else None


def code(building: str, entrance: str, room: str) -> str:
    """ "1-1-101"; a blank entrance keeps its place, "1--商01", so that no unit reads like an entrance.

    A room that says its own entrance ("B1-001" of building 地库) is the same unit however the columns cut it.
    """
    return f"{building}-{room}" if not entrance and "-" in room else f"{building}-{entrance}-{room}"


def without_prefix(room_text: str, building: str, entrance: str) -> str:
    """The room alone, where the room column repeats building and entrance ("1-1-101")."""
    parts = split_code(room_text)
    return parts[2] if parts and parts[:2] == (building, entrance) else room(room_text)


def floor(text: str, room: str, use: Use) -> int | None:
    """The floor that was written, else the one in a room number: 1203 → 12, 101 → 1; None when that is not clear."""
    text = re.sub(r"^第|[层楼F]$", "", folded(text).upper())
    if re.fullmatch(r"-?\d{1,3}", text, re.ASCII) and text != "0":
        return int(text)
    is_clear = use not in {Use.PARKING, Use.STORAGE} and re.fullmatch(r"[1-9]\d?(?!00)\d\d", room, re.ASCII)
    return int(room[:-2]) if is_clear else None


def area(text: str) -> tuple[int, str | None]:
    """(dm², problem code or None). Errors (dm² is then 0) and one warning, `roll.area_thousands`."""
    text = _UNIT_SIGN.sub("", folded(text)).strip().replace("−", "-")
    if is_blank(text):
        return 0, "roll.area_blank"
    if text.startswith("-"):
        rest = text[1:].replace(",", "")
        return 0, "roll.area_negative" if _DECIMAL.fullmatch(rest) else "roll.area_not_number"
    warning = None
    if _GROUPED.fullmatch(text):
        text, warning = text.replace(",", ""), "roll.area_thousands"
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return 0, "roll.area_not_number"
    if len(match[1] or "") > 3:
        return 0, "roll.area_decimals"
    area_dm2 = parse_area(text)
    return (area_dm2, warning) if area_dm2 else (0, "roll.area_zero")


def use(text: str, building: str, room: str) -> tuple[Use, bool]:
    """(use, recognised). A blank one is told by the room (商01, 地库), else it is a dwelling."""
    text = folded(text).lower()
    if not is_blank(text):
        return (_USE_BY_NAME[text], True) if text in _USE_BY_NAME else (Use.OTHER, False)
    for found, signs in _USE_BY_ROOM:
        if any(sign in building or sign in room for sign in signs):
            return found, True
    return Use.DWELLING, True


def status(text: str) -> tuple[Status, bool]:
    """(status, recognised); blank is unknown."""
    text = folded(text).lower()
    if is_blank(text):
        return Status.UNKNOWN, True
    return (_STATUS_BY_NAME[text], True) if text in _STATUS_BY_NAME else (Status.UNKNOWN, False)


def basis(text: str) -> tuple[Basis | None, bool]:
    """(by what right the owners hold it, recognised); blank says nothing."""
    text = folded(text).lower()
    if is_blank(text):
        return None, True
    return (_BASIS_BY_NAME[text], True) if text in _BASIS_BY_NAME else (None, False)


def _joined(text: str) -> str:
    return _DASHES.sub("-", folded(text).replace(" ", "")).upper()


def _number(text: str) -> str:
    """Digits without leading zeros; Chinese numerals to ninety-nine as digits; anything else as it is."""
    text = text.removesuffix(".0")
    if text.isascii() and text.isdecimal():
        return text.lstrip("0") or "0"
    tens, ten, ones = text.rpartition("十")
    if text and all(sign in _CHINESE_DIGITS for sign in tens + ones) and len(tens) <= 1 and len(ones) <= 1:
        value = _CHINESE_DIGITS.get(ones, 0) + (10 * _CHINESE_DIGITS.get(tens, 1) if ten else 0)
        return str(value)
    return text
