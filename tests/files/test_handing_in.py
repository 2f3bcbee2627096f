"""A paper that outlives a refused form, and is nobody else's."""

from __future__ import annotations

from pathlib import Path

from council.files import handing_in, store
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.storage.database import AnyEngine
from council.web.forms import Form
from tests.people import garden
from tests.voting.motions import AFTER
from tests.voting.official import PDF


async def test_only_ones_own_paper_of_that_kind_is_kept(db: AnyEngine, tmp_path: Path) -> None:
    store.use(tmp_path)
    people = await garden()
    brought = await files.save_document(actor=people.dana, data=PDF, name="授权书.pdf", now=AFTER, purpose=Purpose.SCAN)

    async def kept(actor: Actor, typed: str, purpose: Purpose = Purpose.SCAN) -> int | None:
        found = await handing_in.document(actor, Form({"scan": [typed]}), AFTER, purpose=purpose)
        return None if found is None else found.id

    assert await kept(people.dana, str(brought.id)) == brought.id
    assert await kept(people.erin, str(brought.id)) is None
    assert await kept(people.dana, str(brought.id), Purpose.DOCUMENT) is None
    assert await kept(people.dana, "-1") is None
