"""`frontdesk resume`: the assistant answers again where it was paused."""

import asyncio
import os

import click

from frontdesk.cli.pause import CHANNEL
from frontdesk.cli.practice import known_practice
from frontdesk.domain.message import ChannelKind
from frontdesk.settings import read_settings
from frontdesk.storage.pauses import resume
from frontdesk.wiring import open_frontdesk, ready


@click.command()
@click.argument("practice")
@CHANNEL
def command(practice: str, channel: str | None) -> None:
    """Have the assistant answer again from the next message on. What people took over stays theirs."""
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                known = await known_practice(desk, practice)
                async with desk.storage.practice(known.id) as db:
                    was = await resume(db, ChannelKind(channel) if channel else None, now=desk.clock.now())
                where = f" on {channel}" if channel else ""
                click.echo(f"The assistant of {known.key} {'answers again' if was else 'was not paused'}{where}.")

        asyncio.run(run())
