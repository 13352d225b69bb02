"""The page of a web conversation, by itself or inside the widget's frame on a clinic's site."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from frontdesk.web.catalogue import best_language, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.edge import trouble
from frontdesk.web.pages.chat_frames import LONGEST
from frontdesk.web.rendering import page
from frontdesk.web.security import content_policy

router = APIRouter()


@router.get("/chat/{key}")
async def chat(request: Request, key: str, embedded: Annotated[bool, Query()] = False, lang: str = "") -> Response:
    """The conversation's page. Its messages come over the socket, to whoever holds the token."""
    desk = desk_of(request)
    practice = await desk.practice_keyed(key)
    accepted = f"{lang},{request.headers.get('accept-language', '')}"
    if practice is None:
        words = words_in(best_language(accepted, ("en", "es")))
        return trouble(request, words("chat.unknown_title"), words("chat.unknown_text"), status=404)
    return page(
        "chat.html",
        {
            "practice": practice,
            "words": words_in(best_language(accepted, practice.languages)),
            "embedded": embedded,
            "longest": LONGEST,
        },
        headers={
            "Content-Security-Policy": content_policy(
                # Any site may frame the widget's page: there is no cookie to be misused, and the token that opens
                # a conversation lies where only this origin can read it. Nobody may frame the full page.
                framed_by="*" if embedded else "'none'",
                connects=f"'self' {_socket_origin(desk.settings.public_url)}",
            ),
            "Referrer-Policy": "no-referrer",
        },
    )


def _socket_origin(public_url: str) -> str:
    """Our address for WebSockets: Safari before 15.4 does not count them as 'self'."""
    parts = urlsplit(public_url)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
