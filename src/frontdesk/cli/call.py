"""`frontdesk call`: call the practice from the terminal, over the carrier's protocol, in real time."""

import asyncio
import os
import secrets
import socket
from dataclasses import replace

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.local_mail import local_post_office
from frontdesk.cli.practice import known_practice
from frontdesk.cli.quiet import quiet
from frontdesk.cli.speech import with_speech
from frontdesk.cli.text import phone_number
from frontdesk.cli.when import pinned, readable
from frontdesk.sample.load import SAMPLE, load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings, read_settings
from frontdesk.storage.installation import Kind
from frontdesk.wiring import Ready, open_frontdesk, ready


@click.command()
@click.argument("says", nargs=-1, required=True)
@click.option("--practice", "key", default=SAMPLE, show_default=True, help="The practice's short name.")
@click.option("--from", "sender", default="+15125550147", show_default=True, help="The caller's phone number.")
@click.option("--at", help="Pin the clock at this time of the location, like 2026-05-26T21:47.")
@click.option("--noise", type=float, help="Noise so many decibels below the voice.")
def command(says: tuple[str, ...], key: str, sender: str, at: str | None, noise: float | None) -> None:
    """Call the practice and say each of SAYS once the desk has spoken: a file that ends in .wav, or words.

    Words are said by the desk's own voice. What was said is printed when the call is over.
    """
    settings, caller = _own(read_settings(os.environ)), phone_number(sender)
    if at is not None:
        readable(at)  # before anything is started
    calling = with_speech("frontdesk.proving.phone.from_terminal")
    mendable = (with_speech("frontdesk.channels.voice.places").ModelsMissing, ValueError, OSError)

    async def run(database: Ready) -> None:
        if database.entered.kind is Kind.PRODUCTION:
            raise CommandFault(
                "This data folder serves a real practice; call elsewhere: FRONTDESK_HOME=... frontdesk call"
            )
        async with open_frontdesk(settings, database) as desk:
            standing = await desk.practice_keyed(key)
            wanted = standing or (smile() if key == SAMPLE else await known_practice(desk, key))
        if at is not None:
            database.entered.turn(pinned(at, wanted.locations[0].zone))
        async with local_post_office(settings, database) as posting, open_frontdesk(posting, database) as desk:
            if standing is None:
                database.entered.become(Kind.DEMO)
                await load_sample(desk.storage, now=desk.clock.now(), seed=DEFAULT_SEED)
            try:
                said, waited = await calling.call(desk, wanted, caller, says, below=noise)
            except mendable as fault:
                raise CommandFault(str(fault)) from None
        for one in said:
            click.echo(f"{one.author.value}> {one.text}")
        answers = " ".join("-" if wait is None else f"{wait:.2f}" for wait in waited.answers)
        click.echo(f"Seconds to the greeting: {waited.greeting or 0.0:.2f}; to each answer: {answers}")

    with quiet(), ready(settings) as database:
        asyncio.run(run(database))


def _own(settings: Settings) -> Settings:
    """The desk at a port of its own, with a carrier that is on this machine alone."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return replace(
        settings, port=port, public_url=f"http://localhost:{port}", demo=True, carrier_secret=secrets.token_bytes(32)
    )
