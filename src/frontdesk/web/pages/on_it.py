"""Behind the signed link of a notice: one button, by which somebody of the practice says that they look after it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.reception.acknowledging import OnIt, acknowledge
from frontdesk.reception.links import Link, read_link
from frontdesk.reception.telling import ACKNOWLEDGE
from frontdesk.web.desk import desk_of
from frontdesk.web.rendering import page

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}

router = APIRouter()


@router.get("/on-it/{token}")
async def ask(request: Request, token: str) -> Response:
    """The button: programs that read mail follow links, and none of them looks after a patient."""
    if await _link(request, token) is None:
        return _over()
    return page("on_it.html", {"title": "Are you on it?", "text": "", "button": True}, headers=HEADERS)


@router.post("/on-it/{token}")
async def on_it(request: Request, token: str) -> Response:
    """The task is theirs, unless somebody else has it."""
    link = await _link(request, token)
    if link is None:
        return _over()
    desk = desk_of(request)
    answer = await acknowledge(desk.storage, desk.practices, link.practice, link.what, now=desk.clock.now(), via="link")
    if isinstance(answer, OnIt):
        return _note("It is yours.", "Nobody else is told of it. Close it at the desk once it is done.")
    return _note("Somebody else has it.", "It is done, or a colleague looks after it already.")


async def _link(request: Request, token: str) -> Link | None:
    desk = desk_of(request)
    link = await read_link(token, purpose=ACKNOWLEDGE, now=desk.clock.now(), keyring_of=desk.storage.keyring)
    return link if isinstance(link, Link) else None


def _over() -> Response:
    return _note("This link is over.", "Sign in at the desk to see what waits.", status=404)


def _note(title: str, text: str, *, status: int = 200) -> Response:
    return page("on_it.html", {"title": title, "text": text, "button": False}, status=status, headers=HEADERS)
