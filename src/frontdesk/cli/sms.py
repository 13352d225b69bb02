"""`frontdesk sms connect|check|disconnect`: a practice's account with a carrier for texts, tried before it counts."""

from collections.abc import Mapping
from pathlib import Path

import click

from frontdesk.channels.sms.carriers import CarrierManifest, carrier, carriers
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.outside import FILE, of_practice, run_for, settings_given
from frontdesk.connecting.texting import webhook_at
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.ports.faults import Fault
from frontdesk.ports.finding import Level
from frontdesk.storage.carrier_accounts import CarrierAccount, drop_account, keep_account, read_account
from frontdesk.wiring import Frontdesk


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
    settings = settings_given(manifest.name, manifest.settings, file)
    account = CarrierAccount(carrier=name, settings=settings)

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        levels, behind = await _walked(desk, practice, account)
        if levels.get("credentials") is not Level.GOOD:
            click.echo("Nothing was changed.")
            return False
        async with desk.storage.practice(practice.id) as db:
            await keep_account(db, account, now=desk.clock.now())
        number = practice.locations[0].phone
        click.echo(f"The texts of {practice.name} go by {manifest.name} from the next start of Frontdesk on.")
        click.echo(f"{manifest.name} hands in what comes for {number} at")
        click.echo(f"  {webhook_at(desk.settings.public_url, name, number)}{behind}")
        click.echo(f"Run `frontdesk sms check --practice {key}` until nothing in it is BAD.")
        return True

    run_for(key, run)


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
        levels, _ = await _walked(desk, practice, account)
        return Level.BAD not in levels.values()

    run_for(key, run)


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

    run_for(key, run)


async def _walked(desk: Frontdesk, practice: Practice, account: CarrierAccount) -> tuple[Mapping[str, Level], str]:
    """The worst that was found of each thing, printed as it comes; and what the carrier wants behind our address."""
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
    return levels, texting.account.tries_again


def _manifest(name: str) -> CarrierManifest:
    try:
        return carrier(name)[0]
    except LookupError:
        known = ", ".join(one.key for one in carriers())
        raise CommandFault(f"There is no carrier named {name}. There are: {known}.") from None
