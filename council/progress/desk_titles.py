"""What a job of the desk is about, by its key, also when it is on no list any more."""

from __future__ import annotations

from council.bylaws import queries as bylaws
from council.deliberation import queries as deliberation
from council.kernel.errors import NotFound
from council.progress import queries
from council.progress.desk import JobKind
from council.proposals import queries as proposals
from council.voting import queries as voting
from council.web.i18n import Words

_MATTERS = frozenset({JobKind.ANSWER, JobKind.PUBLISH, JobKind.START})


async def title_of(community_id: int, key: str, words: Words) -> str:
    """The title of the matter ("answer-12") or of the bylaws; "" for a key of nothing here."""
    name, _, number = key.partition("-")
    if name not in set(JobKind) or not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    try:
        return await _title(community_id, JobKind(name), int(number), words)
    except NotFound:
        return ""


async def _title(community_id: int, kind: JobKind, number: int, words: Words) -> str:
    if kind in _MATTERS:
        return (await proposals.proposal(community_id, number)).title
    if kind is JobKind.OBJECTION:
        objection = await voting.objection(community_id, number)
        return (await voting.motion(community_id, objection.motion_id)).title
    if kind is JobKind.QUESTION:
        comment = await deliberation.comment(community_id, number)
        return (await queries.threads_of(community_id, [comment.thread_id])).get(comment.thread_id, (0, ""))[1]
    if kind is JobKind.BYLAWS:
        return (await bylaws.version(community_id, number)).title
    return ""
