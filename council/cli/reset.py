"""`council staff reset`: a slip on which somebody sets a new password, printed where no desk can read it.

The desk issues those of residents; of staff nobody's who has an account, for whoever reads the code can be two people.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from council.accounts import people, sheets, slips
from council.accounts.phones import parse_phone
from council.cli.common import BY, community_named, operator_of
from council.cli.words import in_words, words
from council.kernel.actor import system_actor
from council.kernel.errors import CouncilError, Refused
from council.kernel.text import clean_line
from council.settings import Settings
from council.storage import database


def add_parser_to(staff_commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = staff_commands.add_parser("reset", help="print a slip on which one person sets a new password, once")
    parser.add_argument("--community", required=True, metavar="SLUG")
    parser.add_argument("--phone", required=True, help="what they log in with")
    parser.add_argument("--name", required=True)
    parser.add_argument("--by", required=True, metavar="NAME", help=BY)
    parser.add_argument("--reason", required=True, help="kept in the community's log, read by nobody outside")
    parser.add_argument("--out", required=True, metavar="FILE.pdf")
    parser.add_argument("--locale", choices=["zh_CN", "en"], default="zh_CN", help="the language of the slip")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    with in_words():
        made = asyncio.run(_slip(arguments, Settings.from_env()))
    out = Path(arguments.out)
    try:
        # The code opens somebody's account: the file is for whoever asked for it.
        out.touch(mode=0o600)
        out.write_bytes(made)
    except OSError as error:
        raise CouncilError(f"cannot write {out}: {error.strerror}") from error
    print(f"slip for {clean_line(arguments.name)} in {out}: it works once, for {slips.RESET_TERM.days} days")
    return 0


async def _slip(arguments: argparse.Namespace, settings: Settings) -> bytes:
    now, secret, said = settings.clock().now(), settings.secret.encode(), words(arguments.locale)
    name, operator = clean_line(arguments.name), operator_of(arguments)
    async with database.opened(settings):
        community = await community_named(arguments.community)
        try:
            holders = await people.holders_of(parse_phone(arguments.phone))
        except ValueError:
            raise Refused("phone.malformed") from None
        found = [holder.person_id for holder in holders if holder.name == name]
        if not found:
            raise Refused("staff.nobody")
        by = system_actor(community.id, operator)
        slip = await slips.issue_reset(
            actor=by, person_id=found[0], reason=clean_line(arguments.reason), secret=secret, now=now
        )
        shown = await slips.reveal(actor=by, slip_id=slip.id, secret=secret, now=now)
        return await sheets.pile_pdf([shown], community=community, base_url=settings.base_url, words=said, now=now)
