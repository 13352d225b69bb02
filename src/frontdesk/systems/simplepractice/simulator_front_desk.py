"""What people at the practice do in SimplePractice itself; there is no other way to change the calendar."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum

from frontdesk.systems.simplepractice.simulator_practice import OFF, Names, Practice, Status, stands
from frontdesk.systems.simplepractice.simulator_requests import Requests
from frontdesk.systems.simplepractice.simulator_rows import Json, Row, existing, instant, number, text

LONGEST_SERIES = 300
"""Documented [series-of-300]: appointments of one series at most."""


class Every(Enum):
    """How a series repeats. Documented [series-repeat]."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class FrontDesk:
    """The staff of the simulated practice. Each act is remembered, and kept.

    Guess [staff-may-override]: nothing keeps them from a time that is taken or on which a clinician is away.
    Everything is named by its number; times are the practice's wall clock. Raises: LookupError for what is not there.

    `requests` is what patients asked for on the booking page.
    """

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self.requests = Requests(practice, self.book)

    def book(
        self, *, client: int, clinician: int, service: int, office: int, at: datetime | str, minutes: int = 0
    ) -> int:
        """The number of a new appointment. With no `minutes` it lasts as long as its service."""
        row = self._new(client, clinician, service, office, _wall(at), minutes)
        made = self._practice.appointments.add(row)
        self._practice.write()
        return number(made, "id")

    def book_series(
        self,
        *,
        client: int,
        clinician: int,
        service: int,
        office: int,
        at: datetime | str,
        times: int,
        every: Every = Every.WEEK,
        step: int = 1,
    ) -> list[int]:
        """The numbers of a new series, one for each appointment.

        Seen [series-at-one-clock-time]: the clock shows the same hour all year. Guess [short-months-skipped].
        """
        if not 2 <= times <= LONGEST_SERIES:
            raise ValueError(f"a series has 2 to {LONGEST_SERIES} appointments, not {times}")
        first = self._practice.appointments.next
        rows = [
            self._new(client, clinician, service, office, start, 0)
            for start in _repeated(_wall(at), times, every, step)
        ]
        made = [self._practice.appointments.add({**row, "series": first}) for row in rows]
        self._practice.write()
        return [number(row, "id") for row in made]

    def move(self, appointment: int, *, at: datetime | str, clinician: int = 0) -> None:
        """Put one appointment elsewhere, as long as it was; with 0 it stays with whom it is.

        Seen [number-stays]: one of a series that stands at another hour keeps a number among the others.
        """
        row = existing(self._practice.appointments, appointment, "appointment")
        length = instant(row, "end") - instant(row, "start")
        start = datetime.fromisoformat(self._practice.written(_wall(at)))
        changes: dict[str, Json] = {"start": start.isoformat(), "end": (start + length).isoformat()}
        if clinician:
            changes["clinician"] = number(existing(self._practice.clinicians, clinician, "clinician"), "id")
        self._change(appointment, changes)

    def move_following(self, appointment: int, *, by: timedelta) -> None:
        """Put an appointment, and all later ones of its series, so much later. Guess [following-too]."""
        for row in self._following(appointment):
            start, end = (self._practice.on_the_wall(row, name) + by for name in ("start", "end"))
            changes = {"start": self._practice.written(start), "end": self._practice.written(end)}
            self._practice.change(number(row, "id"), changes)
        self._practice.write()

    def cancel(self, appointment: int, *, status: Status = Status.CANCELED) -> None:
        """Call one appointment off. Raises: ValueError for a status that keeps it in the calendar."""
        if status not in OFF:
            raise ValueError(f"{status.value} does not call an appointment off")
        self._change(appointment, {"status": status.value})

    def cancel_following(self, appointment: int, *, status: Status = Status.CANCELED) -> None:
        """Call an appointment off, and all later ones of its series. Guess [following-too]."""
        for row in self._following(appointment):
            self.cancel(number(row, "id"), status=status)

    def restore(self, appointment: int) -> None:
        """Set an appointment to Show again. Guess [restored-keeps-number]: it comes back under its number."""
        self._change(appointment, {"status": Status.SHOW.value})

    def mark_missed(self, appointment: int) -> None:
        """Note that the client did not come."""
        self._change(appointment, {"status": Status.NO_SHOW.value})

    def delete(self, appointment: int) -> None:
        """Take an appointment out for good."""
        existing(self._practice.appointments, appointment, "appointment")
        self._practice.appointments.remove(appointment)
        self._practice.write()

    def block(self, clinician: int, *, start: datetime | str, end: datetime | str, says: str = "Meeting") -> int:
        """The number of a new event, in which a clinician is busy without a client."""
        row: Row = {
            "clinician": number(existing(self._practice.clinicians, clinician, "clinician"), "id"),
            "start": self._practice.written(_wall(start)),
            "end": self._practice.written(_wall(end)),
            "says": says,
            "days": False,
        }
        return self._add_event(row)

    def leave(self, clinician: int, *, first: date, last: date, says: str = "Out of office") -> int:
        """The number of new whole days out of the office, the last included."""
        existing(self._practice.clinicians, clinician, "clinician")
        until = last + timedelta(days=1)
        return self._add_event(
            {"clinician": clinician, "start": first.isoformat(), "end": until.isoformat(), "says": says, "days": True}
        )

    def unblock(self, event: int) -> None:
        """Take an event, or days out of the office, out."""
        self._practice.events.remove(event)
        self._practice.write()

    def add_client(self, first: str, last: str, *, clinician: int, phone: str = "", email: str = "") -> int:
        """The number of a new client, whose name stands as it is typed."""
        row: Row = {"first": first, "last": last, "clinician": clinician, "phone": phone, "email": email}
        made = self._practice.clients.add({**row, "status": "active"})
        self._practice.write()
        return number(made, "id")

    def rename_client(self, client: int, *, first: str, last: str) -> None:
        """Give a client another name; their appointments are called by it from now on."""
        existing(self._practice.clients, client, "client")
        self._practice.clients.change(client, {"first": first, "last": last})
        self._practice.write()

    def show_names(self, clinician: int, names: Names) -> None:
        """Choose how a clinician's feed names clients."""
        self._of_clinician(clinician, {"names": names.value})

    def renew_link(self, clinician: int, secret: str) -> None:
        """Give a feed another address. Documented [one-feed-each]. Guess [old-link-dead]: the old one is revoked."""
        self._of_clinician(clinician, {"secret": secret})

    def stop_sharing(self, clinician: int) -> None:
        """Share a calendar no more: its feed is revoked."""
        self._of_clinician(clinician, {"secret": ""})

    def change_zone(self, clinician: int, zone: str) -> None:
        """Give a clinician a time zone of their own, by its IANA name; "" is the practice's."""
        self._of_clinician(clinician, {"zone": zone})

    def _new(self, client: int, clinician: int, service: int, office: int, at: datetime, minutes: int) -> Row:
        usual = existing(self._practice.services, service, "service")
        start = datetime.fromisoformat(self._practice.written(at))
        end = start + timedelta(minutes=minutes or number(usual, "duration"))
        return {
            "client": number(existing(self._practice.clients, client, "client"), "id"),
            "clinician": number(existing(self._practice.clinicians, clinician, "clinician"), "id"),
            "service": service,
            "office": number(existing(self._practice.offices, office, "office"), "id"),
            "start": start.isoformat(),
            "end": end.isoformat(),
            "status": Status.SHOW.value,
            "series": 0,
        }

    def _following(self, appointment: int) -> list[Row]:
        row = existing(self._practice.appointments, appointment, "appointment")
        series = number(row, "series")
        if not series:
            return [row]
        rest = [one for one in self._practice.appointments if one["series"] == series]
        return [one for one in rest if text(one, "start") >= text(row, "start") and stands(one)]

    def _change(self, appointment: int, changes: Mapping[str, Json]) -> None:
        self._practice.change(appointment, changes)
        self._practice.write()

    def _add_event(self, row: Row) -> int:
        made = self._practice.events.add(row)
        self._practice.write()
        return number(made, "id")

    def _of_clinician(self, clinician: int, changes: Row) -> None:
        existing(self._practice.clinicians, clinician, "clinician")
        self._practice.clinicians.change(clinician, changes)
        self._practice.write()


def _repeated(first: datetime, times: int, every: Every, step: int) -> Iterator[datetime]:
    count = 0
    for turn in range(0, times * step * 13, step):
        if count == times:
            return
        if (at := _turned(first, every, turn)) is not None:
            count += 1
            yield at


def _turned(first: datetime, every: Every, turn: int) -> datetime | None:
    """The same clock time so many weeks, months or years later; None in a month that has no such day."""
    if every is Every.WEEK:
        return first + timedelta(weeks=turn)
    months = first.month - 1 + (turn if every is Every.MONTH else 12 * turn)
    try:
        return first.replace(year=first.year + months // 12, month=months % 12 + 1)
    except ValueError:
        return None


def _wall(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
