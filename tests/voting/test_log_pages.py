"""The log as anybody may fetch it: checkpoint, keys, tiles, records; and what a small vote keeps back."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest

from council.audit import checkpoint, cosigned, notes, receipts, restarts, service, tiles, tree
from council.audit import queries as log
from council.audit.cosigned import Trouble
from council.audit.keys import Why
from council.storage.database import AnyEngine
from council.storage.sql import execute
from council.storage.transactions import transaction
from council.voting.motion import LeakRisk
from council.voting.tables import Motion as MotionRow
from council.voting.turnout_queries import STEP
from tests import pdf
from tests.audit import second_look
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.voting.motions import DURING, OPENS, cast, opened

MINUTE = timedelta(minutes=1)
FOREVER = "public, max-age=31536000, immutable"


async def vkeys(client) -> list[str]:
    answer = await client.get("/c/garden/log/vkey")
    assert answer.status_code == 200
    found: list[str] = answer.text.splitlines()
    return found


async def small_vote(people: Garden, risk: LeakRisk = LeakRisk.HIGH):
    motion = await opened(people)
    await MotionRow.update({MotionRow.leak_risk: risk.value}).where(MotionRow.id == motion.id)
    return motion


async def test_the_checkpoint_is_signed_and_says_where_the_log_stands(db: AnyEngine, client, clock) -> None:
    people = await garden()
    await opened(people)
    clock(DURING)
    answer = await client.get("/c/garden/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    head = await log.head(people.community_id)
    assert head is not None
    assert second_look.head(answer.text) == ("testserver/c/garden/log", head.size, head.root)
    assert second_look.signed_by(answer.text, (await vkeys(client))[0])
    assert answer.headers["cache-control"] == "public, max-age=5"
    theirs = await client.get("/c/orchard/log/checkpoint")
    assert second_look.head(theirs.text)[0] == "testserver/c/orchard/log"
    assert not second_look.signed_by(theirs.text, (await vkeys(client))[0])


async def test_the_sheet_for_the_notice_board_says_the_whole_code(db: AnyEngine, client, clock) -> None:
    people = await garden()
    await opened(people)
    clock(DURING)
    head = await log.head(people.community_id)
    assert head is not None
    shown = "".join(pdf.read((await client.get("/c/garden/log?format=pdf")).content).split())
    root = head.root.hex()
    assert all(root[at : at + 8] in shown for at in range(0, len(root), 8))
    assert "testserver/c/garden/log" in shown


async def test_a_stranger_rebuilds_the_log_from_its_tiles(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await opened(people)
    await cast(people.grace, motion, "oppose")
    async with transaction():
        for n in range(300):
            await service.record(people.community_id, "note.made", {"n": n}, now=DURING)
    clock(DURING)
    _, size, root = second_look.head((await client.get("/c/garden/log/checkpoint")).text)
    leaves, records = [], []
    for tile in tiles.tiles_of(size):
        answer = await client.get(f"/c/garden/log/tile/{tiles.path_of(tile)}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOREVER)
        assert answer.headers["content-type"] == "application/octet-stream"
        if tile.level == 0:
            leaves += tiles.hashes(answer.content)
            place = tiles.path_of(tile).replace("0/", "entries/", 1)
            records += tiles.unbundle((await client.get(f"/c/garden/log/tile/{place}")).content)
    assert len(leaves) == size
    assert second_look.mth(leaves) == root
    assert [tree.leaf_hash(record) for record in records] == leaves
    whole = b"".join(records).decode()
    assert json.loads(records[0])["kind"] == "note.made" or "seq" in whole
    for secret in ("Grace", "Alice", "oppose", "1-1-101", str(people.grace.person_id) + '"}'):
        assert secret not in whole


async def test_records_travel_compressed_and_a_partial_tile_has_its_width(db: AnyEngine, client) -> None:
    people = await garden()
    await opened(people)
    head = await log.head(people.community_id)
    assert head is not None
    path = f"/c/garden/log/tile/entries/000.p/{head.size}"
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    packed = await client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert packed.content == plain.content == gzip.decompress(gzip.compress(plain.content))
    assert len((await client.get("/c/garden/log/tile/0/000.p/1")).content) == 32
    for wrong in ("0/000", f"0/000.p/{head.size + 1}", "0/001", "x", "entries/000", "9/000.p/1"):
        assert (await client.get(f"/c/garden/log/tile/{wrong}")).status_code == 404


@pytest.mark.parametrize("risk", [LeakRisk.HIGH, LeakRisk.LOW])
async def test_a_small_votes_ballot_is_in_no_tile_before_the_ten_minutes_are_full(
    db: AnyEngine, client, clock, risk: LeakRisk
) -> None:
    people = await garden()
    motion = await small_vote(people, risk)
    clock(DURING + 3 * MINUTE)
    before = second_look.head((await client.get("/c/garden/log/checkpoint")).text)[1]
    await cast(people.grace, motion, at=DURING + 4 * MINUTE)
    clock(DURING + 9 * MINUTE)
    after = second_look.head((await client.get("/c/garden/log/checkpoint")).text)[1]
    is_told = risk is LeakRisk.LOW
    assert after - before == int(is_told)
    for place in (f"0/000.p/{before + 1}", f"entries/000.p/{before + 1}"):
        assert ((await client.get(f"/c/garden/log/tile/{place}")).status_code == 200) == is_told
    clock(DURING + STEP)
    assert second_look.head((await client.get("/c/garden/log/checkpoint")).text)[1] == before + 1
    assert (await client.get(f"/c/garden/log/tile/entries/000.p/{before + 1}")).status_code == 200


async def test_what_was_told_before_a_small_vote_opened_is_told_still(db: AnyEngine, client, clock) -> None:
    people = await garden()
    motion = await small_vote(people)
    begins = OPENS + 5 * MINUTE
    await execute("UPDATE motion SET opens_at = {} WHERE id = {}", begins, motion.id)
    async with transaction():
        await service.record(people.community_id, "note.made", {}, now=OPENS + 2 * MINUTE)
    sizes = []
    for at in (begins - MINUTE, begins, begins + MINUTE):
        clock(at)
        sizes.append(second_look.head((await client.get("/c/garden/log/checkpoint")).text)[1])
    assert sizes[0] == sizes[1] == sizes[2]


async def test_receipts_carry_the_signed_checkpoint(db: AnyEngine, enter, client, clock) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    grace = await enter(people.grace)
    file = await grace.get(f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}/receipt")
    note = file.text.split("\n\n", 1)[1]
    assert checkpoint.parse(note).size == mine.log_seq + 1
    known = [notes.VerifierKey.parse(each) for each in await vkeys(client)]
    result = receipts.verify_receipt(file.text, keys=known)
    assert (result.holds, [each.key for each in result.signed]) == (True, known)
    assert second_look.signed_by(note, str(known[0]))


async def test_after_a_restore_the_log_has_another_address(db: AnyEngine, client, clock, settings) -> None:
    people = await garden()
    await opened(people)
    await cast(people.grace, await opened(people))
    clock(NOW)
    first = (await vkeys(client))[0]
    secret = settings.secret.encode()
    await restarts.restart(
        people.community_id, why=Why.RESTORED, host="testserver", slug="garden", secret=secret, now=NOW
    )
    both = await vkeys(client)
    assert (len(both), both[1]) == (2, first)
    answer = await client.get("/c/garden/log/checkpoint")
    origin, size, _ = second_look.head(answer.text)
    assert second_look.signed_by(answer.text, both[0])
    assert (await client.get(f"http://{origin}/checkpoint")).text == answer.text
    moved = await client.get("/c/garden/log/tile/0/000.p/2")
    assert (moved.status_code, moved.headers["location"]) == (
        303,
        f"{origin.removeprefix('testserver')}/tile/0/000.p/2",
    )
    assert len((await client.get(moved.headers["location"])).content) == 64
    entries = (await client.get(f"http://{origin}/tile/entries/000.p/{size}")).content
    last = json.loads(tiles.unbundle(entries)[-1])
    assert (last["kind"], last["data"]["origin"]) == ("log.restarted", origin)
    assert (await client.get("/c/garden/log/20200101-00000000/checkpoint")).status_code == 404
    assert (await client.get("/c/garden/log/20200101-00000000/tile/0/000.p/2")).status_code == 404


async def test_the_sheet_for_the_notice_board(db: AnyEngine, client, clock) -> None:
    people = await garden()
    await opened(people)
    clock(DURING)
    answer = await client.get("/c/garden/log/checkpoint")
    origin, size, root = second_look.head(answer.text)
    sheet = (await client.get("/c/garden/log")).text
    groups = " ".join(root.hex()[at : at + 8] for at in range(0, 64, 8))
    for words in ("存证码", groups, f"<td>{size}</td>", origin, *answer.text.split("\n\n")[1].split(" ")[1:2]):
        assert words in sheet
    assert '<svg class="qr"' in sheet
    verify = (await client.get("/c/garden/verify")).text
    assert groups in verify
    assert (await vkeys(client))[0] in verify.replace("&#43;", "+")
    assert 'href="/c/garden/log"' in verify
    script = await client.get("/c/garden/log/verify_receipt.py")
    assert script.content == (Path(__file__).parents[2] / "tools" / "verify_receipt.py").read_bytes()
    assert script.headers["content-disposition"] == 'attachment; filename="verify_receipt.py"'


@pytest.mark.parametrize(
    ("language", "trouble", "words"),
    [
        ("zh-CN", Trouble.FORKED, "见证人发现：记录被改过"),
        ("zh-CN", Trouble.ROLLED_BACK, "见证人发现：记录变少了"),
        ("en", Trouble.FORKED, "A witness found: the record was changed"),
        ("en", Trouble.ROLLED_BACK, "A witness found: the record became shorter"),
        ("zh-CN", Trouble.UNREACHABLE, ""),
    ],
)
async def test_what_a_witness_refused_stands_on_both_pages(
    db: AnyEngine, client, clock, language: str, trouble: Trouble, words: str
) -> None:
    people = await garden()
    clock(DURING)
    origin = (await vkeys(client))[0].split("+")[0]
    await cosigned.note_trouble(people.community_id, origin, "witness.example", trouble, 9, DURING)
    for page in ("verify", "log"):
        text = (await client.get(f"/c/garden/{page}", headers={"Accept-Language": language})).text
        assert ('role="alert"' in text) == bool(words)
        assert words in text
        assert ("witness.example" in text) == bool(words)


async def test_what_a_witness_signed_stands_beside_the_head_and_in_receipts(
    db: AnyEngine, client, enter, clock
) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    note = checkpoint.parse((await client.get("/c/garden/log/checkpoint")).text)
    key = notes.VerifierKey("witness.example", notes.Kind.WITNESS, notes.public_of(bytes(32)))
    line = notes.cosign(note.text, name=key.name, seed=bytes(32), at=DURING)
    await cosigned.keep(people.community_id, note, key.name, line, DURING)
    assert second_look.signed_by((await client.get("/c/garden/log/checkpoint")).text, str(key))
    assert "witness.example" in (await client.get("/c/garden/verify")).text
    assert "witness.example" in (await client.get("/c/garden/log")).text
    # Later the log has grown; the receipt is made from the head that the witness signed.
    await cast(people.heidi, motion, at=DURING + MINUTE)
    clock(DURING + 2 * MINUTE)
    assert not second_look.signed_by((await client.get("/c/garden/log/checkpoint")).text, str(key))
    grace = await enter(people.grace)
    file = (await grace.get(f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}/receipt")).text
    assert second_look.signed_by(file.split("\n\n", 1)[1], str(key))
    assert receipts.parse(file).size == note.size


async def test_a_receipt_of_records_that_a_restore_lost_is_no_forgery(
    db: AnyEngine, client, enter, clock, settings
) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    grace = await enter(people.grace)
    file = (await grace.get(f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}/receipt")).text
    await execute("UPDATE log_key SET why = 'first'")
    secret = settings.secret.encode()
    await restarts.restart(
        people.community_id, why=Why.RESTORED, host="testserver", slug="garden", secret=secret, now=DURING
    )
    # As if the backup had been made before the ballot.
    await execute("UPDATE log_key SET first_size = {} WHERE why = 'restored'", mine.log_seq)
    page = await client.get("/c/garden/verify")
    assert "存证从备份恢复" in page.text
    checked = await submit(client, page, "#receipt-form", receipt=file)
    assert "这份凭证是真的，但它所在的那段记录在系统从备份恢复时丢失了" in checked.text
    forged = file.replace("— testserver", "— testserver/x")
    assert "凭证是真的" not in (await submit(client, page, "#receipt-form", receipt=forged)).text
    signature = receipts.parse(file).signatures[0]
    forged = file.replace(signature, signature[:-12] + "AAAAAAAAAAA=")
    answer = await submit(client, page, "#receipt-form", receipt=forged)
    assert "凭证上的签名不对" in answer.text


async def test_a_proof_of_another_record_is_no_receipt(db: AnyEngine, client, clock) -> None:
    """Anybody can make one, from the tiles: it must not be told that a ballot stands there."""
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    page = await client.get("/c/garden/verify")
    told = {}
    for seq in (mine.log_seq - 1, mine.log_seq):
        made = receipts.receipt(await log.inclusion(people.community_id, seq), origin="testserver/c/garden/log")
        told[made.is_of_ballot] = (await submit(client, page, "#receipt-form", receipt=receipts.to_text(made))).text
    assert "您这一票已如实记入" in told[True]
    assert "您这一票已如实记入" not in told[False]
    assert "这不是凭证文件" in told[False]


async def test_a_key_that_cannot_be_opened_signs_nothing(db: AnyEngine, client, enter, clock) -> None:
    people = await garden()
    motion = await opened(people)
    mine = await cast(people.grace, motion)
    clock(DURING)
    await vkeys(client)
    await execute("UPDATE log_key SET sealed_seed = public_key")
    answer = await client.get("/c/garden/log/checkpoint")
    assert answer.status_code == 409
    assert "存证的签名钥匙打不开" in answer.text
    grace = await enter(people.grace)
    file = await grace.get(f"/c/garden/motions/{motion.id}/ballots/{mine.ballot_id}/receipt")
    assert receipts.parse(file.text).signatures == ()
    assert receipts.verify_receipt(file.text).holds
