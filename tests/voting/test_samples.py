"""The published sample decisions, recounted."""

import json
from pathlib import Path

import pytest

from council.cli.audit import run
from council.voting.bundle import dump, load, recount

SAMPLES = sorted(Path(__file__).parent.parent.joinpath("samples", "decisions").glob("*.json"))


def test_there_are_twelve() -> None:
    assert len(SAMPLES) == 12


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest) -> dict:
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_the_recount_is_the_expected_one(sample, tmp_path, capsys) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(sample["bundle"]), encoding="utf-8")
    assert run(str(file)) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {**sample["expect"], "matches": True}
    assert printed.err == ""


def test_a_bundle_that_claims_its_result_matches(sample, tmp_path, capsys) -> None:
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(sample["bundle"] | sample["expect"]), encoding="utf-8")
    assert run(str(file)) == 0
    assert json.loads(capsys.readouterr().out)["matches"] is True


def test_a_bundle_that_claims_another_result_does_not(sample, tmp_path, capsys) -> None:
    sample["expect"]["tally"]["counted"]["agree"]["persons"] += 1
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(sample["bundle"] | sample["expect"]), encoding="utf-8")
    assert run(str(file)) == 1
    assert json.loads(capsys.readouterr().out)["matches"] is False


def test_dump_and_load_are_each_others_reverse(sample) -> None:
    bundle = load(json.dumps(sample["bundle"]).encode())
    assert load(dump(bundle, with_result=False)) == bundle
    assert recount(load(dump(bundle))).as_json() == {**sample["expect"], "matches": True}
