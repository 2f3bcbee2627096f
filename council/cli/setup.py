"""`council area add`, `council community add`, `council staff add | end | reset`: setting up without a browser.

In the browser a role takes two people of the office. Here whoever runs the server gives and ends one alone, for a
community's first people and where its office has nobody else; its log keeps their name.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from council.accounts import passwords, staff
from council.accounts.phones import mask_phone, parse_phone
from council.cli import reset
from council.cli.common import BY, operator_of
from council.cli.words import in_words
from council.kernel.actor import Role, system_actor
from council.kernel.errors import Refused
from council.kernel.text import clean_line
from council.registry import founding
from council.registry import queries as registry
from council.settings import Environment, Settings
from council.storage import database

_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_parser(commands: _Commands) -> None:
    area = commands.add_parser("area", help="the tree above communities").add_subparsers(metavar="VERB", required=True)
    add = area.add_parser("add", help="add a node: its parent comes first")
    add.add_argument("path", metavar="PATH", help="as in haidian/xueyuan")
    add.add_argument("name", metavar="NAME")
    add.set_defaults(run=lambda given: _run(given, _add_area))

    place = commands.add_parser("community", help="communities").add_subparsers(metavar="VERB", required=True)
    add = place.add_parser("add", help="add a community")
    add.add_argument("slug", metavar="SLUG", help="its name in addresses and QR codes, for ever")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--area", metavar="PATH")
    add.add_argument("--phone", default="", help="the duty telephone, on every page and slip")
    add.add_argument("--address", default="")
    add.set_defaults(run=lambda given: _run(given, _add_community))

    people = commands.add_parser("staff", help="staff and their roles").add_subparsers(metavar="VERB", required=True)
    add = people.add_parser("add", help="give somebody a role; a new account asks for its first password")
    where = add.add_mutually_exclusive_group(required=True)
    where.add_argument("--community", metavar="SLUG")
    where.add_argument("--area", metavar="PATH", help="every community under this node")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--phone", required=True, help="what they log in with")
    add.add_argument("--name", required=True)
    add.add_argument("--by", required=True, metavar="NAME", help=BY)
    add.set_defaults(run=lambda given: _run(given, _add_staff))
    end = people.add_parser("end", help="take a role away from somebody who leaves; the account stays")
    end.add_argument("--community", metavar="SLUG", required=True)
    end.add_argument("--role", required=True, choices=[role.value for role in Role])
    end.add_argument("--phone", required=True)
    end.add_argument("--name", required=True)
    end.add_argument("--by", required=True, metavar="NAME", help=BY)
    end.set_defaults(run=lambda given: _run(given, _end_staff))
    reset.add_parser_to(people)


_Work = Callable[[argparse.Namespace, Settings], Awaitable[str]]


def _run(given: argparse.Namespace, work: _Work) -> int:
    settings = Settings.from_env()
    if settings.environment is Environment.TEST:
        passwords.use(passwords.Passwords(passwords.cheap_hasher()))

    async def run() -> str:
        async with database.opened(settings):
            return await work(given, settings)

    with in_words():
        print(asyncio.run(run()))
    return 0


async def _add_area(given: argparse.Namespace, settings: Settings) -> str:
    await founding.add_area(path=given.path, name=clean_line(given.name))
    return f"added area {given.path}"


async def _add_community(given: argparse.Namespace, settings: Settings) -> str:
    await founding.add_community(
        slug=given.slug,
        name=clean_line(given.name),
        area_path=given.area,
        phone=clean_line(given.phone),
        address=clean_line(given.address),
        now=settings.clock().now(),
    )
    return f"added community {given.slug}: {settings.base_url}/c/{given.slug}/"


def _phone(text: str) -> str:
    try:
        return parse_phone(text)
    except ValueError:
        raise Refused("phone.malformed") from None


async def _end_staff(given: argparse.Namespace, settings: Settings) -> str:
    community = await registry.community_by_slug(given.community)
    if community is None:
        raise Refused("community.unknown", slug=given.community)
    by = operator_of(given)
    phone, name, now = _phone(given.phone), clean_line(given.name), settings.clock().now()
    person_id = await staff.named_account(name=name, phone=phone, password=None, now=now)
    held = [
        each.role_id
        for each in await staff.staff_of(community.id)
        if each.person_id == person_id and each.role == given.role and not each.is_of_area
    ]
    if not held:
        raise Refused("staff.role_not_held")
    await staff.end_role(actor=system_actor(community.id, by), role_id=held[0], now=now)
    return f"{name} ({mask_phone(phone)}) is no longer {given.role} of {given.community}"


async def _add_staff(given: argparse.Namespace, settings: Settings) -> str:
    phone, by = _phone(given.phone), operator_of(given)
    role, name, now = Role(given.role), clean_line(given.name), settings.clock().now()
    community = await registry.community_by_slug(given.community) if given.community else None
    if given.community and community is None:
        raise Refused("community.unknown", slug=given.community)
    if given.area and not await founding.is_area(given.area):
        raise Refused("area.unknown", path=given.area)
    try:
        person_id = await staff.named_account(name=name, phone=phone, password=None, now=now)
    except Refused as refused:
        if refused.code != "staff.no_password":
            raise
        person_id = await staff.named_account(name=name, phone=phone, password=_first_password(), now=now)
    if community is not None:
        await staff.grant_role(actor=system_actor(community.id, by), person_id=person_id, role=role, now=now)
    else:
        await staff.grant_area_role(person_id=person_id, role=role, area_path=given.area, by_name=by, now=now)
    return f"{name} ({mask_phone(phone)}) is {role.value} of {given.community or given.area}"


def _first_password() -> str:
    """From a prompt, or one line of standard input; never from an argument, which every process can read."""
    if sys.stdin.isatty():
        return getpass.getpass("first password: ")
    return sys.stdin.readline().rstrip("\r\n")
