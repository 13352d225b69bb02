"""An office made of rows alone, and what can be booked there by the wall clock."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tests.clinic import BOTOX, DANA, ZONE, a_practice, at
from tests.systems.opendental.a_book import (
    NUMBERS,
    Row,
    operatories,
    payload,
    schedules_of,
    types,
    visits_of,
)

from frontdesk.domain.appointment import Slot
from frontdesk.domain.ids import PractitionerId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.domain.time import Period
from frontdesk.scheduling.slots import find_slots
from frontdesk.systems.opendental.mapping import Visit, visit
from frontdesk.systems.opendental.office import Office, read_office, search_for

PRACTICE = a_practice()
NOW = datetime(2026, 5, 27, 2, 47, tzinfo=UTC)
THURSDAY = at("2026-05-28 00:00", minutes=24 * 60)


def read(row: Row, practice: Practice = PRACTICE) -> Visit:
    found = visit(visits_of(row)[0], NUMBERS, practice)
    assert found is not None
    return found


def an_office(
    *,
    appointments: Sequence[Row] = (),
    schedules: Sequence[Row] | None = None,
    kinds: Sequence[Row] = (),
) -> Office:
    return read_office(
        visits_of(*appointments),
        schedules_of(*(payload("schedules") if schedules is None else schedules)),
        operatories(),
        types(*kinds),
        numbers=NUMBERS,
        practice=PRACTICE,
    )


def starts(
    office: Office, practitioner: PractitionerId = DANA, service: ServiceId = BOTOX, within: Period = THURSDAY
) -> list[str]:
    """What can be booked, as the wall clock shows it."""
    return [f"{slot.during.start.astimezone(ZONE):%H:%M}" for slot in slots_of(office, practitioner, service, within)]


def slots_of(
    office: Office, practitioner: PractitionerId = DANA, service: ServiceId = BOTOX, within: Period = THURSDAY
) -> list[Slot]:
    search = search_for(
        practitioner, PRACTICE.service(service), office=office, numbers=NUMBERS, practice=PRACTICE, over=within
    )
    return find_slots(search.practice, service=service, within=within, busy=search.busy, now=NOW)
