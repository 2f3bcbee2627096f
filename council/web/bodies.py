"""The body of a request as names, values and files; whose it is, others ask."""

from __future__ import annotations

from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException

from council.kernel.errors import CouncilError
from council.web.kit import Request
from council.web.uploads import Upload, received

MOST_FIELDS = 2000

Values = dict[str, list[str]]
Files = dict[str, list[Upload]]


class Malformed(CouncilError):
    """The body is not a form: answered with 400 and a sentence."""


async def read_body(request: Request) -> tuple[Values, Files]:
    """What was sent. Malformed when it is not a form; too large a body is 413 before it is read.

    Litestar's own urlencoded reader keeps bodies, passwords with them, in a process-wide cache: it is not used.
    """
    kind, _ = request.content_type
    values: Values = {}
    files: Files = {}
    if kind == "application/x-www-form-urlencoded":
        for name, value in _decode(await request.body()):
            values.setdefault(name, []).append(value)
    elif kind == "multipart/form-data":
        await _read_parts(request, values, files)
    else:
        raise Malformed("form.malformed")
    return values, files


def _decode(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Malformed("form.malformed") from None


async def _read_parts(request: Request, values: Values, files: Files) -> None:
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
