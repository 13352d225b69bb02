"""`frontdesk systems connect|check|map|disconnect`: a practice's calendar in another system, tried before it counts."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.outside import FILE, document, of_practice, run_for, settings_given, write_out
from frontdesk.connecting.opening import Opened
from frontdesk.connecting.tying import proposed, untied, with_places, written
from frontdesk.connecting.walking import followed, walk
from frontdesk.domain.faults import Impossible
from frontdesk.domain.practice import Practice
from frontdesk.ports.abilities import ListsCatalogue
from frontdesk.ports.catalogue import Catalogue
from frontdesk.ports.faults import Fault
from frontdesk.ports.finding import Level
from frontdesk.settings import LOOPBACK
from frontdesk.standards.document import DocumentWrong
from frontdesk.storage.connections import Connection, read_connection
from frontdesk.storage.connections import connect as store
from frontdesk.storage.connections import disconnect as drop
from frontdesk.storage.followed import read_followed
from frontdesk.storage.mirror import count_mirrored
from frontdesk.systems.manifest import Ability, Manifest, connector, manifests
from frontdesk.web.pages.system_notices import notice_url
from frontdesk.wiring import Frontdesk


@click.command()
@click.argument("name")
@of_practice
@click.option("--settings", "file", type=FILE, help="What the system needs, in YAML; left out, it is asked for.")
@click.option("--numbers", type=FILE, help="Which of its things is which of the practice's, in YAML.")
def connect(name: str, key: str, file: Path | None, numbers: Path | None) -> None:
    """Have the calendar of a practice live in NAME, once it was read with the keys given; they are kept encrypted.

    What NAME needs is asked for, unless --settings names a file with it. Where the practice is connected to it
    already, what was given before is kept: the settings with --numbers alone, the numbers without it.
    `frontdesk systems map` proposes a file of numbers.
    """
    manifest = _manifest(name)
    given = document(numbers) if numbers else None

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        async with desk.storage.practice(practice.id) as db:
            before = await read_connection(db)
        same = before if before is not None and before.system == name else None
        if same is not None and given is not None and file is None:
            click.echo(f"The settings of {manifest.name} stay as they are.")
            settings = dict(same.settings)
        else:
            kept = same.settings if same is not None else None
            settings = settings_given(manifest.name, manifest.settings, file, kept=kept)
        tied = given if given is not None else same.numbers if same is not None else {}
        connection = Connection(system=name, settings=settings, numbers=tied)
        sound = await _walked(desk, practice, connection)
        if not sound:
            click.echo("Nothing was changed; the calendar lives where it did.")
            return False
        async with desk.storage.practice(practice.id) as db:
            await store(db, connection, now=desk.clock.now())
        _tell(desk, practice, manifest, connection)
        return True

    run_for(key, run)


def _tell(desk: Frontdesk, practice: Practice, manifest: Manifest, connection: Connection) -> None:
    """What the connection means, and what comes next."""
    click.echo(f"The calendar of {practice.name} lives in {manifest.name} from the next start of Frontdesk on.")
    if Ability.NOTICES in manifest.can:
        click.echo("What changes there is seen at once, if it is told to send its notices to")
        click.echo(f"  {notice_url(desk.settings.public_url, practice.key, manifest.key)}")
        if urlsplit(desk.settings.public_url).hostname in LOOPBACK:
            click.echo("  (nobody outside this machine reaches that: set FRONTDESK_PUBLIC_URL first)")
    if manifest.maps and not connection.numbers:
        click.echo("Nothing is tied yet, so nothing can be booked. Next:")
        click.echo(f"  frontdesk systems map {manifest.key} --practice {practice.key} FILE")


@click.command()
@of_practice
def disconnect(key: str) -> None:
    """Have the calendar of a practice be the built-in one again; keys and numbers are forgotten."""

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        async with desk.storage.practice(practice.id) as db:
            gone = await drop(db)
        was = "lives here again from the next start on" if gone else "lives here already"
        click.echo(f"The calendar of {practice.name} {was}.")
        return True

    run_for(key, run)


@click.command()
@of_practice
def check(key: str) -> None:
    """Walk through the connection of a practice, reading only, and tell what works and what to do about the rest."""

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        connection = await _stored(desk, practice)
        sound = await _walked(desk, practice, connection)
        return await _is_followed(desk, practice, connection) and sound

    run_for(key, run)


@click.command("map")
@click.argument("name")
@of_practice
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def map_(name: str, key: str, file: Path) -> None:
    """Write to FILE which of NAME's things is which of the practice's, by name, for a person to complete."""
    manifest = _manifest(name)
    if not manifest.maps:
        raise CommandFault(f"{manifest.name} has no numbers that are tied to ours; there is no file to be written.")
    if file.exists():
        raise CommandFault(f"{file} is there already; name a new one, so that nothing of yours is lost.")

    async def run(desk: Frontdesk, practice: Practice) -> bool:
        connection = await _stored(desk, practice)
        if connection.system != name:
            raise CommandFault(f"{practice.name} is connected to {connection.system}, not to {name}.")
        lists = Ability.CATALOGUE in manifest.can
        catalogue = await _catalogue(desk, practice, connection) if lists else Catalogue()
        ties = proposed(catalogue, practice, manifest, connection.numbers)
        if lists and not catalogue.services:  # some list only what is done at the places that they are told
            placed = replace(connection, numbers=with_places(connection.numbers, ties, manifest))
            catalogue = await _catalogue(desk, practice, placed)
            ties = proposed(catalogue, practice, manifest, connection.numbers)
        rest = untied(catalogue, ties)
        write_out(file, written(ties, manifest, rest=rest, kept=connection.numbers, lists=lists))
        every = [tie for of_kind in ties.values() for tie in of_kind]
        tied = sum(tie.number is not None for tie in every)
        found = f"{tied} of {len(every)} were found by name" if lists else f"nothing is filled in, {_why(manifest)}"
        click.echo(f"{file}: {found}. Complete it, then:")
        click.echo(f"  frontdesk systems connect {name} --practice {key} --numbers {file}")
        return True

    run_for(key, run)


async def _stored(desk: Frontdesk, practice: Practice) -> Connection:
    async with desk.storage.practice(practice.id) as db:
        found = await read_connection(db)
    if found is None:
        raise CommandFault(f"{practice.name} is not connected to a system. See: frontdesk systems connect --help")
    return found


async def _catalogue(desk: Frontdesk, practice: Practice, connection: Connection) -> Catalogue:
    opened = _opened(desk, practice, connection)
    try:
        assert isinstance(opened.system, ListsCatalogue)  # its manifest says so, which the certification shows
        return await opened.system.catalogue()
    except Fault as fault:
        raise CommandFault(f"{opened.manifest.name} could not be read: {fault}") from None
    finally:
        await opened.system.close()


async def _walked(desk: Frontdesk, practice: Practice, connection: Connection) -> bool:
    """Whether nothing is broken; each finding is printed as it comes, under whose connection it is."""
    opened = _opened(desk, practice, connection)
    sound = True
    where = connection.settings.get("address", "")
    click.echo(f"{practice.name} at {opened.manifest.name}, {where}:")
    try:
        walking = walk(opened.system, opened.manifest, practice, connection.numbers, now=desk.clock.now())
        async for finding in walking:
            click.echo(finding)
            sound = sound and finding.level is not Level.BAD
    finally:
        await opened.system.close()
    return sound


async def _is_followed(desk: Frontdesk, practice: Practice, connection: Connection) -> bool:
    """Whether the copy of its visits is kept up, as far as it can be; the finding is printed."""
    joined = desk.joined_of(practice.id)
    if joined is None:
        return True
    now = desk.clock.now()
    async with desk.storage.practice(practice.id) as db:
        stands = await read_followed(db, connection.system)
        visits = await count_mirrored(db, connection.system, since=now)
    finding = followed(joined.connector, stands, visits, now=now)
    click.echo(finding)
    return finding.level is not Level.BAD


def _opened(desk: Frontdesk, practice: Practice, connection: Connection) -> Opened:
    try:
        return desk.connecting.open(practice.id, connection)
    except (Fault, Impossible, DocumentWrong, LookupError) as fault:
        raise CommandFault(str(fault)) from None


def _why(manifest: Manifest) -> str:
    return manifest.cannot.get(Ability.CATALOGUE, "it cannot")


def _manifest(name: str) -> Manifest:
    try:
        return connector(name)[0]
    except LookupError:
        known = ", ".join(one.key for one in manifests())
        raise CommandFault(f"There is no connector named {name}. There are: {known}.") from None
