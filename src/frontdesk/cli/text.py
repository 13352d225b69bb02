"""`frontdesk text`: be a patient at the terminal, with the same receptionist as everybody's."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click
import phonenumbers

from frontdesk.cli.beside import settings_beside
from frontdesk.cli.faults import CommandFault
from frontdesk.cli.local_mail import local_post_office
from frontdesk.cli.practice import known_practice
from frontdesk.cli.quiet import quiet
from frontdesk.cli.when import pinned, readable
from frontdesk.domain.appointment import Appointment
from frontdesk.domain.message import ChannelKind, Message
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import wall
from frontdesk.sample.load import SAMPLE, load_sample
from frontdesk.sample.practice import smile
from frontdesk.sample.visits import DEFAULT_SEED
from frontdesk.settings import Settings
from frontdesk.storage import conversations
from frontdesk.storage.conversations import Why
from frontdesk.storage.installation import Kind
from frontdesk.storage.jobs import Job, Work
from frontdesk.wiring import Frontdesk, Ready, open_frontdesk, ready
from frontdesk.work.deliver import deliver


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the command was told."""

    key: str
    sender: str
    at: str | None
    as_json: bool
    new: bool
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One message of the patient and what came of it."""

    sent: Message
    replies: list[Message]
    why: Why | None
    visits: list[Appointment]


@click.command()
@click.argument("message", required=False)
@click.option("--practice", "key", default=SAMPLE, show_default=True, help="The practice's short name.")
@click.option("--from", "sender", default="+15125550147", show_default=True, help="The patient's phone number.")
@click.option("--at", help="Pin the clock at this time of the location, like 2026-05-26T21:47.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per patient message.")
@click.option("--new", is_flag=True, help="Begin as a patient who never wrote before.")
@click.option("--seed", type=int, default=DEFAULT_SEED, help="Which sample visits an empty folder begins with.")
def command(message: str | None, **told: object) -> None:
    """Be a patient: send MESSAGE, or each line of standard input, and read the replies."""
    options = Options(**told)  # type: ignore[arg-type]  # click gives what its options declare
    settings = settings_beside(os.environ)
    phone_number(options.sender)
    if options.at is not None:
        readable(options.at)  # before anything is started
    with quiet(), ready(settings) as database:
        asyncio.run(_run(settings, database, message, options))


def phone_number(written: str) -> str:
    """The number in E.164. Raises: CommandFault."""
    try:
        number = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        number = phonenumbers.PhoneNumber()
    if not phonenumbers.is_possible_number(number):
        raise CommandFault(f"--from is {written!r}; write a phone number like +15125550147.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


async def _run(settings: Settings, database: Ready, message: str | None, options: Options) -> None:
    if database.entered.kind is Kind.PRODUCTION:
        raise CommandFault(
            "This data folder serves a real practice; be a patient elsewhere: FRONTDESK_HOME=... frontdesk text"
        )
    async with open_frontdesk(settings, database) as desk:
        standing = await desk.practice_keyed(options.key)
        wanted = standing or (smile() if options.key == SAMPLE else await known_practice(desk, options.key))
    if options.at is not None:
        database.entered.turn(pinned(options.at, wanted.locations[0].zone))
    async with local_post_office(settings, database) as posting, open_frontdesk(posting, database) as desk:
        if standing is None:
            database.entered.become(Kind.DEMO)
            await load_sample(desk.storage, now=desk.clock.now(), seed=options.seed)
        number = phone_number(options.sender)
        if options.new:
            await _begin_anew(desk, wanted, number)
        for text in [message] if message is not None else _lines():
            if text.strip():
                _show(await _say(desk, wanted, number, text.strip()), wanted, number, as_json=options.as_json)


def _lines() -> Iterator[str]:
    """What is typed, with a prompt where a person types it."""
    typed_by_hand = sys.stdin.isatty()
    while True:
        if typed_by_hand:
            click.echo("you> ", nl=False)
        line = sys.stdin.readline()
        if not line:
            return
        yield line


async def _begin_anew(desk: Frontdesk, practice: Practice, number: str) -> None:
    async with desk.storage.practice(practice.id) as db:
        thread = await conversations.find_open(db, ChannelKind.SMS, number)
        if thread is not None:
            await conversations.close_conversation(db, thread.id, now=desk.clock.now())


async def _say(desk: Frontdesk, practice: Practice, number: str, text: str) -> Exchange:
    received = await desk.reception.receive(practice.id, ChannelKind.SMS, number, text, provider_id=None)
    sent = received.message
    assert sent is not None  # without a provider id nothing is a repeat
    await desk.reception.answer(practice.id, received.conversation)
    await deliver(desk, Job(work=Work.DELIVER, practice=practice.id, on=received.conversation))
    async with desk.storage.practice(practice.id) as db:
        thread = await conversations.read_conversation(db, received.conversation)
        replies = await conversations.replies_to(db, sent.id)
        why = await conversations.why(db, sent.id)
    known = [thread.patient] if thread and thread.patient else []
    visits = await desk.system_of(practice.id).appointments_of(known) if known else []
    return Exchange(sent=sent, replies=replies, why=why, visits=visits)


def _show(exchange: Exchange, practice: Practice, number: str, *, as_json: bool) -> None:
    if not as_json:
        for reply in exchange.replies:
            click.echo(f"{practice.assistant}> {reply.text}")
        return
    zone = practice.locations[0].zone
    shown = {
        "at": wall(exchange.sent.sent, zone).isoformat(timespec="seconds"),
        "from": number,
        "text": exchange.sent.text,
        "acts": exchange.why.acts if exchange.why else [],
        "effects": exchange.why.effects if exchange.why else [],
        "replies": [reply.text for reply in exchange.replies],
        "appointments": [visit_as_json(practice, visit) for visit in exchange.visits],
    }
    click.echo(json.dumps(shown, ensure_ascii=False))


def visit_as_json(practice: Practice, visit: Appointment) -> dict[str, object]:
    """A visit in the practice's own names, on its location's wall clock."""
    zone = practice.location(visit.location).zone
    return {
        "id": visit.id,
        "service": practice.service(visit.service).name if visit.service else None,
        "practitioner": practice.practitioner(visit.practitioner).name if visit.practitioner else None,
        "room": practice.room(visit.room).name if visit.room else None,
        "start": wall(visit.during.start, zone).isoformat(),
        "end": wall(visit.during.end, zone).isoformat(),
        "status": visit.status.value,
    }
