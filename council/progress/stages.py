"""How far a matter has come, in six words to choose from. Pure: the same reading as its chip (`words.standing`)."""

from __future__ import annotations

from enum import StrEnum

from council.progress.words import Standing


class Reached(StrEnum):
    """In the order of the way; DONE and STOPPED are over."""

    CHECK = "check"
    TALK = "talk"
    VOTE = "vote"
    RESULT = "result"
    DONE = "done"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        """Somebody still has something to do about it, or only time has to pass."""
        return self not in {Reached.DONE, Reached.STOPPED}


_OF = {
    "returned": Reached.CHECK,
    "endorsement": Reached.CHECK,
    "feasibility": Reached.CHECK,
    "acceptance": Reached.CHECK,
    "deliberation": Reached.TALK,
    "notice.waiting": Reached.TALK,
    "notice.running": Reached.VOTE,
    "vote": Reached.VOTE,
    "vote.soon": Reached.VOTE,
    "vote.open": Reached.VOTE,
    "vote.counting": Reached.RESULT,
    "vote.official": Reached.RESULT,
    "consent": Reached.RESULT,
    "result_notice": Reached.RESULT,
    "objections": Reached.RESULT,
    "start": Reached.RESULT,
    "effect": Reached.RESULT,
    "funding": Reached.DONE,
    "started": Reached.DONE,
    "in_effect": Reached.DONE,
    "poll_over": Reached.DONE,
    "merged": Reached.STOPPED,
    "withdrawn": Reached.STOPPED,
}


def reached(standing: Standing) -> Reached:
    """Where a matter with this chip is found; everything that failed has stopped."""
    code = standing.code.removeprefix("standing.")
    return Reached.STOPPED if code.startswith("failed.") else _OF[code]
