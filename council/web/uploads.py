"""A file as it arrived: its name and type are claims, nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from litestar.datastructures import UploadFile


@dataclass(frozen=True, slots=True)
class Upload:
    """`filename` and `media_type` are the sender's words; `size` is in bytes and measured."""

    filename: str
    media_type: str
    size: int
    source: UploadFile

    async def read(self) -> bytes:
        """Everything in it; bounded by the route's `request_max_body_size`."""
        await self.source.seek(0)
        return await self.source.read()


async def received(source: UploadFile) -> Upload:
    name = source.filename.replace("\\", "/").rpartition("/")[2][:200]
    return Upload(name, source.content_type, source.file.seek(0, 2), source)
