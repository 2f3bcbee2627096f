"""Forms that change a candidate's row: each is taken once, however often it comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from council.elections.tables import CandidateForm
from council.kernel.actor import Actor
from council.kernel.text import canonical_json
from council.storage.once import insert_once


async def is_new(
    actor: Actor, candidate_id: int, key: str, kind: str, said: Mapping[str, object], now: datetime
) -> bool:
    """Notes the form in the caller's transaction; False where the same one has been taken before. `kind` is finding,
    consent or paper; a page's forms may share a key. Refused "form.used_before" where it says something else, or comes
    from somebody else."""
    row = CandidateForm(
        community_id=actor.community_id,
        candidate_id=candidate_id,
        key=f"{kind}:{key}",
        kind=kind,
        said=canonical_json(said),
        person_id=actor.person_id,
        sent_at=now,
    )
    _, is_first = await insert_once(row, same=("candidate_id", "kind", "said", "person_id"))
    return is_first
