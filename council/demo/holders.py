"""Papers about right-holders: companies' agents, a guardian, an heir; recorded by one, confirmed by another. And a home
whose heirs are in dispute, which waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.demo import pictures
from council.demo.recorded import HolderPaper
from council.demo.script import Script
from council.demo.stage import Stage
from council.files import service as files
from council.files.model import Purpose
from council.kernel.clock import local_date, local_midnight
from council.kernel.ids import new_id
from council.registry.rollfile.model import Basis
from council.voting import halting
from council.voting.halt import HaltAct, HaltDraft, Subject
from council.voting.holding import Capacity, PaperDraft
from council.voting.holding_papers import confirm_paper, record_paper


def right_holders(stage: Stage, script: Script) -> None:
    """Recording and confirming each paper, as acts among the others."""
    for paper in script.holders:
        made: list[int] = []

        async def record(now: datetime, paper: HolderPaper = paper, made: list[int] = made) -> None:
            actor = await stage.actor("secretary")
            scan = await files.save_document(
                actor=actor, data=pictures.scan(paper.unit), name=f"{paper.unit}.png", now=now, purpose=Purpose.SCAN
            )
            if paper.says == HaltAct.DISPUTE:
                unit_id = stage.register.units[paper.unit]
                told = HaltDraft(new_id(), Subject(HaltAct.DISPUTE, unit_id=unit_id), paper.words)
                made.append(await halting.record(actor=actor, draft=told, file_id=scan.id, now=now))
                return
            acts = paper.says in set(Capacity)
            until = None if paper.days is None else local_midnight(local_date(now) + timedelta(days=paper.days))
            draft = PaperDraft(
                key=new_id(),
                owner_id=stage.register.owners[paper.unit],
                says=Capacity(paper.says) if acts else Basis(paper.says),
                words=paper.words,
                person_id=stage.people[paper.unit] if acts else None,
                valid_until=until,
            )
            unit_id = stage.register.units[paper.unit]
            made.append(await record_paper(actor=actor, unit_id=unit_id, draft=draft, file_id=scan.id, now=now))

        async def confirm(now: datetime, made: list[int] = made) -> None:
            await confirm_paper(actor=await stage.actor("sun"), paper_id=made[0], now=now)

        stage.later(paper.at.before(stage.now), f"{paper.unit}: {paper.says}", record)
        if paper.confirmed_at is not None:
            stage.later(paper.confirmed_at.before(stage.now), f"{paper.unit}: confirm", confirm)
