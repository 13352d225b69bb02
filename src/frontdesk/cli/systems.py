"""`frontdesk systems list|connect|check|map|certify|simulate`: the calendars of others, and what is known of each."""

import click

from frontdesk.cli.systems_certify import certify
from frontdesk.cli.systems_simulate import simulate


@click.group()
def command() -> None:
    """The EHR and practice systems that a calendar may live in."""


command.add_command(certify)
command.add_command(simulate)
