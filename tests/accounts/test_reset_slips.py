"""A slip for a new password is in two hands: what was checked of its owner is checked again, by somebody who had it in
neither; and nobody at a desk takes over a colleague's account with one."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from litestar import Litestar

from council.accounts import credentials, queries, slips, staff, tie_queries, ties
from council.accounts.model import HowVerified
from council.accounts.slipcodes import CodeKind
from council.cli import main
from council.kernel.actor import Actor, Role, system_actor
from council.kernel.errors import Invalid, Refused
from council.storage.sql import execute, fetch
from council.storage.transactions import transaction
from tests.accounts import world as worlds
from tests.accounts.test_desk import as_
from tests.accounts.test_seen_slips import SAID, office
from tests.accounts.world import DOOR, NOW, PASSWORD, SECRET, World
from tests.fixtures.client import browser, submit

OWNER = "李静"
PHONE = "13800000001"
NEW = "a quite new one"
LATER = NOW + timedelta(hours=1)


async def reset(world: World, person_id: int, by: Actor, *, secret: bytes = SECRET, serial: int = 1) -> None:
    """The slip is issued and used; by whose hand nobody can tell."""
    await slips.issue_reset(actor=by, person_id=person_id, reason="忘了", secret=secret, now=NOW)
    await credentials.set_password_with_slip(
        typed=world.code(CodeKind.RESET, person_id, serial),
        **{"password": f"{NEW} {serial}", "is_own_phone": True, "visitor": DOOR, "secret": secret, "now": LATER},
    )


async def claim_of(person_id: int) -> int:
    (row,) = await fetch("SELECT id FROM owner_claim WHERE person_id = {} AND ended_at IS NULL", person_id)
    return int(row["id"])


async def verify(actor: Actor, claim_id: int) -> None:
    await ties.verify_owner(actor=actor, claim_id=claim_id, how=HowVerified.TELEPHONE, now=LATER)


async def test_a_desk_does_not_stand_for_an_owner_with_a_new_password(world: World) -> None:
    dana, frank = await office(world)
    owner = await worlds.verified(world, OWNER, PHONE)
    claim_id = await claim_of(owner)
    await reset(world, owner, dana)
    now = await queries.actor(owner, world.community_id, LATER)
    assert now is not None
    assert (now.owner_ids, now.claimed_owner_ids) == (frozenset(), {world.owners[OWNER]})
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert (claim.is_verified, claim.anew_since, claim.reset_by_name) == (False, LATER, "Dana")
    assert [each.id for each in await tie_queries.claims_waiting(world.community_id)] == [claim_id]
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await verify(dana, claim_id)
    await verify(frank, claim_id)
    now = await queries.actor(owner, world.community_id, LATER)
    assert now is not None
    assert now.owner_ids == {world.owners[OWNER]}
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert (claim.anew_since, claim.reset_by_name, claim.verified_by_name) == (None, None, "Frank")
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM log_record WHERE kind LIKE 'claim.%' ORDER BY id")]
    assert kinds == ["claim.made", "claim.anew"]


async def test_nor_whoever_only_looked_at_the_slip(world: World) -> None:
    dana, frank = await office(world)
    rita = await worlds.staff_member(world, "Rita", "13900000003", Role.SECRETARY)
    owner = await worlds.verified(world, OWNER, PHONE)
    slip = await slips.issue_reset(actor=dana, person_id=owner, reason="忘了", secret=SECRET, now=NOW)
    await slips.reveal(actor=rita, slip_id=slip.id, secret=SECRET, now=NOW)
    given = {"password": NEW, "is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": LATER}
    await credentials.set_password_with_slip(typed=world.code(CodeKind.RESET, owner), **given)
    claim_id = await claim_of(owner)
    for each in (dana, rita):
        with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
            await verify(each, claim_id)
    await verify(frank, claim_id)


async def test_a_claim_that_nobody_has_checked_yet_is_not_the_desks_either(world: World) -> None:
    """The account is taken over first, and checked then: by the same hand it is not."""
    dana, frank = await office(world)
    owner = await worlds.member(OWNER, PHONE, await world.target(CodeKind.OWNER, world.owners[OWNER]))
    claim_id = await claim_of(owner)
    await reset(world, owner, dana)
    assert (await tie_queries.claim(world.community_id, claim_id)).anew_since is None, "it was never checked"
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await verify(dana, claim_id)
    await verify(frank, claim_id)


async def test_the_latest_slip_counts_and_the_waiting_stays(world: World) -> None:
    """Twice within a day: the second slip ended what the first one opened."""
    dana, _ = await office(world)
    rita = await worlds.staff_member(world, "Rita", "13900000003", Role.SECRETARY)
    owner = await worlds.verified(world, OWNER, PHONE)
    await reset(world, owner, dana)
    await reset(world, owner, rita, serial=2)
    claim_id = await claim_of(owner)
    claim = await tie_queries.claim(world.community_id, claim_id)
    assert (claim.anew_since, claim.reset_by_name) == (LATER, "Rita")
    with pytest.raises(Refused, match=r"accounts\.has_seen_slip"):
        await verify(rita, claim_id)
    await verify(dana, claim_id)


async def test_in_every_community_where_they_own(world: World) -> None:
    orchard = await worlds.with_slips(await worlds.community("orchard"))
    dana, _ = await office(world)
    owner = await worlds.verified(world, OWNER, PHONE)
    other = await orchard.target(CodeKind.OWNER, orchard.owners["王强"])
    async with transaction():
        await ties.tie(owner, other, NOW)
    (row,) = await fetch("SELECT id FROM owner_claim WHERE community_id = {}", orchard.community_id)
    await ties.verify_owner(actor=system_actor(orchard.community_id), claim_id=row["id"], how=HowVerified.DEED, now=NOW)
    await reset(world, owner, dana)
    for place in (world, orchard):
        now = await queries.actor(owner, place.community_id, LATER)
        assert now is not None
        assert now.owner_ids == frozenset()
    head = await worlds.staff_member(orchard, "Olga", "13900000009", Role.SECRETARY)
    await verify(head, row["id"])


async def test_what_they_were_they_are_again_and_no_more(world: World) -> None:
    """Somebody who acts by a paper until a day: until that day, and after it not at all."""
    dana, frank = await office(world)
    owner = await worlds.verified(world, OWNER, PHONE)
    claim_id = await claim_of(owner)
    until = LATER + timedelta(days=1)
    await execute("UPDATE owner_claim SET acts_until = {} WHERE id = {}", until, claim_id)
    await reset(world, owner, dana)
    await verify(frank, claim_id)
    assert (await tie_queries.claim(world.community_id, claim_id)).acts_until == until
    await reset(world, owner, dana, serial=2)
    with pytest.raises(Refused, match=r"claim\.lapsed"):
        await ties.verify_owner(actor=frank, claim_id=claim_id, how=HowVerified.DEED, now=until)
    now = await queries.actor(owner, world.community_id, until)
    assert now is not None
    assert (now.owner_ids, now.claimed_owner_ids) == (frozenset(), frozenset())
    assert now.lapsed_owner_ids == {world.owners[OWNER]}


async def test_changing_ones_own_password_changes_nothing_else(world: World) -> None:
    owner = await worlds.verified(world, OWNER, PHONE)
    await credentials.change_password(
        person_id=owner,
        current=PASSWORD,
        password=NEW,
        **{"is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": LATER},
    )
    assert (await tie_queries.claim(world.community_id, await claim_of(owner))).is_verified
    assert await queries.resets_of(owner, NOW) == []


async def test_a_slip_for_somebody_who_is_named_afterwards_opens_nothing(world: World) -> None:
    """Kept in a drawer until its person works here: then it is a colleague's account."""
    dana, _ = await office(world)
    neighbour = await worlds.member("小林", PHONE, await world.target(CodeKind.RESIDENT, world.units["502"]))
    await slips.issue_reset(actor=dana, person_id=neighbour, reason="忘了", secret=SECRET, now=NOW)
    desk = system_actor(world.community_id)
    await staff.grant_role(actor=desk, person_id=neighbour, role=Role.GRID_WORKER, now=NOW)
    given = {"password": NEW, "is_own_phone": True, "visitor": DOOR, "secret": SECRET, "now": LATER}
    with pytest.raises(Invalid):
        await credentials.set_password_with_slip(typed=world.code(CodeKind.RESET, neighbour), **given)
    await slips.issue_reset(actor=desk, person_id=neighbour, reason="忘了", secret=SECRET, now=NOW)
    await credentials.set_password_with_slip(typed=world.code(CodeKind.RESET, neighbour, 2), **given)


async def test_the_code_of_a_colleagues_slip_is_not_shown(world: World) -> None:
    """The operator prints it on the server: no desk opens it on its page, an operator's neither."""
    dana, frank = await office(world)
    olaf = await worlds.staff_member(world, "Olaf", "13900000004", Role.OPERATOR)
    desk = system_actor(world.community_id)
    slip = await slips.issue_reset(actor=desk, person_id=frank.person_id, reason="忘了", secret=SECRET, now=NOW)
    for each in (dana, olaf):
        with pytest.raises(Refused, match=r"accounts\.reset_on_server"):
            await slips.reveal(actor=each, slip_id=slip.id, secret=SECRET, now=NOW)
        with pytest.raises(Refused, match=r"accounts\.reset_on_server"):
            await slips.issue_reset(actor=each, person_id=frank.person_id, reason="忘了", secret=SECRET, now=NOW)


async def test_the_person_reads_who_issued_it_and_the_desk_why_they_wait(app: Litestar, town: World) -> None:
    await office(town)
    owner = await worlds.verified(town, OWNER, PHONE)
    desk = "/c/garden/desk/people"
    async with as_(app, "Dana") as one:
        page = await one.get(f"{desk}/accounts/{owner}/reset")
        assert "没看过这张纸条的工作人员重新核实" in page.text
        sent = await submit(one, page, "#reset", reason="忘了密码")
        assert town.code(CodeKind.RESET, owner)[:4] in (await one.get(sent.headers["location"])).text
        async with browser(app) as phone:
            form = await phone.get(f"/join/{town.code(CodeKind.RESET, owner)}")
            await submit(phone, form, "#join", password=NEW)
            me = (await phone.get("/me")).text
            assert ("用Dana（garden小区）开的纸条设了新密码" in me, "不是您本人办的" in me) == (True, True)
            assert ("业主身份待重新核实" in me, "在这之前投纸质票" in me, "已核实业主" in me) == (True, True, False)
            phone.headers["Accept-Language"] = "en"
            told = (await phone.get("/me")).text
            assert "New password by a slip that Dana issued" in told
        listed = (await one.get(desk)).text
        assert ("设了新密码，重新核实" in listed, "由同事核实" in listed) == (True, True)
        claim = await one.get(f"{desk}/claims/{await claim_of(owner)}")
        assert ("待重新核实" in claim.text, SAID in claim.text, 'id="verify"' in claim.text) == (True, True, False)
        assert "可以核实的同事：Frank" in claim.text
    async with as_(app, "Frank") as other:
        page = await other.get(f"{desk}/claims/{await claim_of(owner)}")
        assert ("Dana开的纸条设了新密码" in page.text, "新密码是不是自己设的" in page.text) == (True, True)
        assert (await submit(other, page, "#verify", how="telephone")).status_code == 303
    assert (await tie_queries.claim(town.community_id, await claim_of(owner))).verified_by_name == "Frank"


async def test_of_a_colleague_the_page_says_where(app: Litestar, town: World) -> None:
    _, frank = await office(town)
    target = await town.target(CodeKind.RESIDENT, town.units["502"])
    async with transaction():
        await ties.tie(frank.person_id, target, NOW)
    (home,) = await fetch("SELECT id FROM residency WHERE person_id = {}", frank.person_id)
    async with as_(app, "Dana") as one:
        page = await one.get(f"/c/garden/desk/people/homes/{home['id']}")
        assert ("在服务器上重设" in page.text, "重设密码的纸条" in page.text) == (True, False)
        refused = await one.get(f"/c/garden/desk/people/accounts/{frank.person_id}/reset")
        assert (refused.status_code, "在服务器上重设" in refused.text) == (403, True)


def test_the_operator_prints_one_on_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (
        ("COUNCIL_ENV", "test"),
        ("COUNCIL_DATA", str(tmp_path)),
        ("DATABASE_URL", f"sqlite:///{tmp_path / 'council.db'}"),
        ("LC_ALL", "C"),
    ):
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 0
    assert main(["community", "add", "garden", "花园小区"]) == 0
    who = ["--community", "garden", "--phone", "13900000001", "--name", "郑海燕"]
    monkeypatch.setattr("sys.stdin", io.StringIO("plum-blossom-42\n"))
    assert main(["staff", "add", "--role", "secretary", "--by", "机房值班", *who]) == 0
    out = tmp_path / "reset.pdf"
    asked = ["staff", "reset", "--by", "机房值班", *who, "--reason", "忘了密码", "--out", str(out)]
    assert main(asked) == 0
    assert "it works once, for 7 days" in capsys.readouterr().out
    assert (out.read_bytes()[:4], out.stat().st_mode & 0o777) == (b"%PDF", 0o600)
    for wrong, said in ((("郑海燕", "王五"), "No account has this number"), (("13900000001", "12"), "mobile number")):
        assert main([wrong[1] if each == wrong[0] else each for each in asked]) == 2
        assert said in capsys.readouterr().err
    assert main(["log", "verify", "--community", "garden"]) == 0
