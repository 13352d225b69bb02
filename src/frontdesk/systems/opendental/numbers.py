"""Which of Open Dental's numbers are ours, as an office writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, RoomId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from
from frontdesk.systems.opendental.mapping import Numbers, Provider

_NUMBER = count_from(1)


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
