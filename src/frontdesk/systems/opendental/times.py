"""Which times can be booked in an office's book, and whether Open Dental could keep one at all."""

from datetime import datetime

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice, Service
from frontdesk.ports.faults import NotPermitted
from frontdesk.ports.free_times import FreeTimes
from frontdesk.ports.system import SlotRequest
from frontdesk.systems.opendental.book import Book
from frontdesk.systems.opendental.mapping import pattern_of, shown_once
from frontdesk.systems.opendental.numbers import Numbers
from frontdesk.systems.opendental.office import search_for


async def open_slots(wanted: SlotRequest, book: Book, *, free_times: FreeTimes, now: datetime) -> list[Slot]:
    """Times that can be booked as they stand, soonest first, and at one start in the order of the practice.

    Raises: Unreachable, NotPermitted, Refused.
    """
    practice, numbers = book.practice, book.numbers
    service = practice.service(wanted.service)
    check_bookable(service, practice, numbers)
    people = [
        person
        for person in practice.qualified(service)
        if person.id in numbers.practitioners and wanted.practitioner in {None, person.id}
    ]
    office = await book.office(wanted.within)
    found: list[tuple[datetime, int, Slot]] = []
    for place, person in enumerate(people):
        search = search_for(person.id, service, office=office, numbers=numbers, practice=practice, over=wanted.within)
        slots = free_times(
            search.practice,
            service=service.id,
            within=wanted.within,
            busy=search.busy,
            now=now,
            practitioner=person.id,
            location=wanted.location,
            visitor=wanted.visitor,
        )
        found += [(slot.during.start, place, slot) for slot in slots if writable(slot, service, practice)]
    return [slot for *_, slot in sorted(found, key=lambda one: one[:2])]


def check_bookable(service: Service, practice: Practice, numbers: Numbers) -> None:
    """That Open Dental can book a service at all. Raises: NotPermitted, Refused."""
    if service.id not in numbers.services:
        raise NotPermitted(f"Service {service.id} has no appointment type in Open Dental. Give it one.")
    if not service.room_kinds:
        raise NotPermitted(f"Service {service.id} needs no room, and Open Dental books into operatories. Give it one.")
    for person in practice.qualified(service):
        pattern_of(service, service.length_with(person.id))


def writable(slot: Slot, service: Service, practice: Practice) -> bool:
    """Whether Open Dental would keep the time as it is meant, set-up and clean-up included."""
    whole = slot.during.widened(before=service.before, after=service.after)
    return shown_once(whole, practice.location(slot.location).zone)
