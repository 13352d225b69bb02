"""`frontdesk migrate`: bring the database to the tables this version needs."""

import os

import click

from frontdesk.settings import read_settings
from frontdesk.storage.migrate import newest_revision
from frontdesk.wiring import ready


@click.command()
def command() -> None:
    """Bring the database to the tables this version needs; safe to repeat."""
    with ready(read_settings(os.environ)):
        click.echo(f"The database stands at revision {newest_revision()}.")
