"""`council audit`: what it prints, where, and with which exit status."""

import argparse
import json
import os
from pathlib import Path

import pytest

from council.cli.audit import add_parser, run
from tests.voting.builders import bundle


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "decision.json"
    path.write_text(json.dumps(bundle()), encoding="utf-8")
    return path


def test_it_prints_one_object_and_nothing_else(file, capsys) -> None:
    assert run(str(file)) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert list(found) == ["tally", "verdict", "matches"]
    assert list(found["tally"]) == ["roll", "returned", "deemed", "counted", "refused"]
    assert found["tally"]["refused"] == [{"ballot": "b2", "reason": "invalid"}]
    assert printed.err == ""


def test_one_and_a_whole_recount_when_the_claim_is_wrong(file, capsys) -> None:
    file.write_text(json.dumps(bundle() | {"verdict": {"outcome": "rejected"}}))
    assert run(str(file)) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["matches"], found["verdict"]["outcome"]) == (False, "passed")


def two(path: object, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(str(path)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.endswith("\n")
    assert "Traceback" not in printed.err
    return printed.err


def test_two_and_the_path_when_it_is_malformed(file, capsys) -> None:
    document = bundle()
    document["roll"]["voters"][1]["units"][0]["area_dm2"] = 60.5
    file.write_text(json.dumps(document))
    assert "$.roll.voters[1].units[0].area_dm2: not an integer" in two(file, capsys)


def test_two_for_what_is_no_file(tmp_path, capsys) -> None:
    assert "No such file" in two(tmp_path / "nowhere.json", capsys)
    assert "directory" in two(tmp_path, capsys)
    two("a\0b", capsys)


def test_two_for_a_sample_with_its_wrapping(capsys) -> None:
    sample = next(Path(__file__).parent.parent.joinpath("samples", "decisions").glob("01-*.json"))
    assert "$.format: missing" in two(sample, capsys)


def test_a_strangers_words_stay_on_one_plain_line(tmp_path, capsys) -> None:
    document = bundle()
    document["ballots"][0]["choice"] = "\u001b[2J\n同意\u202e\ud800" * 50
    path = tmp_path / "a\nb.json"
    path.write_text(json.dumps(document))
    line = two(path, capsys)
    assert line.isascii()
    assert line[:-1].isprintable()
    assert len(line) < 500 + len(os.fspath(tmp_path))


def test_ids_that_no_terminal_can_write_are_printed(file, capsys) -> None:
    document = bundle()
    document["ballots"][1]["ballot"] = "\ud800票"
    file.write_text(json.dumps(document))
    assert run(str(file)) == 0
    assert json.loads(capsys.readouterr().out)["tally"]["refused"][0]["ballot"] == "\ud800票"


def test_it_is_a_command(file, capsys) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["audit", str(file)])
    assert arguments.run(arguments) == 0
    assert json.loads(capsys.readouterr().out)["matches"] is True
