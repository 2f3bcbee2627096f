"""Values go in and come out the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from council.storage import sql, statements

INSTANT = datetime(2026, 3, 1, 1, 2, 3, 456789, tzinfo=UTC)


async def test_columns_keep_their_types(notes):
    await sql.execute(
        "INSERT INTO note (body, amount, written_at, is_kept, photo) VALUES ({}, {}, {}, {}, {})",
        "碧桂苑 {} 'quoted'",
        2**53 + 1,
        INSTANT.astimezone(timezone(timedelta(hours=8))),
        True,
        b"\x00\xff",
    )
    row = await sql.fetch_one("SELECT body, amount, written_at, is_kept, photo FROM note")
    assert row == {
        "body": "碧桂苑 {} 'quoted'",
        "amount": 2**53 + 1,
        "written_at": INSTANT,
        "is_kept": True,
        "photo": b"\x00\xff",
    }
    assert row["written_at"].utcoffset() == timedelta(0)
    assert type(row["is_kept"]) is bool


async def test_sums_are_int_and_expressions_over_instants_can_be_read(notes):
    for number in range(3):
        await sql.execute(
            "INSERT INTO note (body, amount, written_at) VALUES ({}, {}, {})",
            str(number),
            10**15,
            INSTANT + timedelta(days=number),
        )
    row = await sql.fetch_one("SELECT SUM(amount) AS total, MAX(written_at) AS last FROM note")
    assert row["total"] == 3 * 10**15
    assert type(row["total"]) is int
    assert sql.instant(row["last"]) == INSTANT + timedelta(days=2)
    assert sql.instant(None) is None


async def test_instants_are_ordered_with_and_without_fractions(notes):
    instants = [INSTANT.replace(microsecond=n) for n in (999_999, 0, 1, 500_000)] + [INSTANT + timedelta(seconds=1)]
    for number, instant in enumerate(instants):
        await sql.execute("INSERT INTO note (body, written_at) VALUES ({}, {})", str(number), instant)
    rows = await sql.fetch("SELECT written_at FROM note ORDER BY written_at")
    assert [row["written_at"] for row in rows] == sorted(instants)
    since = await sql.fetch(
        "SELECT body FROM note WHERE written_at >= {} ORDER BY body", INSTANT.replace(microsecond=1)
    )
    assert [row["body"] for row in since] == ["0", "2", "3", "4"]


async def test_a_list_of_values(notes):
    for body in "abcd":
        await notes.write(body)
    rows = await sql.fetch("SELECT body FROM note WHERE body IN {} AND id > {} ORDER BY id", ["a", "c", "d"], 1)
    assert [row["body"] for row in rows] == ["c", "d"]
    assert await sql.fetch("SELECT body FROM note WHERE body IN {}", []) == []


async def test_with_select_reads_and_with_insert_writes(notes):
    await sql.execute("WITH new AS (SELECT 'made' AS body) INSERT INTO note (body) SELECT body FROM new")
    assert (await sql.fetch_one("WITH n AS (SELECT body FROM note) SELECT body FROM n"))["body"] == "made"
    returned = await sql.fetch("INSERT INTO note (body) VALUES ({}) RETURNING id, body", "more")
    assert returned == [{"id": 2, "body": "more"}]


async def test_an_instant_without_a_zone_is_refused(notes):
    with pytest.raises(ValueError, match="zone"):
        await sql.fetch("SELECT body FROM note WHERE written_at > {}", datetime(2026, 1, 1))  # noqa: DTZ001


async def test_placeholders_are_counted(notes):
    with pytest.raises(ValueError, match="more placeholders"):
        await sql.fetch("SELECT {} , {}", 1)
    with pytest.raises(ValueError, match="more values"):
        await sql.fetch("SELECT 1", 1)
    with pytest.raises(ValueError, match="empty placeholders"):
        await sql.fetch("SELECT {name}", 1)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "  select 1",
        "-- a remark\nSELECT 1",
        "/* two\nlines */ SELECT 1",
        "VALUES (1)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "WITH RECURSIVE a(n) AS (SELECT 1 UNION SELECT n + 1 FROM a) SELECT n FROM a",
        "WITH a AS (SELECT 'insert into (' AS \"delete\") SELECT * FROM a -- update",
        "EXPLAIN SELECT 1",
    ],
)
def test_reads(text):
    assert statements.is_read(text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO a VALUES (1) RETURNING 1",
        "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a",
        "WITH a AS (SELECT 'select') UPDATE b SET c = 1",
        "WITH a AS (SELECT 1) DELETE FROM b",
        "PRAGMA user_version = 1",
        "VACUUM",
        "CREATE TABLE selects (id)",
        "",
        "-- SELECT 1",
    ],
)
def test_writes(text):
    assert not statements.is_read(text)


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=6))
def test_placeholders_are_numbered_without_a_gap(widths):
    text = statements.compiled(" ".join("{}" for _ in widths), "postgres", tuple(widths))
    total = sum(1 if width is None else width for width in widths)
    numbers = [int(word.strip("$(),")) for word in text.replace("(NULL)", "").split()]
    assert numbers == list(range(1, total + 1))
    assert statements.compiled("{}" * len(widths), "sqlite", tuple(widths)).count("?") == total


def test_scripts_are_split_into_statements_and_triggers_stay_whole():
    script = """
    CREATE TABLE a (b TEXT DEFAULT ';'); -- a remark; with a semicolon
    CREATE TRIGGER t BEFORE DELETE ON a BEGIN SELECT RAISE(ABORT, 'no; never'); SELECT 1; END;
    /* nothing; */
    INSERT INTO a VALUES ('x')
    """
    found = statements.split(script)
    assert [text.replace("-- a remark; with a semicolon", "").split()[0] for text in found if text.strip()]
    assert sum("CREATE TRIGGER" in text and text.endswith("END;") for text in found) == 1
    assert found[-1].endswith("VALUES ('x')")
