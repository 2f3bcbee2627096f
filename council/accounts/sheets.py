"""What slips say, in the reader's language, and the PDF of a pile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from council.accounts.model import PrintableSlip
from council.accounts.slipcodes import CodeKind
from council.documents.slips import Slip, SlipText, slips_pdf
from council.registry.model import Community
from council.web.i18n import Words
from council.web.places import place as place_of


async def pile_pdf(
    slips: Iterable[PrintableSlip], *, community: Community, base_url: str, words: Words, now: datetime
) -> bytes:
    """A4 pages of slips with QR, code and cut lines. Made in a thread: seconds for hundreds."""
    texts = {kind: _text(words, kind, community, base_url) for kind in CodeKind}
    made = [_slip(words, each, texts[each.kind], base_url) for each in slips]
    return await asyncio.to_thread(slips_pdf, made, title=words.sentence("slip.pile_title"), now=now)


def _text(words: Words, kind: CodeKind, community: Community, base_url: str) -> SlipText:
    where = base_url.partition("://")[2] + "/join"
    return SlipText(
        heading=words.sentence("slip.heading", {"community": community.name}),
        kind=words.label("code_kind", kind),
        code_label=words.sentence("slip.code_label"),
        steps=tuple(words.sentence(f"slip.{kind}.step{number}", {"where": where}) for number in (1, 2, 3)),
        footer=words.sentence("slip.footer" if community.phone else "slip.footer_plain", {"phone": community.phone}),
    )


def _slip(words: Words, each: PrintableSlip, text: SlipText, base_url: str) -> Slip:
    if each.unit is None:
        place = words.sentence("slip.reset.place")
    else:
        place = place_of(words, each.unit.code)
        if each.units > 1:
            place = words.sentence("slip.and_more", {"place": place, "count": each.units})
    return Slip(text=text, unit=place, url=f"{base_url}/join/{each.code}", code=each.code, name=each.name or "")
