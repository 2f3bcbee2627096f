"""One prepared world for every look at a page: the demo, the annex, an empty community, one without a register.

`python -m tests.looks.world FOLDER` makes it, by a clock that stands at `NOW`: the database, the files, and
`facts.json`, which names what the catalogue asks for ("motion lift-2-1" → "5", "session zhou" → a cookie).
"""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PIL import Image

from council.accounts import credentials, limits, role_asks, sessions, slips, staff, tie_queries, ties
from council.accounts.model import Device, HowVerified
from council.accounts.passwords import Passwords, cheap_hasher
from council.accounts.people import Visitor
from council.bodies import entries
from council.bodies import queries as bodies
from council.bodies.papers import Filing
from council.bylaws import queries as bylaws
from council.cli.demo import PASSWORD
from council.demo import desk, pictures, script, town
from council.demo.joining import open_accounts
from council.demo.stage import Stage
from council.elections import letters, nominating, opening, reviewing, sheets
from council.elections import queries as elections
from council.elections.candidate import Channel, Nomination, Reason, SignedAs, Verdict
from council.elections.model import ElectionDraft
from council.files import store
from council.files.model import Purpose
from council.files.service import save_document, save_sealed
from council.kernel.actor import Role, system_actor
from council.kernel.clock import CHINA, local_date, local_midnight
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.pathways.model import Kind
from council.progress import service as progress
from council.proposals import consent_drops, consent_namings, consent_papers, consent_queries, consents, filing
from council.proposals.model import ProposalDraft
from council.registry import founding, uploads
from council.registry.rollfile.reading import read_roll
from council.settings import Settings
from council.storage import database, schema
from council.storage.sql import execute
from council.storage.transactions import transaction
from council.voting import changing, election_queries, proxies
from council.voting.change import ChangeDraft, ChangeKind
from council.voting.model import Unreturned
from council.voting.proxy import MandateDraft
from council.voting.ruleset_json import ruleset_from_json, ruleset_to_json
from tests.looks.annex import annex, meadow

NOW = datetime(2026, 3, 18, 20, 30, tzinfo=CHINA)
"""A Wednesday evening."""

ROLLS = Path(__file__).parents[1] / "samples" / "rolls"
TIRED = "17000000099"
"""A telephone at which too many passwords were tried."""

Facts = dict[str, str]


def settings_of(folder: Path) -> Settings:
    return Settings.from_env(
        {"COUNCIL_ENV": "test", "COUNCIL_DATA": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'council.db'}"}
    )


async def make(folder: Path) -> None:
    settings = settings_of(folder)
    secret = settings.secret.encode()
    store.use(settings.files)
    hashed = Passwords(cheap_hasher()).hash_once(PASSWORD)
    facts: Facts = {}
    known: dict[str, int] = {}
    async with database.opened(settings):
        await schema.migrate()
        async with transaction():
            await town.plant_areas()
        for told in (script.read("garden"), script.read("orchard"), annex(), meadow()):
            stage = await town.build(told, password_hash=hashed, known=known, secret=secret, now=NOW)
            _note(facts, told.slug, stage)
            await _noted(facts, told.slug, stage)
            await _sessions(facts, told.slug, stage)
            if told.slug == "garden":
                await _garden(facts, stage, secret)
                await _committee(facts, stage)
                await _roles(stage)
            if told.slug == "annex":
                await _annex(facts, stage)
            if told.slug == "orchard":
                known = {}
            else:
                known = {key: person_id for key, person_id in stage.people.items() if key in town.SHARED}
        await _bare(facts)
        for _ in range(limits.LOG_IN_BY_PHONE.most):
            async with limits.attempt(secret, NOW, (limits.LOG_IN_BY_PHONE, TIRED)):
                pass
    _look_up(facts, folder / "council.db")
    (folder / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def _note(facts: Facts, slug: str, stage: Stage) -> None:
    """Every matter by its key in the script; units as "unit garden 2-1-502"."""
    for kind, found in (
        ("proposal", stage.proposals),
        ("motion", stage.motions),
        ("project", stage.projects),
        ("comment", stage.comments),
    ):
        facts.update({f"{kind} {key}": str(number) for key, number in found.items()})
    facts.update({f"unit {slug} {code}": str(number) for code, number in stage.register.units.items()})
    facts.update({f"owner {slug} {key}": str(number) for key, number in stage.register.owners.items()})
    facts.update({f"person {slug} {key}": str(number) for key, number in stage.people.items()})


async def _sessions(facts: Facts, slug: str, stage: Stage) -> None:
    """A cookie for everybody with a printed log-in."""
    for key, person_id in stage.people.items():
        if key.isascii() and key.isalpha():
            session = await sessions.start(person_id, device=Device.ANDROID, is_own_phone=True, now=NOW)
            facts[f"session {slug} {key}"] = session.token


async def _noted(facts: Facts, slug: str, stage: Stage) -> None:
    """The newest version of its bylaws, where there is one."""
    for body in await bodies.bodies(stage.register.community_id):
        if body.is_standing:
            facts[f"body {slug}"] = str(body.id)
    version = await bylaws.versions(stage.register.community_id)
    facts.update({f"bylaws {slug}": str(each.id) for each in version[:1]})


async def _committee(facts: Facts, stage: Stage) -> None:
    """A second filing of the demo's committee, which waits for a second person; the numbers on the open ballot."""
    secretary = await stage.actor("secretary")
    scan = await save_document(actor=secretary, data=b"%PDF-1.4\n%%EOF\n", name="receipt.pdf", now=NOW)
    filing = Filing("槐花街备〔2026〕3号", "槐花街道办事处", local_midnight(local_date(NOW)))
    body_id = int(facts["body garden"])
    facts["paper garden"] = str(
        await entries.record(actor=secretary, body_id=body_id, paper=filing, scan_id=scan.id, key=new_id(), now=NOW)
    )
    for key in ("board-2", "board-3"):
        for each in await election_queries.candidates(stage.register.community_id, stage.motions[key]):
            facts[f"number {key} {each.place}"] = str(each.number)


async def _roles(stage: Stage) -> None:
    """A role that is to be given and one that is to end: both wait for a second person."""
    secretary = await stage.actor("secretary")
    await role_asks.ask_grant(
        actor=secretary,
        person_id=stage.people["zhou"],
        role=Role.AUDITOR,
        key=new_id(),
        reason="业主推选的监督员",
        now=NOW,
    )
    (grid,) = [each for each in await staff.staff_of(secretary.community_id) if each.person_id == stage.people["hexin"]]
    await role_asks.ask_end(actor=secretary, role_id=grid.role_id, key=new_id(), reason="调到别的社区", now=NOW)


async def _garden(facts: Facts, stage: Stage, secret: bytes) -> None:
    home, owner = await desk.unused_slips(stage, "6-1", secret)
    facts["code home"], facts["code owner"] = home.code, owner.code
    await _anew(facts, stage, owner.code, secret)
    secretary = await stage.actor("secretary")
    mandate = MandateDraft(new_id(), "陈建国", "17000000002", "本人周桂兰委托陈建国代我投票，投出前可以撤回。")
    await proxies.give(
        actor=await stage.actor("zhou"), motion_id=stage.motions["lift-2-1"], number=None, draft=mandate, now=NOW
    )
    off = ChangeDraft(new_id(), ChangeKind.CANCEL, "文本里的金额写错了，改好后重新公告")
    await changing.ask(actor=secretary, motion_id=stage.motions["cctv"], draft=off, now=NOW)
    await _board(facts, stage)
    person = stage.people["tang"]
    reset = await slips.issue_reset(
        actor=secretary, person_id=person, reason="手机丢了，本人到社区办理", secret=secret, now=NOW
    )
    facts["slip reset"] = str(reset.id)
    facts["code reset"] = (await slips.reveal(actor=secretary, slip_id=reset.id, secret=secret, now=NOW)).code
    await _named_late(stage)


async def _anew(facts: Facts, stage: Stage, code: str, secret: bytes) -> None:
    """An owner who was checked and has set a new password with the secretary's slip: a colleague checks them again."""
    secretary = await stage.actor("secretary")
    (person_id,) = await open_accounts([("高明远", "17600000098", "")], None, NOW)
    target = await slips.find(code, secret=secret, now=NOW)
    assert target is not None
    async with transaction():
        await ties.tie(person_id, target, NOW)
    for claim in await tie_queries.claims_of_owners(secretary.community_id, [target.owner_id or 0]):
        await ties.verify_owner(actor=await stage.actor("deputy"), claim_id=claim.id, how=HowVerified.IDENTITY, now=NOW)
    slip = await slips.issue_reset(actor=secretary, person_id=person_id, reason="忘了密码", secret=secret, now=NOW)
    shown = await slips.reveal(actor=secretary, slip_id=slip.id, secret=secret, now=NOW)
    joined = await credentials.set_password_with_slip(
        typed=shown.code,
        password="peach-blossom-7",
        is_own_phone=True,
        visitor=Visitor("203.0.113.7", Device.ANDROID),
        secret=secret,
        now=NOW,
    )
    assert joined.session is not None
    facts["session garden gao"] = joined.session.token


async def _named_late(stage: Stage) -> None:
    """A home that the notice of the lift's vote did not show: it waits for a second person."""
    secretary = await stage.actor("secretary")
    scan = await save_document(
        actor=secretary, data=pictures.scan("日照分析"), name="日照分析.png", now=NOW, purpose=Purpose.SCAN
    )
    await consent_namings.record_naming(
        actor=secretary,
        proposal_id=stage.proposals["lift-2-1"],
        unit_id=stage.register.units["2-1-202"],
        why="井道离北窗不到两米",
        key=new_id(),
        file_id=scan.id,
        now=NOW,
    )


async def _on_paper(stage: Stage, ids: dict[str, int]) -> None:
    """A sheet of two owners who name somebody together, and a letter by which somebody stands back: both wait for the
    second person."""
    secretary, signers = await stage.actor("secretary"), []
    for code in ("1-1-501", "5-3-401"):
        house = next(each for each in stage.estate.houses if each.code == code)
        signers.append(SignedAs(stage.register.units[code], stage.estate.owners[house.owners[0]].name))
    scan = await save_document(
        actor=secretary, data=pictures.scan("联名表"), name="联名表.png", now=NOW, purpose=Purpose.SCAN
    )
    await sheets.enter(
        actor=secretary,
        candidate_id=ids["candidate board"],
        key=new_id(),
        file_id=scan.id,
        signed=signers,
        now=NOW,
    )
    await letters.record(
        actor=secretary,
        candidate_id=ids["candidate board"],
        key=new_id(),
        file_id=scan.id,
        reason="家里老人要照顾，顾不过来。",
        now=NOW,
    )


async def _board(facts: Facts, stage: Stage) -> None:
    """An election whose nominations run: one named by neighbours who has not agreed, one who waits for the second
    person; and those of the demo's own, whose list is posted."""
    community_id, secretary = stage.register.community_id, await stage.actor("secretary")
    draft = ProposalDraft(
        key=new_id(),
        kind=Kind.GOVERNANCE,
        answers={"elects": True, "fills": False},
        title="选举第三届业主委员会委员",
        body="本届业主委员会任期届满，选举新一届委员五名。",
        scope=Scope(ScopeKind.COMMUNITY),
        cost_fen=None,
        unit_id=None,
    )
    committee = await stage.actor("committee")
    proposal_id = await filing.file_proposal(actor=committee, draft=draft, now=NOW)
    await progress.accept_proposal(actor=secretary, proposal_id=proposal_id, seen_version=1, now=NOW)
    await opening.open_election(
        actor=secretary, proposal_id=proposal_id, draft=ElectionDraft(new_id(), 5, 7, 2, 7), now=NOW
    )
    ids = {"proposal board": proposal_id}
    for name, code, channel, by in (
        ("candidate board", "2-1-602", Channel.JOINT, "zhou"),
        ("candidate second", "6-1-502", Channel.SELF, "6-1-502"),
    ):
        house = next(each for each in stage.estate.houses if each.code == code)
        owner = stage.estate.owners[house.owners[0]].name
        sent = Nomination(new_id(), channel, stage.register.units[code], owner, "", "愿意为邻居跑腿，账目每月公开。")
        ids[name] = await nominating.nominate(
            actor=await stage.actor(by), proposal_id=proposal_id, nomination=sent, now=NOW
        )
    await reviewing.judge(
        actor=secretary,
        candidate_id=ids["candidate second"],
        key=new_id(),
        verdict=Verdict.NOT,
        reason=Reason.WORKS_FOR_MANAGER,
        words="在本小区物业公司任职，见劳动合同。",
        now=NOW,
    )
    await _on_paper(stage, ids)
    chair = (await elections.standing(community_id, stage.proposals["chair"])).candidates[0]
    ids["candidate chair"] = chair.id
    facts.update({name: str(number) for name, number in ids.items()})


async def _signed_consents(stage: Stage, facts: Facts) -> None:
    """A signed answer that waits for the second person, and a home that was named by mistake."""
    secretary, shop = await stage.actor("secretary"), stage.proposals["shop"]
    asked = (await consent_queries.consents_of(secretary.community_id, [shop]))[shop]
    signed, mistaken, _, open_one = asked
    scan = await save_document(
        actor=secretary, data=pictures.scan("同意书"), name="同意书.png", now=NOW, purpose=Purpose.SCAN
    )
    await consent_papers.record_paper(
        actor=secretary,
        proposal_id=shop,
        consent_id=signed.id,
        key=new_id(),
        owner_ids=[each.owner_id for each in signed.owners],
        is_agreed=True,
        file_id=scan.id,
        now=NOW,
    )
    await consent_drops.ask_no_more(
        actor=secretary, proposal_id=shop, consent_id=mistaken.id, reason="楼上楼下弄反了，应当是对门那一户。", now=NOW
    )
    facts |= {"consent waiting": str(signed.id), "consent dropped": str(mistaken.id), "consent asked": str(open_one.id)}


async def _annex(facts: Facts, stage: Stage) -> None:
    """What the script has no words for: a vote called off, a count without a majority, consents, rolls to mend."""
    secretary = await stage.actor("secretary")
    off = ChangeDraft(new_id(), ChangeKind.CANCEL, "方案有重大变化，重新公示后再表决。")
    asked = await changing.ask(actor=secretary, motion_id=stage.motions["called-off"], draft=off, now=NOW)
    await changing.confirm(actor=await stage.actor("committee"), change_id=asked, now=NOW)
    community_id = secretary.community_id
    sheet = io.BytesIO()
    Image.new("RGB", (1200, 1600), (235, 232, 225)).save(sheet, "JPEG")
    sealed = await save_sealed(actor=secretary, data=sheet.getvalue(), name="sheet.jpg")
    await execute(
        "UPDATE paper_return SET image_sha256 = {}, image_width = {}, image_height = {}"
        " WHERE community_id = {} AND state = 'sealed' AND id % 2 = (SELECT MAX(id) % 2 FROM paper_return)",
        *(sealed.sha256, sealed.width, sealed.height, community_id),
    )
    await progress.withdraw_proposal(
        actor=await stage.actor("hua"), proposal_id=stage.proposals["taken-back"], reason="邻居都不愿意。", now=NOW
    )
    for code in ("1-1-101", "1-1-102", "1-2-301", "1-2-302"):
        unit_id = stage.register.units[code]
        await consents.name_home(
            actor=secretary, proposal_id=stage.proposals["shop"], unit_id=unit_id, why="紧邻要改的房间", now=NOW
        )
    await consents.answer(
        actor=await stage.actor("hua"),
        proposal_id=stage.proposals["shop"],
        unit_id=stage.register.units["1-2-301"],
        is_agreed=True,
        now=NOW,
    )
    await _signed_consents(stage, facts)
    for name, sample in (("faulty", "messy-48.csv"), ("other", "courtyard-24.csv")):
        data = (ROLLS / sample).read_bytes()
        roll = read_roll(sample, data, area_heading=None)
        facts[f"upload {name}"] = str(
            await uploads.stage(
                actor=secretary,
                key=new_id(),
                name=sample,
                roll=roll,
                digest=uploads.digest_of(data),
                area_heading=None,
                now=NOW,
            )
        )
    facts["community annex"] = str(community_id)


async def _bare(facts: Facts) -> None:
    """Just founded: a secretary, and no register yet."""
    made = await founding.add_community(
        slug="bare", name="新建小区", area_path=town.STREET, phone="010-5555 0199", address="和风市", now=NOW
    )
    (person,) = await town.open_accounts([("柳新", "17000000098", "")], None, NOW)
    await town.staff.grant_role(actor=system_actor(made), person_id=person, role=Role.SECRETARY, now=NOW)
    facts["session bare secretary"] = (
        await sessions.start(person, device=Device.OTHER, is_own_phone=True, now=NOW)
    ).token


def _look_up(facts: Facts, path: Path) -> None:
    """The rest by SQL, and two rows that no verb can make: a count without a majority, a row that cannot be read."""
    with sqlite3.connect(path) as rows:

        def one(name: str, query: str) -> None:
            found = rows.execute(query).fetchone()
            assert found is not None, f"{name}: nothing found"
            facts[name] = str(found[0])

        split = {"motion": facts["motion split"]}
        (ruleset,) = rows.execute("SELECT ruleset FROM motion WHERE id = :motion", split).fetchone()
        followed = replace(ruleset_from_json(ruleset), unreturned=Unreturned.FOLLOW_MAJORITY)
        rows.execute("UPDATE motion SET ruleset = ? WHERE id = ?", (ruleset_to_json(followed), split["motion"]))
        rows.execute("UPDATE roll_voter SET delivered_at = ? WHERE motion_id = ?", (NOW.isoformat(), split["motion"]))
        rows.execute("UPDATE unit SET status = 'unreadable' WHERE id = ?", (facts["unit meadow 3-1-201"],))

        mine = "SELECT id FROM ballot WHERE person_id = :person AND motion_id = :motion"
        for who, motion in (("chen", "lift-2-1"), ("lin", "pipes-2"), ("deng", "lift-2-1")):
            given = {"person": facts[f"person garden {who}"], "motion": facts[f"motion {motion}"]}
            found = rows.execute(mine, given).fetchone()
            assert found is not None, f"{who} has no ballot for {motion}"
            facts[f"ballot {who}"] = str(found[0])
        one(
            "ballot chen board",
            f"SELECT id FROM ballot WHERE person_id = {facts['person garden chen']}"
            f" AND motion_id = {facts['motion board-3']}",
        )
        garden = "community_id = (SELECT id FROM community WHERE slug = 'garden')"
        one("form lift-2-1", f"SELECT key FROM proposal WHERE id = {facts['proposal lift-2-1']}")
        one("code ballot", f"SELECT code FROM ballot WHERE {garden} ORDER BY log_seq LIMIT 1")
        one(
            "claim waiting", f"SELECT id FROM owner_claim WHERE {garden} AND verified_at IS NULL AND anew_since IS NULL"
        )
        one("claim anew", f"SELECT id FROM owner_claim WHERE {garden} AND anew_since IS NOT NULL")
        one("claim verified", f"SELECT id FROM owner_claim WHERE {garden} AND verified_at IS NOT NULL ORDER BY id")
        one("home", f"SELECT id FROM residency WHERE {garden} AND ended_at IS NULL ORDER BY id")
        one("correction", f"SELECT id FROM row_correction WHERE {garden}")
        one("slip home", f"SELECT id FROM access_code WHERE {garden} AND kind = 'resident' AND ended_at IS NULL")
        one("slip owner", f"SELECT id FROM access_code WHERE {garden} AND kind = 'owner' AND ended_at IS NULL")
        one("objection open", f"SELECT id FROM objection WHERE {garden} AND closed_at IS NULL")
        one("objection closed", f"SELECT id FROM objection WHERE {garden} AND closed_at IS NOT NULL")
        one("milestone", "SELECT id FROM milestone WHERE done_at IS NULL ORDER BY id")
        one("entrance last", f"SELECT max(id) FROM entrance WHERE {garden}")
        cctv, papers_ = facts["motion cctv"], facts["motion papers"]
        rows.execute("UPDATE motion SET counted = '[\"paper\"]' WHERE id = ?", (papers_,))  # as if online only asked
        rows.execute("UPDATE ballot SET is_wish = TRUE WHERE motion_id = ? AND channel = 'online'", (papers_,))
        sealed = "SELECT 1 FROM paper_return r WHERE r.paper_ballot_id = p.id AND r.state = 'sealed'"
        one("serial out", f"SELECT serial FROM paper_ballot p WHERE motion_id = {cctv} AND NOT EXISTS ({sealed})")
        one("serial back", f"SELECT serial FROM paper_ballot p WHERE motion_id = {cctv} AND EXISTS ({sealed})")
        one("kept taken", f"SELECT id FROM paper_return WHERE motion_id = {cctv} AND reason IS NULL")
        one("kept refused", f"SELECT id FROM paper_return WHERE motion_id = {cctv} AND reason IS NOT NULL")
        one("print cctv", f"SELECT id FROM paper_print WHERE motion_id = {cctv}")
        one("serial read", f"SELECT serial FROM paper_return WHERE motion_id = {papers_} AND state = 'sealed'")
        in_force = "person_id IS NOT NULL AND confirmed_at IS NOT NULL AND ended_at IS NULL"
        one("paper guardian", f"SELECT id FROM holder_paper WHERE {garden} AND says = 'guardian' AND {in_force}")
        one("halt", f"SELECT id FROM halt WHERE {garden} AND act = 'dispute'")
        rows.execute(
            "INSERT INTO transfer (community_id, unit_id, key, kind, buyers, seen, dated_on, words, file_id,"
            " file_sha256, recorded_by, recorded_by_name, recorded_at) SELECT h.community_id, u.id, 'look', 'sale',"
            ' \'[{"name": "钱新", "kind": "natural", "identity": "990101195006190591", "phones": ["17000000002"]}]\','
            " 'x', h.recorded_at, '二手房过户，已看不动产权证', h.file_id, h.file_sha256, h.recorded_by,"
            " h.recorded_by_name, h.recorded_at FROM halt h JOIN unit u ON u.community_id = h.community_id"
            " AND u.code = '2-1-402' WHERE h.id = ?",
            (facts["halt"],),
        )
        one("transfer", f"SELECT id FROM transfer WHERE {garden}")
        one("role liu", f"SELECT id FROM staff_role WHERE {garden} AND role = 'department'")
        disputed = "SELECT return_id FROM paper_keying k JOIN paper_return r ON r.id = k.return_id"
        one("return disputed", f"{disputed} WHERE k.round = 2 AND r.ballot_id IS NULL")
        faulty = f"upload_id = {facts['upload faulty']} AND state = 'faulty'"
        one("row faulty", f"SELECT row_number FROM roll_upload_row WHERE {faulty}")


if __name__ == "__main__":
    asyncio.run(make(Path(sys.argv[1])))
