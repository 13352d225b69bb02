"""The open time that `GET /appointments/Slots` gives: whole gaps between what is booked, not times to book."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading
from frontdesk.systems.opendental.simulator_catalogue import NUMBER, operatories_of
from frontdesk.systems.opendental.simulator_office import Office
from frontdesk.systems.opendental.simulator_reading import Field, a_day, asked_days, days_from
from frontdesk.systems.opendental.simulator_rows import Row, day, moment, number, text, written

ON_THE_BOOK = ("Scheduled", "Complete")
"""Statuses that take time. Guess [broken-takes-no-time]: a broken visit left on the book does not, nor does a note."""

LONGEST = 366
"""Guess [longest-range]: days a search may span."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """A stretch of the wall clock, [start, end)."""

    start: datetime
    end: datetime


def list_slots(office: Office, asked: Asked) -> Answer:
    """Open time of one provider, soonest first."""
    days = asked_days(asked.query) or days_from(office.wall().date(), 14)  # Documented [fourteen-days].
    first, last = days.first or office.wall().date(), days.last or office.wall().date()
    if first < office.wall().date():
        raise documented("slots-from-today", 400, "The date must be today or a future date.")
    if (last - first).days > LONGEST:
        raise guess("longest-range", 400, f"A search cannot span more than {LONGEST} days.")
    # Documented [default-provider-of-slots]: one provider only, the practice's default when none is named.
    provider = asked.query.number("ProvNum") or office.default_provider()
    existing(office.providers, provider, "Provider")
    operatory = asked.query.number("OpNum")
    if operatory is not None:
        existing(office.operatories, operatory, "Operatory")
    shortest = timedelta(minutes=asked.query.number("lengthMinutes") or 0)
    rows: list[Row] = []
    for one in (first + timedelta(days=count) for count in range((last - first).days + 1)):
        for gap, where in open_gaps(office, provider, operatory, one, behind=asked.behind):
            if gap.end - gap.start >= shortest:  # Documented [shorter-gaps-dropped]: and nothing else comes of it.
                rows.append(
                    {
                        "DateTimeStart": written(gap.start),
                        "DateTimeEnd": written(gap.end),
                        "ProvNum": provider,
                        "OpNum": where,
                    }
                )
    return Answer(body=rows)


def open_gaps(
    office: Office, provider: int, operatory: int | None, on: date, *, behind: timedelta
) -> Iterator[tuple[Gap, int]]:
    """One day's whole gaps of a provider, each with the operatory it is given for.

    Documented [whole-gaps]. Documented [all-operatories-at-once]: without an operatory, only time free in all those
    the provider works in. Guess [operatory-of-such-a-gap]: the one with the lowest number is named. Guess
    [past-of-today]: today's gaps begin where the schedule does, even when that is past.
    """
    hours = [row for row in office.schedules if row["SchedType"] == "Provider" and row["ProvNum"] == provider]
    hours = [row for row in hours if day(row, "SchedDate") == on]
    worked = {place for row in hours for place in places_of(office, row)}
    if operatory is not None:
        hours = [row for row in hours if operatory in places_of(office, row)]
        worked = {operatory}
    if not worked:
        return
    busy = [*_booked(office, provider, worked, on, behind), *_blocked(office, worked, on)]
    for gap in _less(_joined(_stretch(row) for row in hours), busy):
        yield gap, min(worked)


def places_of(office: Office, schedule: Row) -> list[int]:
    """The operatories a provider's hours are for.

    Documented [entries-without-operatories]: where the entry names none, those whose dentist or hygienist it is.
    """
    named = operatories_of(schedule)
    if named:
        return named
    provider = number(schedule, "ProvNum")
    return [
        number(row, "OperatoryNum")
        for row in office.operatories
        if row["IsHidden"] == "false" and provider in (row["ProvDentist"], row["ProvHygienist"])
    ]


def length_of(appointment: Row) -> timedelta:
    """How long a visit lasts. Documented [five-minutes-a-character]: there is no end time."""
    return timedelta(minutes=5 * len(text(appointment, "Pattern")))


def _booked(office: Office, provider: int, worked: set[int], on: date, behind: timedelta) -> Iterator[Gap]:
    """Visits in the way: in one of the operatories, or of the provider anywhere.

    Documented [whole-visit-is-busy]: the entire visit counts, not its X alone. Guess [provider-busy-elsewhere].
    """
    known = written(office.wall() - behind)
    for row in office.appointments:
        mine = row["Op"] in worked or provider in (row["ProvNum"], row["ProvHyg"])
        seen = behind == timedelta(0) or text(row, "SecDateTEntry") <= known
        if mine and seen and row["AptStatus"] in ON_THE_BOOK and day(row, "AptDateTime") == on:
            start = moment(row, "AptDateTime")
            yield Gap(start=start, end=start + length_of(row))


def _blocked(office: Office, worked: set[int], on: date) -> Iterator[Gap]:
    """Blockouts in the way. Guess [blockouts-in-slots]: all count, and one that names no operatory is for all."""
    for row in office.schedules:
        if row["SchedType"] == "Blockout" and day(row, "SchedDate") == on:
            places = operatories_of(row)
            if not places or worked & set(places):
                yield _stretch(row)


def _stretch(schedule: Row) -> Gap:
    on = text(schedule, "SchedDate")
    return Gap(
        start=datetime.fromisoformat(f"{on} {text(schedule, 'StartTime')}"),
        end=datetime.fromisoformat(f"{on} {text(schedule, 'StopTime')}"),
    )


def _joined(stretches: Iterable[Gap]) -> list[Gap]:
    joined: list[Gap] = []
    for stretch in sorted(stretches, key=lambda one: one.start):
        if joined and stretch.start <= joined[-1].end:
            joined[-1] = Gap(start=joined[-1].start, end=max(joined[-1].end, stretch.end))
        else:
            joined.append(stretch)
    return joined


def _less(hours: Iterable[Gap], busy: Iterable[Gap]) -> Iterator[Gap]:
    taken = _joined(busy)
    for stretch in hours:
        start = stretch.start
        for block in taken:
            if block.start < stretch.end and block.end > start:
                if block.start > start:
                    yield Gap(start=start, end=block.start)
                start = max(start, block.end)
        if start < stretch.end:
            yield Gap(start=start, end=stretch.end)


CALLS: tuple[Call, ...] = (
    reading(
        "/appointments/Slots",
        list_slots,
        query={
            "date": Field(reads=a_day),
            "dateStart": Field(reads=a_day),
            "dateEnd": Field(reads=a_day),
            "lengthMinutes": NUMBER,
            "ProvNum": NUMBER,
            "OpNum": Field(reads=NUMBER.reads, since="22.1"),
        },
    ),
)
