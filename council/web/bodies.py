"""The body of a request as names, values and files; whose it is, others ask."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar
from urllib.parse import parse_qsl

from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException, HTTPException, InternalServerException

from council.kernel.errors import CouncilError
from council.web.kit import Request
from council.web.uploads import Upload, received

T = TypeVar("T")

MOST_FIELDS = 2000
MOST_TEXT = 1024 * 1024
"""Bytes of a form without files, where the route takes more: it is read whole, and nothing else runs meanwhile."""

Values = dict[str, list[str]]
Files = dict[str, list[Upload]]


class Malformed(CouncilError):
    """The body is not a form: answered with 400 and a sentence."""


class CutOff(CouncilError):
    """Whoever sent the form was gone before all of it had arrived: nobody reads the answer."""


async def arriving(body: Awaitable[T]) -> T:
    """What `request.body()` or `request.form()` brings. CutOff when the line broke off before its end."""
    try:
        return await body
    except InternalServerException as failure:
        if "disconnected" not in failure.detail:
            raise
        raise CutOff("form.cut_off") from None


async def read_body(request: Request) -> tuple[Values, Files]:
    """What was sent. Malformed when it is not a form, CutOff when only a part of it came; too large a body is 413
    before it is read, and so is a large one without files.

    Litestar's own urlencoded reader keeps bodies, passwords with them, in a process-wide cache: it is not used.
    """
    kind, _ = request.content_type
    values: Values = {}
    files: Files = {}
    if kind == "application/x-www-form-urlencoded":
        length = request.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise Malformed("form.malformed")  # browsers always say it
        if len(length) > 9 or int(length) > MOST_TEXT:
            raise HTTPException(status_code=413)
        for name, value in _decode(await arriving(request.body())):
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
        parts = await arriving(request.form())
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
