"""`council log witness`: sends the logs' heads to the witnesses that COUNCIL_WITNESSES names, and keeps what they sign.

Made to be run by a timer. What a witness refuses is kept too, and shown on the page where receipts are checked and by
`council doctor`: it saw a head that this log no longer leads to.
"""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from council.audit import cosigned, keys, notes, queries, witnessing
from council.audit.checkpoint import Checkpoint
from council.audit.cosigned import Trouble
from council.audit.notes import BadKey, Kind, VerifierKey
from council.audit.witnessing import Submission
from council.cli.common import Unusable
from council.registry.model import Community
from council.settings import Settings
from council.voting.head_queries import told_head
from council.voting.log_signing import told_checkpoint

PATIENCE: Final = 15
"""Seconds for one answer."""

_ATTEMPTS = 3
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` is 0 when there was none."""

    status: int
    text: str


def witnesses(settings: Settings) -> list[tuple[str, VerifierKey]]:
    """Address and key of each; Unusable for a key that is none of a witness."""
    found = []
    for address, text in settings.witnesses:
        try:
            key = VerifierKey.parse(text)
        except BadKey as error:
            raise Unusable(f"COUNCIL_WITNESSES: {error}") from error
        if key.kind is not Kind.WITNESS:
            raise Unusable(f"COUNCIL_WITNESSES: {key.name}: the key of a log, not of a witness")
        found.append((address, key))
    return found


async def ask_all(settings: Settings, communities: list[Community], now: datetime) -> list[tuple[str, Trouble | None]]:
    """A line for each log and witness, with the trouble there was; what was signed and refused is kept."""
    told = []
    asked = witnesses(settings)
    for community in communities:
        signer = await keys.signer(
            community.id,
            host=urlsplit(settings.base_url).netloc,
            slug=community.slug,
            secret=settings.secret.encode(),
            now=now,
        )
        if signer.seed is None:
            raise Unusable(f"{community.slug}: the log's key cannot be opened: see council doctor")
        point = await told_checkpoint(community.id, signer, await told_head(community.id, now))
        for address, key in asked:
            trouble = await _ask(community.id, point, address, key, now)
            said = f"signed {point.size} records" if trouble is None else trouble.value.replace("_", " ")
            told.append((f"{community.slug}: {key.name}: {said}", trouble))
    return told


async def _ask(community_id: int, point: Checkpoint, address: str, key: VerifierKey, now: datetime) -> Trouble | None:
    standings = {each.witness: each.size for each in await cosigned.standings(community_id, point.origin)}
    old = min(standings.get(key.name, 0), point.size)
    trouble, size = Trouble.UNUSABLE, None
    for _ in range(_ATTEMPTS):
        proof = await queries.consistency(community_id, old, point.size)
        reply = await asyncio.to_thread(_post, address, Submission(old, proof, point).text)
        if reply.status == 200:
            signed = _line_of(point, reply.text, key)
            if signed is None:
                break
            await cosigned.keep(community_id, point, key.name, signed.line, signed.at or now)
            return None
        trouble = _TROUBLE.get(reply.status, Trouble.UNUSABLE)
        if reply.status != 409 or not reply.text.strip().isdigit():
            break
        size = int(reply.text)
        if size == old:
            trouble = Trouble.FORKED
            break
        if size > point.size:
            top = await queries.head(community_id)
            if size <= (0 if top is None else top.size):
                # Somebody sent it a newer head in the meantime; that one is signed.
                return None
            trouble = Trouble.ROLLED_BACK
            break
        old = size
    await cosigned.note_trouble(community_id, point.origin, key.name, trouble, size, now)
    return trouble


_TROUBLE = {0: Trouble.UNREACHABLE, 403: Trouble.UNTRUSTED, 404: Trouble.UNKNOWN, 422: Trouble.FORKED}


def _line_of(point: Checkpoint, text: str, key: VerifierKey) -> notes.Signed | None:
    """The witness's own line among what it answered, checked."""
    lines = [line for line in text.split("\n") if line]
    signed = notes.verified(point.text, lines, [key])
    return signed[0] if signed else None


def _post(address: str, body: str) -> Reply:
    """One request, without redirects' or proxies' surprises: whatever goes wrong is status 0."""
    request = urllib.request.Request(  # noqa: S310 - http(s) only: the setting is checked for it
        address.rstrip("/") + witnessing.PATH, data=body.encode(), headers={"Content-Type": "text/plain"}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return Reply(answer.status, answer.read(_MOST).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, error.read(_MOST).decode("utf-8", "replace"))
    except (OSError, ValueError):
        return Reply(0, "")
