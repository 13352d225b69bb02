"""A whole desk behind a real web server, on a pinned clock, with its worker beside it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from granian.constants import Interfaces
from granian.server.embed import Server
from tests.clinic import NOW, a_practice
from tests.conftest import Postgres, smile_desk

from frontdesk.domain.practice import Practice
from frontdesk.settings import Settings
from frontdesk.storage.installation import Kind, Pinned
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.web.app import create_app, let_go
from frontdesk.wiring import Frontdesk, open_frontdesk, ready
from frontdesk.work.worker import work


@dataclass(frozen=True, kw_only=True)
class Running:
    """A desk that answers at `url`."""

    url: str
    desk: Frontdesk
    practice: Practice
    app: FastAPI

    @property
    def socket_url(self) -> str:
        """Where its practice's conversations are held."""
        return f"ws{self.url.removeprefix('http')}/chat/{self.practice.key}/socket"


@pytest.fixture
async def running(database_url: str, home: Path) -> AsyncIterator[Running]:
    """The demo of a small clinic, Tuesday evening, without anything in its calendar."""
    async with serve(database_url, home, Kind.DEMO) as served:
        yield served


@pytest.fixture
async def smile_running(server: Postgres, smile_template: str, master_home: Path) -> AsyncIterator[Running]:
    """The demo of the sample practice as it begins, Tuesday evening at 21:47, with its post office."""
    port = free_port()
    settings = Settings(
        home=master_home,
        port=port,
        public_url=f"http://localhost:{port}",
        demo=True,
        carrier_secret=b"a secret of the tests' own carrier",
    )
    async with smile_desk(server, smile_template, settings) as desk:
        practice = await desk.practice_keyed("smile")
        assert practice is not None
        app = create_app(desk)
        async with serving(desk, app):
            yield Running(url=settings.public_url, desk=desk, practice=practice, app=app)


@pytest.fixture
async def web(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A program that asks the running desk for pages as a browser does."""
    async with httpx.AsyncClient(base_url=running.url, headers={"Accept": "text/html", "Accept-Language": "en"}) as web:
        yield web


@asynccontextmanager
async def serve(database_url: str, home: Path, kind: Kind) -> AsyncIterator[Running]:
    """A desk of that kind, served for as long as the block lasts."""
    port = free_port()
    settings = Settings(
        home=home,
        database_url=database_url,
        port=port,
        public_url=f"http://localhost:{port}",
        carrier_secret=b"a secret of the tests' own carrier",
    )
    practice = a_practice()
    with ready(settings) as database:
        database.entered.become(kind)
        database.entered.turn(Pinned(at=NOW, words="Tuesday evening"))
        async with open_frontdesk(settings, database) as desk:
            number = Endpoint(channel="sms", address=practice.locations[0].phone)
            await apply_practice(desk.storage, practice, [number], now=NOW)
            app = create_app(desk)
            async with serving(desk, app):
                yield Running(url=settings.public_url, desk=desk, practice=practice, app=app)


@asynccontextmanager
async def serving(desk: Frontdesk, app: FastAPI) -> AsyncIterator[None]:
    """The app behind a real server, with its worker beside it."""
    stop = asyncio.Event()
    working = asyncio.create_task(work(desk, stop))
    try:
        async with answering(desk, app):
            yield
    finally:
        stop.set()
        await working


@asynccontextmanager
async def answering(desk: Frontdesk, app: FastAPI) -> AsyncIterator[None]:
    """The app behind a real server, without a worker beside it."""
    port = desk.settings.port
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    await _until_open(port)
    try:
        yield
    finally:
        let_go(app)
        server.stop()
        await serving


async def _until_open(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                return


_FIRST = 10_000 + 5_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4)
_REFUSED = 10_080
"""A browser opens no page at it: https://fetch.spec.whatwg.org/#port-blocking, which has no other from 10,000 on."""
_PORTS = cycle(port for port in range(_FIRST, _FIRST + 5_000) if port != _REFUSED)
"""Below those that calls go out from, and each process of the tests has its own: what is free now stays free."""


def free_port() -> int:
    """A port that nobody has."""
    while True:
        port = next(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
