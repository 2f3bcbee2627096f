"""A desk with hundreds of jobs: the most pressing first, some at a time, and whoever acts stays where they are."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx

from council.kernel.ids import new_id
from council.pathways.model import Kind
from council.progress.desk_jobs import queue
from council.progress.desk_portions import AT_ONCE
from council.proposals.tables import Endorsement, Proposal, ProposalVersion
from council.registry import bulk
from council.storage.database import AnyEngine
from council.storage.sql import execute
from tests.fixtures.client import submit
from tests.people import NOW, Garden, garden
from tests.progress import life
from tests.progress.test_desk import DESK, At, Seen

Queries = list[str]
PAGE_KB = 60
"""Of the whole page with three lists of thirty: before, four hundred jobs were 167 KB."""


async def polls(people: Garden, number: int, *, are_endorsed: bool = True) -> list[int]:
    """Filed polls that wait for the secretary, as one form after the other would have made them; by due time.

    Without their endorsement they wait for neighbours.
    """
    first = await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="长椅放哪里")
    ids = [first]
    for table, of in ((Proposal, "id"), (ProposalVersion, "proposal_id"), (Endorsement, "proposal_id")):
        row = (await table.select().where(table._meta.get_column_by_name(of) == first))[0]
        columns = [name for name in row if name != "id"]
        copies = [row | {of: each} for each in ids[1:]] or [
            row
            | {
                "key": new_id(),
                "title": f"第{each}张长椅放在院子里哪一棵树下面，谁来擦，冬天要不要收进车棚，请大家说说各自的想法好吗",
                "filed_at": row["filed_at"] - timedelta(hours=2),
                "answer_due_at": row["answer_due_at"] + timedelta(minutes=each),
            }
            for each in range(1, number)
        ]
        if table is Endorsement and not are_endorsed:
            await execute("UPDATE endorsement SET withdrawn_at = {} WHERE proposal_id = {}", NOW, first)
            break
        made = await bulk.insert(table._meta.tablename, columns, [[copy[name] for name in columns] for copy in copies])
        if table is Proposal:
            ids += made
    return ids


def listed(page: httpx.Response) -> list[int]:
    return [int(number) for number in re.findall(r'id="job-answer-(\d+)"', page.text)]


async def test_the_most_pressing_stand_first_and_the_rest_behind_links(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    mine = await polls(people, 70)
    theirs = await polls(people, 40, are_endorsed=False)
    page = await seen(people, "dana", DESK)
    assert listed(page) == [*mine[:AT_ONCE], *theirs[:AT_ONCE]]
    assert "71\xa0件事等您" in page.text, "with the claim that waits"
    assert "另有 40\xa0件等别人办" in page.text
    assert "第 1 至 30\xa0条，共 71\xa0条" in page.text
    assert f'href="{DESK}?mine=31#jobs"' in page.text
    second = await client.get(f"{DESK}?mine=31")
    assert listed(second) == [*mine[30:60], *theirs[:AT_ONCE]]
    assert "71\xa0件事等您" in second.text
    assert f'href="{DESK}?mine=31&amp;others=31#others"' in second.text
    both = await client.get(f"{DESK}?mine=61&others=31")
    assert listed(both) == [*mine[60:], *theirs[30:]]
    assert f'href="{DESK}?mine=31&amp;others=31#jobs"' in both.text
    for nonsense in ("mine=-3", "mine=", "mine=x", "others=0", "mine=१"):
        assert listed(await client.get(f"{DESK}?{nonsense}")) == [*mine[:AT_ONCE], *theirs[:AT_ONCE]]
    assert listed(await client.get(f"{DESK}?mine=999999")) == [*mine[60:], *theirs[:AT_ONCE]]


async def test_an_opened_job_is_shown_where_it_stands(db: AnyEngine, at: At, seen: Seen) -> None:
    people = await garden()
    mine = await polls(people, 70)
    page = await seen(people, "dana", f"{DESK}?open=answer-{mine[45]}")
    assert listed(page) == mine[30:60]
    assert f"/desk/proposals/{mine[45]}/accept" in page.text
    # closing it leaves the part of the list as it is
    assert f'href="{DESK}?mine=31#job-answer-{mine[45]}"' in page.text
    assert f'href="{DESK}?open=answer-{mine[50]}&amp;mine=31#job-answer-{mine[50]}"' in page.text


async def test_whoever_acts_stays_in_their_part_of_the_list(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    mine = await polls(people, 100)
    await polls(people, 40, are_endorsed=False)
    address = f"{DESK}?open=answer-{mine[45]}&mine=31&others=31"
    page = await seen(people, "dana", address)
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    short = await submit(client, page, f"/{mine[45]}/return", reason="改", headers=htmx)
    assert short.status_code == 422
    assert listed(short)[:30] == mine[30:60]
    assert short.headers["HX-Replace-Url"] == address
    sent = await submit(client, page, f"/{mine[45]}/return", reason="请附上照片", headers=htmx)
    left = [each for each in mine if each != mine[45]]
    assert listed(sent)[:30] == left[30:60]
    assert len(listed(sent)) == 40
    assert sent.headers["HX-Replace-Url"] == f"{DESK}?mine=31&others=31"
    assert f'id="open-answer-{mine[46]}" autofocus' in sent.text
    # without scripts
    page = await client.get(f"{DESK}?open=answer-{mine[46]}&others=31")
    plain = await submit(client, page, f"/{mine[46]}/return", reason="请附上照片")
    landed = await client.get(plain.headers["location"])
    assert listed(landed)[:30] == [each for each in left if each != mine[46]][30:60]
    assert len(listed(landed)) == 40
    # a colleague was quicker, also with the next one: still here
    page = await client.get(f"{DESK}?open=answer-{mine[47]}")
    for gone in (mine[47], mine[48]):
        await life.accept(people, gone, NOW)
    late = await submit(client, page, f"/{mine[47]}/return", reason="请附上照片", headers=htmx)
    assert late.status_code == 409
    assert listed(late)[0] == mine[30]
    assert f'id="open-answer-{mine[30]}" autofocus' in late.text


async def test_opening_a_row_keeps_the_part_of_the_list(
    db: AnyEngine, client: httpx.AsyncClient, at: At, seen: Seen
) -> None:
    people = await garden()
    mine = await polls(people, 70)
    await polls(people, 40, are_endorsed=False)
    await seen(people, "dana", DESK)
    headers = {
        "HX-Request": "true",
        "HX-Target": f"job-answer-{mine[45]}",
        "HX-Current-URL": f"http://testserver{DESK}?open=answer-{mine[40]}&mine=31&others=31",
    }
    rows = await client.get(f"{DESK}?open=answer-{mine[45]}&mine=31&others=31", headers=headers)
    assert listed(rows) == [mine[45], mine[40]]
    assert f'href="{DESK}?open=answer-{mine[40]}&amp;mine=31&amp;others=31#job-answer-{mine[40]}"' in rows.text
    assert '<input type="hidden" name="others" value="31">' in rows.text


async def test_four_hundred_jobs_are_a_page_of_bounded_size(
    db: AnyEngine, at: At, seen: Seen, queries: Queries
) -> None:
    people = await garden()
    await life.file(people, people.alice, kind=Kind.OPINION_POLL, title="晾衣架放哪里好")
    await seen(people, "dana", DESK)
    queries.clear()
    await seen(people, "dana", DESK)
    few = len(queries)
    await polls(people, 300)
    await polls(people, 100, are_endorsed=False)
    assert len((await queue(people.dana, NOW)).all) > 400
    queries.clear()
    page = await seen(people, "dana", DESK)
    assert len(queries) == few
    assert "302\xa0件事等您" in page.text
    assert len(page.content) < PAGE_KB * 1024
