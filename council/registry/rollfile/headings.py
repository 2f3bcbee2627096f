"""Which column is which, by the names that offices use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from council.kernel.text import clean_line
from council.registry.rollfile.model import Line, Unreadable

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "building": ("栋编号", "楼栋", "幢号", "楼号", "栋号", "楼栋号", "楼栋编号", "楼幢号", "栋", "幢", "building"),
    "entrance": ("单元", "单元号", "单元编号", "entrance"),
    "room": ("房号", "室号", "户号", "房屋号", "room"),
    "code": ("房间号", "房间编号", "房屋编号", "code"),
    "area": ("专有部分面积", "专有面积", "专有部分建筑面积", "面积", "area"),
    "built_area": ("建筑面积", "房屋建筑面积", "builtarea"),
    "inside_area": ("套内面积", "套内建筑面积", "使用面积", "套内使用面积"),
    "floor": ("楼层", "所在楼层", "所在层", "层", "floor"),
    "use": ("房屋用途", "用途", "房屋类型", "规划用途", "use"),
    "status": ("房屋状态", "状态", "使用状态", "status"),
    "owner": ("业主姓名", "产权人", "产权人姓名", "权利人", "业主名称", "业主", "姓名", "owner"),
    "identity": (
        "业主证件号", "身份证号", "证件号", "证件号码", "身份证号码", "业主身份证号", "业主证件号码", "身份证",
        "identity",
    ),
    "basis": ("权利人类型", "权利类型", "权利来源", "取得方式", "basis"),
    "note": ("备注", "说明", "note"),
}  # fmt: skip
"""Field → headings; where a file has several of one field's, the first in this order is taken."""

PHONES = (
    "业主电话", "手机号", "联系电话", "业主手机号", "业主联系电话", "手机号码", "电话号码", "电话", "手机",
    "联系方式", "phone",
)  # fmt: skip
_PHONE = re.compile(rf"({'|'.join(PHONES)})\d?")
PARKING = ("车位号", "车位面积", "车位")

_REMARK = re.compile(r"\((?:m2|平方米|平米|必填|选填|可空)\)|(?<=积)(?:m2|平方米|平米)$|[*:]")
LOOKED_AT = 30
_NEEDED = {"building": "楼栋", "entrance": "单元", "room": "房号", "area": "专有部分面积", "owner": "业主姓名"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Field → index of its column; the telephone columns; columns for a parking space written beside a home."""

    headings: tuple[str, ...]
    fields: Mapping[str, int]
    phones: tuple[int, ...]
    parking: tuple[int, ...]

    def name(self, field: str) -> str:
        """The file's own heading of a field ("" when it has none)."""
        return self.headings[self.fields[field]] if field in self.fields else ""

    @property
    def unit(self) -> str:
        """The heading under which trouble with the unit as a whole is told."""
        return self.name("room") or self.name("code")


def find(lines: Sequence[Line], *, area_heading: str | None = None) -> tuple[int, Columns]:
    """Index of the heading line in `lines`, and its columns; Unreadable names what is missing.

    Title lines above are passed over: the line that holds most known headings is the heading. `area_heading` is the
    heading that a person told us to take for the exclusive area.
    """
    best, known, headings = 0, -1, tuple[str, ...]()
    for index, line in enumerate(lines[:LOOKED_AT]):
        for last, texts in _readings(lines, index, line):
            count = len({key for key in map(key_of, texts) if _is_known(key)})
            if count > known:
                best, known, headings = last, count, texts
    return best, columns(headings, area_heading=area_heading)


def _readings(lines: Sequence[Line], index: int, line: Line) -> Iterator[tuple[int, tuple[str, ...]]]:
    """A line as the heading, and with the line below it (业主信息 above 姓名, 电话), when it holds headings only."""
    upper = _texts(line)
    yield index, upper
    lower = _texts(lines[index + 1]) if index + 1 < len(lines) else ()
    written = [text for text in lower if text]
    if len(written) >= 2 and recognised(line) and all(_is_known(key_of(text)) for text in written):
        yield index + 1, tuple(below or above for above, below in zip_longest(upper, lower, fillvalue=""))


def _texts(line: Line) -> tuple[str, ...]:
    return tuple(clean_line(cell.text) for cell in line.cells)


def recognised(line: Line) -> int:
    """How many headings of a line are known (a line of data has none, or one by accident)."""
    return len({key for key in (key_of(cell.text) for cell in line.cells) if _is_known(key)})


def columns(headings: Sequence[str], *, area_heading: str | None = None) -> Columns:
    """The columns of a line of headings; Unreadable when a needed one is missing or there twice."""
    keys = [key_of(heading) for heading in headings]
    for index, key in enumerate(keys):
        if key in keys[:index] and _is_known(key):
            raise Unreadable("roll.heading_twice", heading=headings[index])
    fields = {}
    for field, names in SYNONYMS.items():
        found = [keys.index(name) for name in names if name in keys]
        if found:
            fields[field] = found[0]
    if area_heading is not None:
        if key_of(area_heading) not in keys:
            raise Unreadable("roll.area_heading_unknown", heading=area_heading, read=_shown(headings))
        fields["area"] = keys.index(key_of(area_heading))
    settle_unit(fields)
    _require(fields, headings)
    return Columns(
        headings=tuple(headings),
        fields=fields,
        phones=tuple(index for index, key in enumerate(keys) if _PHONE.fullmatch(key)),
        parking=tuple(index for index, key in enumerate(keys) if key in PARKING),
    )


def settle_unit(fields: dict[str, int]) -> None:
    """房间号 and 房号 are used for either meaning: with a building column beside them they are the room alone."""
    code = fields.pop("code", None)
    if "building" in fields:
        if code is not None:
            fields.setdefault("room", code)
    elif code is not None:
        fields["code"] = code
        fields.pop("room", None)
        fields.pop("entrance", None)
    elif "room" in fields and "entrance" not in fields:
        fields["code"] = fields.pop("room")


def _require(fields: Mapping[str, int], headings: Sequence[str]) -> None:
    needed = [name for name in _NEEDED if "code" not in fields or name not in {"building", "entrance", "room"}]
    missing = [_NEEDED[name] for name in needed if name not in fields]
    other = [headings[fields[name]] for name in ("built_area", "inside_area") if name in fields]
    if missing == [_NEEDED["area"]] and other:
        raise Unreadable("roll.area_not_told", found="、".join(other))
    if missing:
        raise Unreadable("roll.headings_missing", missing="、".join(missing), read=_shown(headings))


def _is_known(key: str) -> bool:
    return bool(key) and (any(key in names for names in SYNONYMS.values()) or _PHONE.fullmatch(key) is not None)


def key_of(heading: str) -> str:
    """A heading without spaces, unit and remarks: "面积（㎡）" is 面积; "面积（建筑面积）" stays itself."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", clean_line(heading)).replace(" ", "").lower())


def _shown(headings: Iterable[str]) -> str:
    return "、".join(heading for heading in headings if heading)[:200]
