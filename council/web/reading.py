"""From the request's body to a `Form`, with CSRF checked on the way."""

from __future__ import annotations

from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

from council.kernel.errors import CouncilError
from council.web import csrf
from council.web.forms import Form
from council.web.kit import Request
from council.web.uploads import Upload, received
from council.web.visits import known_person

MOST_FIELDS = 2000


class Malformed(CouncilError):
    """The body is not a form: answered with 400 and a sentence."""


async def read_form(request: Request) -> Form:
    """The form that was sent. CrossSite when it is not from our page, Malformed when it is not a form.

    `enter` (or `enter_site`) comes first: it says whose form it has to be. Too large a body is 413 before it is read.
    Litestar's own urlencoded reader keeps bodies, passwords with them, in a process-wide cache: it is not used.
    """
    kind, _ = request.content_type
    values: dict[str, list[str]] = {}
    files: dict[str, list[Upload]] = {}
    if kind == "application/x-www-form-urlencoded":
        for name, value in _decode(await request.body()):
            values.setdefault(name, []).append(value)
    elif kind == "multipart/form-data":
        await _read_parts(request, values, files)
    else:
        raise Malformed("form.malformed")
    sent = values.pop(csrf.FIELD, [""])[0] or request.headers.get(csrf.HEADER, "")
    csrf.check(request, known_person(request), sent)
    return Form(values, files)


def _decode(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Malformed("form.malformed") from None


async def _read_parts(request: Request, values: dict[str, list[str]], files: dict[str, list[Upload]]) -> None:
    try:
        parts = await request.form()
    except (ClientException, ValueError, LookupError) as failure:
        # 413 is a ClientException as well and says itself what is wrong; a part in an odd charset is a ValueError.
        if getattr(failure, "status_code", 400) == 413:
            raise
        raise Malformed("form.malformed") from None
    for name, part in parts.multi_items():
        if isinstance(part, UploadFile):
            files.setdefault(name, []).append(await received(part))
        else:
            values.setdefault(name, []).append(str(part))
