"""`frontdesk chat`: what a clinic puts on its pages and into its letters, so that patients find the web chat."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import click

from frontdesk.cli.beside import settings_beside
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.when import pinned
from frontdesk.domain.practice import Practice
from frontdesk.language.explaining import Explaining
from frontdesk.reception.chat_access import SERVICE, service_number
from frontdesk.reception.links import sign_link
from frontdesk.standards.document import did_you_mean
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

USUALLY, LONGEST = timedelta(days=90), timedelta(days=730)


@click.group()
def command() -> None:
    """The web chat: what goes on the clinic's site, and links that open it with a service to book."""


@command.command()
@click.argument("practice")
def tag(practice: str) -> None:
    """The line for the clinic's own pages, and what their content policy has to allow."""

    async def run(desk: Frontdesk) -> None:
        known = await known_practice(desk, practice)
        origin = desk.settings.public_url
        click.echo(f'<script src="{origin}/chat/{known.key}/widget.js" async></script>')
        click.echo(f"Content-Security-Policy: script-src {origin}; frame-src {origin}")
        click.echo(f'Permissions-Policy: microphone=("{origin}")   # where the site sends one, and patients may talk')
        click.echo(f"By itself: {origin}/chat/{known.key}")

    _with_desk(run)


@command.command()
@click.argument("practice")
@click.option("--service", required=True, help="The id of the service to book, as in services.yaml.")
@click.option("--until", help="When the link runs out, such as 2026-09-01T00:00 on the practice's clock; else 90 days.")
def link(practice: str, service: str, until: str | None) -> None:
    """A signed link for a letter or an advertisement: it opens the chat with that service to book."""

    async def run(desk: Frontdesk) -> None:
        known = await known_practice(desk, practice)
        now = desk.clock.now()
        ends = pinned(until, known.locations[0].zone).at if until else now + USUALLY
        if ends <= now:
            raise CommandFault("--until is over already; name a time to come, or leave it out.")
        if ends > now + LONGEST:
            raise CommandFault("--until is more than two years ahead; name a nearer time, and make a new link then.")
        click.echo(await _service_link(desk, known, service, ends))
        click.echo(f"It works until {Explaining(known).moment(ends)}.", err=True)

    _with_desk(run)


async def _service_link(desk: Frontdesk, practice: Practice, service: str, ends: datetime) -> str:
    bookable = {str(one.id): one.id for one in practice.services if one.bookable}
    if service not in bookable:
        near = did_you_mean(service, tuple(bookable))
        hint = near.capitalize() or f"These can be booked: {', '.join(bookable)}."
        raise CommandFault(f"--service is {service!r}, which {practice.key} has not, or does not let be booked. {hint}")
    async with desk.storage.practice(practice.id) as db:
        number = service_number(practice, bookable[service])
        token = sign_link(db.keyring, practice.id, number, purpose=SERVICE, expires=ends)
    return f"{desk.settings.public_url}/book/{token}"


def _with_desk(run: Callable[[Frontdesk], Awaitable[None]]) -> None:
    settings = settings_beside(os.environ)
    with ready(settings) as database:

        async def opened() -> None:
            async with open_frontdesk(settings, database) as desk:
                await run(desk)

        asyncio.run(opened())
