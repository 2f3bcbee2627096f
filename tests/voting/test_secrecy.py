"""While a vote is open nobody but its voter learns a choice: every answer and every log line is searched."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from council.kernel.ids import new_id
from council.storage.database import AnyEngine
from council.voting.motion import Motion
from council.voting.voter import CastBallot
from tests.fixtures.client import submit
from tests.people import Garden, garden
from tests.voting.motions import AFTER, DURING, cast, opened

FORMS = re.compile(r'<(form|fieldset)\b.*?</\1>|<p class="keys">.*?</p>', re.DOTALL)
"""Where the three words stand for everybody to choose from."""
CHOICES = re.compile(r"\b(agree|oppose|abstain)\b|同意|反对|弃权")
EXPECTED = re.compile(
    r"(参与的人里，)?同意的[^<]*|弃权也算参与。|Of those taking part[^<]*|Abstaining counts[^<]*"
    r'|<summary class="whole">(怎样算通过|When it passes)[^<]*</summary>'
)
"""The rule in words, and that abstaining takes part."""


def told(answer: httpx.Response) -> list[str]:
    """Words of choices in an answer, apart from the ballot's own three and the rule's."""
    text = EXPECTED.sub("", FORMS.sub("", answer.text))
    return [found[0] for found in CHOICES.finditer(text)]


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Everything that the house wrote to its log; the test's own client writes addresses, which are not ours."""
    return "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))


def paths(motion: Motion, ballots: list[CastBallot]) -> list[str]:
    at = f"/c/garden/motions/{motion.id}"
    pages = ["", "/ballot", "/notice", "/count", "/participation", "/bundle.json", "/notice?format=pdf"]
    mine = [f"/ballots/{ballot.ballot_id}{end}" for ballot in ballots for end in ("", "/receipt", "/opened")]
    codes = [f"/c/garden/verify?code={ballot.code}" for ballot in ballots]
    return ["/c/garden/motions", "/c/garden/verify", *codes, *(at + end for end in (*pages, *mine))]


async def voted(people: Garden) -> tuple[Motion, list[CastBallot]]:
    motion = await opened(people, title="1号楼1单元更换单元门")
    ballots = [
        await cast(people.grace, motion, "oppose"),
        await cast(people.heidi, motion, "abstain"),
        await cast(people.ivan, motion, "agree"),
    ]
    return motion, ballots


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_no_answer_to_anybody_else_holds_a_choice(
    db: AnyEngine, enter, client, clock, caplog, language: str
) -> None:
    people = await garden()
    motion, ballots = await voted(people)
    clock(DURING)
    caplog.set_level(logging.DEBUG)
    readers = [await enter(people.actors[name], language) for name in ("judy", "dana", "erin", "ken", "gina", "leo")]
    for reader in (client, *readers):
        for path in paths(motion, ballots):
            answer = await reader.get(path)
            assert answer.status_code < 500, path
            if answer.headers.get("content-type", "").startswith("text"):
                assert told(answer) == [], (path, told(answer))
            else:
                assert not re.search(rb"agree|oppose|abstain", answer.content), path
    assert not CHOICES.search(logged(caplog))


async def test_errors_name_no_choice(db: AnyEngine, enter, clock, caplog) -> None:
    """Somebody else's form id, a second ballot, a late one: refused without a word of what was chosen."""
    people = await garden()
    motion, ballots = await voted(people)
    clock(DURING)
    caplog.set_level(logging.DEBUG)
    grace, judy = await enter(people.grace), await enter(people.judy)
    page = await judy.get(f"/c/garden/motions/{motion.id}/ballot")
    second = await submit(judy, page, "#ballot", choice="abstain")
    for form in (ballots[0].ballot_id, ballots[1].ballot_id):
        sent = await submit(judy, second, "#cast", ballot=form)
        assert sent.status_code == 409
        assert told(sent) == []
    token = re.search(r'name="_csrf" value="([^"]+)"', (await grace.get("/c/garden/verify")).text)
    assert token is not None
    again = await grace.post(
        f"/c/garden/motions/{motion.id}/ballots", data={"choice": "agree", "ballot": new_id(), "_csrf": token[1]}
    )
    assert again.status_code == 409
    assert told(again) == []
    clock(AFTER)
    late = await submit(judy, second, "#cast")
    assert late.status_code == 409
    assert told(late) == []
    assert not CHOICES.search(logged(caplog))


async def test_the_voters_own_pages_hold_it_only_where_they_unfold_it(db: AnyEngine, enter, clock) -> None:
    people = await garden()
    motion, ballots = await voted(people)
    clock(DURING)
    grace = await enter(people.grace)
    at = f"/c/garden/motions/{motion.id}"
    for path in ("/c/garden/motions", at, f"{at}/ballot", f"{at}/ballots/{ballots[0].ballot_id}/receipt"):
        assert told(await grace.get(path)) == []
    receipt = await grace.get(f"{at}/ballots/{ballots[0].ballot_id}")
    assert set(told(receipt)) == {"反对"}
    assert "反对" not in receipt.text.partition("<details")[0]
