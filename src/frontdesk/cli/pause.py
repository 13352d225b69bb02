"""`frontdesk pause`: the assistant is silent from the next message on, at a practice or on one of its channels."""

import asyncio
import os

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.when import pinned
from frontdesk.domain.message import ChannelKind
from frontdesk.language.explaining import Explaining
from frontdesk.settings import read_settings
from frontdesk.storage.pauses import pause
from frontdesk.wiring import open_frontdesk, ready

CHANNEL = click.option(
    "--channel", type=click.Choice([one.value for one in ChannelKind]), help="One channel; left out, all of them."
)


@click.command()
@click.argument("practice")
@CHANNEL
@click.option("--until", help="When the assistant goes on by itself, such as 2026-05-28T09:00 on the practice's clock.")
def command(practice: str, channel: str | None, until: str | None) -> None:
    """Pause the assistant at once; people are told of each message. Emergencies are answered all the same."""
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                known = await known_practice(desk, practice)
                now = desk.clock.now()
                end = pinned(until, known.locations[0].zone).at if until else None
                if end is not None and end <= now:
                    raise CommandFault("--until is over already; name a time to come, or leave it out.")
                async with desk.storage.practice(known.id) as db:
                    await pause(db, ChannelKind(channel) if channel else None, until=end, now=now)
                where = f"on {channel}" if channel else "on every channel"
                when = f"until {Explaining(known).moment(end)}" if end else "until `frontdesk resume`"
                click.echo(f"The assistant of {known.key} is paused {where} {when}.")

        asyncio.run(run())
