"""`frontdesk export --patient`: everything kept of a person, as a FHIR R4 Bundle."""

import asyncio
import json
import os
from pathlib import Path

import click
import phonenumbers

from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.domain.practice import Practice
from frontdesk.reception.forgetting import file_of
from frontdesk.settings import read_settings
from frontdesk.storage.patient_file import Person, people
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

UUID_DASHES = 4


@click.command()
@click.option("--practice", "key", required=True, help="The practice's short name.")
@click.option("--patient", "named", required=True, help="The patient's id, phone number, e-mail address, or name.")
@click.option("--to", "file", type=click.Path(path_type=Path), help="The file to write; left out, standard output.")
def command(key: str, named: str, file: Path | None) -> None:
    """Write everything kept of a patient, for the patient: who, visits, messages, forms, consents."""
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                practice = await known_practice(desk, key)
                person = await the_person(desk, practice, named)
                _write(await _file(desk, practice, person), file)

        asyncio.run(run())


async def the_person(desk: Frontdesk, practice: Practice, named: str) -> Person:
    """The one person meant. Raises: CommandFault where there is none, or more than one."""
    async with desk.storage.practice(practice.id) as db:
        found = await people(db, _plain(named))
    if not found:
        raise CommandFault(f"{practice.name} keeps nothing under that id, number, address or name.")
    if len(found) > 1:
        ids = ", ".join(str(person.id) for person in found)
        raise CommandFault(f"{len(found)} patients share that. Name one by id: {ids}")
    return found[0]


async def _file(desk: Frontdesk, practice: Practice, person: Person) -> str:
    system = desk.system_of(practice.id)
    file = await file_of(desk.storage, practice, system, person, now=desk.clock.now())
    return json.dumps(file, ensure_ascii=False, indent=2)


def _write(text: str, file: Path | None) -> None:
    if file is None:
        click.echo(text)
        return
    try:
        with open(file, "x", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as written:
            written.write(text + "\n")
    except OSError as fault:
        raise CommandFault(f"{file} cannot be written ({fault.strerror}). Name a new file with --to.") from None
    click.echo(f"Written to {file}, readable by you alone. Hand it to the patient only, then delete it.")


def _plain(named: str) -> str:
    """A phone number in E.164, however it was written; an id, an address or a name in small letters."""
    plain = named.strip().lower()
    if "@" in plain or plain.count("-") == UUID_DASHES or plain[:1].isalpha():
        return plain
    try:
        number = phonenumbers.parse(plain, "US")
    except phonenumbers.NumberParseException:
        return plain
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
