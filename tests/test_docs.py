"""What the documents name is there, and what is there is named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from council.cli import COMMANDS, main
from council.settings import NAMES
from tests.test_imports import ROOMS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PAGES = sorted(
    path.relative_to(ROOT).as_posix() for folder in (".", "docs", "deploy") for path in (ROOT / folder).glob("*.md")
)


def code_in(text: str) -> str:
    """What stands between backticks, blocks and words alike."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))


def test_every_setting_and_every_command_is_in_the_readme() -> None:
    assert set(NAMES) - set(re.findall(r"\b(?:COUNCIL_[A-Z_]+|DATABASE_URL)\b", README)) == set()
    assert set(COMMANDS) - set(re.findall(r"\bcouncil ([a-z]+)\b", code_in(README))) == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_page_names_a_setting_command_target_or_file_that_is_not_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    code = code_in(text)
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bCOUNCIL_[A-Z_]+\b", text)) <= set(NAMES)
    assert set(re.findall(r"(?:bin/|^|`)council ([a-z]+)\b", code, re.MULTILINE)) <= set(COMMANDS)
    assert set(re.findall(r"(?:^|`)make ([a-z]+)\b", code, re.MULTILINE)) <= set(targets)
    named = re.findall(r"`((?:council|docs|tests|locales|deploy|migrations|bench)/[\w./-]*\w/?)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_contributing_has_the_rooms_in_their_order() -> None:
    chain = re.search(r"`kernel →[^`]*`", CONTRIBUTING)
    assert chain is not None
    assert re.findall(r"[a-z]+", chain[0])[: len(ROOMS)] == ROOMS


def test_the_document_of_an_election_prints_what_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "election-bundle.md").read_text(encoding="utf-8")
    bundle, printed = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "election.json"
    file.write_text(bundle, encoding="utf-8")
    assert main(["audit", str(file)]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(printed)
