"""A practice's colour as a stylesheet of its own: a page's policy allows no style that stands in the page."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.domain.chat_look import is_readable
from frontdesk.domain.practice import Practice
from frontdesk.web.desk import desk_of

HEADERS = {"Cache-Control": "public, max-age=300"}  # a practice that changes its colour sees it within minutes

router = APIRouter()


@router.get("/chat/{key}/look.css")
async def look(request: Request, key: str, color: str = "") -> Response:
    """The practice's colour, or the one its site asks for where white letters can be read on it."""
    practice = await desk_of(request).practice_keyed(key)
    if practice is None:
        return Response(status_code=404)
    colour = color if is_readable(color) else practice.chat.colour
    return Response(f":root {{ --accent: {colour}; }}\n", media_type="text/css", headers=HEADERS)


def look_url(practice: Practice, color: str = "") -> str:
    """The address of that stylesheet."""
    return f"/chat/{practice.key}/look.css" + (f"?{urlencode({'color': color})}" if color else "")
