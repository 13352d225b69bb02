"""What a clinic manager would find wrong in a practice: names that lead nowhere, services that nobody can give."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from frontdesk.domain.practice import Location, Practice, Service, Shift
from frontdesk.domain.time import DayTime
from frontdesk.standards.document import Fault, did_you_mean
from frontdesk.standards.forms import write_stretch
from frontdesk.standards.questionnaire_document import without_translation

Listed = Iterable[Fault]


def faults_in(practice: Practice, *, unread: Iterable[Fault] = ()) -> list[Fault]:
    """Everything that keeps a practice from being put in force, each with its place.

    `unread` are the faults found in reading: what could not be read is not reported a second time as missing.
    """
    known = _Unread(faults=tuple(unread))
    found: list[Fault] = []
    for check in (_twice, _missing, _shifts, _rooms_and_devices, _services, _reminders, _forms, _possible):
        found += check(practice, known)
    return found


def remarks_on(practice: Practice) -> list[str]:
    """What may be meant but deserves a look: hours nobody can be booked in, people without shifts, unused roles."""
    remarks = (*_partly_closed_shifts(practice), *_people_without_work(practice), *_untranslated_forms(practice))
    return [str(remark) for remark in remarks]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Unread:
    faults: tuple[Fault, ...]

    def holds(self, section: str, field: str) -> bool:
        """Whether a field of that name, or the section as a whole, could not be read."""
        return any(
            fault.place == (section,) or (fault.place[:1] == (section,) and field in fault.place)
            for fault in self.faults
        )


def _twice(practice: Practice, known: _Unread) -> Listed:
    sections: dict[str, list[str]] = {
        "locations": [str(one.id) for one in practice.locations],
        "practitioners": [str(one.id) for one in practice.practitioners],
        "rooms": [str(one.id) for one in practice.rooms],
        "devices": [str(one.id) for one in practice.devices],
        "services": [str(one.id) for one in practice.services],
        "knowledge": [one.topic for one in practice.knowledge],
        "experiments": [one.id for one in practice.experiments],
        "questionnaires": [one.id for one in practice.questionnaires],
    }
    for section, names in sections.items():
        for name, count in Counter(names).items():
            if name and count > 1:
                yield Fault(
                    place=(section, name), found=f"found {count} of this name", wanted="give each a name of its own"
                )


def _forms(practice: Practice, known: _Unread) -> Listed:
    """A visit needs forms that there are."""
    there = {form.id for form in practice.questionnaires}
    asked: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("intake",), practice.intake)]
    asked += [(("services", one.id, "intake"), one.intake) for one in practice.services]
    for place, names in asked:
        for name in names:
            if name not in there and not known.holds("questionnaires", name):
                wanted = did_you_mean(name, tuple(there)) or f"add the form as questionnaires/{name}.json"
                yield Fault(place=place, found=f'there is no form "{name}"', wanted=wanted)


def _untranslated_forms(practice: Practice) -> Listed:
    for form in practice.questionnaires:
        for language in practice.languages:
            if words := without_translation(form, language):
                few = ", ".join(words[:3]) + (" and more" if len(words) > 3 else "")
                place = ("questionnaires", form.id)
                yield Fault(place=place, found=f"no words in {language} for {few}", wanted="patients read the others")


def _missing(practice: Practice, known: _Unread) -> Listed:
    listed = {"locations": practice.locations, "practitioners": practice.practitioners, "services": practice.services}
    for section, entries in listed.items():
        if not entries and not any(fault.place[:1] == (section,) for fault in known.faults):
            yield Fault(place=(section,), found="nothing is listed", wanted="list at least one")
    if not practice.email and not known.holds("email", "email"):
        yield Fault(place=("email",), found="email is missing", wanted="add the address that confirmations come from")
    for location in practice.locations:
        for field, value in (("address", location.address), ("phone", location.phone)):
            if not value and not known.holds("locations", field):
                yield Fault(
                    place=("locations", location.id, field),
                    found=f"{field} is missing",
                    wanted="patients are told it; add it",
                )
        for day, hours in location.hours.items():
            if any(_overlap(one, other) for number, one in enumerate(hours) for other in hours[:number]):
                hour_place = ("locations", location.id, "hours", day.name.lower())
                yield Fault(place=hour_place, found="two stretches overlap", wanted="make them one, or keep them apart")


def _shifts(practice: Practice, known: _Unread) -> Listed:
    places = {location.id: location for location in practice.locations}
    for person in practice.practitioners:
        for number, shift in enumerate(person.shifts, start=1):
            place = ("practitioners", person.id, "shifts", f"number {number}")
            location = places.get(shift.location)
            if location is None:
                if not known.holds("locations", "id") and shift.location:
                    yield _nowhere((*place, "location"), shift.location, "location", places)
            elif not known.holds("locations", "hours"):
                yield from _closed_days(place, shift, location)
            for pause in shift.breaks:
                if not _inside(pause, shift.during):
                    found = f"the break {write_stretch(pause)} is not inside {write_stretch(shift.during)}"
                    yield Fault(place=(*place, "breaks"), found=found, wanted="move it into the shift, or take it out")


def _closed_days(place: tuple[str, ...], shift: Shift, location: Location) -> Listed:
    for day in sorted(shift.weekdays, key=lambda one: one.value):
        hours = location.hours.get(day, ())
        if not any(_overlap(shift.during, stretch) for stretch in hours):
            found = f"{write_stretch(shift.during)} on {day.name.lower()}, when {location.id} is {_open(hours)}"
            yield Fault(place=place, found=found, wanted="change the shift, or the location's hours")


def _rooms_and_devices(practice: Practice, known: _Unread) -> Listed:
    places = [location.id for location in practice.locations]
    rooms = {room.id: room for room in practice.rooms}
    sections = (("rooms", practice.rooms), ("devices", practice.devices))
    if not known.holds("locations", "id"):
        for section, entries in sections:
            for entry in entries:
                if entry.location and entry.location not in places:
                    yield _nowhere((section, entry.id, "location"), entry.location, "location", places)
    for device in practice.devices:
        if device.fixed_in is None or known.holds("rooms", "id"):
            continue
        room = rooms.get(device.fixed_in)
        if room is None:
            yield _nowhere(("devices", device.id, "fixed_in"), device.fixed_in, "room", rooms)
        elif room.location != device.location and not known.holds("rooms", "location"):
            place = ("devices", device.id, "fixed_in")
            found = f'found the room "{room.id}", which is at {room.location}, not at {device.location}'
            yield Fault(place=place, found=found, wanted="name a room of the same location")


def _services(practice: Practice, known: _Unread) -> Listed:
    people = [person.id for person in practice.practitioners]
    roles = {role for person in practice.practitioners for role in person.roles}
    kinds = {kind for room in practice.rooms for kind in room.kinds}
    devices = Counter(device.kind for device in practice.devices)
    for service in practice.services:
        place = ("services", service.id)
        for who in service.lengths:
            if who not in people and not known.holds("practitioners", "id"):
                yield _nowhere((*place, "lengths"), who, "practitioner", people)
        if not known.holds("practitioners", "roles") and "" not in service.roles:
            yield from _unmet((*place, "roles"), service.roles, roles, "nobody has the role")
        if not known.holds("rooms", "kinds") and "" not in service.room_kinds:
            yield from _unmet((*place, "room_kinds"), service.room_kinds, kinds, "no room is of the kind")
        if not known.holds("devices", "kind"):
            for kind, count in Counter(filter(None, service.device_kinds)).items():
                if kind not in devices:
                    yield from _unmet((*place, "device_kinds"), {kind}, set(devices), "no device is of the kind")
                elif devices[kind] < count:
                    found = f'{count} of the kind "{kind}" are needed and there are {devices[kind]}'
                    yield Fault(place=(*place, "device_kinds"), found=found, wanted="add a device, or ask for fewer")


def _unmet(place: tuple[str, ...], wanted: Iterable[str], there: Iterable[str], found: str) -> Listed:
    """Names of which none leads anywhere. Any one that does is enough."""
    wanted, there = sorted(wanted), sorted(there)
    if wanted and not set(wanted) & set(there):
        hints = [hint for name in wanted if (hint := did_you_mean(name, tuple(there)))]
        known = f"known are: {', '.join(there)}" if there else "none is listed"
        yield Fault(
            place=place,
            found=f"{found} {' or '.join(f'{chr(34)}{name}{chr(34)}' for name in wanted)}",
            wanted=hints[0] if hints else known,
        )


def _reminders(practice: Practice, known: _Unread) -> Listed:
    services = tuple(str(one.id) for one in practice.services)
    for named in practice.reminding.services:
        if named not in services and not known.holds("services", "id"):
            wanted = did_you_mean(named, services) or "name a service of services.yaml"
            yield Fault(place=("reminders", "services", named), found="this service is not known", wanted=wanted)


def _possible(practice: Practice, known: _Unread) -> Listed:
    """Services for which each need is met somewhere, and nowhere all of them together."""
    if known.faults or any(_services(practice, known)) or any(_rooms_and_devices(practice, known)):
        return
    for service in practice.services:
        if not any(_can_be_given(service, location, practice) for location in practice.locations):
            found = "no location has a practitioner on shift, a fitting room and the devices together"
            yield Fault(
                place=("services", service.id), found=found, wanted="change a shift, a room or a device's place"
            )


def _can_be_given(service: Service, location: Location, practice: Practice) -> bool:
    if not any(shift.location == location.id for who in practice.qualified(service) for shift in who.shifts):
        return False
    here = [room for room in practice.rooms if room.location == location.id]
    fitting = (
        [room.id for room in here if room.kinds & service.room_kinds]
        if service.room_kinds
        else [None, *(r.id for r in here)]
    )
    needed = Counter(service.device_kinds)
    return any(
        all(
            sum(
                device.location == location.id and device.kind == kind and device.fixed_in in {None, room}
                for device in practice.devices
            )
            >= count
            for kind, count in needed.items()
        )
        for room in fitting
    )


def _partly_closed_shifts(practice: Practice) -> Listed:
    for person in practice.practitioners:
        for number, shift in enumerate(person.shifts, start=1):
            location = practice.location(shift.location)
            for day in sorted(shift.weekdays, key=lambda one: one.value):
                hours = location.hours.get(day, ())
                if not any(_inside(shift.during, stretch) for stretch in hours):
                    yield Fault(
                        place=("practitioners", person.id, "shifts", f"number {number}"),
                        found=f"{write_stretch(shift.during)} on {day.name.lower()} reaches beyond {_open(hours)}",
                        wanted="nobody is booked outside the location's hours",
                    )


def _people_without_work(practice: Practice) -> Listed:
    asked = {role for service in practice.services for role in service.roles}
    for person in practice.practitioners:
        place = ("practitioners", person.id)
        if not person.shifts:
            yield Fault(place=place, found="no shifts are listed", wanted="nobody can be booked with them")
        elif not person.roles & asked:
            yield Fault(place=place, found="no service asks for their roles", wanted="nobody can be booked with them")


def _nowhere(place: tuple[str, ...], name: str, kind: str, there: Iterable[str]) -> Fault:
    names = tuple(there)
    wanted = did_you_mean(name, names) or (f"known are: {', '.join(names)}" if names else f"no {kind} is listed")
    return Fault(place=place, found=f'there is no {kind} "{name}"', wanted=wanted)


def _open(hours: tuple[DayTime, ...]) -> str:
    return f"open {', '.join(map(write_stretch, hours))}" if hours else "closed"


def _minutes(stretch: DayTime) -> tuple[int, int]:
    end = stretch.end.hour * 60 + stretch.end.minute
    return stretch.start.hour * 60 + stretch.start.minute, end or 24 * 60


def _overlap(one: DayTime, other: DayTime) -> bool:
    (start, end), (begins, ends) = _minutes(one), _minutes(other)
    return start < ends and begins < end


def _inside(one: DayTime, other: DayTime) -> bool:
    (start, end), (begins, ends) = _minutes(one), _minutes(other)
    return begins <= start and end <= ends
