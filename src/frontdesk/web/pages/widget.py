"""The one script that a clinic puts on its own site; it draws the launcher and nothing else."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.domain.practice import Practice
from frontdesk.web.catalogue import LANGUAGES, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.rendering import script
from frontdesk.web.static_files import pressed

HEADERS = {
    "Cache-Control": "public, max-age=300",  # clinics' pages pick up a new version within minutes
    "Cross-Origin-Resource-Policy": "cross-origin",
}
WORDS = ("open", "close", "title", "unread")
SCRIPT = "text/javascript; charset=utf-8"

router = APIRouter()


@router.get("/widget.js")
async def widget(request: Request) -> Response:
    """The launcher's script for any practice: its tag names the practice, and perhaps a colour."""
    return pressed(request, _widget(None), media_type=SCRIPT, headers=HEADERS)


@router.get("/chat/{key}/widget.js")
async def widget_of_practice(request: Request, key: str) -> Response:
    """The launcher's script for one practice, in its colour and under its name."""
    practice = await desk_of(request).practice_keyed(key)
    if practice is None:
        return Response(status_code=404)
    return pressed(request, _widget(practice), media_type=SCRIPT, headers=HEADERS)


def _widget(practice: Practice | None) -> str:
    words = {
        language: {name: words_in(language)(f"widget.{name}", count="{count}") for name in WORDS}
        for language in LANGUAGES
    }
    own = {
        "practice": practice.key if practice else None,
        "colour": practice.chat.colour if practice else None,
        "name": practice.chat.name or practice.name if practice else None,
    }
    return script("widget.js", {"words": words, "own": own})
