"""Whom callers are put through to, as it stands in a practice's document, and read back."""

from frontdesk.domain.practice import Weekday
from frontdesk.domain.transfer import NO_TRANSFER, Transfer, TransferHours
from frontdesk.standards.document import Entry
from frontdesk.standards.forms import PHONE, STRETCH, WEEKDAY, count_from
from frontdesk.standards.telling_document import REASON

RINGS = count_from(1)


def transfer_in(entry: Entry) -> Transfer:
    """The numbers, hours and reasons; nobody where nothing is written."""
    numbers = entry.many("numbers", PHONE)
    hours = tuple(map(_hours, entry.entries("hours")))
    reasons = entry.many("reasons", REASON)
    rings = entry.one_or("rings", RINGS, NO_TRANSFER.rings)
    entry.close()
    made = entry.build(lambda: Transfer(numbers=numbers, hours=hours, reasons=reasons, rings=rings))
    return made or NO_TRANSFER


def of_transfer(transfer: Transfer) -> dict[str, object]:
    """What differs from the usual."""
    written: dict[str, object] = {}
    if transfer.numbers:
        written["numbers"] = list(transfer.numbers)
    if transfer.hours:
        written["hours"] = [_of_hours(one) for one in transfer.hours]
    if transfer.reasons:
        written["reasons"] = list(transfer.reasons)
    if transfer.rings != NO_TRANSFER.rings:
        written["rings"] = RINGS.write(transfer.rings)
    return written


def _hours(entry: Entry) -> TransferHours:
    hours = TransferHours(
        during=entry.one("during", STRETCH),
        weekdays=frozenset(day.value for day in entry.many("weekdays", WEEKDAY)),
    )
    entry.close()
    return hours


def _of_hours(hours: TransferHours) -> dict[str, object]:
    written: dict[str, object] = {"during": STRETCH.write(hours.during)}
    if hours.weekdays:
        written["weekdays"] = [WEEKDAY.write(Weekday(day)) for day in sorted(hours.weekdays)]
    return written
