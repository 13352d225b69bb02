"""`frontdesk demo`: a sample practice on this machine, with everything in it."""

import asyncio
import os
import secrets
import signal
from dataclasses import replace

import click
from granian.constants import Interfaces
from granian.server.embed import Server

from frontdesk.cli.local_mail import local_post_office
from frontdesk.cli.serve import check_port_is_free
from frontdesk.cli.when import pinned
from frontdesk.sample.load import SAMPLE, load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.web.app import create_app, let_go
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready
from frontdesk.work.worker import work

REAL_WORLD = {
    "FRONTDESK_SMTP_URL",
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
def command(at: str | None, reset: bool, seed: int, port: int | None) -> None:
    """Run the sample medspa on this machine until Ctrl-C: nothing leaves it."""
    settings = demo_settings(port)
    check_port_is_free(settings)
    practice = smile()
    pin = pinned(at, practice.locations[0].zone) if at else None
    with ready(settings, anew=reset) as database:
        database.entered.become(Kind.DEMO)
        if pin is not None or reset:
            database.entered.turn(pin)
        asyncio.run(_demo(settings, database, seed))


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


async def _demo(settings: Settings, database: Ready, seed: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with local_post_office(settings, database) as posting, open_frontdesk(posting, database) as desk:
        if await desk.practice_keyed(SAMPLE) is None:
            await load_sample(desk.storage, now=desk.clock.now(), seed=seed)
        await _serve_and_work(desk, stop)


async def _serve_and_work(desk: Frontdesk, stop: asyncio.Event) -> None:
    settings, app = desk.settings, create_app(desk)
    server = Server(app, address=settings.host, port=settings.port, interface=Interfaces.ASGI, log_enabled=False)
    async with asyncio.TaskGroup() as together:
        serving = together.create_task(server.serve())
        together.create_task(work(desk, stop))
        together.create_task(_announce(desk))
        await stop.wait()
        click.echo("\nStopping…")
        let_go(app)
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it untyped
        await asyncio.wait([serving], timeout=3)
        serving.cancel()


async def _announce(desk: Frontdesk) -> None:
    """Print the addresses once the pages can be opened."""
    await _until_open(desk.settings.host, desk.settings.port)
    here = desk.settings.public_url
    shows = desk.clock.now().astimezone(smile().locations[0].zone)
    click.echo(
        f"""
Smile Aesthetics is ready. Its clock shows {shows:%A, %B} {shows.day}, {shows:%Y, %H:%M}.

  The clinic's site, with the chat   {here}/demo/site
  A patient's phone                  {here}/demo/phone
  The mailbox                        {here}/demo/mailbox
  The clinic's calendar              {here}/demo/calendar

Or write from another terminal: frontdesk text "Hi, I'd like to book a Botox consultation"
Ctrl-C stops it; what was booked is kept."""
    )


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
