"""Who sees which file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from council.files.model import Holder, Purpose, StoredFile
from council.files.permissions import may_open_document, may_open_scan, may_read
from council.kernel.actor import Actor, Role

ALICE = Actor(1, "Alice", 1, unit_ids=frozenset({1}))
BOB = Actor(2, "Bob", 1, owner_ids=frozenset({2}))
FRANK = Actor(3, "Frank", 1, roles=frozenset({Role.GRID_WORKER}))
ERIN = Actor(5, "Erin", 1, roles=frozenset({Role.COMMITTEE}))
CHARLIE = Actor(4, "Charlie", 1)


@pytest.mark.parametrize(
    ("actor", "purpose", "code"),
    [
        (ALICE, Purpose.SCAN, None),
        (BOB, Purpose.SCAN, "file.staff_only"),
        (FRANK, Purpose.SCAN, None),
        (BOB, Purpose.PHOTO, None),
        (BOB, Purpose.DOCUMENT, None),
        (CHARLIE, Purpose.PHOTO, "file.not_a_member"),
    ],
)
def test_may_read(actor: Actor, purpose: Purpose, code: str | None) -> None:
    file = StoredFile(
        1, 1, "a" * 64, None, "image/jpeg", 1, 1, 1, "a.jpg", purpose, ALICE.person_id, datetime(2026, 3, 1, tzinfo=UTC)
    )
    refusal = may_read(actor, file)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("actor", "held_by", "opens"),
    [
        (ALICE, [], True),
        (FRANK, [], False),
        (FRANK, [Holder.ELECTION], True),
        (FRANK, [Holder.BODY], False),
        (FRANK, [Holder.OBJECTION], False),
        (ERIN, [Holder.OBJECTION], True),
        (FRANK, [Holder.ELECTION, Holder.APART], False),
        (ALICE, [Holder.APART], False),
    ],
)
def test_may_open_scan(actor: Actor, held_by: list[Holder], opens: bool) -> None:
    file = StoredFile(
        *(1, 1, "a" * 64, None, "image/jpeg", 1, 1, 1, "a.jpg", Purpose.SCAN, ALICE.person_id),
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert (may_open_scan(actor, file, held_by) is None) is opens


@pytest.mark.parametrize(
    ("actor", "stands", "opens"),
    [
        (ALICE, None, True),
        (BOB, None, False),
        (FRANK, None, False),
        (FRANK, False, True),
        (BOB, False, False),
        (BOB, True, True),
    ],
)
def test_may_open_document(actor: Actor, stands: bool | None, opens: bool) -> None:
    file = StoredFile(
        *(1, 1, "a" * 64, None, "image/jpeg", 1, 1, 1, "a.jpg", Purpose.DOCUMENT, ALICE.person_id),
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert (may_open_document(actor, file, stands) is None) is opens
