"""Setting up from the command line."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from council.cli import main

BY = ("--by", "周工")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (
        ("COUNCIL_ENV", "test"),
        ("COUNCIL_DATA", str(tmp_path)),
        ("DATABASE_URL", f"sqlite:///{tmp_path / 'council.db'}"),
        ("LC_ALL", "C"),
    ):
        monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 0
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_areas_communities_and_staff(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["area", "add", "haidian", "海淀区"]) == 0
    assert main(["area", "add", "haidian/xueyuan", "学院路街道"]) == 0
    assert main(["community", "add", "garden", "花园小区", "--area", "haidian/xueyuan"]) == 0
    staff = ["staff", "add", "--role", "secretary", "--phone", "139 0000 0001", "--name", "郑海燕", *BY]
    typed(monkeypatch, "plum-blossom-42\n")
    assert main([*staff, "--community", "garden"]) == 0
    # the account is there: no password is asked for, and the same role again changes nothing
    typed(monkeypatch, "")
    assert main([*staff, "--community", "garden"]) == 0
    assert main([*staff, "--area", "haidian"]) == 0
    out = capsys.readouterr()
    assert "13900000001" not in out.out + out.err
    assert "plum-blossom" not in out.out + out.err
    assert out.err == ""


def test_a_role_ends_once(house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["community", "add", "garden", "花园小区"]) == 0
    who = ["--community", "garden", "--role", "secretary", "--phone", "13900000001", "--name", "郑海燕", *BY]
    typed(monkeypatch, "plum-blossom-42\n")
    assert main(["staff", "add", *who]) == 0
    assert main(["staff", "end", *who]) == 0
    assert "no longer secretary" in capsys.readouterr().out
    assert main(["staff", "end", *who]) == 2
    assert "do not hold this role" in capsys.readouterr().err
    with sqlite3.connect(house / "council.db") as rows:
        told = rows.execute("SELECT kind, private FROM log_record WHERE kind LIKE 'role.%' ORDER BY seq").fetchall()
    assert [kind for kind, _ in told] == ["role.granted", "role.ended"]
    assert all("周工" in private for _, private in told), "the log keeps who ran the command"


def test_who_runs_it_is_named(house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused "staff.no_operator", and nothing without the option."""
    assert main(["community", "add", "garden", "花园小区"]) == 0
    who = ["--community", "garden", "--role", "secretary", "--phone", "13900000001", "--name", "郑海燕"]
    for verb in ("add", "end"):
        typed(monkeypatch, "plum-blossom-42\n")
        with pytest.raises(SystemExit):
            main(["staff", verb, *who])
        assert main(["staff", verb, *who, "--by", " "]) == 2
        assert "--by" in capsys.readouterr().err
    with sqlite3.connect(house / "council.db") as rows:
        assert rows.execute("SELECT COUNT(*) FROM staff_role").fetchone() == (0,)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["area", "add", "a/b", "x"], "no area a above it"),
        (["area", "add", "Ä", "x"], "cannot be a path"),
        (["community", "add", "Bad Slug", "x"], "cannot be a short name"),
        (["community", "add", "garden", "x", "--area", "nope"], "no area nope"),
        (
            ["staff", "add", "--community", "nope", "--role", "auditor", "--phone", "13900000001", "--name", "x", *BY],
            "nope",
        ),
        (["staff", "add", "--area", "nope", "--role", "auditor", "--phone", "13900000001", "--name", "x", *BY], "nope"),
        (["staff", "add", "--area", "nope", "--role", "auditor", "--phone", "12", "--name", "x", *BY], "mobile number"),
    ],
)
def test_what_is_refused_says_why_in_one_line(
    house: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    capsys.readouterr()
    assert main(words) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.count("\n") == 1
    assert said in out.err


def test_a_weak_first_password_makes_no_account(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["community", "add", "garden", "花园小区"])
    staff = ["staff", "add", "--community", "garden", "--role", "auditor", "--phone", "13900000001", "--name", "x", *BY]
    for weak in ("12345678\n", "short\n", ""):
        typed(monkeypatch, weak)
        assert main(staff) == 2
    typed(monkeypatch, "plum-blossom-42\n")
    assert main(staff) == 0


def test_no_password_on_the_command_line(house: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["staff", "add", "--community", "garden", "--role", "auditor", "--password", "x"])
    assert stopped.value.code == 2
