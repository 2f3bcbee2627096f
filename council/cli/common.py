"""What several commands share: finding a community, and a refusal in words."""

from __future__ import annotations

import argparse

from council.app import ROOT
from council.kernel.errors import CouncilError, Invalid, NotFound, Refused
from council.kernel.text import clean_line
from council.registry.model import Community
from council.registry.queries import community_by_slug
from council.web.catalogues import load
from council.web.i18n import Words

BY = "who runs this command: kept in the community's log"


class Unusable(CouncilError):
    """Something that was named on the command line is not there (exit status 2)."""


async def community_named(slug: str) -> Community:
    """The community; Unusable when there is none of that name."""
    found = await community_by_slug(slug)
    if found is None:
        raise Unusable(f"there is no community {slug!r}")
    return found


def operator_of(given: argparse.Namespace) -> str:
    """The name after --by; Refused "staff.no_operator" for one of blanks."""
    name = clean_line(given.by)
    if not name:
        raise Refused("staff.no_operator")
    return name


def sentence(error: CouncilError) -> str:
    """One line of English for the standard error: a reason code becomes its sentence."""
    words = Words(load(ROOT / "locales", "en", strict=False))
    if isinstance(error, Refused):
        return words.sentence(error.code, error.details)
    if isinstance(error, Invalid):
        return "; ".join(words.sentence(code, error.details) for code in error.errors.values())
    return "there is no such thing here" if isinstance(error, NotFound) else str(error)
