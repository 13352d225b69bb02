"""`frontdesk keys`: the keys of this installation seen, checked, replaced, and brought back with the recovery key."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.cli.recovery_key import read_recovery_key, recovery_words, write_sheet
from frontdesk.domain.ids import PracticeId
from frontdesk.settings import read_settings
from frontdesk.storage.key_rotation import Progress, Rotating, begin_rotation, rotations
from frontdesk.storage.recovery_key import (
    adopt_recovery_key,
    confirm_recovery_key,
    recovery_state,
    restore_keys,
)
from frontdesk.vault.masters import first_master
from frontdesk.vault.practice_keys import Phase
from frontdesk.vault.recovery import (
    new_recovery_key,
    sheet_behind,
    sheet_for,
)
from frontdesk.wiring import Frontdesk, Ready, master_key_place, open_frontdesk, ready

UNTESTED = {
    "gcp-kms": "Google Cloud KMS, written from its reference and never tried against the real service",
    "vault": "HashiCorp Vault, written from its reference and never tried against a real one",
}
recovery_file = click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))


@click.group()
def command() -> None:
    """What seals this desk's data: the master key, each practice's keys, the recovery key."""


@command.command("list")
def list_() -> None:
    """Show every practice's keys, and how far a rotation is."""

    async def show(desk: Frontdesk, database: Ready) -> None:
        click.echo(f"master key    {_master_words(desk)}")
        click.echo(f"recovery key  {recovery_words(recovery_state(database.entered.connection))}")
        async with desk.storage.directory() as directory:
            practices = await directory.practices()
        for id, key, name in practices:
            async with desk.storage.practice(id) as db:
                version, past = db.keyring.version, await rotations(db)
            click.echo(f"{key}  {name}: keys version {version}")
            for one in past:
                state = f"ended {one.ended:%Y-%m-%d %H:%M}" if one.ended else "under way"
                click.echo(
                    f"    version {one.version}: begun {one.begun:%Y-%m-%d %H:%M} UTC, {state}; "
                    f"{one.carried_over} look-up values, {one.resealed} fields"
                )
                if one.trouble:
                    click.echo(f"    {one.trouble}")

    _run(show)


@command.command()
@click.option("--practice", "key", help="The practice's short name; left out, every practice.")
@click.option("--wait", is_flag=True, help="Do it in this process and return once the old keys are gone.")
def rotate(key: str | None, wait: bool) -> None:
    """Replace a practice's keys: a worker seals everything anew while the desk goes on."""

    async def begin(desk: Frontdesk, _: Ready) -> None:
        for practice, name in await _practices(desk, key):
            version = await begin_rotation(desk.storage, practice, now=desk.clock.now())
            if version is None:
                click.echo(f"{name}: a rotation is under way already.")
            else:
                click.echo(f"{name}: keys version {version} seal from now on; what is older is being sealed anew.")
            if wait:
                await _rotate_here(desk, practice, name)
        if not wait:
            click.echo("`frontdesk work` does the rest, `frontdesk keys list` shows how far it is.")

    _run(begin)


async def _rotate_here(desk: Frontdesk, practice: PracticeId, name: str) -> None:
    async with desk.storage.alone(practice, f"rotate keys {practice}"):
        rotating = Rotating(storage=desk.storage, practice=practice)
        while (progress := await rotating.step(now=desk.clock.now())) is Progress.MORE:
            pass
    if progress is Progress.BLOCKED:
        raise CommandFault(f"{name}: some fields do not open; the old keys stay. `frontdesk keys list` names them.")
    click.echo(f"{name}: the old keys are gone.")


@command.command()
def check() -> None:
    """Open every practice's keys, and tell what is not safe yet. Ends with 1 when something is not."""

    async def look(desk: Frontdesk, database: Ready) -> list[str]:
        faults = []
        if (kind := master_key_place(desk.settings).kind) in UNTESTED:
            faults.append(f"The master key is kept by {UNTESTED[kind]}: try a restart and a restore first.")
        state = recovery_state(database.entered.connection)
        if state is None or state.confirmed is None:
            faults.append(f"The recovery key: {recovery_words(state)}")
        for practice, name in await _practices(desk, None):
            async with desk.storage.practice(practice) as db:
                phase, past = db.keyring.phase, await rotations(db)
            if phase is not Phase.STEADY:
                faults.append(f"{name}: a rotation is under way. {past[0].trouble}".rstrip())
        return faults

    async def tell(desk: Frontdesk, database: Ready) -> None:
        found.extend(await look(desk, database))

    found: list[str] = []
    _run(tell)
    for fault in found:
        click.echo(f"not yet: {fault}")
    if found:
        raise click.exceptions.Exit(1)
    click.echo("Every practice's keys open, and the recovery key is confirmed.")


@command.command("export-recovery")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--passphrase", is_flag=True, help="Encrypt the file with a passphrase, which is asked for.")
@click.option("--to", "recipient", help="Encrypt the file for another age key: its recipient, age1...")
def export_recovery(file: Path, passphrase: bool, recipient: str | None) -> None:
    """Make a recovery key and write it to FILE, to print and lock away. An earlier one counts no more."""
    key = new_recovery_key()

    async def export(desk: Frontdesk, database: Ready) -> None:
        now = desk.clock.now()
        sheet = key.sheet(desk=desk.settings.public_url, made=now)
        if recipient:
            sheet = sheet_for(sheet, recipient)
        elif passphrase:
            sheet = sheet_behind(sheet, click.prompt("Passphrase", hide_input=True, confirmation_prompt=True))
        where = write_sheet(file, sheet, home=desk.settings.home)
        await adopt_recovery_key(database.entered.connection, desk.storage, key.recipient, now=now)
        click.echo(f"The recovery key is in {where}. Print it, lock it away, and delete the file.")
        click.echo("Then show that you can read it back: frontdesk keys confirm-recovery")

    _run(export)


@command.command("confirm-recovery")
@recovery_file
def confirm_recovery(file: Path | None) -> None:
    """Show that the recovery key was kept: give its FILE, or type it from the sheet."""
    key = read_recovery_key(file)

    async def confirm(desk: Frontdesk, database: Ready) -> None:
        count = await confirm_recovery_key(database.entered.connection, desk.storage, key, now=desk.clock.now())
        click.echo(f"It is the right one, and recovers the keys of {count} practice{'s' if count != 1 else ''}.")

    _run(confirm)


@command.command()
@recovery_file
def restore(file: Path | None) -> None:
    """Bring the practices' keys back with the recovery key, under the master key that is set now.

    For a master key that was lost, and for moving it to another place: the data itself must still be there.
    """
    settings = read_settings(os.environ)
    key = read_recovery_key(file)
    with ready(settings) as database:
        count = restore_keys(database.entered.connection, key, first_master(master_key_place(settings)))
    click.echo(
        f"The master key in {settings.master_key} wraps the keys of {count} practice{'s' if count != 1 else ''} now."
    )


def _master_words(desk: Frontdesk) -> str:
    place = master_key_place(desk.settings)
    return f"in {place.file}" if place.kind == "file" else desk.settings.master_key


async def _practices(desk: Frontdesk, key: str | None) -> list[tuple[PracticeId, str]]:
    if key is not None:
        practice = await known_practice(desk, key)
        return [(practice.id, practice.name)]
    async with desk.storage.directory() as directory:
        return [(id, name) for id, _, name in await directory.practices()]


def _run(what: Callable[[Frontdesk, Ready], Awaitable[None]]) -> None:
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                await what(desk, database)

        asyncio.run(run())
