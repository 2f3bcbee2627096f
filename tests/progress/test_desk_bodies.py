"""What a committee owes stands on the desk by its day, and a paper of it with whoever may compare it."""

from __future__ import annotations

from council.bodies import entries
from council.bodies.papers import Filing
from council.kernel.clock import end_of_days
from council.kernel.ids import new_id
from council.progress import desk_jobs
from council.progress.desk import JobKind
from council.storage.database import AnyEngine
from tests.bodies.ground import DAY, committee, scan
from tests.people import garden
from tests.voting.motions import AFTER

KINDS = {JobKind.BODIES, JobKind.BODY_PAPERS}


async def test_what_is_due_and_what_waits_for_a_second_person(db: AnyEngine) -> None:
    people = await garden()
    assert not [each for each in (await desk_jobs.queue(people.dana, AFTER)).all if each.kind in KINDS]
    ground = await committee(people)
    entry_id = await entries.record(
        actor=people.dana,
        body_id=ground.id,
        paper=Filing("3号", "街道办事处", AFTER),
        scan_id=await scan(people),
        key=new_id(),
        now=AFTER,
    )
    for name, mine in (("dana", {JobKind.BODIES}), ("erin", KINDS), ("gina", set()), ("frank", set())):
        queue = await desk_jobs.queue(people.actors[name], AFTER)
        assert (name, {each.kind for each in queue.mine if each.kind in KINDS}) == (name, mine)
        seen = {each.kind for each in queue.all if each.kind in KINDS}
        assert (name, seen) == (name, set() if name == "frank" else KINDS)
    later = AFTER + 10 * DAY
    (job,) = [each for each in (await desk_jobs.queue(people.dana, later)).mine if each.kind is JobKind.BODIES]
    assert (job.due, job.link) == (end_of_days(AFTER, 7), f"/desk/bodies/{ground.id}")
    assert job.days_late(later) == 3
    (paper,) = [each for each in (await desk_jobs.queue(people.erin, later)).mine if each.kind is JobKind.BODY_PAPERS]
    assert paper.link == f"/desk/bodies/papers/{entry_id}"
