"""`frontdesk systems simulate`: a small copy of a system to try the desk against."""

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from textwrap import indent

import click
import yaml

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.outside import write_out
from frontdesk.ports.faults import Fault
from frontdesk.proving.simulator_server import served
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED, plausible_visits
from frontdesk.standards.simulating.peer import OpensPeer, Peer
from frontdesk.standards.simulating.waiting import Clock, sleep
from frontdesk.storage.clock import real_now
from frontdesk.systems.manifest import manifests

DAYS = 90
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("name")
@click.option("--port", type=click.IntRange(0, 65535), default=8100, show_default=True, help="0: any that is free.")
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="The day that its book is filled around, in UTC.")
@click.option("--settings", type=FILE, help="Write to it what `frontdesk systems connect` needs.")
@click.option("--numbers", type=FILE, help="Write to it which of its things is which of the practice's.")
def simulate(name: str, port: int, at: datetime | None, settings: Path | None, numbers: Path | None) -> None:
    """Start a simulated NAME that holds the sample practice's book, on this machine alone, until it is stopped."""
    peer = opened(name, clock=_clock(at.replace(tzinfo=UTC) if at else None))
    if numbers is not None:
        write_out(numbers, yaml.safe_dump(dict(peer.numbers), sort_keys=False))
    asyncio.run(_serve(name, peer, port, settings))


def opened(name: str, *, clock: Clock, seed: int = DEFAULT_SEED, keep: Path | None = None) -> Peer:
    """The simulated system with the sample practice's book. Raises: CommandFault (there is none of that name)."""
    known = [one.key for one in manifests()]
    if name not in known:
        raise CommandFault(f"There is no simulated system named {name}. There are: {', '.join(known)}.")
    opens: OpensPeer = import_module(f"frontdesk.systems.{name}.peer").peer
    practice = smile()
    visits = [one.slot for one in plausible_visits(practice, now=clock(), seed=seed)]
    try:
        return opens(practice, clock=clock, wait=sleep, visits=visits, days=DAYS, keep=keep)
    except Fault as fault:
        raise CommandFault(f"The simulated {name} cannot be opened: {fault}") from None


def _clock(at: datetime | None) -> Clock:
    """A clock that showed `at` when it was made; the real one without."""
    ahead = at - real_now() if at is not None else timedelta(0)
    return lambda: real_now() + ahead


async def _serve(name: str, peer: Peer, port: int, settings: Path | None) -> None:
    async with AsyncExitStack() as together:
        try:
            address = await together.enter_async_context(served(peer.application, port=port))
        except OSError:
            raise CommandFault(f"Port {port} cannot be had; give another with --port, or 0 for any.") from None
        needed = "".join(as_yaml(key, value) for key, value in peer.settings(address).items())
        if settings is not None:
            write_out(settings, needed)
        click.echo(
            f"A simulated {name} holds the book of {peer.practice.name}. Its people's own page: {address}/__page"
        )
        click.echo("To connect a practice on this machine, `frontdesk systems connect` takes these:")
        click.echo(indent(needed, "  "), nl=False)
        click.echo("Stop it with Ctrl-C.")
        await asyncio.Event().wait()


def as_yaml(key: str, value: str) -> str:
    """A setting as a file of settings has it; one of many lines, as a private key, stands as they are."""
    if "\n" in value:
        return f"{key}: |\n{indent(value.strip(), '  ')}\n"
    return yaml.safe_dump({key: value}, width=sys.maxsize)
