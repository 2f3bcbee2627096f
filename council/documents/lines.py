"""Where a line of Chinese, Latin words and figures may end.

Between two Chinese characters, after a space; never inside a word or a number, never so that a line begins with a
closing sign or ends with an opening one (GB/T 15834-2011, 5.1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_NOT_FIRST = frozenset("，。、；：！？）》〉」』】〕〗’”…—·％%‰℃,.;:!?)]}㎡²元年月日号户人室")
_NOT_LAST = frozenset("（《〈「『【〔〖‘“￥¥([{#№")
_UNITS = frozenset("㎡²元年月日号户人室％%‰")
"""Kept with the figure before them; elsewhere they are characters like others."""

_IN_TITLES = """
关于 作为 是否 网上投票 校验码 表决 同意 参与 公告 公示 结果 意愿 征询 投票 选举 委员 人选 主任 业委会 业主 物业 小区
单元 楼道 门口 门前 门厅 全体 大家 邻里 居民 住户 电梯 加装 更新 更换 翻修 维修 维护 改造
改建 出租 安装 资金 渗水 漏水 防水 外墙 屋面 集市 号楼 水管 雨棚 路灯 长椅 花园 空地 车棚
充电桩 自行车 停车 监控 安防 门禁 消防 绿化 垃圾 快递柜 摆放 管道 主管 檐沟
北侧 南侧 东侧 西侧 小路 道路 屋顶 楼顶 阳台 面积 健身 器材 儿童 凉亭 晾衣 围墙 大门 快递 音响 广场 中心
"""
_WORDS = tuple(_IN_TITLES.split())
_COUNTED = re.compile("[0-9](?=单元|层|部|盏)|.(?=的)")
"""A figure and what it counts, and whatever 的 stands behind, stay together."""
_MOST_WORDS = 60
_WHOLE = re.compile(
    "(?:第 ?)?[0-9][0-9,.]* ?(?:[条天人户票次稿份部层个元]|位码?|万元)"
    "|[0-9]{1,2}月[0-9]{1,2}日(?:（周.）)?"
    "|第[一二三四五六七八九十百千零〇两]+[编章节条款项]"
    "|(?<![0-9a-z])(?:[0-9a-f]{4} ){2,}[0-9a-f]{4}(?![0-9a-z])"
    "|[0-9]{3,4}-[0-9]{4} [0-9]{4}"
)
"""Figures with their measure word, a day, the place in a law, a code in groups, a telephone number."""


def pieces(text: str) -> Iterator[str]:
    """The text cut where a line may end; joined, the pieces are the text."""
    piece = ""
    for sign in text:
        if piece and _may_break(piece[-1], sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after == " " or before in _NOT_LAST:
        return False
    if after in _UNITS:
        return not (before.isascii() and before.isalnum())
    if after in _NOT_FIRST:
        return False
    if before == " ":
        return True
    return not (before.isascii() and after.isascii()) or before == "/"


def fold(text: str, width: float, measure: Callable[[str], float], first_indent: float = 0.0) -> list[str]:
    """Lines no wider than `width` in the unit of `measure`; no word, number or code is cut that has room on a line.

    A piece that is too wide by itself is cut anywhere. Line ends in the text are kept; `first_indent` shortens the
    first line of every paragraph.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, room = "", width - first_indent
        for piece in _fitting(_joined(paragraph, _in_words(paragraph) | _in_wholes(paragraph)), width, measure):
            if measure((line + piece).rstrip()) <= room:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
                line, room = "", width
            for sign in piece.lstrip():
                if line and measure(line + sign) > room:
                    lines.append(line)
                    line, room = "", width
                line += sign
        lines.append(line.rstrip())
    return lines


def titled(text: str) -> list[str]:
    """A title cut where a line of it may end: as `pieces`, but no word that titles here are made of is cut in two.

    Chinese has no spaces between words; these few are most of what stands in the titles of matters and notices.
    """
    return _joined(text, _in_words(text) | {found.end() for found in _COUNTED.finditer(text)})


def _in_words(text: str) -> set[int]:
    """Places between the characters of words: no line ends there."""
    return {at for word in _WORDS for start in _every(text, word) for at in range(start + 1, start + len(word))}


def _in_wholes(text: str) -> set[int]:
    return {at for found in _WHOLE.finditer(text) for at in range(found.start() + 1, found.end())}


def _joined(text: str, closed: set[int]) -> list[str]:
    """The pieces of the text, those on both sides of a closed place in one."""
    found: list[str] = []
    at = 0
    for piece in pieces(text):
        if found and at in closed:
            found[-1] += piece
        else:
            found.append(piece)
        at += len(piece)
    return found


def _fitting(wholes: list[str], width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """What is wider than a line comes in its pieces."""
    for whole in wholes:
        if measure(whole.rstrip()) <= width:
            yield whole
        else:
            yield from pieces(whole)


def balanced(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """A title in as few lines as `width` allows, as much alike in length as its words let them be.

    A word wider than the line is cut, as `fold` does; so is a text too long for a title.
    """
    words = titled(text)
    if len(words) > _MOST_WORDS or max(map(measure, words), default=0.0) > width:
        return fold(text, width, measure)
    best: list[list[tuple[float, list[str]]]] = [[(0.0, [])]]
    for end in range(1, len(words) + 1):
        ways: dict[int, tuple[float, list[str]]] = {}
        for start in range(end - 1, -1, -1):
            line = "".join(words[start:end]).strip()
            wide = measure(line)
            if wide > width:
                break
            for cost, before in best[start]:
                way = (cost + wide * wide, [*before, line])
                if len(way[1]) not in ways or way < ways[len(way[1])]:
                    ways[len(way[1])] = way
        best.append(list(ways.values()))
    return min(best[-1], key=lambda way: (len(way[1]), way[0]))[1]


def _every(text: str, word: str) -> Iterator[int]:
    start = text.find(word)
    while start >= 0:
        yield start
        start = text.find(word, start + 1)


def shorten(text: str, width: float, measure: Callable[[str], float]) -> str:
    """The text, or as much of its beginning as fits with an ellipsis behind it."""
    if measure(text) <= width:
        return text
    while text and measure(text + "…") > width:
        text = text[:-1]
    return text + "…"
