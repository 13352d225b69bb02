"""The page of a web conversation, by itself or inside the widget's frame on a clinic's site."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from frontdesk.domain.practice import Practice
from frontdesk.web.catalogue import LANGUAGES, Words, best_language, words_in
from frontdesk.web.desk import desk_of
from frontdesk.web.edge import trouble
from frontdesk.web.pages.chat_frames import LONGEST
from frontdesk.web.pages.chat_look import look_url
from frontdesk.web.pages.talk import is_offered
from frontdesk.web.phones import pretty
from frontdesk.web.rendering import page
from frontdesk.web.security import content_policy

router = APIRouter()


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """How somebody came to the page. `link` lets them into a conversation: `stays` says whether the browser goes on
    with it later, or only in this tab. `starters` are first words to tap, below a `lead`, in place of the usual ones.
    """

    link: str = ""
    stays: bool = True
    lead: str = ""
    starters: tuple[str, ...] = ()


@router.get("/chat/{key}")
async def chat(
    request: Request, key: str, embedded: Annotated[bool, Query()] = False, lang: str = "", color: str = ""
) -> Response:
    """The conversation's page. Its messages come over the socket, to whoever holds the token."""
    practice = await desk_of(request).practice_keyed(key)
    if practice is None:
        return _no_practice(request, lang)
    return chat_page(request, practice, Came(), embedded=embedded, lang=lang, color=color)


@router.get("/chat/{key}/on/{token}")
async def chat_elsewhere(request: Request, key: str, token: str) -> Response:
    """The same page, to go on with a conversation that another browser began. Only the socket uses the link up."""
    practice = await desk_of(request).practice_keyed(key)
    return _no_practice(request, "") if practice is None else chat_page(request, practice, Came(link=token))


def chat_page(
    request: Request, practice: Practice, came: Came, *, embedded: bool = False, lang: str = "", color: str = ""
) -> Response:
    """The page of a conversation with a practice."""
    words = words_for(request, practice.languages, lang)
    name = practice.chat.name or practice.name
    talks = is_offered(desk_of(request), practice, language=words.language)
    return page(
        "chat.html",
        {
            "practice": practice,
            "name": name,
            "welcome": practice.chat.greeting.get(words.language) or words("chat.welcome", practice=name),
            "look": look_url(practice, color),
            "words": words,
            "embedded": embedded,
            "longest": LONGEST,
            "came": came,
            "talks": talks,
            "phone": pretty(practice.locations[0].phone),
        },
        headers={
            "Content-Security-Policy": content_policy(
                # Any site may frame the widget's page: there is no cookie to be misused, and the token that opens
                # a conversation lies where only this origin can read it. Nobody may frame the full page.
                framed_by="*" if embedded else "'none'",
                connects=f"'self' {_socket_origin(desk_of(request).settings.public_url)}",
            ),
            "Permissions-Policy": f"camera=(), microphone={'(self)' if talks else '()'}, geolocation=(), payment=(), "
            "clipboard-write=(self)",
            "Referrer-Policy": "no-referrer",
        },
    )


def words_for(request: Request, spoken: tuple[str, ...], lang: str = "") -> Words:
    """The words of the page: in the language it was asked for in, else in the browser's."""
    return words_in(best_language(f"{lang},{request.headers.get('accept-language', '')}", spoken))


def _no_practice(request: Request, lang: str) -> Response:
    words = words_for(request, LANGUAGES, lang)
    return trouble(request, words("chat.unknown_title"), words("chat.unknown_text"), status=404)


def _socket_origin(public_url: str) -> str:
    """Our address for WebSockets: Safari before 15.4 does not count them as 'self'."""
    parts = urlsplit(public_url)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
