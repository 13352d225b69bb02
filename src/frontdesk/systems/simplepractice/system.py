"""The calendars of a practice with SimplePractice, read from their feeds. Implements `ports.System`.

Nothing can be written: `reception.requesting` keeps the time and has staff enter the visit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from frontdesk.domain.appointment import Appointment, Cancellation, Claim, Slot
from frontdesk.domain.ids import AppointmentId, PatientId, PractitionerId
from frontdesk.domain.practice import Practice, Practitioner
from frontdesk.domain.time import Period
from frontdesk.ports.clock import Clock
from frontdesk.ports.connecting import Outside
from frontdesk.ports.faults import Fault, NotPermitted, Refused, Unreachable
from frontdesk.ports.free_times import FreeTimes, ReadPractice
from frontdesk.ports.system import Booked, Cancelled, Held, Missing, Moved, SlotRequest, Taken
from frontdesk.standards.feed.values import Feed
from frontdesk.systems.simplepractice.client import ANEW, NAME, Client
from frontdesk.systems.simplepractice.mapping import busy_throughout, busy_times, concerned, shown_once
from frontdesk.systems.simplepractice.numbers import check_numbers, read_links
from frontdesk.wire.client import HttpClient
from frontdesk.wire.together import together

_log = structlog.get_logger()

SERVES_FOR = timedelta(minutes=1)
"""So long a reading serves lists of many people's times and the look for what staff entered; one person's times are
read anew, since one may be promised. No longer: another process may have asked for a visit since, at a time that an
old reading still shows as somebody else's."""


class SimplePractice:
    """One practice's feeds, one for each practitioner who may be offered."""

    def __init__(self, client: Client, *, practice: ReadPractice, free_times: FreeTimes, clock: Clock) -> None:
        self._client = client
        self._practice = practice
        self._free_times = free_times
        self._clock = clock
        self._strangers: frozenset[PractitionerId] = frozenset()

    async def close(self) -> None:
        """Part from SimplePractice."""
        await self._client.close()

    async def find_slots(self, wanted: SlotRequest) -> list[Slot]:
        """Times at which nobody is busy there, within the practice's own hours, soonest first; [] when none fits.

        Whose feed cannot be reached is left out, unless they are the one asked for. A time that the clock on the wall
        shows twice is left out: a feed could not tell it from the other.
        Raises: Unreachable (nothing was read), NotPermitted (a link was revoked, or is nobody's), Refused.
        """
        practice = await self._known()
        service = practice.service(wanted.service)
        people = concerned(practice, service, wanted.practitioner)
        at_most = SERVES_FOR if wanted.practitioner is None else ANEW
        feeds = await self._feeds(people, practice, wanted.within, at_most=at_most)
        read = {who: feed for who, feed in feeds.items() if isinstance(feed, Feed)}
        _raise_unless_enough(feeds, wanted.practitioner)
        known = [one for one in people if one.id in read]
        slots = self._free_times(
            replace(practice, practitioners=tuple(known)),
            service=service.id,
            within=wanted.within,
            busy=[claim for one in known for claim in busy_times(read[one.id], one, within=_around(wanted.within))],
            now=self._clock.now(),
            practitioner=wanted.practitioner,
            location=wanted.location,
            visitor=wanted.visitor,
        )
        zones = {one.id: read[one.id].zone for one in known}
        return [
            slot
            for slot in slots
            if shown_once(slot.during, (practice.location(slot.location).zone, zones[slot.practitioner]))
        ]

    async def hold(self, slot: Slot, *, key: str, until: datetime) -> Held | Taken:
        """Never: the desk keeps the time on its own side.

        Raises: Refused.
        """
        raise _only_told("keeps no time")

    async def release(self, held: AppointmentId) -> None:
        """Nothing is held here, so nothing is given back."""

    async def book(self, slot: Slot, *, patient: PatientId, key: str, held: AppointmentId | None) -> Booked | Taken:
        """Never: staff enter the visit.

        Raises: Refused.
        """
        raise _only_told("books nothing")

    async def look_up(self, slot: Slot, *, patient: PatientId, key: str) -> Appointment | Missing:
        """Never: a feed says neither whose a visit is nor which intent has made it.

        Raises: Refused.
        """
        raise _only_told("tells no visit of a patient")

    async def move(
        self, id: AppointmentId, slot: Slot, *, key: str, held: AppointmentId | None
    ) -> Moved | Taken | Missing:
        """Never: staff move it.

        Raises: Refused.
        """
        raise _only_told("moves nothing")

    async def read(self, id: AppointmentId) -> Appointment | Missing:
        """Never: the desk's own calendar has the visits that were asked for.

        Raises: Refused.
        """
        raise _only_told("tells no visit of a patient")

    async def appointments_of(self, patients: Sequence[PatientId]) -> list[Appointment]:
        """Never, as for `read`.

        Raises: Refused.
        """
        raise _only_told("tells no visit of a patient")

    async def cancel(self, id: AppointmentId, *, reason: Cancellation) -> Cancelled | Missing:
        """Never: staff call it off.

        Raises: Refused.
        """
        raise _only_told("cancels nothing")

    async def busy(self, within: Period) -> list[Claim]:
        """Who is busy there, a claim for each visit or event, up to a minute old. Implements `TellsBusyTimes`.

        Who has no feed, or one that cannot be read, is busy throughout, from a day before to a day after.
        Raises: Unreachable, NotPermitted, Refused (no feed at all could be read, or none is of the practice).
        """
        practice = await self._known()
        feeds = await self._feeds(practice.practitioners, practice, within, at_most=SERVES_FOR)
        if not any(isinstance(feed, Feed) for feed in feeds.values()):
            _raise_first(feeds)
        claims: list[Claim] = []
        for person in practice.practitioners:
            match feeds.get(person.id):
                case Feed() as feed:
                    claims += busy_times(feed, person, within=within)
                case Fault() | None:
                    claims += busy_throughout(person, within=within)
        return claims

    async def _known(self) -> Practice:
        """The practice as it is now. Raises: NotPermitted (none of the links is of its people)."""
        practice = await self._practice()
        strangers = self._client.whose - {one.id for one in practice.practitioners}
        if strangers == self._client.whose:
            raise NotPermitted(f"The links of {NAME} name nobody of the practice. Use the short names of its files.")
        if strangers - self._strangers:
            _log.warning("links name nobody of the practice", system=NAME, names=sorted(strangers))
        self._strangers = strangers
        return practice

    async def _feeds(
        self, people: Sequence[Practitioner], practice: Practice, within: Period, *, at_most: timedelta
    ) -> dict[PractitionerId, Feed | Fault]:
        """The calendar of each who has one, or why it could not be read."""
        linked = [one for one in people if one.id in self._client.whose]
        found = await together(*(self._feed(one, practice, _around(within), at_most) for one in linked))
        return {one.id: feed for one, feed in zip(linked, found, strict=True)}

    async def _feed(self, person: Practitioner, practice: Practice, within: Period, at_most: timedelta) -> Feed | Fault:
        place = practice.location(person.shifts[0].location) if person.shifts else practice.locations[0]
        try:
            return await self._client.read(person.id, zone=place.zone, within=within, at_most=at_most)
        except Fault as fault:
            _log.warning("a feed could not be read", system=NAME, practitioner=person.id, fault=type(fault).__name__)
            return fault


def simplepractice(settings: Mapping[str, str], outside: Outside) -> SimplePractice:
    """The practice whose feeds the settings name. Raises: NotPermitted (a link is none, or no agreement covers it)."""
    address = settings["address"]
    links = read_links(settings.get("links", ""), address=address)
    http = HttpClient(
        next(iter(links.values())).origin,
        system=NAME,
        budget=outside.budget,
        gate=outside.gate,
        stand_in=outside.stand_in,
    )
    client = Client(http, links, clock=outside.clock)
    return SimplePractice(client, practice=outside.practice, free_times=outside.free_times, clock=outside.clock)


def connect(settings: Mapping[str, str], numbers: Mapping[str, object], outside: Outside) -> SimplePractice:
    """The practice of these settings; there are no `numbers`. Implements `ports.Connects`.

    Raises: NotPermitted, DocumentWrong (numbers are given).
    """
    check_numbers(numbers)
    return simplepractice(settings, outside)


def _around(within: Period) -> Period:
    """What is busy a day before or after may still be in the way, for set-up, clean-up or the way there."""
    return within.widened(before=timedelta(days=1), after=timedelta(days=1))


def _raise_unless_enough(feeds: Mapping[PractitionerId, Feed | Fault], practitioner: PractitionerId | None) -> None:
    """Raises the fault that a person must act on; any other where it is of the one asked for, or of everybody."""
    faults = {who: feed for who, feed in feeds.items() if isinstance(feed, Fault)}
    for who, fault in faults.items():
        if not isinstance(fault, Unreachable) or who == practitioner or len(faults) == len(feeds):
            raise fault


def _raise_first(feeds: Mapping[PractitionerId, Feed | Fault]) -> None:
    for feed in feeds.values():
        if isinstance(feed, Fault):
            raise feed


def _only_told(says: str) -> Refused:
    return Refused(f"{NAME} {says} through its feeds; staff do it there, as its manifest says.")
