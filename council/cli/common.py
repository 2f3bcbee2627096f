"""What several commands share: finding a community, and a refusal in words."""

from __future__ import annotations

from council.app import ROOT
from council.kernel.errors import CouncilError, Invalid, NotFound, Refused
from council.registry.model import Community
from council.registry.queries import community_by_slug
from council.web.catalogues import load
from council.web.i18n import Words


class Unusable(CouncilError):
    """Something that was named on the command line is not there (exit status 2)."""


async def community_named(slug: str) -> Community:
    """The community; Unusable when there is none of that name."""
    found = await community_by_slug(slug)
    if found is None:
        raise Unusable(f"there is no community {slug!r}")
    return found


def sentence(error: CouncilError) -> str:
    """One line of English for the standard error: a reason code becomes its sentence."""
    words = Words(load(ROOT / "locales", "en", strict=False))
    if isinstance(error, Refused):
        return words.sentence(error.code, error.details)
    if isinstance(error, Invalid):
        return "; ".join(words.sentence(code, error.details) for code in error.errors.values())
    return "there is no such thing here" if isinstance(error, NotFound) else str(error)
