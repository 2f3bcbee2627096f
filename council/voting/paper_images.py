"""Opening the photograph of a paper: sealed until the closing, then for those who count, each opening in the log."""

from __future__ import annotations

from datetime import datetime

from council.audit import service as audit
from council.files import service as files
from council.kernel.actor import Actor
from council.kernel.errors import NotFound, Refused, require
from council.storage.sql import fetch
from council.storage.transactions import transaction
from council.voting import paper_return_queries, permissions, queries
from council.voting.sealing import seal


async def open_image(*, actor: Actor, motion_id: int, return_id: int, now: datetime) -> bytes:
    """The JPEG of one paper. Everybody's first look at it is recorded, once; NotFound for a paper without a photo."""
    async with transaction():
        motion = await queries.motion(actor.community_id, motion_id)
        require(permissions.may_open_image(actor, await queries.officers(actor.community_id, motion_id)))
        if not motion.are_papers_readable(now):
            raise Refused("paper.sealed")
        if not motion.is_closed(now):
            require(permissions.may_read_early(actor))
        await seal([motion], now)
        paper = await paper_return_queries.returned(actor.community_id, motion_id, return_id)
        if paper.image_sha256 is None:
            raise NotFound
        first = await fetch(
            "INSERT INTO paper_look (community_id, return_id, person_id, at) VALUES ({}, {}, {}, {})"
            " ON CONFLICT DO NOTHING RETURNING id",
            *(motion.community_id, return_id, actor.person_id, now),
        )
        if first:
            await audit.record(
                motion.community_id,
                "paper.opened",
                {"motion": motion_id, "return": return_id, "by": actor.person_id},
                now=now,
            )
    return await files.open_sealed(paper.image_sha256)
