"""Which of Open Dental's numbers are ours, as an office writes them down.

Its words: an operatory is a room, a provider a practitioner, an appointment type a service.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.domain.practice import Practice
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from

_NUMBER = count_from(1)


def _no_clinics() -> Mapping[LocationId, int]:
    return MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """A ProvNum. A hygienist (IsSecondary) stands in an appointment's ProvHyg, anybody else in its ProvNum."""

    number: int
    hygienist: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Open Dental's number of each thing of ours. What is not in it is not booked there.

    A room has one operatory for each who can be in it at once. `clinics` is empty where the office does not use
    the Clinics feature.
    """

    practitioners: Mapping[PractitionerId, Provider]
    rooms: Mapping[RoomId, tuple[int, ...]]
    services: Mapping[ServiceId, int]
    clinics: Mapping[LocationId, int] = field(default_factory=_no_clinics)

    def __post_init__(self) -> None:
        for what, numbers in (
            ("ProvNum", [provider.number for provider in self.practitioners.values()]),
            ("OperatoryNum", [number for operatories in self.rooms.values() for number in operatories]),
            ("AppointmentTypeNum", list(self.services.values())),
            ("ClinicNum", list(self.clinics.values())),
        ):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            if twice:
                raise Impossible(f"Open Dental's {what} {twice[0]} is given to two of ours; give each its own.")

    def within(self, practice: Practice) -> "Numbers":
        """Only what the practice still has."""
        people = {person.id for person in practice.practitioners}
        rooms = {room.id for room in practice.rooms}
        services = {service.id for service in practice.services}
        locations = {location.id for location in practice.locations}
        return Numbers(
            practitioners={id: number for id, number in self.practitioners.items() if id in people},
            rooms={id: numbers for id, numbers in self.rooms.items() if id in rooms},
            services={id: number for id, number in self.services.items() if id in services},
            clinics={id: number for id, number in self.clinics.items() if id in locations},
        )

    def practitioner_of(self, provider: int) -> PractitionerId | None:
        """Whose ProvNum it is."""
        return next((id for id, known in self.practitioners.items() if known.number == provider), None)

    def room_of(self, operatory: int) -> tuple[RoomId, int] | None:
        """The room of an OperatoryNum, and which lane of it, counted from 1."""
        for id, numbers in self.rooms.items():
            if operatory in numbers:
                return id, numbers.index(operatory) + 1
        return None

    def service_of(self, type: int) -> ServiceId | None:
        """The service of an AppointmentTypeNum."""
        return next((id for id, known in self.services.items() if known == type), None)


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Providers, hygienists, rooms (an operatory for each place), services and clinics, by our short names.

    Raises: DocumentWrong, with a line for each fault; Impossible (a number stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    providers = top.each("providers", TEXT, _NUMBER)
    hygienists = top.each("hygienists", TEXT, _NUMBER)
    rooms = top.each_many("rooms", TEXT, _NUMBER)
    services = top.each("services", TEXT, _NUMBER)
    clinics = top.each("clinics", TEXT, _NUMBER)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    people = {PractitionerId(id): Provider(number=number) for id, number in providers.items()}
    people |= {PractitionerId(id): Provider(number=number, hygienist=True) for id, number in hygienists.items()}
    return Numbers(
        practitioners=people,
        rooms={RoomId(id): numbers for id, numbers in rooms.items()},
        services={ServiceId(id): number for id, number in services.items()},
        clinics={LocationId(id): number for id, number in clinics.items()},
    )
