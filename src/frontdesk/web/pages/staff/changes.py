"""The live lines of the desk's pages: names of what has changed, so that an open page reads it again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID, uuid4

import anyio
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from frontdesk.compliance.roles import Do, Field
from frontdesk.domain.ids import ConversationId
from frontdesk.storage.presence import SEEN_EVERY, gone, here
from frontdesk.web.access import Visitor, needs, still_signed_in
from frontdesk.web.desk import changes_of, desk_of
from frontdesk.web.live import GOODBYE, READ_ALL, Change, Watch
from frontdesk.web.pages.staff.door import Through

HERE = "here"
"""Told beside the change itself where it is one of the conversation that is open."""

router = APIRouter()
Seeing = Annotated[Visitor, Depends(needs(Do.SEE, Field.CONVERSATION))]


@router.get("/desk/{key}/changes", response_class=EventSourceResponse)
async def changes(request: Request, visitor: Through) -> AsyncIterator[ServerSentEvent]:
    """ "appointment", "task"... with the id, as they happen, while the session stands; never a word of it."""
    with changes_of(request).watch(visitor.practice.id) as watch:
        yield _again()
        while await still_signed_in(request, visitor):
            for change in await _next(watch):
                if change == GOODBYE:
                    return
                yield ServerSentEvent(event=change.what, raw_data=change.id)


@router.get("/desk/{key}/conversations/{id}/changes", response_class=EventSourceResponse)
async def changes_here(request: Request, id: UUID, visitor: Seeing) -> AsyncIterator[ServerSentEvent]:
    """The same, with "here" for what changes in that conversation; meanwhile colleagues see who has it open."""
    desk, tab = desk_of(request), uuid4()
    try:
        with changes_of(request).watch(visitor.practice.id) as watch:
            yield _again()
            while await still_signed_in(request, visitor):
                async with desk.storage.practice(visitor.practice.id) as db:
                    await here(db, tab, ConversationId(id), visitor.account.id, now=desk.clock.now())
                for change in await _next(watch):
                    if change == GOODBYE:
                        return
                    yield ServerSentEvent(event=change.what, raw_data=change.id)
                    if change.id == str(id):
                        yield ServerSentEvent(event=HERE, raw_data=change.what)
    finally:
        with anyio.move_on_after(5, shield=True):  # the browser left: what this takes is done all the same
            async with desk.storage.practice(visitor.practice.id) as db:
                await gone(db, tab)


def _again() -> ServerSentEvent:
    """Closes the gap between the page's own reading and the beginning of the line."""
    return ServerSentEvent(event=READ_ALL.what, raw_data=READ_ALL.id, retry=1000)


async def _next(watch: Watch) -> list[Change]:
    """What has changed; [] when nothing has for a while."""
    try:
        async with asyncio.timeout(SEEN_EVERY.total_seconds()):
            return await watch.next()
    except TimeoutError:
        return []
