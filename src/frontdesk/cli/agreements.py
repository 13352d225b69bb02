"""`frontdesk agreements list|record|end`: the register of business associates."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.compliance.agreements import Agreement, Processing
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.settings import read_settings
from frontdesk.storage.agreements import agreements, end_agreement, recipients, record_agreement
from frontdesk.storage.clock import new_id
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

KINDS = [kind.value for kind in Processing]
DAY = click.DateTime(["%Y-%m-%d"])
of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")


@click.group()
def command() -> None:
    """Who may be given patients' data, by which agreement. Without one in force, nothing is sent."""


@command.command("list")
@of_practice
def list_(key: str) -> None:
    """Show every agreement, those over too, and whom data was sent to."""

    async def show(desk: Frontdesk, practice: Practice) -> None:
        today = wall(desk.clock.now(), practice.locations[0].zone).date()
        async with desk.storage.practice(practice.id) as db:
            recorded, reached = await agreements(db), await recipients(db)
        for one in recorded:
            stands = "in force" if one.in_force(today) else ("to come" if one.first > today else "over")
            days = f"{one.first} to {one.last}" if one.last else f"from {one.first}"
            days += f", ended {one.ended}" if one.ended else ""
            click.echo(f"{one.id}  {stands:8}  {one.kind.value:14}  {one.associate}  {days}")
            click.echo(f"    covers {', '.join(sorted(one.covers))}; document: {one.document}")
        if not recorded:
            click.echo(f"{practice.name} has recorded no agreement; nothing is sent to anybody outside.")
        for other in reached:
            click.echo(f"reached: {other.name} ({other.kind.value}), {other.tls}, {other.seen:%Y-%m-%d}")

    _run(key, show)


@command.command()
@of_practice
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What the associate does with patients' data.")
@click.option("--with", "associate", required=True, help="Who signed it with the practice.")
@click.option("--covers", multiple=True, help="What the desk reaches them by: a mail server's host, a system's name.")
@click.option("--document", required=True, help="Where the signed paper lies, or its number.")
@click.option("--from", "first", type=DAY, required=True, help="The first day in force, like 2026-01-31.")
@click.option("--until", "last", type=DAY, help="The last day in force; left out, until it is ended.")
def record(
    key: str, kind: str, associate: str, covers: tuple[str, ...], document: str, first: datetime, last: datetime | None
) -> None:
    """Enter a signed agreement."""
    try:
        agreement = Agreement(
            id=new_id(),
            kind=Processing(kind),
            associate=associate.strip(),
            covers=frozenset(name.strip().lower() for name in covers),
            document=document.strip(),
            first=first.date(),
            last=last.date() if last else None,
        )
    except Impossible as fault:
        raise CommandFault(f"{fault}. Name what it covers with --covers, as the refusal named it.") from None

    async def enter(desk: Frontdesk, practice: Practice) -> None:
        async with desk.storage.practice(practice.id) as db:
            await record_agreement(db, agreement, by=getpass.getuser(), now=desk.clock.now())
        click.echo(f"Recorded as {agreement.id}: {associate} ({kind}) for {practice.name}, from {agreement.first}.")

    _run(key, enter)


@command.command()
@of_practice
@click.argument("agreement", type=click.UUID)
@click.option("--on", type=DAY, help="The first day without it; left out, today: nothing is sent from now on.")
def end(key: str, agreement: UUID, on: datetime | None) -> None:
    """End AGREEMENT (its id, as `list` shows it)."""

    async def do(desk: Frontdesk, practice: Practice) -> None:
        now = desk.clock.now()
        day = on.date() if on else wall(now, practice.locations[0].zone).date()
        async with desk.storage.practice(practice.id) as db:
            ended = await end_agreement(db, agreement, on=day, by=getpass.getuser(), now=now)
        if ended is None:
            raise CommandFault(f"{practice.name} has no agreement {agreement}. See: frontdesk agreements list")
        click.echo(f"The agreement with {ended.associate} ({ended.kind.value}) holds no more from {ended.ended} on.")

    _run(key, do)


def _run(key: str, do: Callable[[Frontdesk, Practice], Awaitable[None]]) -> None:
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                await do(desk, await known_practice(desk, key))

        asyncio.run(run())
