"""Telephones, passwords, devices, permissions: no database."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from council.accounts import permissions
from council.accounts.model import Device
from council.accounts.passwords import Passwords, cheap_hasher, production_hasher, weakness
from council.accounts.phones import mask_phone, parse_phone
from council.accounts.sessions import device_of
from council.kernel.actor import Actor, Role, system_actor
from council.storage.errors import Busy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800000000", "13800000000"),
        (" 138 0000 0000 ", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+852 9123 4567", "+85291234567"),
        ("+1 (415) 555-0132", "+14155550132"),
        ("0044 20 7946 0018", "+442079460018"),
    ],
)
def test_phones_have_one_form(typed: str, kept: str) -> None:
    assert parse_phone(typed) == kept
    assert parse_phone(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "1380000000", "138000000001", "23800000000", "+123456", "+1234567890123456", "+0123456789", "电话", "+"],
)
def test_what_is_no_phone(typed: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        parse_phone(typed)


@given(st.text(max_size=60))
def test_any_text_is_a_phone_or_a_value_error(typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except ValueError:
        return
    assert phone.isascii()
    assert parse_phone(phone) == phone


def test_a_masked_phone_shows_ends_only() -> None:
    assert mask_phone("13800001234") == "138****1234"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "password.too_short"),
        ("a" * 201, "password.too_long"),
        ("12345678", "password.too_common"),
        ("87654321", "password.too_common"),
        ("Password1", "password.too_common"),
        ("aaaaaaaa", "password.too_common"),
        ("13800000000", "password.too_common"),
        ("plum-blossom-42", None),
        ("我家住在二号楼", "password.too_short"),
        ("我家住在二号楼五零二", None),
    ],
)
def test_weak_passwords(password: str, why: str | None) -> None:
    assert weakness(password, phones=("13800000000",), name="小林") == why


async def test_every_log_in_is_two_verifications() -> None:
    book = Passwords(cheap_hasher())
    hashed = book.hash_once("plum-blossom-42")
    for hashes, password, expected in (
        ((), "plum-blossom-42", (False, False)),
        ((hashed,), "wrong", (False, False)),
        ((hashed,), "plum-blossom-42", (True, False)),
        ((None, hashed), "plum-blossom-42", (False, True)),
        ((hashed, hashed), "plum-blossom-42", (True, True)),
        (("not a hash",), "plum-blossom-42", (False, False)),
    ):
        before = book.verifications
        assert await book.verify(hashes, password) == expected
        assert book.verifications == before + 2


async def test_the_queue_is_bounded_and_frees_itself() -> None:
    book = Passwords(PasswordHasher(time_cost=3, memory_cost=32768), waiting=4)
    answers = await asyncio.gather(*(book.verify((), "x") for _ in range(50)), return_exceptions=True)
    busy = [answer for answer in answers if isinstance(answer, Busy)]
    assert len(busy) == 48
    assert all(refused.retry_after == 5 for refused in busy)
    assert await book.verify((), "x") == (False, False)


def test_a_cheap_hash_is_renewed_in_production() -> None:
    hashed = Passwords(cheap_hasher()).hash_once("plum-blossom-42")
    assert Passwords(production_hasher()).needs_rehash(hashed)
    assert hashed.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/86 MicroMessenger/8", Device.ANDROID),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 14_0 like Mac OS X)", Device.IPHONE),
        ("Mozilla/5.0 (Windows NT 10.0; Win64)", Device.WINDOWS),
        ("", Device.OTHER),
    ],
)
def test_devices(agent: str, device: Device) -> None:
    assert device_of(agent) is device


def _actor(*roles: Role, person_id: int = 1) -> Actor:
    return Actor(person_id, "Dana", 7, frozenset(roles))


def test_nobody_verifies_themselves() -> None:
    assert permissions.may_verify_owner(_actor(Role.SECRETARY), 2) is None
    assert permissions.may_verify_owner(_actor(Role.GRID_WORKER), 2) is None
    refusal = permissions.may_verify_owner(_actor(Role.SECRETARY), 1)
    assert refusal is not None
    assert refusal.code == "accounts.not_oneself"
    for role in (Role.AUDITOR, Role.COMMITTEE, Role.DEPARTMENT):
        assert permissions.may_verify_owner(_actor(role), 2) is not None


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ([], True),
        ([(Role.GRID_WORKER, 7)], False),
        ([(Role.DEPARTMENT, 7)], False),
        ([(Role.SECRETARY, 7)], False),
        ([(Role.GRID_WORKER, 8)], False),
        ([(Role.AUDITOR, None)], False),
    ],
)
def test_a_desk_cannot_promote_itself(roles: list[tuple[Role, int | None]], allowed: bool) -> None:
    assert (permissions.may_reach_account(_actor(Role.SECRETARY), 2, roles) is None) is allowed
    assert permissions.may_reach_account(_actor(Role.GRID_WORKER), 2, roles) is not None
    assert permissions.may_reach_account(_actor(Role.OPERATOR), 2, roles) is None
    for role in (Role.SECRETARY, Role.OPERATOR):
        assert (permissions.may_reset_password(_actor(role), 2, roles) is None) is allowed
    assert permissions.may_reset_password(_actor(Role.GRID_WORKER), 2, roles) is not None
    assert permissions.may_reset_password(system_actor(7), 2, roles) is None


def test_only_an_operator_names_secretaries() -> None:
    assert permissions.may_grant_role(_actor(Role.SECRETARY), Role.GRID_WORKER) is None
    assert permissions.may_grant_role(_actor(Role.SECRETARY), Role.SECRETARY) is not None
    assert permissions.may_grant_role(_actor(Role.OPERATOR), Role.SECRETARY) is None
    assert permissions.may_grant_role(_actor(Role.COMMITTEE), Role.AUDITOR) is not None
