"""Commitments bind, hide what they should, and add up as the tally of stage 2 needs."""

from __future__ import annotations

from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.audit import commitment as c
from council.audit import ristretto

SECRET = bytes(range(32))
CTX = c.context(motion="garden/7", text_digest="ab" * 32, ruleset='{"v":1}', roll_digest="cd" * 32)
choices = st.sampled_from(c.CHOICES)
scalars = st.integers(0, ristretto.ORDER - 1)
SLOW = settings(max_examples=25, deadline=None)


def test_generators_are_three_unrelated_maps() -> None:
    elements = [c.generator(choice) for choice in c.CHOICES]
    assert len({ristretto.BASE, *elements, *(one + other for one in elements for other in elements)}) == 10
    for choice, element in zip(c.CHOICES, elements, strict=True):
        assert element == ristretto.from_uniform(sha512(b"council.tally/1 generator " + choice.encode()).digest())


def test_generators_never_change() -> None:
    """They stand in published receipts: a change is a new version of the format."""
    assert [c.generator(choice).encode().hex() for choice in c.CHOICES] == [
        "6e9f55ee97a56f385b5d135a3e97c9eec4c4b79f6479b5df3b7dee771536ff33",
        "bef4e8bf840279d93da56da24b4a6d1c6e0d6b6d89e6cc801c3eb8e62600c654",
        "7411ff32fbf2e42d005a7bb26e76e5e3118e94cb7cce0a608f2075064f853065",
    ]


def test_one_ballot_by_hand() -> None:
    """Fixed for ever, like the generators: an old receipt must still open."""
    r = c.blinding(SECRET, CTX, "B2345678")
    assert c.commit("agree", r).hex() == "7cf6ff082ed3236c4f679ef72e91904fce444c41bf877649299956a9cb90fa3d"


@SLOW
@given(choices, scalars)
def test_a_commitment_opens_to_its_choice_only(choice: str, r: int) -> None:
    commitment = c.commit(choice, r)
    assert len(commitment) == 32
    assert [other for other in c.CHOICES if c.opens(commitment, other, r)] == [choice]
    assert not c.opens(commitment, choice, (r + 1) % ristretto.ORDER)
    assert not c.opens(commitment, choice, r + ristretto.ORDER)
    assert not c.opens(commitment, "maybe", r)
    assert not c.opens(commitment, choice, -1)


@SLOW
@given(st.lists(st.tuples(choices, scalars, st.integers(1, 100_000)), max_size=6))
def test_weighted_sums_are_the_totals(ballots: list[tuple[str, int, int]]) -> None:
    """Σ area·C = Σ area_c·G_c + R2·B, the check of the tally's trailer."""
    left = right = ristretto.IDENTITY
    for choice, r, area in ballots:
        left += ristretto.decode(c.commit(choice, r)) * area
    for choice in c.CHOICES:
        right += c.generator(choice) * sum(area for chosen, _, area in ballots if chosen == choice)
    right += ristretto.base_times(sum(area * r for _, r, area in ballots))
    assert left == right


def test_blinding_depends_on_secret_motion_and_ballot() -> None:
    other_ctx = c.context(motion="garden/8", text_digest="ab" * 32, ruleset='{"v":1}', roll_digest="cd" * 32)
    blindings = {
        c.blinding(SECRET, CTX, "B1"),
        c.blinding(SECRET, CTX, "B2"),
        c.blinding(SECRET, other_ctx, "B1"),
        c.blinding(SECRET[::-1], CTX, "B1"),
    }
    assert len(blindings) == 4
    assert c.blinding(SECRET, CTX, "B1") == c.blinding(SECRET, CTX, "B1")
    assert all(0 <= r < ristretto.ORDER for r in blindings)


def test_moving_a_sign_between_parts_changes_the_context() -> None:
    one = c.context(motion="garden/7", text_digest="1a", ruleset="{}", roll_digest="")
    other = c.context(motion="garden/71", text_digest="a", ruleset="{}", roll_digest="")
    assert one != other


def test_what_cannot_be_committed() -> None:
    with pytest.raises(ValueError):
        c.commit("maybe", 1)
    with pytest.raises(ValueError):
        c.commit("agree", ristretto.ORDER)
    with pytest.raises(ValueError):
        c.blinding(b"short", CTX, "B1")
