"""The booking link: it opens the chat with a service to book, or with a time that is kept for whoever waits for it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.reception.chat_access import OFFER, SERVICE, service_numbered
from frontdesk.reception.links import Link, LinkExpired, read_link
from frontdesk.web.catalogue import LANGUAGES
from frontdesk.web.desk import desk_of
from frontdesk.web.edge import trouble
from frontdesk.web.pages.chat import Came, chat_page, words_for
from frontdesk.wiring import Frontdesk

router = APIRouter()


@router.get("/book/{token}")
async def book(request: Request, token: str) -> Response:
    """The chat's page. A look at it books nothing and uses nothing up: programs that preview links open them too."""
    desk = desk_of(request)
    now = desk.clock.now()
    to_service = await read_link(token, purpose=SERVICE, now=now, keyring_of=desk.storage.keyring)
    if isinstance(to_service, Link):
        return await _service(request, desk, to_service)
    offer = await read_link(token, purpose=OFFER, now=now, keyring_of=desk.storage.keyring)
    if isinstance(offer, Link):
        return chat_page(request, await desk.practice(offer.practice), Came(link=token, stays=False))
    return _closed(request, over=LinkExpired() in (to_service, offer))


async def _service(request: Request, desk: Frontdesk, link: Link) -> Response:
    practice = await desk.practice(link.practice)
    service = service_numbered(practice, link.what)
    if service is None:
        return _closed(request, over=True)
    words = words_for(request, practice.languages)
    came = Came(
        lead=words("chat.service_lead", service=service.name),
        starters=(words("chat.service_starter", service=service.name), *words.several("chat.starters")[1:2]),
    )
    return chat_page(request, practice, came)


def _closed(request: Request, *, over: bool) -> Response:
    words = words_for(request, LANGUAGES)
    if over:
        return trouble(request, words("chat.offer_over_title"), words("chat.offer_over_text"), status=410)
    return trouble(request, words("chat.unknown_title"), words("chat.unknown_text"), status=404)
