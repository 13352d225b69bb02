"""`frontdesk audit verify|anchor|export`: the record of who saw and did what."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID

import click

from frontdesk.cli.export import the_person
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.practice import known_practice
from frontdesk.domain.audit import Event, Happened, Recorded
from frontdesk.domain.practice import Practice
from frontdesk.language.audit_page import audit_page
from frontdesk.settings import read_settings
from frontdesk.standards.audit_event import audit_event_resource
from frontdesk.standards.fhir import bundle
from frontdesk.storage.audit_anchors import Anchor, AnchorWrong, anchors_file, read_anchors, take_anchor
from frontdesk.storage.audit_chain import link_waiting
from frontdesk.storage.audit_proof import Broken, Whole, prove
from frontdesk.storage.audit_story import story
from frontdesk.wiring import Frontdesk, open_frontdesk, ready

FOUND = 1
"""The exit code when something was changed."""

of_practice = click.option("--practice", "key", required=True, help="The practice's short name.")


@click.group()
def command() -> None:
    """Prove the audit, anchor it, and tell what was done with a patient's data."""


@command.command()
@click.option("--practice", "key", help="The practice's short name; left out, every practice.")
@click.option(
    "--anchor",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Anchors that were kept elsewhere; those beside the data are looked at in any case.",
)
def verify(key: str | None, file: Path | None) -> None:
    """Find any change, gap, reordering or missing end, and name the first bad event; then the exit code is 1."""
    broken: list[Broken] = []

    async def look(desk: Frontdesk) -> None:
        for practice in [await known_practice(desk, key)] if key else await _every_practice(desk):
            await link_waiting(desk.storage, practice.id)
            answer = await prove(desk.storage, practice.id, await _anchors(desk, practice, file))
            click.echo(_told(practice, answer))
            broken.extend([answer] if isinstance(answer, Broken) else [])

    _run(look)
    if broken:
        sys.exit(FOUND)


@command.command()
@of_practice
@click.option("--to", "file", type=click.Path(path_type=Path), help="A file to add it to; left out, it is printed.")
def anchor(key: str, file: Path | None) -> None:
    """Sign how far the audit has come. Keep it where nobody who has the database comes: cut ends show by it."""

    async def take(desk: Frontdesk) -> None:
        practice = await known_practice(desk, key)
        await link_waiting(desk.storage, practice.id)
        async with desk.storage.practice(practice.id) as db:
            line = await take_anchor(db, now=desk.clock.now())
        if file is None:
            click.echo(line)
        else:
            _add(line, file)

    _run(take)


@command.command()
@of_practice
@click.option("--patient", "named", required=True, help="The patient's id, phone number or e-mail address.")
@click.option("--as", "kind", type=click.Choice(["fhir", "page"]), default="fhir", show_default=True)
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of the page.")
def export(key: str, named: str, kind: str, language: str) -> None:
    """Print everything that was done with one patient's data: a FHIR Bundle of AuditEvents, or a page to read."""

    async def tell(desk: Frontdesk) -> None:
        practice = await known_practice(desk, key)
        id, events = await _story(desk, practice, named)
        if kind == "page":
            click.echo(audit_page(events, practice, patient=id, language=language))
            return
        resources = [audit_event_resource(one, practice=practice.name, patient=id) for one in events]
        click.echo(json.dumps(bundle(resources, made=desk.clock.now()), ensure_ascii=False, indent=2))

    _run(tell)


async def _story(desk: Frontdesk, practice: Practice, named: str) -> tuple[UUID, list[Recorded]]:
    """Whose, and what was done. Who was forgotten is found by the id in the certificate."""
    try:
        id, subjects = UUID(named.strip()), frozenset({UUID(named.strip())})
    except ValueError:
        person = await the_person(desk, practice, named)
        id, subjects = person.id, frozenset({person.id, *person.conversations})
    await link_waiting(desk.storage, practice.id)
    async with desk.storage.practice(practice.id) as db:
        db.record(Event(what=Happened.AUDIT_EXPORTED, subjects=frozenset({id})))
        try:
            return id, await story(db, subjects)
        except ValueError:
            raise CommandFault("The audit was changed so that it cannot be read. See: frontdesk audit verify") from None


async def _every_practice(desk: Frontdesk) -> list[Practice]:
    async with desk.storage.directory() as directory:
        ids = [id for id, _, _ in await directory.practices()]
    return [await desk.practice(id) for id in ids]


async def _anchors(desk: Frontdesk, practice: Practice, file: Path | None) -> list[Anchor]:
    kept = anchors_file(desk.settings.home, practice.id)
    files = [one for one in (kept if kept.exists() else None, file) if one is not None]
    async with desk.storage.practice(practice.id) as db:
        keys = db.keyring.audit
    anchors = []
    for one in files:
        try:
            anchors += read_anchors(one.read_text(encoding="utf-8"), practice.id, keys)
        except (AnchorWrong, UnicodeDecodeError) as fault:
            raise CommandFault(f"{one}: {fault}.") from None
    return anchors


def _told(practice: Practice, answer: Whole | Broken) -> str:
    if isinstance(answer, Whole):
        waits = f", {answer.waiting} more are on their way" if answer.waiting else ""
        return (
            f"{practice.name} ({practice.key}): {answer.linked} events, each as it was written and in its place{waits}."
        )
    which = f"event {answer.event}" if answer.event else "an event"
    place = f" (number {answer.seq})" if answer.seq else ""
    return f"{practice.name} ({practice.key}): CHANGED. The first bad one is {which}{place}: {answer.why}."


def _add(line: str, file: Path) -> None:
    try:
        with file.open("a", encoding="utf-8") as kept:
            kept.write(line + "\n")
    except OSError as fault:
        raise CommandFault(f"{file} cannot be written ({fault.strerror}). Name another with --to.") from None
    click.echo(f"Added to {file}. Keep it where nobody who has the database comes.")


def _run(do: Callable[[Frontdesk], Awaitable[None]]) -> None:
    settings = read_settings(os.environ)
    with ready(settings) as database:

        async def run() -> None:
            async with open_frontdesk(settings, database) as desk:
                await do(desk)

        asyncio.run(run())
