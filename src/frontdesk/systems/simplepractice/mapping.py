"""Pure: a clinician's feed to what is busy, and which times its clock cannot tell apart.

Where a feed leaves a choice, less is free.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from frontdesk.domain.appointment import Claim, Subject
from frontdesk.domain.ids import PractitionerId
from frontdesk.domain.practice import Practice, Practitioner, Service
from frontdesk.domain.time import Period, wall
from frontdesk.standards.feed.values import Feed, Transparency

_DAY = timedelta(days=1)
_AN_INSTANT = timedelta(minutes=1)
"""What stands there without a length: nothing is offered over it."""


def busy_times(feed: Feed, person: Practitioner, *, within: Period) -> list[Claim]:
    """Everything of a feed that touches `within`, a claim for each, in each of the practitioner's columns.

    A visit that could not be read is busy wherever it may be; where even that is not known, for all of `within`.
    Days out of the office are busy like any visit.
    """
    taken = [
        Period(start=one.start, end=max(one.end, one.start + _AN_INSTANT))
        for one in feed.occurrences
        if one.stands and one.transparency is Transparency.OPAQUE
    ]
    taken += [fault.about or all_of(within) for fault in feed.lost]
    return [claim for during in taken if during.overlaps(within) for claim in _claims(person, during)]


def busy_throughout(person: Practitioner, *, within: Period) -> list[Claim]:
    """Of someone whose feed cannot be read."""
    return list(_claims(person, all_of(within)))


def all_of(within: Period) -> Period:
    """The whole of it and a day around it, so that it is never taken for one visit that begins and ends there."""
    return within.widened(before=_DAY, after=_DAY)


def concerned(practice: Practice, service: Service, practitioner: PractitionerId | None) -> list[Practitioner]:
    """Whose calendars decide when a service can be had: who may give it (one, or all), and who may assist."""
    able = {one.id for one in practice.qualified(service) if practitioner in {None, one.id}}
    assisting = frozenset(service.assistants)
    return [one for one in practice.practitioners if one.id in able or one.roles & assisting]


def shown_once(during: Period, zones: Iterable[ZoneInfo]) -> bool:
    """Whether clocks of these zones show each of its minutes once: a feed could not say which of two it means."""
    return all(_shown_once(during, zone) for zone in zones)


def _shown_once(during: Period, zone: ZoneInfo) -> bool:
    start, end = wall(during.start, zone), wall(during.end - timedelta(microseconds=1), zone)
    if start.utcoffset() != end.utcoffset():
        return False
    return not any(one.utcoffset() != one.replace(fold=1 - one.fold).utcoffset() for one in (start, end))


def _claims(person: Practitioner, during: Period) -> Iterator[Claim]:
    for lane in range(1, person.columns + 1):  # a feed does not say whether somebody else may come beside a visit
        yield Claim(subject=Subject.PRACTITIONER, id=person.id, lane=lane, during=during)
