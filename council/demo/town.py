"""Builds the demo's communities: the area tree, registers, accounts, settings, and then their lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from council.accounts import queries as accounts
from council.accounts import slips, staff
from council.accounts.model import HowVerified, PrintableSlip
from council.accounts.slipcodes import CodeKind
from council.demo import pictures
from council.demo.houses import Estate, lay_out
from council.demo.joining import Checker, Joining, homes_of, join, open_accounts
from council.demo.names import telephone
from council.demo.play import perform
from council.demo.registering import register
from council.demo.script import BadScript, Correction, Script
from council.demo.stage import Stage
from council.files import service as files
from council.kernel.actor import Role, system_actor
from council.kernel.ids import new_id
from council.kernel.scope import Scope, ScopeKind
from council.registry import corrections, founding, settings
from council.registry import queries as registry
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

BEGAN = timedelta(days=400)
"""How long ago the first community was set up."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A setting of a community. `confirmed_by` None: it still waits for a second person."""

    name: str
    value: str
    basis: str
    proposed_by: str
    proposed_days_ago: int
    confirmed_by: str | None = None
    confirmed_days_ago: int = 0


RULES = {
    "garden": (
        Rule(
            "online_counts",
            "yes",
            "《花园小区业主大会议事规则》第十二条：业主可以使用本系统网上投票，与纸质票合并计算。",
            "secretary",
            222,
            "committee",
            216,
        ),
    ),
    "orchard": (
        Rule(
            "online_counts",
            "yes",
            "《果园小区管理规约（修订稿）》第九条，业主大会已通过，等另一位工作人员核对原件。",
            "secretary",
            12,
        ),
    ),
}


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
    _rules(stage, script)
    _wrong_rows(stage, script)
    _print_slips(stage, secret)
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
    secretary = await accounts.actor(people["secretary"], community_id)
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
    # A company is written "公司/经办人": the owner's name, then the person's who acts for it.
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


def _rules(stage: Stage, script: Script) -> None:
    """Proposing a rule and confirming it, as acts among the others."""
    for rule in RULES.get(script.slug, ()):
        made: list[int] = []

        async def propose(now: datetime, rule: Rule = rule, made: list[int] = made) -> None:
            actor = await stage.actor(rule.proposed_by)
            made.append(
                await settings.propose(
                    actor=actor, name=rule.name, value=rule.value, basis=rule.basis, key=new_id(), now=now
                )
            )

        async def confirm(now: datetime, rule: Rule = rule, made: list[int] = made) -> None:
            await settings.confirm(actor=await stage.actor(rule.confirmed_by or ""), setting_id=made[0], now=now)

        stage.later(stage.now - timedelta(days=rule.proposed_days_ago), f"{rule.name}: propose", propose)
        if rule.confirmed_by is not None:
            stage.later(stage.now - timedelta(days=rule.confirmed_days_ago), f"{rule.name}: confirm", confirm)


def _wrong_rows(stage: Stage, script: Script) -> None:
    """What people say is wrong with their row, waiting at the desk."""
    for wrong in script.corrections:

        async def file(now: datetime, wrong: Correction = wrong) -> None:
            unit_id = stage.register.units[wrong.unit]
            actor = await stage.actor(wrong.by)
            await corrections.file_correction(actor=actor, unit_id=unit_id, said=wrong.text, key=new_id(), now=now)

        stage.later(wrong.at.before(stage.now), f"{wrong.unit}: correction", file)


def _print_slips(stage: Stage, secret: bytes) -> None:
    """Everybody's codes, printed by the secretary before the first matter."""

    async def print_them(now: datetime) -> None:
        actor = await stage.actor("secretary")
        await slips.codes_for_print(actor=actor, scope=Scope(ScopeKind.COMMUNITY), secret=secret, now=now)

    stage.later(stage.now - timedelta(days=212), "slips", print_them)


async def unused_slips(stage: Stage, scope: str, secret: bytes) -> tuple[PrintableSlip, PrintableSlip]:
    """A dwelling's slip and an owner's that nobody has joined with yet, to try joining."""
    actor = await stage.actor("secretary")
    pile = await slips.codes_for_print(actor=actor, scope=stage.register.scope(scope), secret=secret, now=stage.now)
    joined = {stage.register.owners[key] for key in stage.verified}
    holdings = await registry.holdings_in(actor.community_id, stage.register.scope(scope))
    free = [
        slip
        for slip in pile
        if slip.unit is not None
        and slip.unit.code not in stage.residents
        and joined.isdisjoint(held.owner_id for held in holdings[slip.unit.id])
    ]
    return (
        next(slip for slip in free if slip.kind is CodeKind.RESIDENT),
        next(slip for slip in free if slip.kind is CodeKind.OWNER),
    )


async def _photo(stage: Stage, name: str) -> int:
    """A drawn picture, uploaded by the secretary before anything else happened."""
    actor = await stage.actor("secretary")
    at = stage.now - timedelta(days=200)
    return (await files.save_photo(actor=actor, data=pictures.picture(name), name=f"{name}.png", now=at)).id
