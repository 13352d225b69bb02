"""What the web server starts in each of its processes: the pages or the webhooks, with the watch beside them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from frontdesk.storage.watched import Part
from frontdesk.web import app
from frontdesk.web.app import Beside
from frontdesk.wiring import Frontdesk
from frontdesk.work.watch import watch


def pages() -> FastAPI:
    """Every page."""
    return app.application(_watching(Part.WEB))


def webhooks() -> FastAPI:
    """What carriers and connected systems hand in, alone."""
    return app.webhooks(_watching(Part.WEBHOOKS))


def _watching(part: Part) -> Beside:
    @asynccontextmanager
    async def beside(desk: Frontdesk) -> AsyncIterator[None]:
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(desk, part, stop))
        try:
            yield
        finally:
            stop.set()
            await watching

    return beside
