"""Which of Skeleton's numbers are ours, as a clinic writes them down."""

from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.domain.faults import Impossible
from frontdesk.domain.ids import LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from

_NUMBER = count_from(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Skeleton's number of each thing of ours. What is not in it is not booked there.

    A room has one number for each who can be in it at once.
    """

    locations: Mapping[LocationId, int]
    practitioners: Mapping[PractitionerId, int]
    rooms: Mapping[RoomId, tuple[int, ...]]
    services: Mapping[ServiceId, int]

    def __post_init__(self) -> None:
        for what, numbers in (
            ("location", list(self.locations.values())),
            ("practitioner", list(self.practitioners.values())),
            ("room", [number for places in self.rooms.values() for number in places]),
            ("service", list(self.services.values())),
        ):
            twice = sorted({number for number in numbers if numbers.count(number) > 1})
            if twice:
                raise Impossible(f"Skeleton's {what} {twice[0]} is given to two of ours; give each its own.")


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Locations, practitioners, rooms and services by our short names, under the words of [maps] in the manifest.

    Raises: DocumentWrong, with a line for each fault; Impossible (a number stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, _NUMBER)
    practitioners = top.each("practitioners", TEXT, _NUMBER)
    rooms = top.each_many("rooms", TEXT, _NUMBER)
    services = top.each("services", TEXT, _NUMBER)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        locations={LocationId(id): number for id, number in locations.items()},
        practitioners={PractitionerId(id): number for id, number in practitioners.items()},
        rooms={RoomId(id): numbers for id, numbers in rooms.items()},
        services={ServiceId(id): number for id, number in services.items()},
    )
