"""`frontdesk restore`: bring a backup back into an empty desk, or try that out beside the desk there is."""

import os
from pathlib import Path

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.recovery_key import read_recovery_key
from frontdesk.settings import read_settings
from frontdesk.storage.backup.keys_file import Keys, read_keys
from frontdesk.storage.backup.making import backups_in
from frontdesk.storage.backup.restoring import Restored, drill, restore
from frontdesk.storage.clock import real_now
from frontdesk.vault.masters import first_master
from frontdesk.wiring import bare_database, master_key_place, ready


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--backup", "name", help="The backup's file name in FOLDER; left out, the newest.")
@click.option(
    "--keys",
    "keys_in",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where keys.jsonl is; left out, FOLDER.",
)
@click.option("--sheet", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The recovery key's sheet.")
@click.option(
    "--drill", "trying", is_flag=True, help="Only try it: into a database beside this desk's, thrown away after."
)
def command(folder: Path | None, name: str | None, keys_in: Path | None, sheet: Path | None, trying: bool) -> None:
    """Restore from FOLDER (left out: FRONTDESK_BACKUPS), with the recovery key, and prove that everything opens."""
    settings = read_settings(os.environ)
    folder = folder or settings.backups
    if folder is None:
        raise CommandFault("Name a folder: frontdesk restore FOLDER, or set FRONTDESK_BACKUPS.")
    archive = _archive(folder, name)
    keys = _keys(keys_in or folder)
    key = read_recovery_key(sheet)
    if trying:
        with ready(settings) as database:
            _tell(
                drill(database.url, archive, keys, key, now=real_now), "was restored beside this desk, and thrown away"
            )
        return
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with bare_database(settings) as url:
        master = first_master(master_key_place(settings))
        _tell(restore(url, archive, keys, key, master, home=settings.home, now=real_now), "is back")
    click.echo("Nobody is signed in, and accounts are as they were then: disable again whom you had disabled since.")
    click.echo("Who ended texts since then is not known here: look at your carrier's own list.")


def _archive(folder: Path, name: str | None) -> Path:
    there = backups_in(folder)
    if name is not None and folder / name not in there:
        raise CommandFault(f"There is no {name} in {folder}.")
    if not there:
        raise CommandFault(f"There is no backup in {folder}.")
    return folder / name if name is not None else there[-1]


def _keys(folder: Path) -> Keys:
    keys = read_keys(folder)
    if keys is None:
        raise CommandFault(
            f"There is no keys.jsonl in {folder}. Without it nothing opens: name its folder with --keys."
        )
    return keys


def _tell(done: Restored, what: str) -> None:
    click.echo(f"The backup of {done.made:%Y-%m-%d %H:%M} UTC {what}: in {done.seconds:.1f} s.")
    click.echo(
        f"{done.rows} rows of {done.practices} practices; {done.fields} sealed fields opened, every one of them."
    )
    click.echo(f"The audit holds: {done.events} events.")
    if done.forgotten:
        click.echo(f"{done.forgotten} keys were destroyed since: who they belonged to is forgotten here too.")
    if done.unsent:
        click.echo(
            f"{done.unsent} messages were waiting to be sent then. They are held, as they may have gone out since."
        )
