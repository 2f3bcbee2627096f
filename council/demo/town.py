"""Builds the demo's communities: the area tree, registers, accounts, bylaws, and then their lives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from council.accounts import queries as accounts
from council.accounts import staff
from council.accounts.model import HowVerified
from council.demo import appointing, desk, holders, pictures
from council.demo.houses import Estate, lay_out
from council.demo.instants import BadScript
from council.demo.joining import Checker, Joining, homes_of, join, open_accounts
from council.demo.names import telephone
from council.demo.play import perform
from council.demo.registering import register
from council.demo.script import Script
from council.demo.stage import Stage
from council.files import service as files
from council.kernel.actor import Role, system_actor
from council.registry import founding
from council.registry.rollfile.model import Status, Use
from council.storage.transactions import transaction

AREAS = (
    ("hefeng", "和风市"),
    ("hefeng/qinghe", "青禾区"),
    ("hefeng/qinghe/huaihua", "槐花街道"),
)
STREET = AREAS[-1][0]
SHARED = frozenset({"ma"})
"""Log-ins of the first community whose people are at home in the second one too."""

BEGAN = timedelta(days=1330)
"""How long ago the first community was set up."""


async def plant_areas() -> None:
    """City, district, street: in the caller's transaction, once."""
    for path, name in AREAS:
        await founding.add_area(path=path, name=name)


async def build(script: Script, *, password_hash: str, known: dict[str, int], secret: bytes, now: datetime) -> Stage:
    """One community from its script, lived up to `now`. `known` are accounts (by log-in key) of earlier communities.

    Photos are stored before the transaction of its life, as everywhere.
    """
    async with transaction():
        stage = await _settle(script, password_hash, known, now)
    wanted = {name for matter in script.matters for name in matter.photos}
    stage.photos = {name: await _photo(stage, name) for name in sorted(wanted)}
    desk.record_bylaws(stage, script)
    appointing.record_appointments(stage, script)
    desk.wrong_rows(stage, script)
    holders.right_holders(stage, script)
    desk.print_slips(stage, secret)
    for matter in script.matters:
        perform(stage, matter)
    async with transaction():
        await stage.play()
    return stage


async def _settle(script: Script, password_hash: str, known: dict[str, int], now: datetime) -> Stage:
    """Houses, accounts, staff, rules: everything that is there before the first matter."""
    began = now - BEGAN
    community_id = await founding.add_community(
        slug=script.slug, name=script.name, area_path=STREET, phone=script.phone, address=script.address, now=began
    )
    phones = _telephones(script)
    estate = lay_out(
        script.plans,
        seed=script.seed,
        first_phone=script.first_phone,
        named=_named(script, phones),
        parking=script.parking,
    )
    people = await _accounts(script, estate, phones, password_hash, known, began)
    await _grant(script, community_id, people, began)
    secretary = await accounts.actor(people["secretary"], community_id, began)
    if secretary is None:
        raise BadScript(f"{script.slug}: no secretary")
    made = await register(secretary, estate, began + timedelta(days=1))
    checker = next(login for login in script.logins if login.role == Role.GRID_WORKER)
    joining = _joining(script, estate, began, Random(script.seed))  # noqa: S311
    await join(made, joining, people, Checker(people[checker.key], checker.name))
    residents: dict[str, str] = {}
    for each in joining:
        for code in each.homes:
            residents.setdefault(code, each.key)
    verified = frozenset(each.owner for each in joining if each.owner is not None and each.is_verified)
    return Stage(made, estate, now, people, residents, homes_of(joining), verified, Random(script.seed + 1))  # noqa: S311


def _telephones(script: Script) -> dict[str, str]:
    """A number for every neighbour who speaks, by unit code."""
    return {code: telephone(script.first_phone + 5000 + at) for at, code in enumerate(script.neighbours)}


def _named(script: Script, phones: Mapping[str, str]) -> dict[str, list[tuple[str, str, str]]]:
    """Owners by unit: those with a log-in (co-owners in the file's order), and neighbours who speak."""
    # A company is written "公司/经办人", a ward "被监护人/监护人": the owner's name, then that of whoever acts.
    named = {code: [(code, name.partition("/")[0], phones[code])] for code, name in script.neighbours.items()}
    for login in script.logins:
        for code in login.owns:
            named.setdefault(code, []).append((login.key, login.name, login.phone))
    return named


async def _accounts(
    script: Script,
    estate: Estate,
    phones: Mapping[str, str],
    password_hash: str,
    known: dict[str, int],
    began: datetime,
) -> dict[str, int]:
    """Account ids by key: log-ins, neighbours who speak, and every owner who has joined."""
    fresh = [(login.key, (login.name, login.phone, login.locale)) for login in script.logins if login.key not in known]
    fresh += [(code, (name.rpartition("/")[2], phones[code], "")) for code, name in script.neighbours.items()]
    fresh += [(key, (estate.owners[key].name, estate.owners[key].phone, "")) for key in estate.online]
    ids = await open_accounts([person for _, person in fresh], password_hash, began)
    return {**known, **dict(zip([key for key, _ in fresh], ids, strict=True))}


async def _grant(script: Script, community_id: int, people: dict[str, int], began: datetime) -> None:
    for login in script.logins:
        if login.role is None:
            continue
        role, _, where = login.role.partition("@")
        person_id = people[login.key]
        if where:
            await staff.grant_area_role(
                person_id=person_id, role=Role(role), area_path=STREET, by_name="system", now=began
            )
        else:
            system = system_actor(community_id)
            await staff.grant_role(actor=system, person_id=person_id, role=Role(role), now=began)


def _joining(script: Script, estate: Estate, began: datetime, random: Random) -> list[Joining]:
    """Who joined when, over half a year. Owners who let their flat live elsewhere."""
    tenanted = {code for login in script.logins if not login.owns for code in login.homes}
    lived_in = {
        house.owners[0]: house.code
        for house in estate.houses
        if house.use is Use.DWELLING and house.status is Status.OCCUPIED and house.code not in tenanted
    }
    found = []
    for login in script.logins:
        if login.homes or login.owns:
            at = began + timedelta(days=30, minutes=random.randrange(6000))
            owner = login.key if login.owns else None
            found.append(Joining(login.key, at, login.homes, owner, login.is_verified))
    for code, name in script.neighbours.items():
        homes = () if "/" in name else (code,)
        found.append(Joining(code, _some_day(began, random), homes, code))
    for key in estate.online:
        flats = (lived_in[key],) if key in lived_in else ()
        how = random.choice(list(HowVerified))
        found.append(Joining(key, _some_day(began, random), flats, key, how=how))
    return sorted(found, key=lambda each: each.joined_at)


def _some_day(began: datetime, random: Random) -> datetime:
    """An office hour within the half year after the third week."""
    day = began + timedelta(days=21 + random.randrange(150))
    return day.replace(hour=1 + random.randrange(8), minute=random.randrange(60), second=random.randrange(60))


async def _photo(stage: Stage, name: str) -> int:
    """A drawn picture, uploaded by the secretary before anything else happened."""
    actor = await stage.actor("secretary")
    at = stage.now - timedelta(days=200)
    return (await files.save_photo(actor=actor, data=pictures.picture(name), name=f"{name}.png", now=at)).id
