"""One word for one thing: what docs/words.md decided against stands in no Chinese catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CATALOGUES = sorted((Path(__file__).parents[2] / "locales" / "zh_CN").glob("*.po"))
NOT = ("回执", "登记册", "清册", "花名册", "指纹", "哈希", "冻结", "投票收据")


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_the_words_that_were_decided_are_used_everywhere(catalogue: Path) -> None:
    with catalogue.open("rb") as source:
        said = {str(message.id): str(message.string) for message in read_po(source, locale="zh_CN") if message.id}
    assert said
    assert {(code, word) for code, words in said.items() for word in NOT if word in words} == set()
