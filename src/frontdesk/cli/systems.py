"""`frontdesk systems`: the calendars of others, and what is known of each. A file beside this one per command."""

import click

from frontdesk.cli.systems_certify import certify
from frontdesk.cli.systems_connect import check, connect, disconnect, map_
from frontdesk.cli.systems_list import list_
from frontdesk.cli.systems_simulate import simulate


@click.group()
def command() -> None:
    """The EHR and practice systems that a practice's calendar may live in."""


for one in (list_, connect, check, map_, disconnect, certify, simulate):
    command.add_command(one)
