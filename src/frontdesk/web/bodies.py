"""Bodies of requests, read only as far as they may go."""

from fastapi import Request


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
