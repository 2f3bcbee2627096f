"""From the request's body to a `Form`, with CSRF checked on the way."""

from __future__ import annotations

from council.web import csrf, kept
from council.web.bodies import read_body
from council.web.forms import Form
from council.web.kit import Request
from council.web.visits import arrived, known_person, return_path


async def read_form(request: Request) -> Form:
    """The form that was sent. CrossSite when it is not from our page, Malformed when it is not a form.

    `enter` (or `enter_site`) comes first: it says whose form it has to be, and its `now` is the form's from here on
    (`visits.arrived`). Too large a body is 413 before it is read.
    """
    values, files = await read_body(request)
    arrived(request)
    sent = values.pop(csrf.FIELD, [""])[0] or request.headers.get(csrf.HEADER, "")
    try:
        csrf.check(request, known_person(request), sent)
    except csrf.CrossSite as refused:
        if kept.may_keep(request):
            refused.kept = kept.carried(request.url.path, return_path(request), sent, values, files)
        raise
    return Form(values, files)
