"""The web side of the desk, put together."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from fastapi import FastAPI

from frontdesk.settings import read_settings
from frontdesk.storage.installation import Kind
from frontdesk.web.access import NeedsSignIn, to_sign_in
from frontdesk.web.acting import VisitorsAct
from frontdesk.web.edge import Edge, answer_for_missing
from frontdesk.web.live import Changes
from frontdesk.web.pages import (
    book,
    chat,
    chat_look,
    chat_socket,
    health,
    intake,
    on_it,
    sms,
    system_notices,
    talk,
    typing_in,
    voice,
    widget,
)
from frontdesk.web.pages.demo import calendar, index, mailbox, phone, site, stream, visits
from frontdesk.web.pages.staff import calendar as staff_calendar
from frontdesk.web.pages.staff import (
    changes,
    conversation,
    forms,
    inbox,
    openid,
    outcomes,
    passkeys,
    patients,
    running,
    sign_in,
    speaking,
    waiting,
)
from frontdesk.web.pages.staff import desk as staff_desk
from frontdesk.web.pages.staff import people as staff_people
from frontdesk.web.pages.staff import visits as staff_visits
from frontdesk.web.security import OnlyBelow, SecureHeaders
from frontdesk.web.static_files import KeptFiles
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

STAFF_PAGES = (sign_in.router, passkeys.router, openid.router, staff_desk.router, staff_people.router)
CONSOLE_PAGES = (
    changes.router,
    inbox.router,
    conversation.router,
    speaking.router,
    staff_calendar.router,
    staff_visits.router,
    patients.router,
    forms.router,
    waiting.router,
    running.router,
    outcomes.router,
)
PAGES = (
    sms.router,  # first, because addresses are gone through in turn, and hundreds of texts a second may come in
    health.router,
    widget.router,
    book.router,
    chat.router,
    chat_look.router,
    chat_socket.router,
    talk.router,
    intake.router,
    on_it.router,
    system_notices.router,
    typing_in.router,
    *((voice.router,) if voice.is_installed() else ()),
    *STAFF_PAGES,
    *CONSOLE_PAGES,
)
DEMO_PAGES = (index.router, site.router, phone.router, mailbox.router, calendar.router, visits.router, stream.router)

Beside = Callable[[Frontdesk], AbstractAsyncContextManager[None]]
"""What runs beside a process's pages for as long as they are served."""
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_app(desk: Frontdesk) -> FastAPI:
    """The web application of an open desk."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with _served(app, desk):
            yield

    return _app(lifespan, https=_is_https(desk.settings.public_url))


def application(beside: Beside) -> FastAPI:
    """The same for a server that starts processes by itself: each opens its desk from the environment's settings."""
    settings = read_settings(os.environ)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ready(settings) as database:
            async with open_frontdesk(settings, database) as desk, beside(desk), _served(app, desk):
                yield

    return _app(lifespan, https=_is_https(settings.public_url))


def webhooks(beside: Beside) -> FastAPI:
    """Where carriers hand texts in and connected systems their notices, and nothing else; under a port of its own,
    where the settings give it one."""
    settings = read_settings(os.environ)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ready(settings) as database:
            async with open_frontdesk(settings, database) as desk, beside(desk):
                app.state.desk = desk
                yield

    app = _app(lifespan, https=_is_https(settings.public_url))
    app.include_router(sms.router)
    app.include_router(system_notices.router)
    if voice.is_installed():
        app.include_router(voice.router)
    if settings.tls_12_for is not None:
        app.add_middleware(OnlyBelow, paths=(f"/sms/{settings.tls_12_for}/", f"/voice/{settings.tls_12_for}/"))
    return app


def let_go(app: FastAPI) -> None:
    """End what stays open (live pages, conversations) so that a server that waits for its connections can stop."""
    changes: Changes = app.state.changes
    changes.stop()


def _app(lifespan: Lifespan, *, https: bool) -> FastAPI:
    app = FastAPI(title="Frontdesk", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_middleware(VisitorsAct)
    app.add_middleware(Edge)
    app.add_middleware(SecureHeaders, https=https)  # added last, so outermost: error pages carry the headers too
    answer_for_missing(app)
    app.add_exception_handler(NeedsSignIn, to_sign_in)
    return app


@asynccontextmanager
async def _served(app: FastAPI, desk: Frontdesk) -> AsyncIterator[None]:
    """The app with its pages in it, while something listens for what changes."""
    app.state.desk = desk
    app.state.changes = changes = Changes(desk.storage)
    for router in (*PAGES, *(DEMO_PAGES if desk.kind is Kind.DEMO else ())):
        app.include_router(router)
    app.mount("/static", KeptFiles())
    listening = asyncio.create_task(changes.listen())
    try:
        yield
    finally:
        changes.stop()
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


def _is_https(public_url: str) -> bool:
    return public_url.startswith("https://")
