"""An election before its vote on the stage: nominations, the review by two people, the notice."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.demo import pictures
from council.demo.instants import BadScript, Instant
from council.demo.matters import Matter
from council.demo.stage import Stage
from council.demo.votes import Candidates
from council.elections import consenting, letters, nominating, opening, publishing, queries, reviewing, sheets
from council.elections.candidate import Candidate, Channel, Nomination, SignedAs, Verdict
from council.elections.model import ElectionDraft
from council.files import service as files
from council.files.model import Purpose
from council.kernel.actor import Actor
from council.kernel.ids import new_id

SECRETARY = "secretary"
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def nominate(stage: Stage, matter: Matter, plan: Candidates) -> None:
    """Notes every act; reviewed an hour before the notice."""

    async def begin(now: datetime) -> None:
        draft = ElectionDraft(new_id(), seats=plan.seats, nomination_days=3, joint_least=2, notice_days=7)
        actor = await stage.actor(SECRETARY)
        await opening.open_election(actor=actor, proposal_id=stage.proposals[matter.key], draft=draft, now=now)

    async def recommend(now: datetime) -> None:
        actor, (code, party) = await stage.actor(SECRETARY), plan.party
        paper = await _scan(actor, matter, f"{party}推荐函", now)
        await _put(stage, actor, matter, code, now, channel=Channel.PARTY, by=party, words=plan.statement, file=paper)

    async def agree(now: datetime) -> None:
        (one,) = [each for each in await _of(stage, matter) if each.channel is Channel.PARTY]
        actor = await stage.actor(SECRETARY)
        paper = await _scan(actor, matter, "候选人同意书", now)
        await consenting.consent_on_paper(actor=actor, candidate_id=one.id, key=new_id(), file_id=paper, now=now)

    async def review(now: datetime) -> None:
        for one in await _of(stage, matter):
            if not one.is_in:
                continue
            first, second = (SECRETARY, plan.seconds) if one.document_id is None else plan.papers
            await reviewing.judge(
                actor=await stage.actor(first),
                candidate_id=one.id,
                key=new_id(),
                verdict=Verdict.ELIGIBLE,
                reason=None,
                words="",
                now=now,
            )
            await reviewing.confirm(actor=await stage.actor(second), candidate_id=one.id, seen=now, now=now)

    async def publish(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        await publishing.publish(actor=actor, proposal_id=stage.proposals[matter.key], now=now)

    opened, published = plan.opened.before(stage.now), plan.published.before(stage.now)
    stage.later(opened, f"{matter.key}: open nominations", begin)
    stage.later(opened + timedelta(minutes=20), f"{matter.key}: recommend", recommend)
    stage.later(plan.consented.before(stage.now), f"{matter.key}: agree to stand", agree)
    for place, (code, words) in enumerate(plan.others):
        _stand(stage, matter, (code, words), opened + _DAY + place * timedelta(minutes=50))
    if plan.sheet is not None:
        _sheet(stage, matter, plan.sheet, opened + _DAY * 2, plan.seconds)
    if plan.letter is not None:
        _letter(stage, matter, plan.letter, plan.seconds)
    stage.later(published - timedelta(hours=1), f"{matter.key}: review", review)
    stage.later(published, f"{matter.key}: post the candidates", publish)


def _stand(stage: Stage, matter: Matter, who: tuple[str, str], at: datetime) -> None:
    code, words = who

    async def stand(now: datetime) -> None:
        actor = await stage.actor(stage.owner_of(code))
        await _put(stage, actor, matter, code, now, channel=Channel.SELF, words=words)

    stage.later(at, f"{matter.key}: {code} stands", stand)


def _sheet(stage: Stage, matter: Matter, sheet: tuple[str, str, tuple[str, ...]], at: datetime, seconds: str) -> None:
    """Copied by the desk, compared an hour later, agreed to by the candidate's own tap."""
    code, words, signers = sheet

    async def enter(now: datetime) -> None:
        actor = await stage.actor(SECRETARY)
        paper = await _scan(actor, matter, "联名推荐表", now, Purpose.SCAN)
        home = stage.register.units[code]
        sent = Nomination(new_id(), Channel.JOINT, home, _name(stage, code), "", words, document_id=paper)
        signed = [SignedAs(stage.register.units[each], _name(stage, each)) for each in signers]
        proposal_id = stage.proposals[matter.key]
        await sheets.nominate(actor=actor, proposal_id=proposal_id, nomination=sent, signed=signed, now=now)

    async def compare(now: datetime) -> None:
        (one,) = [each for each in await _of(stage, matter) if each.sheets]
        actor = await stage.actor(seconds)
        await sheets.confirm(actor=actor, candidate_id=one.id, sheet_id=one.sheets[0].id, now=now)

    async def agree(now: datetime) -> None:
        (one,) = [each for each in await _of(stage, matter) if each.sheets]
        actor = await stage.actor(stage.owner_of(code))
        await consenting.consent(actor=actor, candidate_id=one.id, key=new_id(), statement=words, now=now)

    stage.later(at, f"{matter.key}: a joint nomination on paper", enter)
    stage.later(at + _HOUR, f"{matter.key}: compare the sheet", compare)
    stage.later(at + 2 * _HOUR, f"{matter.key}: {code} agrees to stand", agree)


def _letter(stage: Stage, matter: Matter, letter: tuple[str, str, Instant], seconds: str) -> None:
    code, reason, day = letter

    async def record(now: datetime) -> None:
        actor, one = await stage.actor(SECRETARY), await _standing(stage, matter, code)
        paper = await _scan(actor, matter, "退选信", now, Purpose.SCAN)
        await letters.record(actor=actor, candidate_id=one.id, key=new_id(), file_id=paper, reason=reason, now=now)

    async def confirm(now: datetime) -> None:
        actor, one = await stage.actor(seconds), await _standing(stage, matter, code)
        if one.letter is None:
            raise BadScript(f"{matter.key}: no letter of {code}")
        await letters.confirm(actor=actor, candidate_id=one.id, letter_id=one.letter.id, now=now)

    at = day.before(stage.now)
    stage.later(at, f"{matter.key}: a letter of withdrawal", record)
    stage.later(at + _HOUR, f"{matter.key}: confirm the letter", confirm)


async def _standing(stage: Stage, matter: Matter, code: str) -> Candidate:
    name = _name(stage, code)
    return next(each for each in await _of(stage, matter) if each.name == name)


def _name(stage: Stage, code: str) -> str:
    return stage.estate.owners[stage.owner_of(code)].name


async def _scan(actor: Actor, matter: Matter, named: str, now: datetime, purpose: Purpose = Purpose.DOCUMENT) -> int:
    data = pictures.scan(f"{matter.key} {named}")
    return (await files.save_document(actor=actor, data=data, name=f"{named}.png", now=now, purpose=purpose)).id


async def _put(
    stage: Stage,
    actor: Actor,
    matter: Matter,
    code: str,
    now: datetime,
    *,
    channel: Channel,
    words: str,
    by: str = "",
    file: int | None = None,
) -> None:
    name = _name(stage, code)
    sent = Nomination(new_id(), channel, stage.register.units[code], name, by, words, document_id=file)
    await nominating.nominate(actor=actor, proposal_id=stage.proposals[matter.key], nomination=sent, now=now)


async def _of(stage: Stage, matter: Matter) -> tuple[Candidate, ...]:
    return (await queries.standing(stage.register.community_id, stage.proposals[matter.key])).candidates
