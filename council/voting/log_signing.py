"""Signed checkpoints as pages give them out: of heads that are committed, and that may be told."""

from __future__ import annotations

from urllib.parse import urlsplit

from council.audit import cosigned, keys, receipts, tree
from council.audit import queries as log
from council.audit.checkpoint import Checkpoint
from council.audit.keys import Signer
from council.voting.head_queries import ToldHead
from council.web import PublicVisit, Request, kit


def witness_keys(request: Request) -> tuple[tuple[str, str], ...]:
    """Address and public key of each witness that the house sends its heads to."""
    found: tuple[tuple[str, str], ...] = request.app.state.settings.witnesses
    return found


async def signer_of(request: Request, visit: PublicVisit) -> Signer:
    """Who signs this community's log now."""
    house = kit(request)
    return await keys.signer(
        visit.community_id,
        host=urlsplit(house.base_url).netloc,
        slug=visit.community.slug,
        secret=house.secret,
        now=visit.now,
    )


async def told_checkpoint(community_id: int, signer: Signer, told: ToldHead) -> Checkpoint:
    """The checkpoint that anybody may have, with what witnesses signed of exactly this one."""
    head = told.head
    size, root = (0, tree.EMPTY_ROOT) if head is None else (head.size, head.root)
    made = signer.checkpoint(size, root)
    return made.with_lines(await cosigned.lines(community_id, made))


async def signed_receipt(community_id: int, seq: int, signer: Signer, told: ToldHead) -> receipts.Receipt:
    """The sealed receipt of a record, under the newest checkpoint that a witness has signed too, else under the one
    that is told now."""
    size = told.size_for(seq)
    if size is None:
        size = 0 if told.head is None else told.head.size
    size = await cosigned.largest(community_id, signer.origin, seq + 1, size) or max(size, seq + 1)
    recorded = await log.inclusion(community_id, seq, size=size)
    made = signer.checkpoint(recorded.size, recorded.root)
    lines = await cosigned.lines(community_id, made)
    return receipts.receipt(recorded, origin=signer.origin, signatures=made.with_lines(lines).signatures)
