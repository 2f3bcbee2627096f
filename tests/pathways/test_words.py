"""Every code has its words in both languages, with the same blanks, and no words without a code remain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from council.pathways import facts, filing, gates, locked, model, pathway, vote
from council.pathways.model import RulesetName

ROOT = Path(__file__).parents[2]
CODE = re.compile(r'"((?:missing|done|station|later|filing|preset)(?:\.[a-z_]+)+)"')
MODULES = (gates, vote, pathway, filing, locked)


def enum(prefix: str, members: type) -> set[str]:
    return {f"{prefix}.{member}" for member in members}


def expected() -> set[str]:
    found = {code for module in MODULES for code in CODE.findall(Path(module.__file__).read_text(encoding="utf-8"))}
    gate_names = [gate for gate in model.GateName if gate is not model.GateName.VOTE]
    found |= enum("kind", model.Kind) | enum("kind_hint", model.Kind)
    found |= enum("gate", model.GateName) | enum("stage", model.Stage) | enum("state", pathway.State)
    found |= enum("who", model.ActorKind) | enum("missing.vote.leg", facts.Leg)
    found |= enum("done.endorsement", model.Caller) | enum("question", filing.FourAnswers.__dataclass_fields__)
    found |= {f"station.{gate}" for gate in gate_names} | {f"later.{gate}" for gate in gate_names}
    found |= enum("station.vote", [*model.Electorate, "poll"]) | enum("later.vote", [*RulesetName, "poll"])
    found |= {"station.endorsement.one", "missing.start", "missing.effect", "done.start", "done.effect"}
    found.add("stage.in_effect")  # where no project opens, drawn for `approved_to_start`
    names = ("kind", "electorate", "ruleset", "is_advisory", "is_election", "article", "variants", "scopes", "later")
    return found | {f"preset.{name}_locked" for name in names}


def words(locale: str) -> dict[str, str]:
    with (ROOT / "locales" / locale / "pathways.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale=locale) if message.id}


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_code_has_words_and_every_word_a_code(locale):
    said = words(locale)
    assert set(said) == expected()
    assert all(said.values())


def test_both_languages_fill_the_same_blanks():
    chinese, english = words("zh_CN"), words("en")
    for code, sentence in chinese.items():
        blanks = re.findall(r"%\((\w+)\)s", sentence)
        assert sorted(blanks) == sorted(re.findall(r"%\((\w+)\)s", english[code])), code
        assert "%" not in re.sub(r"%\(\w+\)s", "", sentence + english[code]), code
        assert code not in (sentence, english[code])
