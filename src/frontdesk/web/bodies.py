"""Bodies of requests, read only as far as they may go."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import FormData
from starlette.formparsers import MultiPartException, MultiPartParser


async def body_of(request: Request, *, most: int) -> bytes | None:
    """The whole body; None once it is larger than that, of which no more is read."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            return None
        parts.append(part)
    return b"".join(parts)


class TooLarge(Exception):
    """More was sent than may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """A form as it was sent: everything of each name, and the content of each file; an empty file is none."""

    fields: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[bytes]]

    def one(self, name: str) -> str:
        """The first of that name, or ""."""
        return next(iter(self.fields.get(name, ())), "")


async def form_in_memory(request: Request, *, most: int, files: int) -> Sent:
    """A form with its files, of which nothing is written to a disk on the way.

    Raises: TooLarge for more than `most` bytes or `files` files, and for what cannot be read as a form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _read(await request.form())

    async def counted() -> AsyncGenerator[bytes, None]:
        size = 0
        async for part in request.stream():
            size += len(part)
            if size > most:
                raise TooLarge
            yield part

    parser = MultiPartParser(request.headers, counted(), max_files=files, max_fields=1000)
    parser.spool_max_size = most + 1  # the rest would be put into a file in the clear
    try:
        return await _read(await parser.parse())
    except MultiPartException:
        raise TooLarge from None


async def _read(form: FormData) -> Sent:
    fields: dict[str, list[str]] = {}
    contents: dict[str, list[bytes]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
        elif value.size:
            contents.setdefault(name, []).append(await value.read())
    await form.close()
    return Sent(fields=fields, files=contents)
