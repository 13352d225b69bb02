"""A visit gets another time: in place at its own location, booked anew at another, whole or not at all."""

from collections.abc import Iterable
from dataclasses import replace

from frontdesk.domain.appointment import Slot, Status, Subject
from frontdesk.ports.faults import Fault, OutcomeUnknown, Refused
from frontdesk.ports.system import Missing, Taken
from frontdesk.systems.mindbody.booking import Book, Booking, taken_out
from frontdesk.systems.mindbody.client import NAME, No
from frontdesk.systems.mindbody.mapping import Visit, placed, shown


async def moved(old: Visit, slot: Slot, book: Book) -> Visit | Taken | Missing:
    """The visit at its new time, with its number; Taken: it stands where it was. Once more, it finds what was done.

    Raises: Refused (the patient has come, or it is only requested), OutcomeUnknown, Unreachable, NotPermitted.
    """
    if book.is_there(old, slot):
        return old
    if old.standing is not Status.BOOKED:
        return _not_moved(old)
    by = book.in_the_way(slot, _others(await book.around(slot), old))
    if by is not None:
        return Taken(by=by)
    lost: OutcomeUnknown | None = None
    no: No | None = None
    try:
        no = await book.client.update_appointment(old.number, placed(slot, numbers=book.numbers, zone=book.zone))
    except OutcomeUnknown as fault:
        lost = fault
    now = await book.read_back(old.number)
    if now is None or not now.in_use:
        return Missing()
    if not book.is_there(now, slot):
        if no is None:
            raise lost or OutcomeUnknown(f"{NAME} says that it moved visit {old.number}; its book shows otherwise.")
        return Taken(by=Subject.ROOM if no.code == "InvalidResource" else Subject.PRACTITIONER)
    try:
        by = book.in_the_way(slot, _others(await book.around(slot), old))
    except Fault as fault:
        raise OutcomeUnknown(f"{NAME} has moved visit {old.number}, and its book could not be read since.") from fault
    if by is None:
        return now
    await _moved_back(old, book)
    return Taken(by=by)


async def moved_elsewhere(old: Visit, slot: Slot, key: str, book: Book) -> Visit | Taken | Missing:
    """Booked at the new location, then cancelled at the old; where that is refused, the new one is taken out.

    A change of a visit names no location. Once more, it goes on where it stopped. Raises: as `moved`.
    """
    booking = Booking(book=book, slot=slot, client=old.client, key=key)
    done = await booking.standing()
    if old.standing is not Status.BOOKED:
        is_done = done is not None and book.is_there(done, slot) and not old.in_use
        return done if done is not None and is_done else _not_moved(old)
    if done is None or not done.in_use:
        by = book.in_the_way(slot, await book.around(slot))
        settled = Taken(by=by) if by is not None else await booking.write()
    else:
        settled = await booking.settle(done)
    if isinstance(settled, Taken):
        return settled
    try:
        await taken_out(old, book)
    except Refused:
        await taken_out(settled, book)
        raise
    return settled


async def _moved_back(old: Visit, book: Book) -> None:
    """To where it was, since two were moved to one time at once. Raises: OutcomeUnknown (a person must look)."""
    before = {
        "StaffId": old.staff,
        "SessionTypeId": old.service,
        "StartDateTime": shown(old.during.start, book.zone),
        "EndDateTime": shown(old.during.end, book.zone),
        "ResourceIds": list(old.resources),
        "ApplyPayment": False,
        "SendEmail": False,
    }
    await book.client.update_appointment(old.number, before)
    now = await book.read_back(old.number)
    if now is None or replace(now, confirmed=old.confirmed) != old:
        raise OutcomeUnknown(f"Visit {old.number} shares its new time with another and could not be moved back.")


def _others(visits: Iterable[Visit], own: Visit) -> list[Visit]:
    return [one for one in visits if one.number != own.number]


def _not_moved(old: Visit) -> Missing:
    if old.in_use:
        raise Refused(f"Visit {old.number} is not moved: the patient has come, or it is not booked yet.")
    return Missing()
