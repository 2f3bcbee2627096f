"""What this room refuses, sentence by sentence (`refusals.toml`)."""

from __future__ import annotations

import pytest

from tests.refusals import refusals, unprovoked, wrongly_said

REFUSALS = refusals("accounts")


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_refusal_is_said_in_words(locale: str) -> None:
    assert wrongly_said(REFUSALS, locale) == {}


def test_every_refusal_is_provoked_somewhere() -> None:
    assert unprovoked(REFUSALS) == []
