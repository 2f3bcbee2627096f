"""`council demo --once`: what is there, that it holds together, and that everybody can log in."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from council.accounts import queries as accounts
from council.app import create_app
from council.bodies import queries as bodies
from council.bodies.model import EntryKind, Post
from council.bylaws import queries as bylaws
from council.cli.demo import MARK, PASSWORD, SCRIPTS, CannotPrepare, prepare_folder
from council.demo import script
from council.elections import queries as elections
from council.kernel.actor import Actor
from council.progress.service import pathway_of
from council.proposals import queries as proposals
from council.registry import queries as registry
from council.settings import Settings
from council.storage import database
from council.voting import counting, election_queries, official_results, queries
from council.voting.lot_queries import lots_of
from council.voting.lots import lot_of
from council.voting.motion import LeakRisk, MotionState
from tests.cli.commands import council, environment
from tests.fixtures.client import browser, submit


@dataclass(frozen=True)
class Prepared:
    folder: Path
    said: str
    seconds: float

    @property
    def settings(self) -> dict[str, str]:
        return {"COUNCIL_DATA": str(self.folder), "COUNCIL_ENV": "test"}

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(self.folder / "council.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    folder = tmp_path_factory.mktemp("demo") / "data"
    began = time.monotonic()
    done = council("demo", "--once", "--data", str(folder), "--port", "8765")
    assert (done.returncode, done.stderr) == (0, "")
    return Prepared(folder, done.stdout, time.monotonic() - began)


@pytest.fixture
async def opened(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Settings]:
    """A copy of the demo's data, in use."""
    shutil.copytree(prepared.folder, tmp_path / "data")
    settings = Settings.from_env({"COUNCIL_DATA": str(tmp_path / "data"), "COUNCIL_ENV": "test"})
    async with database.opened(settings):
        yield settings


def test_it_is_ready_soon(prepared: Prepared) -> None:
    said = re.search(r"prepared in ([\d.]+) s", prepared.said)
    assert said is not None
    # Fifteen seconds on two idle cores; test machines are busy.
    assert float(said[1]) < 40
    print(f"demo prepared in {said[1]} s, the whole command took {prepared.seconds:.1f} s")


def test_the_houses_are_what_a_real_roll_holds(prepared: Prepared) -> None:
    def count(where: str) -> object:
        return prepared.ask(f"SELECT COUNT(*) FROM unit u JOIN community c ON c.id = u.community_id WHERE {where}")[0][
            0
        ]

    assert count("c.slug = 'garden' AND use = 'dwelling'") == 432
    assert count("c.slug = 'orchard' AND use = 'dwelling'") == 48
    assert count("c.slug = 'garden' AND use = 'shop'") == 8
    assert count("c.slug = 'garden' AND use = 'parking'") == 36
    assert count("c.slug = 'garden' AND status = 'unsold'") == 12
    assert count("c.slug = 'garden' AND status = 'undelivered'") == 2
    buildings = prepared.ask(
        "SELECT b.number, COUNT(DISTINCT u.entrance_id) FROM building b JOIN unit u ON u.building_id = b.id"
        " WHERE u.use = 'dwelling' AND b.community_id = 1 GROUP BY b.number ORDER BY b.number"
    )
    assert buildings == [(number, 3) for number in "123456"]
    five = prepared.ask("SELECT COUNT(*) FROM ownership s JOIN owner o ON o.id = s.owner_id WHERE o.name = '林国栋'")
    assert five == [(5,)]
    co_owned = "SELECT COUNT(*) FROM (SELECT unit_id FROM ownership GROUP BY unit_id HAVING COUNT(*) > 1)"
    assert int(str(prepared.ask(co_owned)[0][0])) > 20


def test_nobody_real_can_be_rung(prepared: Prepared) -> None:
    phones = [str(row[0]) for row in prepared.ask("SELECT phone FROM person_phone")]
    assert len(phones) > 300
    assert all(re.fullmatch(r"170\d{8}", phone) for phone in phones)
    on_register = prepared.ask("SELECT phones FROM owner WHERE phones <> '[]'")
    assert all(re.fullmatch(r'\["170\d{8}"\]', str(row[0])) for row in on_register)
    assert prepared.ask("SELECT COUNT(*) FROM owner WHERE identity_number IS NOT NULL") == [(0,)]
    # One password, hashed once.
    assert len(prepared.ask("SELECT DISTINCT password_hash FROM person")) == 1


STANDS = {
    "garden": {
        "2号楼1单元加装电梯": "vote",
        "3号楼2单元加装电梯": "deliberation",
        "1号楼3单元想装电梯，先问问能不能装": "feasibility",
        "2号楼3单元加装电梯": "funding",
        "4号楼三部电梯更新": "notice",
        "全小区安防监控更新": "vote",
        "5号楼2单元东外墙渗水维修": "vote",
        "3号楼屋面防水翻修": "result_notice",
        "1号楼门前空地出租摆放快递柜和早餐车": "vote failed",
        "2号楼雨落管和檐沟更换": "through",
        "2号楼北侧小路补两盏路灯": "endorsement",
        "5号楼自行车棚装充电桩": "acceptance",
        "1号楼2单元门口雨棚漏水翻修": "acceptance",
        "中心花园晚上八点以后不放音响": "acceptance",
        "4号楼前长椅刷成枣红色": "through",
        "4号楼前的长椅该刷漆了": "acceptance failed",
        "每月最后一个周六办一次邻里小集市，您愿意吗？": "over",
        "选举祝志远为业委会委员，作为一肩挑主任人选": "deliberation",
        "选举第二届业主委员会委员": "through",
        "选举第三届业主委员会委员（1至3号楼三名）": "vote",
    },
    "orchard": {
        "1号楼两个单元门禁更换": "vote",
        "3号楼下水主管疏通改造": "start",
        "1号楼单元门口加扶手和坡道": "vote",
        "院里空花坛补种两棵桃树": "deliberation",
        "要不要请理发师傅每月进院一次？": "acceptance",
    },
}
"""Where each matter is held up."""


async def test_matters_stand_at_every_stage(opened: Settings) -> None:
    now = opened.clock().now()
    for slug, expected in STANDS.items():
        community = await registry.community_by_slug(slug)
        assert community is not None
        found = {}
        for matter in await proposals.proposals(community.id):
            way = await pathway_of(matter, now)
            if way.current is None:
                found[matter.title] = "over" if way.ending else "through"
            else:
                found[matter.title] = way.current.gate.value + (" failed" if way.current.is_failed else "")
        assert found == expected


async def test_counts_come_out_as_the_stories_say(opened: Settings) -> None:
    now = opened.clock().now()
    outcomes = {}
    for community in await registry.communities():
        for motion in await queries.motions(community.id):
            if motion.is_closed(now):
                outcomes[motion.title] = (await counting.count(motion, now)).verdict.outcome.value
    assert outcomes == {
        "2号楼3单元加装电梯": "passed",
        "5号楼2单元东外墙渗水维修": "passed",
        "3号楼屋面防水翻修": "passed",
        "1号楼门前空地出租摆放快递柜和早餐车": "rejected",
        "2号楼雨落管和檐沟更换": "passed",
        "4号楼前长椅刷成枣红色": "passed",
        "每月最后一个周六办一次邻里小集市，您愿意吗？": "rejected",
        "3号楼下水主管疏通改造": "passed",
        "1号楼单元门口加扶手和坡道": "rejected",
        "选举第二届业主委员会委员": "passed",
    }


async def test_everybody_who_speaks_has_a_place(prepared: Prepared) -> None:
    """Residents are shown with their room; only staff speak without one."""
    nameless = prepared.ask("SELECT DISTINCT author_name FROM comment WHERE author_place = '' AND office IS NULL")
    assert nameless == [("乔东",)]


async def test_the_open_lift_vote_waits_for_the_demo_resident(opened: Settings) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    motion = next(m for m in await queries.motions(garden.id) if m.title == "2号楼1单元加装电梯")
    now = opened.clock().now()
    assert motion.state(now) is MotionState.OPEN
    assert (motion.roll_persons, motion.is_advisory, motion.leak_risk) == (12, False, LeakRisk.HIGH)
    assert (await queries.turnouts(garden.id, [motion], now))[motion.id].persons == 5
    zhou = await named("周桂兰", garden.id)
    voter = (await queries.voters_for(zhou, motion))[0]
    assert voter.may_cast
    assert await queries.ballots_in_force(garden.id, [voter.roll_voter_id]) == {}


async def test_the_open_election_waits_for_the_demo_resident(opened: Settings) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    motion = next(m for m in await queries.motions(garden.id) if m.title.startswith("选举第三届"))
    assert (motion.state(opened.clock().now()), motion.seats, motion.is_advisory) == (MotionState.OPEN, 3, False)
    assert len(await election_queries.candidates(garden.id, motion.id)) == 5
    voter = (await queries.voters_for(await named("周桂兰", garden.id), motion))[0]
    assert voter.may_cast
    assert await queries.ballots_in_force(garden.id, [voter.roll_voter_id]) == {}


async def test_the_committee_came_of_its_election_by_a_lot_and_chooses_a_deputy(opened: Settings) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    body, before = await bodies.bodies(garden.id)
    assert (before.number, before.motion_id, before.is_standing) == (1, None, False)
    assert (body.number, len(body.sitting), body.vacancies, body.is_standing) == (2, 5, 0, True)
    assert next((each.name, each.post.value) for each in body.sitting) == ("罗晓燕", "chair")
    assert [each.name for each in body.sitting if each.stepped_up_at] == ["莫建平"]
    filed = body.last(EntryKind.FILING)
    assert filed is not None
    assert filed.confirmed_at is not None
    assert body.open_round is not None
    assert body.open_round.posts == (Post.DEPUTY,)
    assert body.motion_id is not None
    drawn = await lot_of(garden.id, body.motion_id)
    assert drawn is not None
    assert drawn.confirmed_at is not None
    wrong, right = await lots_of(garden.id, body.motion_id)
    assert (wrong.order, wrong.withdrawn_at is not None, right.id) == (right.order[::-1], True, drawn.id)


async def test_nobody_confirms_the_papers_of_the_committee_they_sit_on(opened: Settings) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    body, _ = await bodies.bodies(garden.id)
    confirmed = {each.confirmed_by_name for each in body.entries if each.confirmed_by_name}
    assert confirmed
    assert confirmed.isdisjoint(each.name for each in body.members)


async def test_one_stands_by_a_sheet_and_one_has_stood_back_by_letter(opened: Settings, prepared: Prepared) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    motion = next(m for m in await queries.motions(garden.id) if m.title.startswith("选举第三届"))
    stood = (await elections.standing(garden.id, motion.proposal_id)).candidates
    (by_sheet,) = [each for each in stood if each.sheets]
    (by_letter,) = [each for each in stood if each.letter]
    assert (by_sheet.name, len(by_sheet.sheets[0].signers), by_sheet.is_in) == ("滕海波", 3, True)
    assert (by_letter.name, by_letter.is_in) == ("甘志军", False)
    names = [str(row[0]) for row in prepared.ask("SELECT name FROM stored_file WHERE purpose = 'document'")]
    assert not [each for each in names if "{" in each]
    orchard = [str(row[0]) for row in prepared.ask("SELECT name FROM stored_file WHERE community_id = 2")]
    assert any(each.startswith("果园小区业主大会议事规则") for each in orchard)


async def test_one_official_result_counts_and_one_waits_for_its_second_person(opened: Settings) -> None:
    orchard = await registry.community_by_slug("orchard")
    assert orchard is not None
    found = {
        motion.title: await official_results.of_motion(orchard.id, motion.id)
        for motion in await queries.motions(orchard.id)
    }
    stands = {title: one.confirmed_by_name for title, one in found.items() if one is not None}
    assert stands == {"3号楼下水主管疏通改造": "温静", "1号楼单元门口加扶手和坡道": None}


async def test_the_orchard_is_advisory_and_says_what_it_lacks(opened: Settings) -> None:
    orchard = await registry.community_by_slug("orchard")
    assert orchard is not None
    assert all(motion.is_advisory for motion in await queries.motions(orchard.id))
    waiting = await bylaws.waiting(orchard.id)
    assert waiting is not None
    assert waiting.clauses["online_counts"].value == "yes"


async def named(name: str, community_id: int) -> Actor:
    rows = await database.current().run("SELECT id FROM person WHERE name = ?", (name,))
    found = await accounts.actor(rows[0]["id"], community_id, datetime.now(UTC))
    assert found is not None
    return found


async def test_a_certified_decision_recounts(opened: Settings, tmp_path: Path) -> None:
    garden = await registry.community_by_slug("garden")
    assert garden is not None
    sun = await named("孙倩", garden.id)
    now = opened.clock().now()
    certified = [m for m in await queries.motions(garden.id) if m.state(now) is MotionState.CERTIFIED]
    assert len(certified) == 6
    for motion in certified:
        bundle = tmp_path / f"{motion.id}.json"
        bundle.write_bytes(await counting.decision_bundle(actor=sun, motion_id=motion.id, now=now))
        done = council("audit", str(bundle))
        assert (done.returncode, done.stderr) == (0, "")
    rejected = next(motion for motion in certified if "出租" in motion.title)
    failed = (await counting.count(rejected, now)).verdict.failed
    assert [(leg.threshold.counts.value, leg.threshold.basis.value) for leg in failed] == [("agree", "persons")]


@pytest.mark.parametrize("slug", SCRIPTS)
def test_the_logs_hold(prepared: Prepared, slug: str) -> None:
    done = council("log", "verify", "--community", slug, **prepared.settings)
    assert (done.returncode, done.stderr) == (0, "")


async def test_instants_never_run_backwards(prepared: Prepared) -> None:
    """Each record carries the instant of what it tells of: had one come late, the log would have moved it."""
    times = prepared.ask("SELECT at FROM log_record WHERE community_id = 1 ORDER BY seq")
    assert times == sorted(times)
    ballots = prepared.ask(
        "SELECT COUNT(*) FROM ballot b JOIN log_record r ON r.community_id = b.community_id AND r.seq = b.log_seq"
        " WHERE r.at <> b.cast_at AND b.channel = 'online'"
    )
    assert ballots == [(0,)]


async def test_every_printed_account_logs_in(prepared: Prepared, opened: Settings) -> None:
    phones = re.findall(r"^ +(170\d{8}) ", prepared.said, re.MULTILINE)
    logins = {login.phone for name in SCRIPTS for login in script.read(name).logins}
    assert set(phones) == logins
    app = create_app(opened)
    for phone in phones:
        async with browser(app) as client:
            answer = await submit(client, await client.get("/login"), "/login", phone=phone, password=PASSWORD)
            assert answer.status_code == 303, phone
            home = await client.get(answer.headers["location"])
            assert home.status_code == 200, (phone, answer.headers["location"])


async def test_the_printed_slips_open_the_door(prepared: Prepared, opened: Settings) -> None:
    codes = re.findall(r"/join/(\w{8}) ", prepared.said)
    assert len(codes) == 2
    async with browser(create_app(opened)) as client:
        for code in codes:
            assert (await client.get(f"/join/{code}")).status_code == 200


@pytest.mark.parametrize("now", ["2028-02-29T15:58:00Z", "2027-12-31T16:00:30Z"], ids=["late evening", "new year"])
def test_at_any_hour_of_any_day(tmp_path: Path, now: str) -> None:
    """Two minutes before midnight, and half a minute after it: every act still lies in the past, in order."""
    clock = tmp_path / "now"
    clock.write_text(now)
    folder = tmp_path / "data"
    done = council("demo", "--once", "--data", str(folder), COUNCIL_NOW_FILE=str(clock))
    assert (done.returncode, done.stderr) == (0, "")
    ahead = Prepared(folder, done.stdout, 0).ask(
        f"SELECT COUNT(*) FROM log_record WHERE datetime(at) > datetime('{now.removesuffix('Z')}')"
    )
    assert ahead == [(0,)]


def test_again_is_fresh_and_others_folders_are_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    prepare_folder(mine)
    (mine / "council.db").write_text("old")
    prepare_folder(mine)
    assert [each.name for each in mine.iterdir()] == [MARK]
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter.txt").write_text("dear")
    with pytest.raises(CannotPrepare):
        prepare_folder(theirs)
    assert (theirs / "letter.txt").read_text() == "dear"


def test_one_clear_line_for_a_foreign_folder_and_in_production(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    done = council("demo", "--once", "--data", str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    real = {
        "COUNCIL_ENV": "production",
        "COUNCIL_SECRET": "k9-Wq27_ZrT5vJ0pXc81LmNsYbHd34Gf",
        "COUNCIL_BASE_URL": "https://council.example",
    }
    done = council("demo", "--once", "--data", str(tmp_path / "new"), **real)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert not (tmp_path / "new").exists()
    assert "COUNCIL_ENV" not in environment()


PUBLIC_WORDS = {
    ("bylaws.proposed", "title"),
    ("community.founded", "name"),
    ("motion.cancelled", "reason"),
    ("motion.official_result", "document"),
    ("motion.signed", "result"),
    ("official.recorded", "document"),
    ("proposal.finding", "office"),
    ("question.marked", "from"),
    ("setting.proposed", "basis"),
}
"""Where words of people may stand in a record's `data`, because a page shows them to everybody anyway. Anybody may
fetch the whole log: whatever else people write, and who they are, goes under `private`."""


def test_no_record_that_anybody_may_fetch_holds_what_people_wrote_or_who_they_are(prepared: Prepared) -> None:
    people = {str(row[0]) for row in prepared.ask("SELECT name FROM person UNION SELECT name FROM owner")}
    rows = prepared.ask("SELECT kind, body FROM log_record ORDER BY id")
    assert len(rows) > 1000
    found = set()
    for kind, body in rows:
        data = json.loads(str(body))["data"]
        assert not {name for name in people if len(name) > 1 and name in str(body)}, body
        assert not re.search(r"\b1[3-9]\d{9}\b", str(body)), body
        found |= {(str(kind), key) for key, value in data.items() if not str(value).isascii()}
    assert found <= PUBLIC_WORDS
