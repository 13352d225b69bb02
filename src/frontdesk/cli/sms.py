"""`frontdesk sms connect|check|disconnect`: a practice's account with a carrier for texts, tried before it counts."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import click
import yaml

from frontdesk.channels.sms.carriers import CarrierManifest, carrier, carriers
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.quiet import quiet
from frontdesk.connecting.texting import webhook_at
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.ports.faults import Fault
from frontdesk.ports.finding import Level
from frontdesk.settings import read_settings
from frontdesk.storage.carrier_accounts import CarrierAccount, drop_account, keep_account, read_account
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

FILE = click.Path(dir_okay=False, exists=True, path_type=Path)
of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")


@click.group()
def command() -> None:
    """The carrier that a practice's text messages go by."""


@command.command()
@click.argument("name")
@of_practice
@click.option("--settings", "file", type=FILE, help="What the carrier needs, in YAML; left out, it is asked for.")
def connect(name: str, key: str, file: Path | None) -> None:
    """Have the texts of a practice go by NAME, once its account was looked at; the keys are kept encrypted.

    What is not in order yet (an address to enter there, a registration) is told and does not keep you from it; keys
    that are not accepted do.
    """
    manifest = _manifest(name)
    try:
        given = _document(file) if file else _asked(manifest)
        settings = manifest.completed(given)
    except Impossible as wrong:
        raise CommandFault(str(wrong)) from None
    account = CarrierAccount(carrier=name, settings=settings)

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        levels = await _walked(desk, practice, account)
        if levels.get("credentials") is not Level.GOOD:
            click.echo("Nothing was changed.")
            return False
        async with desk.storage.practice(practice.id) as db:
            await keep_account(db, account, now=desk.clock.now())
        number = practice.locations[0].phone
        click.echo(f"The texts of {practice.name} go by {manifest.name} from the next start of Frontdesk on.")
        click.echo(f"{manifest.name} hands in what comes for {number} at")
        click.echo(f"  {webhook_at(desk.settings.public_url, name, number)}")
        click.echo(f"Run `frontdesk sms check --practice {key}` until nothing in it is BAD.")
        return True

    _run(key, run)


@command.command()
@of_practice
def check(key: str) -> None:
    """Look at a practice's account, reading only: keys, number, addresses, registration, words that end texts."""

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        async with desk.storage.practice(practice.id) as db:
            account = await read_account(db)
        if account is None:
            known = ", ".join(one.key for one in carriers())
            raise CommandFault(
                f"{practice.name} has no carrier: no text leaves. `frontdesk sms connect NAME --practice {key}` "
                f"connects one; there are: {known}."
            )
        return Level.BAD not in (await _walked(desk, practice, account)).values()

    _run(key, run)


@command.command()
@of_practice
def disconnect(key: str) -> None:
    """Have no text of a practice leave any more; the keys are forgotten."""

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        async with desk.storage.practice(practice.id) as db:
            gone = await drop_account(db)
        was = "leave no more from the next start on" if gone else "went by no carrier"
        click.echo(f"The texts of {practice.name} {was}.")
        return True

    _run(key, run)


async def _walked(desk: Frontdesk, practice: Practice, account: CarrierAccount) -> Mapping[str, Level]:
    """The worst that was found of each thing; each finding is printed as it comes."""
    try:
        texting = desk.accounts.open(practice.id, account)
    except (Fault, Impossible, LookupError) as fault:
        raise CommandFault(str(fault)) from None
    number = practice.locations[0].phone
    levels: dict[str, Level] = {}
    click.echo(f"{texting.carrier.name}, {number}:")
    try:
        async for finding in texting.account.check(number):
            click.echo(finding)
            if levels.get(finding.what) is not Level.BAD:
                levels[finding.what] = finding.level
    finally:
        await texting.account.close()
    return levels


def _asked(manifest: CarrierManifest) -> dict[str, str]:
    given = {}
    for one in manifest.settings:
        click.echo(one.help)
        default = one.default if one.default is not None else "" if one.optional else None
        given[one.key] = str(click.prompt(one.label, default=default, hide_input=one.secret))
    return given


def _manifest(name: str) -> CarrierManifest:
    try:
        return carrier(name)[0]
    except LookupError:
        known = ", ".join(one.key for one in carriers())
        raise CommandFault(f"There is no carrier named {name}. There are: {known}.") from None


def _document(file: Path) -> dict[str, str]:
    try:
        read = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as wrong:
        raise CommandFault(f"{file} is not YAML: {wrong}") from None
    if not isinstance(read, dict):
        raise CommandFault(f"{file} should hold `name: value` lines.")
    return {
        str(key): ("yes" if value else "no") if isinstance(value, bool) else str(value) for key, value in read.items()
    }


def _run(key: str, do: Callable[[Frontdesk, Practice], Awaitable[bool]]) -> None:
    settings = read_settings(os.environ)
    with quiet(), ready(settings) as database:

        async def run() -> bool:
            async with open_frontdesk(settings, database) as desk:
                return await do(desk, await known_practice(desk, key))

        if not asyncio.run(run()):
            sys.exit(1)
