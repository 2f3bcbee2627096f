"""What every room's `refusals.toml` is held to: each sentence as people read it, in both languages, and each refusal
provoked by some test."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from council.web import catalogues

ROOT = Path(__file__).resolve().parents[1]
Refusals = Mapping[str, Mapping[str, str]]


def refusals(room: str) -> Refusals:
    """By code, {"zh": …, "en": …}."""
    return tomllib.loads((ROOT / "tests" / room / "refusals.toml").read_text(encoding="utf-8"))


def wrongly_said(listed: Refusals, locale: str) -> dict[str, str]:
    """What the catalogue says otherwise than the list, by code."""
    words = catalogues.load(ROOT / "locales", locale, strict=True)
    said = {code: words.gettext(code) for code in listed}
    return {code: text for code, text in said.items() if text != listed[code]["en" if locale == "en" else "zh"]}


def unprovoked(listed: Refusals) -> list[str]:
    """The codes that no test names."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))]
    whole = "\n".join(texts).replace("\\.", ".")
    return [code for code in listed if not re.search(rf"\b{re.escape(code.removeprefix('paper_refused.'))}\b", whole)]
