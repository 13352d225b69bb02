"""What the front desk writes to book a visit or block a time, read and checked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from frontdesk.domain.practice import Location, Practice, Practitioner, Service
from frontdesk.domain.time import instant

BLOCK_MINUTES = (15, 30, 45, 60, 90, 120, 180, 240)


@dataclass(frozen=True, kw_only=True, slots=True)
class WalkIn:
    """A visit to be entered."""

    practitioner: Practitioner
    location: Location
    start: datetime
    service: Service
    given: str
    family: str
    phone: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Time to be kept free of visits."""

    practitioner: Practitioner
    location: Location
    start: datetime
    length: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Unclear:
    """What has to be filled in first: the name of its words in the catalogue, and whom they are about."""

    what: str
    who: str = ""


def read_visit_form(fields: Mapping[str, str], practice: Practice) -> WalkIn | Block | Unclear:
    """What is to be entered into the calendar."""
    person = next((one for one in practice.practitioners if one.id == fields.get("practitioner")), None)
    if person is None:
        return Unclear(what="desk.form.practitioner")
    try:
        day, at = date.fromisoformat(fields.get("on", "")), time.fromisoformat(fields.get("at", ""))
    except ValueError:
        return Unclear(what="desk.form.time")
    location = location_of(practice, person, day)
    start = instant(day, at.replace(tzinfo=None), location.zone)
    if fields.get("kind") == "block":
        minutes = fields.get("minutes", "")
        if minutes not in map(str, BLOCK_MINUTES):
            return Unclear(what="desk.form.length")
        return Block(practitioner=person, location=location, start=start, length=timedelta(minutes=int(minutes)))
    service = next((one for one in practice.services if one.id == fields.get("service")), None)
    if service is None or not person.roles & service.roles:
        return Unclear(what="desk.form.service", who=person.first_name)
    given, _, family = " ".join(fields.get("name", "").split()).partition(" ")
    if not given:
        return Unclear(what="desk.form.name")
    phone = _phone(fields.get("phone", ""))
    if isinstance(phone, Unclear):
        return phone
    return WalkIn(
        practitioner=person,
        location=location,
        start=start,
        service=service,
        given=given,
        family=family,
        phone=phone,
    )


def _phone(text: str) -> str | Unclear | None:
    digits = "".join(letter for letter in text if letter.isdigit()).removeprefix("1")
    if not text.strip():
        return None
    return f"+1{digits}" if len(digits) == 10 else Unclear(what="desk.form.phone")


def location_of(practice: Practice, person: Practitioner, day: date) -> Location:
    """Where somebody works on a day; the first location where they do not."""
    for shift in person.shifts:
        if shift.works_on(day):
            return practice.location(shift.location)
    return practice.locations[0]
