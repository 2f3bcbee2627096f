"""Builds the demo's communities: the area tree, registers, accounts, settings, and then their lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from council.accounts import slips, staff
from council.accounts.model import HowVerified, PrintableSlip
from council.accounts.slipcodes import CodeKind
from council.audit import service as audit
from council.demo import pictures
from council.demo.houses import Estate, lay_out
from council.demo.joining import Checker, Joining, join, open_accounts
from council.demo.play import perform
from council.demo.registering import found_community, insert, register
from council.demo.script import Script
from council.demo.stage import Stage
from council.files import service as files
from council.kernel.actor import Role, system_actor
from council.kernel.scope import Scope, ScopeKind
from council.registry import queries as registry
from council.registry.rollfile.model import Status, Use
from council.registry.tables import Area, CommunitySetting
from council.storage.sql import execute
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
    await insert([Area(path=path, name=name) for path, name in AREAS])


async def build(script: Script, *, password_hash: str, known: dict[str, int], secret: bytes, now: datetime) -> Stage:
    """One community from its script, lived up to `now`. `known` are accounts (by log-in key) of earlier communities.

    Photos are stored before the transaction of its life, as everywhere.
    """
    async with transaction():
        stage = await _settle(script, password_hash, known, now)
    wanted = {name for matter in script.matters for name in matter.photos}
    stage.photos = {name: await _photo(stage, name) for name in sorted(wanted)}
    _rules(stage, script)
    _print_slips(stage, secret)
    for matter in script.matters:
        perform(stage, matter)
    async with transaction():
        await stage.play()
    return stage


async def _settle(script: Script, password_hash: str, known: dict[str, int], now: datetime) -> Stage:
    """Houses, accounts, staff, rules: everything that is there before the first matter."""
    began = now - BEGAN
    community_id = await found_community(
        script.slug, script.name, area_path=STREET, phone=script.phone, address=script.address, now=began
    )
    estate = lay_out(
        script.plans, seed=script.seed, first_phone=script.first_phone, named=_named(script), parking=script.parking
    )
    made = await register(community_id, estate, began)
    people = await _accounts(script, estate, password_hash, known, began)
    await _grant(script, community_id, people, began)
    checker = next(login for login in script.logins if login.role == Role.GRID_WORKER)
    joining = _joining(script, estate, began, Random(script.seed))  # noqa: S311
    await join(made, joining, people, Checker(people[checker.key], checker.name))
    residents = {code: each.key for each in joining for code in each.homes}
    verified = frozenset(each.owner for each in joining if each.owner is not None and each.is_verified)
    return Stage(made, estate, now, people, residents, verified, Random(script.seed + 1))  # noqa: S311


def _named(script: Script) -> dict[str, list[tuple[str, str]]]:
    """Owners by unit: those with a log-in (co-owners in the file's order), and neighbours who speak."""
    # A company is written "公司/经办人": the owner's name, then the person's who acts for it.
    named = {code: [(code, name.partition("/")[0])] for code, name in script.neighbours.items()}
    for login in script.logins:
        for code in login.owns:
            named.setdefault(code, []).append((login.key, login.name))
    return named


async def _accounts(
    script: Script, estate: Estate, password_hash: str, known: dict[str, int], began: datetime
) -> dict[str, int]:
    """Account ids by key: log-ins, neighbours who speak, and every owner who has joined."""
    fresh = [(login.key, (login.name, login.phone, login.locale)) for login in script.logins if login.key not in known]
    phones = iter(range(script.first_phone + 5000, script.first_phone + 9000))
    for code, name in script.neighbours.items():
        fresh.append((code, (name.rpartition("/")[2], f"1700{next(phones):07d}", "")))
    for key in estate.online:
        owner = estate.owners[key]
        fresh.append((key, (owner.name, owner.phone or "", "")))
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
    lived_in = {
        house.owners[0]: house.code
        for house in estate.houses
        if house.use is Use.DWELLING and house.status is Status.OCCUPIED and house.owners
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
    names = {login.key: login.name for login in script.logins}
    community_id = stage.register.community_id
    for rule in RULES.get(script.slug, ()):
        proposer = stage.people[rule.proposed_by]

        async def propose(now: datetime, rule: Rule = rule, proposer: int = proposer) -> None:
            row = CommunitySetting(
                community_id=community_id,
                name=rule.name,
                value=rule.value,
                basis=rule.basis,
                proposed_by=proposer,
                proposed_by_name=names[rule.proposed_by],
                proposed_at=now,
            )
            await insert([row])
            said = {"name": rule.name, "value": rule.value, "basis": rule.basis, "by": proposer}
            await audit.record(community_id, "setting.proposed", said, now=now)

        async def confirm(now: datetime, rule: Rule = rule) -> None:
            assert rule.confirmed_by is not None  # noqa: S101
            by = stage.people[rule.confirmed_by]
            await execute(
                "UPDATE community_setting SET confirmed_by = {}, confirmed_by_name = {}, confirmed_at = {}"
                " WHERE community_id = {} AND name = {}",
                *(by, names[rule.confirmed_by], now, community_id, rule.name),
            )
            await audit.record(community_id, "setting.confirmed", {"name": rule.name, "by": by}, now=now)

        stage.later(stage.now - timedelta(days=rule.proposed_days_ago), f"{rule.name}: propose", propose)
        if rule.confirmed_by is not None:
            stage.later(stage.now - timedelta(days=rule.confirmed_days_ago), f"{rule.name}: confirm", confirm)


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
