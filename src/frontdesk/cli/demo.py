"""`frontdesk demo`: a sample practice on this machine, with everything in it."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import click
from granian.constants import Interfaces
from granian.server.embed import Server

from frontdesk.cli.beside import announced
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.local_mail import local_post_office
from frontdesk.cli.serve import check_port_is_free
from frontdesk.cli.systems_simulate import opened
from frontdesk.cli.when import pinned
from frontdesk.proving.simulator_server import served
from frontdesk.sample.forms import open_a_form, with_forms
from frontdesk.sample.load import SAMPLE, load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings, read_settings
from frontdesk.storage.connections import Connection, connect, read_connection
from frontdesk.storage.installation import Kind
from frontdesk.storage.practices import apply_practice
from frontdesk.web.app import create_app, let_go
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready
from frontdesk.work.worker import work

REAL_WORLD = {
    "FRONTDESK_SMTP_URL",
    "FRONTDESK_IMAP_URL",
    "FRONTDESK_TLS_CERTIFICATE",
    "FRONTDESK_TLS_KEY",
    "FRONTDESK_PUBLIC_URL",
    "FRONTDESK_MODEL",
    "FRONTDESK_MODEL_URL",
    "FRONTDESK_MODEL_KEY",
}
"""What connects a practice to the world: the demo does not even read it."""


@click.command()
@click.option("--at", help="Pin the clock at this time of the location, like 2026-05-26T21:47; it runs on from there.")
@click.option("--reset", is_flag=True, help="Begin anew: throw away what the demo left.")
@click.option("--seed", type=int, default=DEFAULT_SEED, help="Which plausible appointments the calendar begins with.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the pages are served (default 8000).")
@click.option("--system", help="Have the calendar live in this simulated system, such as opendental, beside the desk.")
def command(at: str | None, reset: bool, seed: int, port: int | None, system: str | None) -> None:
    """Run the sample medspa on this machine until Ctrl-C: nothing leaves it."""
    settings = demo_settings(port)
    check_port_is_free(settings)
    practice = smile()
    pin = pinned(at, practice.locations[0].zone) if at else None
    with ready(settings, anew=reset) as database:
        database.entered.become(Kind.DEMO)
        if pin is not None or reset:
            database.entered.turn(pin)
        with announced(settings):
            asyncio.run(_demo(settings, database, seed, system))


def demo_settings(port: int | None) -> Settings:
    """The settings without anything that reaches out. Raises: SettingsWrong."""
    settings = read_settings({name: value for name, value in os.environ.items() if name not in REAL_WORLD})
    chosen = port or settings.port
    return replace(
        settings,
        port=chosen,
        public_url=f"http://localhost:{chosen}",
        demo=True,
        carrier_secret=secrets.token_bytes(32),
    )


async def _demo(settings: Settings, database: Ready, seed: int, system: str | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as together:
        posting = await together.enter_async_context(local_post_office(settings, database))
        there = await together.enter_async_context(_begun(posting, database, seed, system))
        desk = await together.enter_async_context(open_frontdesk(posting, database))
        await _serve_and_work(desk, stop, there)


@asynccontextmanager
async def _begun(settings: Settings, database: Ready, seed: int, system: str | None) -> AsyncIterator[str | None]:
    """The sample practice, its calendar here or in that system, which runs until the end; where its own page is.

    Raises: CommandFault where the demo was begun with its calendar elsewhere.
    """
    clock = database.entered.clock
    async with AsyncExitStack() as together:
        async with open_frontdesk(settings, database) as desk:
            known = await desk.practice_keyed(SAMPLE)
            if known is None:
                await load_sample(desk.storage, now=clock.now(), seed=seed, visits=system is None)
                await apply_practice(desk.storage, with_forms(smile()), [], now=clock.now())
            async with desk.storage.practice(smile().id) as db:
                before = await read_connection(db)
            was = before.system if before is not None else None
            if known is not None and was != system:
                lives = f"lives in {was}" if was else "is the built-in one"
                raise CommandFault(f"The calendar of the demo that was begun here {lives}. Give --reset to begin anew.")
            there = None
            if system is not None:
                keep = settings.home / f"simulated-{system}.json"
                if known is None:
                    keep.unlink(missing_ok=True)
                peer = opened(system, clock=clock.now, seed=seed, keep=keep)
                if known is None and peer.practice != smile():  # as that system can keep it
                    await apply_practice(desk.storage, with_forms(peer.practice), [], now=clock.now())
                address = await together.enter_async_context(served(peer.application))
                connection = Connection(system=system, settings=peer.settings(address), numbers=peer.numbers)
                async with desk.storage.practice(smile().id) as db:
                    await connect(db, connection, now=clock.now())
                there = f"{address}/__page"
        yield there


async def _serve_and_work(desk: Frontdesk, stop: asyncio.Event, there: str | None) -> None:
    settings, app = desk.settings, create_app(desk)
    server = Server(app, address=settings.host, port=settings.port, interface=Interfaces.ASGI, log_enabled=False)
    async with asyncio.TaskGroup() as together:
        serving = together.create_task(server.serve())
        together.create_task(work(desk, stop))
        together.create_task(_announce(desk, there))
        await stop.wait()
        click.echo("\nStopping…")
        let_go(app)
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
        await asyncio.wait([serving], timeout=3)
        serving.cancel()


async def _announce(desk: Frontdesk, there: str | None) -> None:
    """Print the addresses once the pages can be opened. `there`: the calendar's own page in another system."""
    await _until_open(desk.settings.host, desk.settings.port)
    here = desk.settings.public_url
    form = await _a_form(desk)
    shows = desk.clock.now().astimezone(smile().locations[0].zone)
    click.echo(
        f"""
Smile Aesthetics is ready. Its clock shows {shows:%A, %B} {shows.day}, {shows:%Y, %H:%M}.

  The clinic's site, with the chat   {here}/demo/site
  A patient's phone                  {here}/demo/phone
  The mailbox                        {here}/demo/mailbox
  The clinic's calendar              {_calendars(here, there)}{form}

Or write from another terminal: frontdesk text "Hi, I'd like to book a Botox consultation"
Ctrl-C stops it; what was booked is kept."""
    )


def _calendars(here: str, there: str | None) -> str:
    """Where the calendar is looked at; with one in another system, its own page and what the desk knows of it."""
    ours = f"{here}/demo/calendar"
    return f"{there}\n  What the desk knows of it          {ours}" if there else ours


async def _a_form(desk: Frontdesk) -> str:
    """The line that leads to the form of a visit of the sample's own; none where its calendar lives elsewhere."""
    now = desk.clock.now()
    async with desk.storage.practice(smile().id) as db:
        link = await open_a_form(db, public_url=desk.settings.public_url, now=now)
    return f"\n  A patient's form before a visit    {link}" if link else ""


async def _until_open(host: str, port: int) -> None:
    """Return once the pages answer. A whole request: the server would wait for one that was only begun."""
    while True:
        try:
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = await reader.read()
            writer.close()
        except OSError:
            answer = b""
        if answer.startswith(b"HTTP/1.1 200"):
            return
        await asyncio.sleep(0.05)
