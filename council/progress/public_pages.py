"""What anybody may read: by which rules matters are decided here, and what is visible to whom."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.bylaws import profiles
from council.bylaws import queries as bylaws
from council.bylaws.resolving import resolve
from council.pathways.presets import all_presets
from council.progress.cards import rules_card
from council.web import Request, enter_public, kit, page


@get("/c/{slug:str}/rules", name="rules")
async def rules(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Every preset in words with its sources, and what holds of the bylaws."""
    visit = await enter_public(request, slug)
    card = rules_card(visit.community, kit(request).words[visit.locale])
    held = await bylaws.in_force(visit.community_id, visit.now)
    profile = profiles.load(profiles.NATIONAL if held is None else held.profile)
    return page(
        request,
        visit,
        "progress/rules.html",
        card=card,
        presets=all_presets(),
        held=held,
        procedure=resolve(profile, held),
        numbers=("endorsement", "acceptance", "deliberation", "notice", "vote", "result"),
        language="zh" if visit.locale == "zh_CN" else "en",
    )


@get("/c/{slug:str}/privacy", name="privacy")
async def privacy(request: Request, slug: FromPath[str]) -> Response[bytes]:
    return page(request, await enter_public(request, slug), "progress/privacy.html")


handlers = [rules, privacy]
