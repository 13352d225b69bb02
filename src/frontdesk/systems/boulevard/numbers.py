"""Which of Boulevard's ids are ours, as a business writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault, Form
from frontdesk.standards.forms import TEXT, text_like
from frontdesk.systems.boulevard.mapping import Numbers, urn


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Locations, staff and services, by our short names. The last part of an id is enough.

    Raises: DocumentWrong, with a line for each fault; Impossible (an id stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, _id_of("Location"))
    staff = top.each("staff", TEXT, _id_of("Staff"))
    services = top.each("services", TEXT, _id_of("Service"))
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        locations={LocationId(id): urn("Location", number) for id, number in locations.items()},
        staff={PractitionerId(id): urn("Staff", number) for id, number in staff.items()},
        services={ServiceId(id): urn("Service", number) for id, number in services.items()},
    )


def _id_of(kind: str) -> Form[str]:
    return text_like(rf"(urn:blvd:{kind}:)?[0-9A-Za-z-]+", f'an id such as "urn:blvd:{kind}:0c1d…", or its last part')
