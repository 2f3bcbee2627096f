"""Anybody may look a receipt's code up, or check a receipt's file; no choice is ever shown.

Receipts are looked up and checked against the log as it is now. The head that is shown is stepped like turnout while a
small vote is open: it grows with every ballot, and whoever looked again and again could tell the minute in which a
neighbour voted. It loses nothing by that: two who compare it over the telephone read the same one for ten minutes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from council.audit import commitment, cosigned, keys, receipts, restarts
from council.audit import queries as log
from council.kernel.errors import NotFound
from council.kernel.ids import clean_code
from council.voting import queries
from council.voting.figures import digest_groups
from council.voting.head_queries import told_head
from council.voting.log_signing import signer_of, witness_keys
from council.voting.motion import Motion
from council.voting.voter import BallotState
from council.web import Form, PublicVisit, Request, enter_public, page, read_form

_UPLOAD = 512 * 1024
"""Bytes; a receipt has a few thousand."""

_CODE_SIGNS = 12
"""Signs of a receipt's code, without its spaces (council.audit.receipts)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A ballot's record as the log holds it: place (from 1), time and which vote.

    `state`, and so whether it counts, only for whoever cast it or shows its opening, which nobody else has: the log is
    public, so anybody can work out every ballot's code, and that somebody changed their mind is nobody's business.
    """

    code: str
    position: int
    at: datetime
    motion: Motion
    state: BallotState | None

    @property
    def is_lost(self) -> bool:
        """In the record and not in the count: as its own voter is told, and as everybody knows of a vote called off."""
        return self.motion.cancelled_at is not None or self.state not in {None, BallotState.IN_FORCE}

    @property
    def is_in_vain(self) -> bool:
        return self.is_lost or self.motion.revoked_at is not None

    @property
    def said(self) -> str:
        if self.motion.cancelled_at is not None:
            return "cancelled"
        if self.motion.revoked_at is not None and not self.is_lost:
            return "revoked"
        return "stands" if self.state is None else self.state.value


@get("/c/{slug:str}/verify", name="verify")
async def show(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """`?code=` looks a code up, and says first when it is not a whole one; without it, the place to type one."""
    visit = await enter_public(request, slug)
    typed = request.query_params.get("code", "").strip()[:60]
    if "code" not in request.query_params:
        return await _verify_page(request, visit)
    have = len(clean_code(typed))
    if have < _CODE_SIGNS:
        form = Form({"code": [typed]})
        form.reject("code", "verify.incomplete" if have else "verify.empty", have=have, need=_CODE_SIGNS)
        return await _verify_page(request, visit, typed=typed, form=form, status=422)
    found = await _found(visit, typed)
    return await _verify_page(request, visit, typed=typed, found=found, status=200 if found else 404)


async def _found(visit: PublicVisit, typed: str, *, is_opened: bool = False) -> Found | None:
    community_id = visit.community_id
    plain = clean_code(typed)
    code = " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
    place = await queries.ballot_by_code(community_id, code)
    if place is None:
        return None
    record = await log.record(community_id, place.log_seq)
    motion = await queries.motion(community_id, place.motion_id)
    is_own = visit.actor is not None and visit.actor.person_id == place.person_id
    return Found(code, place.log_seq + 1, record.at, motion, place.state if is_own or is_opened else None)


@post("/c/{slug:str}/verify", name="verify.file", request_max_body_size=_UPLOAD)
async def check(request: Request, slug: FromPath[str]) -> Response[bytes]:
    """A receipt, pasted or as a file, against this community's log."""
    visit = await enter_public(request, slug)
    form = await read_form(request)
    text = form.value("receipt").strip()
    for upload in form.files("file"):
        text = (await upload.read()).decode("utf-8", "replace")
    if not text:
        form.reject("receipt", "form.missing")
        return await _verify_page(request, visit, form=form, status=422)
    result = await _result(visit, text[: receipts.MOST_CHARACTERS + 1])
    if result.receipt is not None and result.holds and not result.receipt.is_of_ballot:
        # Anybody can make such a file of any record, from the tiles and the signed head.
        result = replace(result, finding=receipts.Finding.UNREADABLE)
    if result.receipt is None or not result.holds:
        return await _verify_page(request, visit, result=result, status=422)
    # In the record stands also what was refused or replaced: such a receipt holds, and proves no vote that counts.
    found = await _found(visit, result.receipt.code, is_opened=not result.receipt.is_sealed)
    return await _verify_page(request, visit, found=found if found and found.is_in_vain else None, result=result)


async def _result(visit: PublicVisit, text: str) -> receipts.Result:
    """Checked against the root that our log had at the receipt's size, and against our keys: a receipt of another log
    is not known here. One of an earlier name of ours, larger than that name became, is of records that were lost."""
    known = await keys.keys(visit.community_id)
    first = receipts.verify_receipt(_with_end(text), keys=keys.vkeys(known))
    if first.receipt is None or not first.holds:
        return first
    last = restarts.last_size(known, first.receipt.origin)
    if last is not None and first.receipt.size > last and first.signed:
        return replace(first, finding=receipts.Finding.LOST)
    try:
        root = await log.root_at(visit.community_id, first.receipt.size)
    except NotFound:
        root = b""
    return receipts.verify_receipt(_with_end(text), known=(first.receipt.size, root), keys=keys.vkeys(known))


def _with_end(text: str) -> str:
    """As saved: line feeds only, and one at the end (what is copied from a page loses it)."""
    return text.replace("\r\n", "\n").strip() + "\n"


async def _verify_page(
    request: Request,
    visit: PublicVisit,
    *,
    typed: str = "",
    found: Found | None = None,
    form: Form | None = None,
    result: receipts.Result | None = None,
    status: int = 200,
) -> Response[bytes]:
    told = await told_head(visit.community_id, visit.now)
    head = told.head
    signer = await signer_of(request, visit)
    known = await keys.keys(visit.community_id)
    return page(
        request,
        visit,
        "voting/verify.html",
        status=status,
        typed=typed,
        found=found,
        form=form or Form({}),
        result=result,
        head=head,
        stepped_at=told.stepped_at,
        root="" if head is None else digest_groups(head.root.hex()),
        signer=signer,
        names=known[1:],
        standings=await cosigned.standings(visit.community_id, signer.origin),
        check_keys=" ".join([*map(str, keys.vkeys(known)), *(key for _, key in witness_keys(request))]),
        generators={choice: commitment.generator(choice).encode().hex() for choice in commitment.CHOICES},
    )


handlers: list[HTTPRouteHandler] = [show, check]
