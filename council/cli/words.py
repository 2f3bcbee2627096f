"""Reason codes as sentences on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import council
from council.kernel.errors import CouncilError, Invalid, Refused
from council.web.catalogues import LOCALES, load
from council.web.i18n import Words

FOLDER = Path(council.__file__).parent.parent / "locales"


def spoken() -> str:
    """The terminal's language: zh_CN when it says so, else en."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return LOCALES[0] if told.startswith("zh") else "en"


def words(locale: str | None = None) -> Words:
    return Words(load(FOLDER, locale or spoken(), strict=False))


@contextmanager
def in_words() -> Iterator[None]:
    """A refusal inside becomes one line that people can read."""
    try:
        yield
    except Refused as refused:
        raise CouncilError(words().sentence(refused.code, refused.details)) from refused
    except Invalid as invalid:
        field, code = next(iter(invalid.errors.items()))
        details = {name.removeprefix(f"{field}."): value for name, value in invalid.details.items()}
        raise CouncilError(words().sentence(code, details)) from invalid
