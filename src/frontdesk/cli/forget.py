"""`frontdesk forget --patient`: forget a person, with a certificate."""

import asyncio
import json
import os

import click

from frontdesk.cli.export import the_person
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.domain.appointment import Cancellation
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.reception.forgetting import Forgotten, StillExpected, forget
from frontdesk.settings import read_settings
from frontdesk.storage.patient_file import Person, is_beginning
from frontdesk.wiring import Frontdesk, open_frontdesk, ready


@click.command()
@click.option("--practice", "key", required=True, help="The practice's short name.")
@click.option(
    "--patient",
    "named",
    required=True,
    help="The patient's id, phone number, e-mail address, or whole name and birth date (Maria Gonzalez 1988-04-27).",
)
@click.option("--cancel-visits", is_flag=True, help="Cancel the visits that they are still expected for.")
@click.option("--yes", is_flag=True, help="Do not ask: what is forgotten cannot be brought back.")
def command(key: str, named: str, cancel_visits: bool, yes: bool) -> None:
    """Forget a patient: their keys are destroyed, and what the law wants kept is sealed until its day."""
    if is_beginning(named):
        raise CommandFault(
            "Others may be called like that. Name the patient by id, number, address, or name and birth date."
        )
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                practice = await known_practice(desk, key)
                person = await the_person(desk, practice, named)
                if not yes:
                    click.confirm(f"Forget {person.id}? Nothing brings it back.", abort=True)
                if cancel_visits:
                    await _cancel(desk, practice, person)
                _show(await _forget(desk, practice, person))

        asyncio.run(run())


async def _cancel(desk: Frontdesk, practice: Practice, person: Person) -> None:
    system, now = desk.system_of(practice.id), desk.clock.now()
    for visit in await system.appointments_of([person.patient] if person.patient else []):
        if visit.status.takes_time and visit.during.end > now:
            await system.cancel(visit.id, reason=Cancellation.PATIENT)


async def _forget(desk: Frontdesk, practice: Practice, person: Person) -> Forgotten:
    system = desk.system_of(practice.id)
    outcome = await forget(desk.storage, practice, system, person, book=desk.book, now=desk.clock.now())
    if isinstance(outcome, StillExpected):
        zone = practice.locations[0].zone
        days = ", ".join(f"{wall(visit.during.start, zone):%Y-%m-%d %H:%M}" for visit in outcome.visits)
        raise CommandFault(f"Nothing was forgotten: a visit is still to come ({days}). Cancel it, or: --cancel-visits")
    return outcome


def _show(done: Forgotten) -> None:
    click.echo(json.dumps(done.certificate, indent=2))
