"""The annex: a community of awkward cases. Long names, thirty of everything, matters that ended in every odd way.

Played through the same verbs as the demo (`council/demo/`), in the orchard's houses; nobody here exists.
"""

from __future__ import annotations

from dataclasses import replace

from council.demo import script
from council.demo.houses import BuildingPlan
from council.demo.instants import Instant
from council.demo.matters import Matter, Said
from council.demo.script import Script
from council.demo.votes import Vote

SLUG = "annex"
NAME = "和风市青禾区槐花街道第三社区幸福里国际花园二期南区（含底商）"
LONG_PERSON = "阿卜杜热合曼·买买提艾力·吐尔逊江"
LONG_ENGLISH = "Maximiliana Featherstonehaugh-Cholmondeley"
TITLE_60 = (
    "关于二期南区三号楼一单元至二单元之间连廊顶棚漏水翻修"
    "并同步更换排水管、照明线路与应急指示牌以及补做无障碍坡道的申请报告"
)
TITLE_60_ENGLISH = "Internationalisation of neighbourhood telecommunications kit"
UNBROKEN = "https://example.org/" + "a1b2c3d4e5f6" * 12
LONG_BODY = f"""
第一段：连廊顶棚漏了三年，每逢下雨，从一单元走到二单元要打伞。{UNBROKEN}

Second paragraph: antidisestablishmentarianism, Donaudampfschifffahrtsgesellschaftskapitän, {"x" * 90}

第三段：报价9876543210.00元，明细见附件。
"""
MANY = 34


def at(days: int, hour: int = 9) -> Instant:
    """So many days from today, at a full hour of the courtyard."""
    return Instant(days, hour * 60)


def _matter(key: str, kind: str, days: int, title: str, *, scope: str = "", by: str = "ma") -> Matter:
    return Matter(key, kind, scope, by, at(days), title, LONG_BODY.strip(), cost_yuan=987654321)


def _vote(notice: int, agree: int = 0, oppose: int = 0, abstain: int = 0) -> Vote:
    return Vote(
        notice=at(notice),
        convener="committee",
        convener_name=f"{NAME}业主委员会",
        counters=("ni", "bai"),
        scrutineer="shen",
        agree=agree,
        oppose=oppose,
        abstain=abstain,
    )


def _thread() -> tuple[Said, ...]:
    stances = ("agree", "oppose", "question", "suggestion", "none")
    first = Said("ma", at(-20), LONG_BODY.strip(), "question", id="long", asked_of=LONG_ENGLISH, asked_at=at(-19))
    replies = [Said("hua", at(-18, 1 + n), f"第{n + 1}条回复。{UNBROKEN}", id=f"r{n}", to="long") for n in range(3)]
    more = [
        Said(("hua", "ma", "1-1-101")[n % 3], at(-17 + n // 4, 6 + n % 4), f"第{n + 1}条。", stances[n % 5], id=f"s{n}")
        for n in range(MANY)
    ]
    hidden = Said("hua", at(-5), "不该说的话。", "oppose", id="hidden", hidden="insult", hidden_at=at(-4))
    return (first, *replies, *more, hidden)


def _matters() -> tuple[Matter, ...]:
    backed = {"endorsed": 8, "accepted": at(-40), "endorsed_over": (at(-49), at(-43))}
    polls = [
        Matter(
            f"poll-{n}", "opinion_poll", "", "ma", at(-3, n % 12), f"第{n + 1}件：楼道里要不要放一把椅子？", "问问。"
        )
        for n in range(MANY)
    ]
    return (
        replace(_matter("long", "fund_use", -50, TITLE_60), said=_thread(), **backed),
        replace(_matter("ready", "fund_use", -50, "东门岗亭加一盏灯"), **backed),
        replace(_matter("english", "fund_use", -50, TITLE_60_ENGLISH), vote=_vote(-3), **backed),
        replace(_matter("called-off", "fund_use", -50, "北门岗亭翻新"), vote=_vote(-22, agree=4), **backed),
        replace(
            _matter("split", "fund_use", -60, "三号楼公共晾衣区", scope="3"),
            **{**backed, "accepted": at(-56), "endorsed_over": (at(-59), at(-57)), "endorsed": 6},
            vote=_vote(-38, agree=2, oppose=2, abstain=1),
        ),
        replace(
            _matter("papers", "fund_use", -60, "三号楼楼道粉刷", scope="3"),
            **{**backed, "accepted": at(-56), "endorsed_over": (at(-59), at(-57)), "endorsed": 2},
            vote=replace(_vote(-38, agree=1), paper=6, paper_void=1, paper_disputed=1, paper_left=3, paper_twice=True),
        ),
        replace(
            _matter("revised", "fund_use", -9, "单元门口雨棚翻修", by="hua"),
            returned=(at(-8), "请写明雨棚的尺寸。" + LONG_PERSON * 4),
            revised=(at(-6), "雨棚宽三米，深一米二。"),
        ),
        replace(_matter("sent-back", "fund_use", -9, "车棚加一道门", by="hua"), returned=(at(-8), "请写明位置。")),
        _matter("taken-back", "fund_use", -9, "楼道里放一台自动售货机", by="hua"),
        _matter("shop", "home_to_shop", -12, "一楼住宅改作小卖部，想听听邻居的意见", scope="1", by="hua"),
        *polls,
    )


def annex() -> Script:
    """The orchard's houses and roles under other names and telephones, and a tower of 34 floors with 12 rooms each."""
    orchard = script.read("orchard")
    long_names = {"hua": LONG_PERSON, "committee": LONG_ENGLISH}
    logins = tuple(
        replace(login, name=long_names.get(login.key, login.name), phone=f"170000001{number:02d}")
        for number, login in enumerate(orchard.logins)
    )
    tower = BuildingPlan("9", 1, 34, (6240, 7815, 8120, 5530) * 3, accounts=10)
    return replace(
        orchard,
        slug=SLUG,
        name=NAME,
        address="和风市青禾区槐花街道幸福里国际花园二期南区" + "甲乙丙丁" * 6,
        seed=orchard.seed + 1,
        first_phone=4000000,
        plans=(*orchard.plans, tower),
        logins=logins,
        neighbours={**orchard.neighbours, "1-1-101": LONG_ENGLISH},
        matters=_matters(),
    )


def meadow() -> Script:
    """Houses and people, and nothing has happened yet: every list is empty."""
    orchard = script.read("orchard")
    logins = tuple(replace(login, phone=f"170000002{number:02d}") for number, login in enumerate(orchard.logins))
    return replace(
        orchard,
        slug="meadow",
        name="草甸小区",
        seed=orchard.seed + 2,
        first_phone=6000000,
        logins=logins,
        bylaws=(),
        appointments=(),
        corrections=(),
        matters=(),
    )
