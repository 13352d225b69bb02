"""What runs: where the assistant is paused, what is stuck, and what will not go out; each mended in one click."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.message import ChannelKind
from frontdesk.language.handing_over import reason_words
from frontdesk.reception.watching import REASONS
from frontdesk.storage.dead_letters import dead_letters, drop, retry
from frontdesk.storage.pauses import EVERYWHERE, pause, pauses, resume
from frontdesk.storage.queue import Due, due_in
from frontdesk.storage.watched import last_signs, stuck
from frontdesk.web.access import Visitor, needs
from frontdesk.web.catalogue import Words
from frontdesk.web.desk import desk_of
from frontdesk.web.pages.staff.inside import base_of, inside, words_of
from frontdesk.web.wall_clock import day_and_clock

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.TASKS))]
Changing = Annotated[Visitor, Depends(needs(Do.CHANGE, Field.TASKS))]


@router.get("/desk/{key}/running")
async def running(request: Request, visitor: Seeing) -> Response:
    """Nothing of a patient is shown: of a message its channel, its time and why it will not go."""
    words, zone = words_of(request), visitor.practice.locations[0].zone
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        paused = {one.channel: one for one in await pauses(db, now=visitor.now)}
        still, signs, dead = await stuck(db, now=visitor.now), await last_signs(db), await dead_letters(db)
        queue = await due_in(db, now=visitor.now)
    places = []
    for channel in (None, *ChannelKind):
        one = paused.get(channel)
        places.append(
            {
                "name": channel.value if channel else EVERYWHERE,
                "words": words(f"desk.channel.{channel.value}") if channel else words("desk.running.every"),
                "paused": one is not None,
                "since": day_and_clock(one.since, zone, words) if one else "",
                "until": day_and_clock(one.until, zone, words) if one and one.until else "",
            }
        )
    facts: dict[str, object] = {
        "places": places,
        "stuck": [
            {
                "what": reason_words(REASONS[part], language=words.language),
                "since": day_and_clock(since, zone, words),
            }
            for part, since in still.items()
        ],
        "signs": [
            (words(f"desk.running.part.{part.value}"), day_and_clock(at, zone, words)) for part, at in signs.items()
        ],
        "queue": [
            {"what": words(f"desk.running.kind.{one.kind.value}"), "due": one, "late": _how_late(one, words)}
            for one in queue
        ],
        "dead": [
            {
                "letter": one,
                "channel": words(f"desk.channel.{one.channel.value}"),
                "written": day_and_clock(one.written, zone, words),
            }
            for one in dead
        ],
        "may_change": visitor.may(Do.CHANGE, Field.TASKS),
        "may_read": visitor.may(Do.SEE, Field.CONVERSATION),
    }
    return inside(request, "staff/running.html", visitor, "/running", facts)


@router.post("/desk/{key}/running/{channel}/pause")
async def pause_there(request: Request, channel: str, visitor: Changing) -> Response:
    """The assistant is silent there from the next message on, until somebody has it answer again."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await pause(db, _channel(channel), until=None, now=visitor.now)
    return _back(visitor)


@router.post("/desk/{key}/running/{channel}/resume")
async def resume_there(request: Request, channel: str, visitor: Changing) -> Response:
    """The assistant answers there again."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await resume(db, _channel(channel), now=visitor.now)
    return _back(visitor)


@router.post("/desk/{key}/outbox/{id}/retry")
async def try_again(request: Request, id: UUID, visitor: Changing) -> Response:
    """On its way again, unless it may have arrived; what was seen to meanwhile stays as it is."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await retry(db, id, now=visitor.now)
    return _back(visitor)


@router.post("/desk/{key}/outbox/{id}/drop")
async def drop_it(request: Request, id: UUID, visitor: Changing) -> Response:
    """It is never sent."""
    async with desk_of(request).storage.practice(visitor.practice.id) as db:
        await drop(db, id, now=visitor.now)
    return _back(visitor)


def _how_late(due: Due, words: Words) -> str:
    """ "" where nothing of the kind is due."""
    if not due.count:
        return ""
    seconds = int(due.late.total_seconds())
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return words(f"desk.running.late.{name}", count=str(seconds // length))
    return words("desk.running.late.seconds", count=str(seconds))


def _channel(name: str) -> ChannelKind | None:
    if name == EVERYWHERE:
        return None
    try:
        return ChannelKind(name)
    except ValueError:
        raise HTTPException(404) from None


def _back(visitor: Visitor) -> Response:
    return RedirectResponse(f"{base_of(visitor)}/running", status_code=303)
