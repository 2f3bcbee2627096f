"""Who is in the story of 1号楼1单元: nine of its twelve owners, neighbours beside them, and the staff it takes.

Areas are those of `courtyard-24.csv`. Nine of twelve persons take part, with 801.00 ㎡ of 979.87 ㎡: both over two
thirds. Seven of the nine agree, with 688.15 ㎡ of 801.00 ㎡: both over three quarters.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSONS, AREA = 12, "979.87"
TAKING_PART, TAKING_PART_AREA = 9, "801.00"
AGREEING, AGREEING_AREA = 7, "688.15"


@dataclass(frozen=True, slots=True)
class Neighbour:
    room: str
    name: str
    phone: str
    choice: str
    how: str = "telephone"
    """How the desk makes sure that this is the owner."""


WU = Neighbour("101", "吴博敏", "17000066510", "agree", "identity")
LIN = Neighbour("102", "林文", "17000029260", "agree")
GAO = Neighbour("201", "高文", "17000015439", "agree")
SHEN = Neighbour("202", "沈杰华", "17000026995", "oppose", "deed")
XIAO = Neighbour("301", "萧平明", "17000068838", "agree")
YUAN = Neighbour("302", "袁勇桂", "17000087584", "abstain")
ZHENG = Neighbour("401", "郑春晓", "17000091362", "agree", "identity")
XU = Neighbour("402", "徐磊春", "17000032455", "agree")
TANG = Neighbour("501", "唐秀军", "17000089485", "agree")
NINE = (WU, LIN, GAO, SHEN, XIAO, YUAN, ZHENG, XU, TANG)

LUO = Neighbour("401", "罗斌欣", "17000000401", "agree", "identity")
"""Owns 401 together with 郑春晓, who represents it."""
TENANT = Neighbour("102", "田小雨", "17000000102", "agree")
"""Rents 102: a resident, no owner."""
XIE = Neighbour("101", "谢芳静", "17000045533", "agree", "identity")
"""Owns 1单元's neighbour, 2单元101: a verified owner who is not on this roll."""


@dataclass(frozen=True, slots=True)
class Staff:
    role: str
    name: str
    phone: str


SECRETARY = Staff("secretary", "戴娜", "17000000001")
COMMITTEE = Staff("committee", "艾琳", "17000000002")
GRID_WORKER = Staff("grid_worker", "傅岚", "17000000003")
AUDITOR = Staff("auditor", "纪娜", "17000000004")
EVERYBODY = (SECRETARY, COMMITTEE, GRID_WORKER, AUDITOR)
