"""The web's questions (`web.kit.Identify`), answered from accounts and the register."""

from __future__ import annotations

from datetime import datetime

from council.accounts import people, queries, sessions
from council.kernel.actor import Actor
from council.kernel.look import Look
from council.registry import queries as registry
from council.web.kit import Place, Signed


class Identification:
    """Made once by the composition root; holds nothing."""

    async def identify(self, token: str, now: datetime) -> Signed | None:
        found = await sessions.identify(token, now)
        if found is None:
            return None
        return Signed(
            person_id=found.person_id,
            name=found.name,
            session_id=str(found.session_id),
            csrf_seed=found.csrf_seed,
            is_own_phone=found.is_own_phone,
            look=found.look,
            home=found.home,
        )

    async def choose(self, person_id: int, wish: Look) -> None:
        await people.choose_look(person_id=person_id, wish=wish)

    async def community(self, slug: str) -> Place | None:
        found = await registry.community_by_slug(slug)
        return None if found is None else Place(found.id, found.slug, found.name, found.phone)

    async def actor(self, person_id: int, community_id: int, now: datetime) -> Actor | None:
        return await queries.actor(person_id, community_id, now)
