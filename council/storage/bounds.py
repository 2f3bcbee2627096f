"""How much one person may write in an hour: counted from the rows that are there, inside the act's own transaction.

So it holds whatever number of processes serve, and nothing is kept beside the rows. The values are of the kind that
nobody meets who writes with their own hands; what an office does (official answers, the desk's jobs, paper ballots) has
none. Guesses at passwords and codes leave no rows: they are counted by `accounts.limits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from council.kernel.errors import TooMany
from council.storage.sql import fetch_one
from council.storage.transactions import lock_row

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bound:
    """At most `most` acts of a kind in any `span`; `code` is the sentence of the refusal.

    `sql` reads the acts' instants as `at`, the newest first, from an index: whose acts, since when, how many to pass
    over. "… AND person_id = {} AND said_at > {} ORDER BY said_at DESC LIMIT 1 OFFSET {}".
    """

    code: str
    most: int
    sql: str
    span: timedelta = HOUR

    async def keep(self, community_id: int, person_id: int, *, now: datetime) -> None:
        """TooMany when what this person has just written, in this transaction, is one too many; then it is undone.

        Asked after the row is there, so that the same form again finds its first result, however full the hour is.
        The person's row is locked, so that forms sent at once are counted one by one: as the act's last lock but the
        log's, and in the way that leaves room for others' rows which refer to this person.
        """
        await lock_row("person", person_id, is_referred_to=True)
        await self.check(community_id, person_id, now=now)

    async def check(self, *whose: int, now: datetime, is_written: bool = True) -> None:
        """TooMany when there is one too many (`is_written`), or no room for one more. The caller holds a lock."""
        row = await fetch_one(self.sql, *whose, now - self.span, self.most if is_written else self.most - 1)
        if row is not None:
            raise TooMany(self.code, max(1, int((row["at"] + self.span - now).total_seconds())))
