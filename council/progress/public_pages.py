"""What anybody may read: by which rules matters are decided here, and what is visible to whom."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from council.pathways.presets import all_presets
from council.progress.cards import rules_card
from council.registry import queries as registry
from council.registry import settings as rules_of
from council.web import Request, enter_public, kit, page


@get("/c/{slug:str}/rules", name="rules")
async def rules(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """Every preset in words with its sources, and the settings that a second person confirmed."""
    visit = await enter_public(request, slug)
    card = rules_card(visit.community, kit(request).words[visit.locale])
    settings = await registry.settings_history(visit.community_id)
    return page(
        request,
        visit,
        "progress/rules.html",
        card=card,
        presets=all_presets(),
        in_force=rules_of.in_force(await registry.settings_in_force(visit.community_id)),
        confirmed=[setting for setting in settings if setting.confirmed_at is not None],
        numbers=("endorsement", "acceptance", "deliberation", "notice", "vote", "result"),
        language="zh" if visit.locale == "zh_CN" else "en",
    )


@get("/c/{slug:str}/privacy", name="privacy")
async def privacy(request: Request, slug: FromPath[str]) -> Response[bytes]:
    return page(request, await enter_public(request, slug), "progress/privacy.html")


handlers = [rules, privacy]
