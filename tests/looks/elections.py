"""Elections and the bodies that come of them: nominations, the ballot of several names, the lot, the committee, and a
result from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from tests.looks.stops import DESK, WORDS, A, B, F, G, M, P, Stop, V, opened, refused


def elections() -> Iterator[Stop]:
    yield from _candidates()
    yield from _names()
    yield from _results()
    yield from _desk("garden secretary")
    yield Stop("garden committee", f"{DESK}/candidates/<candidate second>")


def _candidates() -> Iterator[Stop]:
    """Before the vote: the notice that runs, nominations that run, and the notice that has run."""
    yield from opened("anybody", f"{P}/<proposal chair>/candidates", f"{P}/<proposal chair>/candidates/notice")
    yield from opened("anybody", f"{G}/candidates/<candidate chair>", f"{P}/<proposal board-3>/candidates")
    who = "garden zhou"
    yield from opened(who, f"{P}/<proposal chair>/candidates", f"{G}/candidates/<candidate chair>")
    yield refused(who, f"{G}/candidates/<candidate chair>", "#object", ground="短")
    yield from opened(who, f"{P}/<proposal board>/candidates", f"{P}/<proposal board>/candidates/new")
    yield Stop(who, f"{P}/<proposal board>/candidates/new?channel=joint")
    yield refused(who, f"{P}/<proposal board>/candidates/new?channel=joint", "#nominate", room="9-9-99", name="")
    yield Stop("garden chen", f"{G}/candidates/<candidate board>")


def _names() -> Iterator[Stop]:
    """The ballot of five names for three seats, its check page, one name too many, and the receipt."""
    at = f"{V}/<motion board-3>"
    one, two, three, four = (f"pick=<number board-3 {code}>" for code in ("1-1-501", "2-1-601", "3-2-401", "3-1-603"))
    yield from opened("garden zhou", at, f"{at}/notice", f"{at}/ballot", f"{at}/ballot?sent=1&{one}&{two}&{three}")
    yield Stop("garden zhou", f"{at}/ballot?sent=1&{one}&{two}&{three}&{four}", 422)
    yield from opened(
        "garden chen", at, f"{at}/ballots/<ballot chen board>", f"{at}/ballots/<ballot chen board>/opened"
    )
    yield from opened("garden secretary", at, f"{at}/count")


def _results() -> Iterator[Stop]:
    """An election decided by a lot; a vote of which the city's system decides, before and after the second person."""
    at = f"{V}/<motion board-2>"
    yield from opened("anybody", at)
    yield Stop("garden zhou", f"{P}/<proposal board-2>")
    yield from opened("garden zhou", at, f"{at}/notice?of=result")
    yield from opened("garden secretary", f"{at}/count", f"{at}/lot")
    waits, stands = f"{F}/motions/<motion gate-1>", f"{F}/motions/<motion drain-3>"
    yield from opened("orchard hua", waits, stands, f"{stands}/notice?of=result")
    yield from opened("orchard secretary", f"{waits}/count")
    yield from opened("orchard committee", waits, f"{F}/desk")
    yield Stop("anybody", stands)


def _desk(desk: str) -> Iterator[Stop]:
    yield from opened(desk, f"{DESK}/elections/<proposal chair>", f"{DESK}/elections/<proposal board>")
    yield from opened(desk, f"{DESK}/candidates/<candidate chair>", f"{DESK}/candidates/<candidate board>")
    yield from opened(desk, f"{DESK}/candidates/<candidate second>", f"{DESK}/elections/<proposal board>/new")
    yield refused(desk, f"{DESK}/elections/<proposal chair>", "#reopen", days="", reason="")
    yield refused(desk, f"{DESK}/elections/<proposal board>/new", "#enter", room="", name="")
    yield refused("garden committee", f"{DESK}/candidates/<candidate board>", "#judge", verdict="not", words="")
    yield refused(desk, f"{DESK}/candidates/<candidate board>", "#enter-sheet", signers="没有房号")
    yield refused("garden committee", f"{DESK}/candidates/<candidate board>", "#letter-back", why_not="")


BODIES, ITS_DESK = f"{G}/bodies", f"{G}/desk/bodies"


def bodies() -> Iterator[Stop]:
    """An owners' committee that is choosing its chair, and a management committee by appointment."""
    mine, theirs = "<body garden>", "<body orchard>"
    yield from opened("anybody", BODIES, f"{B}/bodies", f"{BODIES}/{mine}", f"{F}/bodies/{theirs}")
    yield Stop("anybody", f"{F}/bodies/{theirs}/notices/appointment")
    yield Stop("anybody", f"{A}/bodies/<body annex>")
    yield Stop("garden zhou", f"{BODIES}/{mine}")
    yield from opened("garden committee", f"{BODIES}/{mine}", f"{BODIES}/{mine}/choose")
    yield refused("garden committee", f"{BODIES}/{mine}/choose", "#choose", deputy=None)
    who = "garden secretary"
    yield from opened(who, ITS_DESK, f"{ITS_DESK}/{mine}", f"{ITS_DESK}/papers/<paper garden>")
    yield from opened(who, *(f"{ITS_DESK}/{mine}/{act}" for act in ("filing", "leaving")))
    yield Stop(who, f"{ITS_DESK}/results/<motion board-2>")
    yield Stop(who, f"{ITS_DESK}/earlier")
    yield from opened(who, f"{ITS_DESK}/{mine}/aftermath", f"{ITS_DESK}/{mine}/lot", status=409)
    yield refused(who, f"{ITS_DESK}/earlier", "#record", number="", name_0=WORDS[:60])
    yield Stop("garden zhou", f"{BODIES}/{mine}/recall")
    yield refused("garden zhou", f"{BODIES}/{mine}/recall", "#recall", body="")
    yield Stop("garden committee", f"{ITS_DESK}/papers/<paper garden>")
    yield refused(who, f"{ITS_DESK}/{mine}/filing", "#record", number="")
    yield from opened(who, f"{ITS_DESK}/appointment")
    yield refused(who, f"{ITS_DESK}/appointment", "#record", name_0=WORDS[:60], side_0="owner")
    desk = "orchard secretary"
    yield from opened(desk, f"{F}/desk/bodies", f"{F}/desk/bodies/{theirs}", f"{F}/desk/bodies/{theirs}/appointment")
    yield Stop(desk, f"{F}/desk/bodies/{theirs}/dissolution")
    yield from opened("meadow secretary", f"{M}/desk/bodies", f"{M}/bodies")
