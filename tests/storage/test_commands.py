"""The command line: one clear line and the right status, whatever goes wrong."""

from __future__ import annotations

import sqlite3

import pytest

from council.cli import main
from council.storage import schema


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("COUNCIL_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_migrate(tmp_path, capsys):
    assert main(["migrate", "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [f"pending {name}" for name in schema.known()]
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"applied {name}" for name in schema.known()]
    assert main(["migrate"]) == 0
    assert main(["migrate", "--check"]) == 0
    assert capsys.readouterr().out == "the schema is up to date\n" * 2
    connection = sqlite3.connect(tmp_path / "data" / "council.db")
    assert connection.execute("SELECT COUNT(*) FROM migration").fetchone() == (len(schema.known()),)
    connection.close()


def test_a_bad_setting_is_one_line(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("COUNCIL_POOL_SIZE", "many")
    assert main(["migrate"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "council: COUNCIL_POOL_SIZE: must be a whole number from 2 to 200\n"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/no/such/folder/a.db"])
def test_a_database_that_is_not_there_is_one_line(monkeypatch, capsys, url):
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["migrate"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("council: the database cannot be opened: ")
    assert said.err.count("\n") == 1


def test_unknown_commands_and_no_command(capsys):
    for words in (["no-such-command"], []):
        with pytest.raises(SystemExit) as caught:
            main(words)
        assert caught.value.code == 2
    assert "usage: council" in capsys.readouterr().err


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "migrate" in capsys.readouterr().out
