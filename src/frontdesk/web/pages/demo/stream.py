"""The demo's live line: names of what has changed, so that an open page reads it again."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from frontdesk.web.desk import changes_of, desk_of
from frontdesk.web.live import GOODBYE, READ_ALL
from frontdesk.web.pages.demo.practice import demo_practice

router = APIRouter()


@router.get("/demo/changes", response_class=EventSourceResponse)
async def changes(request: Request) -> AsyncIterator[ServerSentEvent]:
    """ "appointment", "mail", "text", "task"... with the id, as they happen; "again" when all is to be read anew."""
    practice = await demo_practice(desk_of(request))
    with changes_of(request).watch(practice.id) as watch:
        # Closes the gap between the page's own reading and the beginning of this line.
        yield ServerSentEvent(event=READ_ALL.what, raw_data=READ_ALL.id, retry=1000)
        while True:
            for change in await watch.next():
                if change == GOODBYE:
                    return
                yield ServerSentEvent(event=change.what, raw_data=change.id)
