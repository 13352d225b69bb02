"""Which of Mindbody's numbers are ours, as an office writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import DeviceId, LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from
from frontdesk.systems.mindbody.mapping import Numbers

_NUMBER = count_from(0)


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Locations, staff, session types, and the resources that are rooms (one for each place) or devices.

    Raises: DocumentWrong, with a line for each fault; Impossible (a number stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, _NUMBER)
    staff = top.each("staff", TEXT, _NUMBER)
    services = top.each("services", TEXT, _NUMBER)
    rooms = top.each_many("rooms", TEXT, _NUMBER)
    devices = top.each("devices", TEXT, _NUMBER)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        locations={LocationId(id): number for id, number in locations.items()},
        staff={PractitionerId(id): number for id, number in staff.items()},
        services={ServiceId(id): number for id, number in services.items()},
        rooms={RoomId(id): numbers for id, numbers in rooms.items()},
        devices={DeviceId(id): number for id, number in devices.items()},
    )
