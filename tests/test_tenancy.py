"""Every address of the application, found by walking its routes: what strangers, neighbours of another community and
the auditor get there. A route that is added is walked too; one that is meant for everybody is named here."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from council.accounts import role_asks, staff
from council.bodies import entries, rounds
from council.bodies.model import VoteForm
from council.bodies.papers import Filing
from council.deliberation.tables import Comment
from council.files import store
from council.files.tables import StoredFile
from council.kernel.actor import Role, system_actor
from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.storage.sql import execute, fetch
from council.voting import counting
from council.voting.tables import Objection, RecountRequest
from tests.bodies import ground as bodies
from tests.elections import slates
from tests.people import NOW, Garden, add_person, garden, say_in_bylaws, sign_in
from tests.voting import motions

READ_BY_ALL = {
    "/c/{slug}",
    "/c/{slug}/bodies",
    "/c/{slug}/bodies/{body_id}",
    "/c/{slug}/bodies/{body_id}/notices/{what}",
    "/c/{slug}/bylaws",
    "/c/{slug}/bylaws/{version_id}",
    "/c/{slug}/calendar.ics",
    "/c/{slug}/candidates/{candidate_id}",
    "/c/{slug}/cards/{picture}",
    "/c/{slug}/feed.atom",
    "/c/{slug}/log",
    "/c/{slug}/log/checkpoint",
    "/c/{slug}/log/tile/{place}",
    "/c/{slug}/log/verify_receipt.py",
    "/c/{slug}/log/vkey",
    "/c/{slug}/log/{part}/checkpoint",
    "/c/{slug}/log/{part}/tile/{place}",
    "/c/{slug}/motions/{motion_id}",
    "/c/{slug}/motions/{motion_id}/live",
    "/c/{slug}/motions/{motion_id}/deadlines.ics",
    "/c/{slug}/motions/{motion_id}/notice",
    "/c/{slug}/motions/{motion_id}/plan",
    "/c/{slug}/motions/{motion_id}/turnout",
    "/c/{slug}/paper/{serial}",
    "/c/{slug}/privacy",
    "/c/{slug}/projects",
    "/c/{slug}/projects/{project_id}",
    "/c/{slug}/proposals/{proposal_id}",
    "/c/{slug}/proposals/{proposal_id}/candidates",
    "/c/{slug}/proposals/{proposal_id}/candidates/notice",
    "/c/{slug}/rules",
    "/c/{slug}/qr/{code}",
    "/c/{slug}/verify",
}
CHECKED_BY_ALL = {"/c/{slug}/verify"}
"""The one form that anybody may send: it looks a receipt up and changes nothing."""

FORM = {
    "answer": "agree", "area": "80.00", "basis": "业主大会议事规则", "body": "内容说明" * 10, "candidate": "张三",
    "choice": "agree", "code": "survey", "convener": "committee", "convener_name": "社区居民委员会", "cost": "1000",
    "document": "第3号会议纪要", "feasible": "yes", "ground": "我认为计票有误，请核对一遍。", "how": "identity",
    "into": "1", "kind": "facility", "milestone": "1", "name": "online_counts", "note": "备注备注备注",
    "office": "区住建局", "old": "13800000087", "new": "13800000088", "outcome": "rejected", "owners": "张三",
    "phones": "13800000086", "reason": "这是一个足够长的理由", "remedy": "可以向人民法院起诉", "receipt": "x",
    "reply": "已经核实，答复如下。", "role": "auditor", "said": "面积不对，应当是八十平方米", "scope": "community",
    "seen": "1", "stance": "agree", "status": "occupied", "text": "说一句话说一句话", "title": "一个足够长的标题",
    "use": "dwelling", "value": "no", "version": "1", "what": "name", "why": "理由理由理由",
}  # fmt: skip
"""Filled in for any purpose: enough for most forms to come as far as the question who sends them."""

UNWATCHED = {"session", "rate_count", "migration", "log_key"}
"""Tables that a visit itself writes to; a log's key is made when it is first asked for."""

Ids = dict[str, int | str]


@dataclass
class Ground:
    """The garden and the orchard with something of each kind; ids by the parameter's name in addresses."""

    people: Garden
    garden: Ids
    orchard: Ids


@pytest.fixture
async def ground(app: Litestar) -> Ground:
    people = await garden()
    motion = await motions.opened(people)
    await counting.count(motion, motions.AFTER)  # whoever looks first closes a vote for good, strangers too
    here = (
        await _talk(people, motion.proposal_id)
        | {
            "motion_id": motion.id,
            "unit_id": people.units["1-1-101"],
            "target_id": people.units["1-1-101"],
            "owner_id": people.owners["1-1-101"],
            "person_id": people.alice.person_id,
            "claim_id": await _one("owner_claim", people.community_id, "verified_at IS NULL"),
            "home_id": await _one("residency", people.community_id),
            "version_id": await _version(people),
            "objection_id": await _objection(people, motion.id),
            "request_id": await _recount(people, motion.id),
        }
        | await _candidate(people)
        | await _body(people)
        | await _role(people)
    )
    home = (await fetch("SELECT building_id, entrance_id FROM unit WHERE id = {}", people.units["orchard"]))[0]
    beyond = replace(
        people,
        community_id=people.orchard_id,
        building_id=home["building_id"],
        entrances={"1": home["entrance_id"]},
        units={"1-1-101": people.units["orchard"]},
        actors={"alice": people.charlie},
    )
    there = await _talk(beyond, await motions.filed(beyond)) | {
        "unit_id": people.units["orchard"],
        "target_id": people.units["orchard"],
        "person_id": people.charlie.person_id,
        "home_id": await _one("residency", people.orchard_id),
        "role_id": await _beyond(people),
    }
    return Ground(people, here, there)


async def _one(table: str, community_id: int, where: str = "TRUE") -> int:
    rows = await fetch(f"SELECT MIN(id) AS id FROM {table} WHERE community_id = {{}} AND {where}", community_id)
    found: int = rows[0]["id"]
    return found


async def _talk(people: Garden, proposal_id: int) -> Ids:
    """A question under the proposal, and a paper in the community's files."""
    comment = Comment(
        community_id=people.community_id,
        thread_id=(await fetch("SELECT thread_id FROM proposal WHERE id = {}", proposal_id))[0]["thread_id"],
        key=new_id(),
        person_id=people.alice.person_id,
        author_name="Alice",
        stance="question",
        body="电费谁出？",
        said_at=NOW,
    )
    paper = StoredFile(
        community_id=people.community_id,
        sha256=store.current().put(b"%PDF-1.4 %%EOF"),
        media_type="application/pdf",
        size=14,
        name="paper.pdf",
        purpose="document",
        uploaded_at=NOW,
    )
    return {
        "proposal_id": proposal_id,
        "comment_id": (await Comment.insert(comment))[0]["id"],
        "file_id": (await StoredFile.insert(paper))[0]["id"],
    }


async def _version(people: Garden) -> int:
    """Bylaws that nobody has confirmed yet."""
    await say_in_bylaws(people.community_id, change="once")
    await execute(
        "UPDATE bylaws_version SET confirmed_at = NULL, confirmed_by = NULL, confirmed_by_name = NULL WHERE number = 2"
    )
    return await _one("bylaws_version", people.community_id, "number = 2")


async def _body(people: Garden) -> Ids:
    """A committee whose members are choosing, and a paper that waits for a second person."""
    ground = await bodies.committee(people)
    round_id = await rounds.open_round(
        actor=people.dana,
        body_id=ground.id,
        key=new_id(),
        form=VoteForm.NAMED,
        basis="工作规则第八条",
        closes_at=motions.AFTER,
        now=motions.AFTER - timedelta(days=20),
    )
    entry_id = await entries.record(
        actor=people.dana,
        body_id=ground.id,
        paper=Filing("3号", "街道办事处", motions.AFTER),
        scan_id=await bodies.scan(people),
        key=new_id(),
        now=motions.AFTER,
    )
    return {"body_id": ground.id, "round_id": round_id, "entry_id": entry_id, "member_id": ground.members["judy"]}


async def _objection(people: Garden, motion_id: int) -> int:
    row = Objection(
        community_id=people.community_id,
        motion_id=motion_id,
        key=new_id(),
        person_id=people.alice.person_id,
        by_name="Alice",
        ground="我认为计票有误，请核对一遍。",
        filed_at=NOW,
        answer_due_at=NOW,
    )
    found: int = (await Objection.insert(row))[0]["id"]
    return found


async def _recount(people: Garden, motion_id: int) -> int:
    row = RecountRequest(
        community_id=people.community_id,
        motion_id=motion_id,
        key=new_id(),
        person_id=people.alice.person_id,
        by_name="Alice",
        words="我家的票算进去了吗？",
        asked_at=NOW,
    )
    found: int = (await RecountRequest.insert(row))[0]["id"]
    return found


async def _role(people: Garden) -> Ids:
    """A role that somebody holds here, and that another waits to be given."""
    ask_id = await role_asks.ask_grant(
        actor=people.dana,
        person_id=people.ken.person_id,
        role=Role.DEPARTMENT,
        key=new_id(),
        reason="社区任命",
        now=NOW,
    )
    return {"role_id": await _one("staff_role", people.community_id, "role = 'grid_worker'"), "ask_id": ask_id}


async def _beyond(people: Garden) -> int:
    """A role in the orchard."""
    person_id = await add_person("Olive")
    await staff.grant_role(actor=system_actor(people.orchard_id), person_id=person_id, role=Role.GRID_WORKER, now=NOW)
    return await _one("staff_role", people.orchard_id)


async def _candidate(people: Garden) -> Ids:
    """Somebody on a notice of candidates, and what a neighbour says against them."""
    _, ids = await slates.published(people, "grace")
    return {"candidate_id": ids["grace"], "against_id": await slates.objected(people, ids["grace"])}


def routes(app: Litestar, method: str) -> list[str]:
    """The path templates that take this method, of every community's address."""
    found = {route.path_format for route in app.routes if isinstance(route, HTTPRoute) and method in route.methods}
    return sorted(path for path in found if path.startswith("/c/{slug}"))


def address(template: str, slug: str, ids: Ids) -> str:
    """With the ids that there are, and a number that nothing has for the others."""
    given = {"slug": slug, "what": "dwelling", "file": "motions.csv", "ballot_id": new_id(), "number": 1} | ids
    return re.sub(r"{(\w+)}", lambda match: str(given.get(match[1], 987654)), template)


async def token(client: httpx.AsyncClient, page: str) -> str:
    found = re.search(r'name="_csrf" value="([^"]+)"', (await client.get(page)).text)
    assert found is not None
    return found[1]


async def send(client: httpx.AsyncClient, where: str, csrf: str, ids: Ids) -> httpx.Response:
    """A filled-in form with a key nobody has used, for a unit that there is."""
    fresh = {"_csrf": csrf, "key": new_id(), "ballot": new_id(), "unit": str(ids["unit_id"])}
    return await client.post(where, data={**FORM, **fresh})


async def everything(db: AnyEngine) -> dict[str, list[str]]:
    """Every row of every table."""
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        if db.engine_type == "sqlite"
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    names = {row["name"] for row in await fetch(listed)} - UNWATCHED
    return {name: sorted(map(repr, await fetch(f'SELECT * FROM "{name}"'))) for name in sorted(names)}


async def test_a_stranger_reads_what_is_public_and_is_shown_the_door_elsewhere(
    app: Litestar, client: httpx.AsyncClient, ground: Ground, db: AnyEngine
) -> None:
    csrf, before = await token(client, "/login"), await everything(db)
    for template in routes(app, "GET"):
        answer = await client.get(address(template, "garden", ground.garden))
        if template not in READ_BY_ALL:
            assert (template, answer.status_code) == (template, 303)
            assert answer.headers["location"].startswith("/login?next=")
    for template in set(routes(app, "POST")) - CHECKED_BY_ALL:
        answer = await send(client, address(template, "garden", ground.garden), csrf, ground.garden)
        assert (template, answer.status_code) == (template, 303)
        assert answer.headers["location"].startswith("/login?next=")
    assert await everything(db) == before


async def test_another_communitys_member_finds_nothing(
    app: Litestar, client: httpx.AsyncClient, ground: Ground, db: AnyEngine
) -> None:
    await sign_in(client, ground.people.charlie)
    csrf, before = await token(client, "/me"), await everything(db)
    for method in ("GET", "POST"):
        open_to_all = READ_BY_ALL if method == "GET" else CHECKED_BY_ALL
        for template in set(routes(app, method)) - open_to_all:
            where = address(template, "garden", ground.garden)
            answer = await client.get(where) if method == "GET" else await send(client, where, csrf, ground.garden)
            assert (method, template, answer.status_code) == (method, template, 404)
    assert await everything(db) == before


async def test_no_post_is_taken_without_its_token(
    app: Litestar, client: httpx.AsyncClient, ground: Ground, db: AnyEngine
) -> None:
    """Dana may do most things here; a form of another site, or of somebody else's page, does none of them."""
    people = ground.people
    await sign_in(client, people.alice)
    foreign = await token(client, "/me")
    await _every_role(people)
    await sign_in(client, people.dana)
    own, before = await token(client, "/me"), await everything(db)
    every = {route.path_format for route in app.routes if isinstance(route, HTTPRoute) and "POST" in route.methods}
    for template in sorted(every - {"/locale", "/type", "/theme"}):
        where = address(template, "garden", ground.garden)
        for sent, headers in (("", {}), (foreign, {}), (own, {"Origin": "https://elsewhere.example"})):
            answer = await client.post(where, data={**FORM, "_csrf": sent, "key": new_id()}, headers=headers)
            assert (template, answer.status_code) in {(template, 403), (template, 404), (template, 409)}
    assert await everything(db) == before


async def test_ones_own_address_with_anothers_ids_finds_nothing(
    app: Litestar, client: httpx.AsyncClient, ground: Ground, db: AnyEngine
) -> None:
    """Whoever holds every role of the garden, with the numbers of the orchard's things."""
    await _every_role(ground.people)
    await sign_in(client, ground.people.dana)
    csrf, before = await token(client, "/me"), await everything(db)
    for method in ("GET", "POST"):
        for template in routes(app, method):
            numbers = re.findall(r"{(\w+_id)}", template)
            if not numbers or not set(numbers) & set(ground.orchard):
                continue
            where = address(template, "garden", ground.orchard)
            answer = await client.get(where) if method == "GET" else await send(client, where, csrf, ground.orchard)
            assert (method, template, answer.status_code) in {(method, template, status) for status in (404, 422)}
    assert await everything(db) == before


async def test_the_auditor_changes_nothing(
    app: Litestar, client: httpx.AsyncClient, ground: Ground, db: AnyEngine
) -> None:
    """Reads everything; every form but those of the own account is refused, whatever is in it."""
    await sign_in(client, ground.people.gina)
    csrf, before = await token(client, "/me"), await everything(db)
    answers = {}
    for template in set(routes(app, "POST")) - CHECKED_BY_ALL:
        answers[template] = (
            await send(client, address(template, "garden", ground.garden), csrf, ground.garden)
        ).status_code
    assert {template: status for template, status in answers.items() if status != 403} == NOT_ASKED
    assert await everything(db) == before


NOT_ASKED = {
    "/c/{slug}/motions/{motion_id}/ballots": 409,  # the vote is over
    "/c/{slug}/motions/{motion_id}/ballots/{ballot_id}/opened": 404,  # a ballot that this account has not cast
    "/c/{slug}/motions/{motion_id}/received": 409,  # the vote is over
    "/c/{slug}/motions/{motion_id}/received/back": 409,
    "/c/{slug}/motions/{motion_id}/pack/sheets/{number}/withdraw": 404,  # of a vote without originals
    "/c/{slug}/motions/{motion_id}/pack/take": 404,
    "/c/{slug}/motions/{motion_id}/proxy/{proxy_id}/revoke": 404,  # a mandate that there is not
    "/c/{slug}/projects/{project_id}/milestones": 404,  # of a project that there is not
    "/c/{slug}/register/mine": 422,  # of no unit of one's own
}
"""Forms that are refused for another reason before anybody asks who sends them."""


async def _every_role(people: Garden) -> None:
    for role in set(Role) - {Role.AUDITOR}:
        await staff.grant_role(
            actor=system_actor(people.community_id), person_id=people.dana.person_id, role=role, now=NOW
        )
