"""`frontdesk work`: the background worker."""

import asyncio
import os
import signal

import click

from frontdesk.settings import Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.wiring import Ready, open_frontdesk, ready
from frontdesk.work.worker import work

GIVES_WAY = 5
"""Added to the process's niceness: where processors are short, what comes in is taken in before it is answered."""


@click.command()
def command() -> None:
    """Answer messages, deliver the outbox, watch what becomes due. SIGTERM and Ctrl-C finish what is under way."""
    os.nice(GIVES_WAY)
    settings = read_settings(os.environ)
    with ready(settings) as database:
        database.entered.become(Kind.PRODUCTION)
        asyncio.run(_work(settings, database))


async def _work(settings: Settings, database: Ready) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with open_frontdesk(settings, database) as desk:
        click.echo("frontdesk: working", err=True)
        await work(desk, stop)
    click.echo("frontdesk: stopped", err=True)
