"""Our stylesheets, scripts and fonts. An address with the content's hash in it may be kept for ever."""

import gzip
import os
from asyncio import to_thread
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from frontdesk.web.rendering import STATIC

FOR_EVER = "public, max-age=31536000, immutable"
LOOK_AGAIN = "public, no-cache"
PRESSED = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
"""What is sent compressed. Pages are not: one that repeats what it was sent would tell its secrets by its length."""


class KeptFiles(StaticFiles):
    """The static folder, with what browsers may keep, compressed where that helps."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file; a page of fonts or styles asks for it by its hash."""
        response = await super().get_response(path, scope)
        file = Path(path)
        if isinstance(response, FileResponse) and file.suffix in PRESSED and scope["method"] == "GET":
            etag = {"ETag": response.headers["etag"]}
            text = await to_thread(_text, response.path)
            response = pressed(Request(scope), text, media_type=PRESSED[file.suffix], headers=etag)
        response.headers["Cache-Control"] = FOR_EVER if b"v=" in scope["query_string"] else LOOK_AGAIN
        return response


def pressed(request: Request, text: str, *, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """A text for a browser, compressed where it takes that."""
    answer = {"Vary": "Accept-Encoding", **(headers or {})}
    if not _takes_gzip(request.headers):
        return Response(text, media_type=media_type, headers=answer)
    return Response(_gzipped(text), media_type=media_type, headers={"Content-Encoding": "gzip", **answer})


def _text(path: str | os.PathLike[str]) -> str:
    return Path(path).read_text(encoding="utf-8")


def _takes_gzip(headers: Headers) -> bool:
    return "gzip" in headers.get("accept-encoding", "")


@lru_cache(maxsize=64)
def _gzipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)
