"""`frontdesk practice apply FOLDER` and `export`: a practice as readable files."""

import asyncio
import os
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.domain.ids import PracticeId
from frontdesk.domain.practice import Practice
from frontdesk.reception.practice_files import PracticeFilesWrong, differences, read_practice, write_practice
from frontdesk.settings import read_settings
from frontdesk.storage.clock import new_id
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.wiring import Frontdesk, open_frontdesk, ready


@click.group()
def command() -> None:
    """Apply or export a practice as readable files."""


@command.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def apply(folder: Path, dry_run: bool) -> None:
    """Check the files in FOLDER, show what changes, and put it in force."""
    with ready(read_settings(os.environ)) as database:

        async def run() -> None:
            async with open_frontdesk(read_settings(os.environ), database) as desk:
                await _apply(desk, folder, dry_run=dry_run)

        asyncio.run(run())


async def _apply(desk: Frontdesk, folder: Path, *, dry_run: bool) -> None:
    try:
        read = read_practice(folder, id=PracticeId(new_id()))
        standing = await desk.practice_keyed(read.key)
        wanted = read_practice(folder, id=standing.id) if standing else read
    except PracticeFilesWrong as wrong:
        raise CommandFault(str(wrong)) from None
    changes = differences(standing, wanted)
    for change in changes:
        click.echo(f"  {change}")
    if not changes:
        click.echo(f"{wanted.name} ({wanted.key}) stands as in {folder}; nothing to change.")
    elif dry_run:
        click.echo("Nothing was changed. Leave --dry-run out to put this in force.")
    else:
        version = await put_in_force(desk, wanted)
        click.echo(f"{wanted.name} ({wanted.key}) is in force, version {version}.")


async def put_in_force(desk: Frontdesk, practice: Practice) -> int:
    """The version now in force. Raises: CommandFault when a number belongs to another practice."""
    endpoints = [Endpoint(channel="sms", address=place.phone) for place in practice.locations[:1]]
    try:
        return await apply_practice(desk.storage, practice, endpoints, now=desk.clock.now())
    except ValueError as clash:
        raise CommandFault(f"{str(clash).capitalize()}. Give {practice.name} a number of its own.") from None


@command.command()
@click.argument("key")
@click.argument("folder", type=click.Path(path_type=Path))
def export(key: str, folder: Path) -> None:
    """Write the practice KEY, as it stands, to files in FOLDER."""
    with ready(read_settings(os.environ)) as database:

        async def run() -> None:
            async with open_frontdesk(read_settings(os.environ), database) as desk:
                practice = await known_practice(desk, key)
                write_practice(practice, folder)
                click.echo(f"{practice.name} ({practice.key}) is written to {folder}.")

        asyncio.run(run())


async def known_practice(desk: Frontdesk, key: str) -> Practice:
    """The practice of that short name. Raises: CommandFault, naming those there are."""
    practice = await desk.practice_keyed(key)
    if practice is None:
        async with desk.storage.directory() as directory:
            keys = [known for _, known, _ in await directory.practices()]
        there = f"There are: {', '.join(keys)}." if keys else "None has been applied yet."
        raise CommandFault(f"There is no practice {key!r}. {there} Apply one with: frontdesk practice apply FOLDER")
    return practice
