"""The one script that a clinic puts on its own site; it draws the launcher and nothing else."""

from functools import cache

from fastapi import APIRouter
from starlette.responses import Response

from frontdesk.web.catalogue import LANGUAGES, words_in
from frontdesk.web.rendering import script

HEADERS = {
    "Cache-Control": "public, max-age=300",  # clinics' pages pick up a new version within minutes
    "Cross-Origin-Resource-Policy": "cross-origin",
}

router = APIRouter()


@router.get("/widget.js")
async def widget() -> Response:
    """The launcher's script, with its few words in every language."""
    return Response(_widget(), media_type="text/javascript; charset=utf-8", headers=HEADERS)


@cache
def _widget() -> str:
    words = {
        language: {name: words_in(language)(f"widget.{name}") for name in ("open", "close", "title")}
        for language in LANGUAGES
    }
    return script("widget.js", {"words": words})
