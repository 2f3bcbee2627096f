"""The check code of the record as a sheet for the notice board."""

from __future__ import annotations

from datetime import datetime

from council.audit.checkpoint import Checkpoint
from council.documents.notices import Block, Ending, Table, Text
from council.kernel.clock import CHINA
from council.voting.figures import digest_groups
from council.web.filters import day_words
from council.web.i18n import Words


def posted(community: str, origin: str, point: Checkpoint, note: str, at: datetime | None, words: Words) -> list[Block]:
    """What stands on it; `at` is the instant of the newest entry that `point` covers, `note` what its QR says."""
    say = words.sentence
    if at is None:
        newest = say("log.sheet.empty")
    else:
        here = at.astimezone(CHINA)
        newest = f"{day_words(here.date(), words.catalogue.locale, 0)} {here:%H:%M}"
    rows = [
        (say("log.sheet.community"), community),
        (say("log.sheet.newest"), newest),
        (say("log.sheet.entries"), f"{point.size:,}"),
        (say("log.sheet.root"), digest_groups(point.root.hex())),
        (say("log.sheet.signer"), origin),
    ]
    return [
        Text(say("log.what")),
        Table(rows, widths=(24, 76), bold_first=True),
        Text(say("log.how")),
        Ending(note, (say("log.scan"),), say("paper.seal_here"), (community,)),
    ]
