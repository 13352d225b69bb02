"""People who wait for a reminder of tomorrow's visit, at a practice that texts them through a carrier's stand-in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle
from uuid import uuid5

import psycopg

from frontdesk.dialogue.state import State
from frontdesk.domain.appointment import Appointment, Claim, Slot, Status, Subject
from frontdesk.domain.ids import AppointmentId, ConversationId, PatientId, PracticeId
from frontdesk.domain.message import ChannelKind
from frontdesk.domain.patient import Patient
from frontdesk.domain.practice import Practice
from frontdesk.domain.reminding import Reminding
from frontdesk.domain.time import Period, instant, wall
from frontdesk.sample.names import FAMILY_NAMES, GIVEN_NAMES
from frontdesk.sample.practice import smile
from frontdesk.storage import bookings, conversations
from frontdesk.storage.carrier_accounts import CarrierAccount, keep_account
from frontdesk.storage.database import Db, Storage
from frontdesk.storage.patients import add_patient
from frontdesk.storage.practices import Endpoint, apply_practice
from frontdesk.storage.taking import claim
from frontdesk.storage.visits import Source

DAYS = 1
TOLD = timedelta(days=3)
"""How long before the reminder each of them was told of the visit."""
LENGTH = timedelta(minutes=30)
AT_ONCE = 50
"""People entered in one transaction."""
ACCOUNT, TOKEN, SERVICE = "AC" + "a" * 32, "0" * 32, "MG" + "b" * 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """One text that is owed: to which number, and from which instant on."""

    phone: str
    due: datetime


def the_practice() -> Practice:
    """The sample practice, which reminds once: the day before."""
    return replace(smile(), reminding=Reminding(ladder=(timedelta(days=DAYS),)))


def owed(run: int, count: int, *, begins: datetime, a_second: float) -> list[Owed]:
    """So many reminders, due one after the other at that rate, each to a phone of its own."""
    return [
        Owed(phone=f"+1737{run}{number:06d}", due=begins + timedelta(seconds=number / a_second))
        for number in range(count)
    ]


async def enter_practice(storage: Storage, carrier: str, *, now: datetime) -> None:
    """The practice, with an account at the carrier that answers at that address."""
    practice = the_practice()
    await apply_practice(storage, practice, [Endpoint(channel="sms", address=practice.locations[0].phone)], now=now)
    keys = {"address": carrier, "account_sid": ACCOUNT, "auth_token": TOKEN, "messaging_service": SERVICE}
    async with storage.practice(practice.id) as db:
        account = CarrierAccount(carrier="twilio", settings={**keys, "texts_per_second": "200"})
        await keep_account(db, account, now=now)


async def enter_people(storage: Storage, people: Sequence[Owed]) -> None:
    """Each on file, with a thread of their own, and told of a visit TOLD before its reminder is due."""
    names = cycle(zip(GIVEN_NAMES, FAMILY_NAMES, strict=False))
    practice = the_practice()
    for first in range(0, len(people), AT_ONCE):
        some = people[first : first + AT_ONCE]
        async with storage.practice(practice.id) as db:
            await db.new_subjects([_id(practice.id, kind, one) for kind in ("patient", "thread") for one in some])
            for one in some:
                given, family = next(names)
                await _enter(db, practice, one, given=given, family=family)


def spread(url: str, people: Sequence[Owed]) -> None:
    """Have each reminder fall due at its own instant: visits begin at whole minutes, so as many were due at once."""
    visits = [str(_id(the_practice().id, "visit", one)) for one in people]
    with psycopg.connect(url) as owner:
        owner.execute(
            "update reminder set due_at = w.due from unnest(%s::text[], %s::timestamptz[]) as w(visit, due) "
            "where appointment_id = w.visit and state = 'planned'",
            (visits, [one.due for one in people]),
        )


def _id(practice: PracticeId, kind: str, one: Owed) -> PatientId:
    return PatientId(uuid5(practice, f"{kind} {one.phone}"))


async def _enter(db: Db, practice: Practice, one: Owed, *, given: str, family: str) -> None:
    told = one.due - TOLD
    patient = Patient(id=_id(practice.id, "patient", one), given=given, family=family, phone=one.phone)
    await add_patient(db, patient, now=told)
    thread = await conversations.open_conversation(
        db,
        ChannelKind.SMS,
        one.phone,
        id=ConversationId(_id(practice.id, "thread", one)),
        state=State(greeted=True, address=one.phone, language=practice.languages[0]),
        now=told,
    )
    slot, visit = _slot(practice, one), _id(practice.id, "visit", one)
    await claim(  # nobody has so many rooms: they overlap, as staff may let visits do
        db, slot, id=visit, status=Status.BOOKED, source=Source.STAFF, now=told, patient=patient.id, guarded=False
    )
    stands = Appointment(
        id=AppointmentId(str(visit)),
        service=slot.service,
        location=slot.location,
        practitioner=slot.practitioner,
        room=slot.room,
        devices=slot.devices,
        during=slot.during,
        status=Status.BOOKED,
        patient=patient.id,
    )
    await bookings.promise(db, stands, conversation=thread, patient=patient.id, now=told)


def _slot(practice: Practice, one: Owed) -> Slot:
    """A visit that begins DAYS days after the minute of the reminder, at the same time of the wall."""
    where, who, room = practice.locations[0], practice.practitioners[0], practice.rooms[0]
    here = wall(one.due, where.zone).replace(second=0, microsecond=0)
    start = instant(here.date() + timedelta(days=DAYS), here.time(), where.zone)
    during = Period(start=start, end=start + LENGTH)
    return Slot(
        service=practice.services[0].id,
        location=where.id,
        practitioner=who.id,
        room=room.id,
        devices=(),
        during=during,
        claims=(
            Claim(subject=Subject.PRACTITIONER, id=who.id, during=during),
            Claim(subject=Subject.ROOM, id=room.id, during=during),
        ),
    )
