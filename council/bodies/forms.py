"""The desk's forms about bodies, and a member's own choice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from council.bodies.composition import Seat
from council.bodies.duties import TERM_YEARS
from council.bodies.model import Body, BodyKind, Ending, Fate, Post, Side, VoteForm
from council.bodies.papers import Aftermath, Appointment, Dissolution, Drawing, Earlier, Filing, Leaving, Minutes
from council.kernel.clock import local_midnight
from council.web.forms import Form

LINES = 15
"""So many people fit on the form of an appointment."""

_DAY = timedelta(days=1)
LEAVING = (Ending.RESIGNED, Ending.POST, Ending.RECALLED, Ending.SOLD)


def _day(form: Form, name: str) -> datetime:
    return local_midnight(form.day(name))


def _last_day(form: Form, name: str) -> datetime:
    """The first instant after the last day that was typed."""
    return local_midnight(form.day(name) + _DAY)


def parse_founding(form: Form, *, joins: bool) -> tuple[str, BodyKind, int]:
    """Key, kind and years; whoever joins a committee has its term."""
    if joins:
        return form.key(), BodyKind.OWNERS, TERM_YEARS
    return form.key(), form.choice("kind", BodyKind), form.integer("years", least=1, most=TERM_YEARS)


def parse_round(form: Form) -> tuple[str, VoteForm, str, datetime]:
    key, how = form.key(), form.choice("how", VoteForm)
    return key, how, form.line("basis", least=4, most=200), form.when("closes_at")


def parse_call_off(form: Form) -> tuple[str, str]:
    """Key and reason."""
    return form.key(), form.text("reason", least=4, most=500)


def parse_picks(form: Form, posts: Iterable[Post], members: Iterable[int]) -> dict[Post, int]:
    """One member a post; a post for which nobody is marked is left out of the vote."""
    known = {str(each): each for each in members}
    picks = {}
    for post in posts:
        value = form.value(post.value)
        if value and value != "0":
            picks[post] = known[form.choice(post.value, known)]
    if not picks:
        form.reject("chair", "form.not_chosen")
    return picks


def parse_minutes(form: Form, body: Body) -> Minutes:
    votes = {
        post: {each.id: form.integer(f"votes_{post}_{each.id}", most=999, required=False) or 0 for each in body.sitting}
        for post in (Post.CHAIR, Post.DEPUTY)
        if body.holder(post) is None
    }
    return Minutes(
        held_on=_day(form, "held_on"),
        form=form.choice("how", VoteForm),
        basis=form.line("basis", least=4, most=200),
        votes=votes,
        other=form.line("other", most=60),
    )


def parse_filing(form: Form) -> Filing:
    number, office = form.line("number", least=2, most=60), form.line("office", least=2, most=60)
    return Filing(number, office, _day(form, "filed_on"))


def parse_leaving(form: Form, body: Body) -> Leaving:
    known = {str(each.id): each.id for each in body.members if each.ended_at is None}
    chosen = form.choice("member", known or {"": ""})
    motion = form.value("motion")
    motion_id = int(motion) if motion.isascii() and motion.isdigit() and len(motion) < 16 else None
    member = body.member(known.get(str(chosen), 0))
    why = form.choice("why", LEAVING)
    post = member.post if member is not None and why is Ending.POST else None
    return Leaving(known.get(str(chosen), 0), why, _day(form, "on"), motion_id, post)


def parse_dissolution(form: Form) -> Dissolution:
    return Dissolution(form.line("document", least=2, most=80), _day(form, "on"))


def parse_aftermath(form: Form, motion_ids: Iterable[int]) -> Aftermath:
    known = {str(each): each for each in motion_ids}
    chosen = form.choice("motion", known or {"": ""})
    fate = form.choice("fate", Fate)
    until = _last_day(form, "until") if fate is Fate.STANDS else None
    return Aftermath(known.get(str(chosen), 0), fate, form.line("document", least=2, most=120), _day(form, "on"), until)


def parse_drawing(form: Form, body: Body) -> Drawing:
    """The names as they were drawn, one a place."""
    known = {str(each.id): each.id for each in body.equals}
    order = [known.get(form.value(f"drawn_{at}"), 0) for at in range(len(known))]
    named = [form.line("witness_a", least=2, most=60), form.line("witness_b", least=2, most=60)]
    return Drawing(tuple(order), tuple(named), _day(form, "drawn_on"))


def parse_earlier(form: Form) -> Earlier:
    return Earlier(
        number=form.integer("nth", least=1, most=99),
        began_on=_day(form, "began_on"),
        term_until=_last_day(form, "term_until"),
        filing=parse_filing(form),
        seats=_seats(form, Side.OWNER),
    )


def _seats(form: Form, side: Side | None = None) -> tuple[Seat, ...]:
    """Lines without a name are left out. `side`: everybody's, where it is not asked."""
    return tuple(
        Seat(
            name=form.line(f"name_{at}", most=60),
            side=side or form.choice(f"side_{at}", Side),
            post=form.choice(f"post_{at}", Post),
            place=form.line(f"place_{at}", most=40),
        )
        for at in range(LINES)
        if form.value(f"name_{at}").strip()
    )


def parse_appointment(form: Form) -> Appointment:
    seats = _seats(form)
    return Appointment(
        document=form.line("number", least=2, most=80),
        appointed_by=form.line("appointed_by", least=2, most=60),
        appointed_on=_day(form, "appointed_on"),
        term_until=_last_day(form, "term_until"),
        seats=seats,
    )


def listed(body: Body | None) -> Form:
    """The form of an appointment begins with the list that stands; of a new body with empty lines."""
    given: dict[str, str] = {}
    for at, each in enumerate(body.sitting if body else ()):
        given |= {f"name_{at}": each.name, f"side_{at}": each.side, f"post_{at}": each.post, f"place_{at}": each.place}
    return Form.blank(**given)
