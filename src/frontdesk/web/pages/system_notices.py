"""Where a connected system tells that something changed: its signature is checked, and it is answered at once."""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from frontdesk.ports.abilities import Notice
from frontdesk.ports.faults import Refused
from frontdesk.reception.joined import hears_notices
from frontdesk.storage.paces import Pace, may
from frontdesk.web.bodies import body_of
from frontdesk.web.desk import desk_of
from frontdesk.web.security import address_of

LARGEST_BODY = 1_000_000
PACE = Pace(name="system-notices", at_once=300, every=timedelta(seconds=0.2))
"""By the address that sends: whoever floods it with forgeries uses up their own."""

router = APIRouter()


@router.post("/hooks/system/{key}/{system}")
async def incoming_notice(request: Request, key: str, system: str) -> Response:
    """204 once it is known what the notice is about; 401 for one that the system has not signed: nothing of it is kept.

    404 where the practice is not connected to that system, or the system sends none; 413 and 429 for too much.
    """
    desk = desk_of(request)
    async with desk.storage.directory() as directory:
        practice = await directory.practice_of_key(key)
    joined = desk.joined_of(practice) if practice is not None else None
    hears = hears_notices(joined.connector) if joined is not None and joined.key == system else None
    if practice is None or hears is None:
        return Response(status_code=404)
    async with desk.storage.practice(practice) as db:
        if not await may(db, PACE, address_of(request), now=desk.clock.now()):
            return Response(status_code=429, headers={"Retry-After": "1"})
    body = await body_of(request, most=LARGEST_BODY)
    if body is None:
        return Response(status_code=413)
    notice = Notice(
        url=notice_url(desk.settings.public_url, key, system, request.url.query),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        received_at=desk.clock.now(),
    )
    try:
        told = hears.hear(notice)
    except Refused:
        return Response(status_code=401)
    await desk.following.heard(practice, system, told)
    return Response(status_code=204)


def notice_url(public_url: str, key: str, system: str, query: str = "") -> str:
    """The address that a system is given for its notices; it is part of what some of them sign."""
    return f"{public_url}/hooks/system/{key}/{system}{'?' if query else ''}{query}"
