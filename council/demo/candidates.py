"""An election before its vote on the stage: nominations, the review by two people, the notice."""

from __future__ import annotations

from datetime import datetime, timedelta

from council.demo import pictures
from council.demo.matters import Matter
from council.demo.stage import Stage
from council.demo.votes import Candidates
from council.elections import nominating, opening, publishing, queries, reviewing
from council.elections.model import Candidate, Channel, ElectionDraft, Nomination, Verdict
from council.files import service as files
from council.kernel.actor import Actor
from council.kernel.ids import new_id

SECRETARY = "secretary"
_DAY = timedelta(days=1)


def nominate(stage: Stage, matter: Matter, plan: Candidates) -> None:
    """Notes every act; reviewed an hour before the notice."""

    async def begin(now: datetime) -> None:
        draft = ElectionDraft(new_id(), seats=plan.seats, nomination_days=3, joint_least=2, notice_days=7)
        actor = await stage.actor(SECRETARY)
        await opening.open_election(actor=actor, proposal_id=stage.proposals[matter.key], draft=draft, now=now)

    async def recommend(now: datetime) -> None:
        actor, (code, party) = await stage.actor(SECRETARY), plan.party
        paper = await files.save_document(actor=actor, data=pictures.picture("bylaws"), name="推荐函.jpg", now=now)
        await _put(
            stage, actor, matter, code, now, channel=Channel.PARTY, by=party, words=plan.statement, file=paper.id
        )

    async def agree(now: datetime) -> None:
        (one,) = [each for each in await _of(stage, matter) if each.channel is Channel.PARTY]
        actor = await stage.actor(SECRETARY)
        paper = await files.save_document(actor=actor, data=pictures.picture("bylaws"), name="同意书.jpg", now=now)
        await nominating.consent_on_paper(actor=actor, candidate_id=one.id, key=new_id(), file_id=paper.id, now=now)

    async def review(now: datetime) -> None:
        for one in await _of(stage, matter):
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
    stage.later(published - timedelta(hours=1), f"{matter.key}: review", review)
    stage.later(published, f"{matter.key}: post the candidates", publish)


def _stand(stage: Stage, matter: Matter, who: tuple[str, str], at: datetime) -> None:
    code, words = who

    async def stand(now: datetime) -> None:
        actor = await stage.actor(stage.owner_of(code))
        await _put(stage, actor, matter, code, now, channel=Channel.SELF, words=words)

    stage.later(at, f"{matter.key}: {code} stands", stand)


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
    name = stage.estate.owners[stage.owner_of(code)].name
    sent = Nomination(new_id(), channel, stage.register.units[code], name, by, words, document_id=file)
    await nominating.nominate(actor=actor, proposal_id=stage.proposals[matter.key], nomination=sent, now=now)


async def _of(stage: Stage, matter: Matter) -> tuple[Candidate, ...]:
    return (await queries.standing(stage.register.community_id, stage.proposals[matter.key])).candidates
