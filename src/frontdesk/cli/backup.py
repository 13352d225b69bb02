"""`frontdesk backup`: write everything to a folder, sealed for the recovery key."""

import asyncio
import os
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.settings import read_settings
from frontdesk.wiring import backups_to, open_frontdesk, ready


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path | None) -> None:
    """Write a backup to FOLDER (left out: FRONTDESK_BACKUPS) and read it back. The desk goes on meanwhile."""
    settings = read_settings(os.environ)
    folder = folder and folder.resolve()
    if folder is not None and folder.is_relative_to(settings.home.resolve()):
        raise CommandFault(f"{folder} lies in the data folder, beside what it must outlive. Name a place outside.")
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                backups = backups_to(settings, database, desk.storage, folder)
                if backups is None:
                    raise CommandFault("Name a folder: frontdesk backup FOLDER, or set FRONTDESK_BACKUPS.")
                made = await backups.make()
                click.echo(f"{made.path}: {made.rows} rows, read back whole, in {made.seconds:.1f} s.")
                click.echo(f"SHA-256 {made.sha256}")
                click.echo(f"{made.path.parent / 'keys.jsonl'}: {made.keys} keys. Keep only its newest copy.")

        asyncio.run(run())
