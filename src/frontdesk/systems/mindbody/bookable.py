"""Pure: what Mindbody can book at all, before it is asked."""

from frontdesk.domain.appointment import Slot
from frontdesk.domain.practice import Practice, Service
from frontdesk.ports.faults import NotPermitted, Refused
from frontdesk.standards.wall_times import told_apart
from frontdesk.systems.mindbody.booking import Book
from frontdesk.systems.mindbody.client import NAME
from frontdesk.systems.mindbody.mapping import Numbers


def check(service: Service, practice: Practice, numbers: Numbers) -> None:
    """That Mindbody can book a service at all. Raises: NotPermitted (a person must give it a number)."""
    if service.id not in numbers.services:
        raise NotPermitted(f"Service {service.id} has no session type in {NAME}. Give it one.")
    if service.assistants:
        raise NotPermitted(f"Service {service.id} needs an assistant, and a visit in {NAME} has one staff member.")
    kinds = {kind for room in numbers.rooms for kind in practice.room(room).kinds}
    if numbers.rooms and service.room_kinds and not service.room_kinds & kinds:
        raise NotPermitted(f"No room that fits service {service.id} has a resource in {NAME}. Give one to each.")
    lacking = set(service.device_kinds) - {practice.device(device).kind for device in numbers.devices}
    if lacking:
        raise NotPermitted(f"Service {service.id} needs a device that has no resource in {NAME}. Give it one.")


def check_slot(slot: Slot, book: Book) -> None:
    """That a slot can be written, and read back as it is meant. Raises: NotPermitted, Refused."""
    check(book.practice.service(slot.service), book.practice, book.numbers)
    if slot.practitioner not in book.numbers.staff or slot.location not in book.numbers.locations:
        raise NotPermitted(f"{slot.practitioner} or {slot.location} has no number in {NAME}. Give them one.")
    if not told_apart(slot.during, book.zone):
        raise Refused(f"{NAME} cannot tell this time from another: the clock is changed around it.")
