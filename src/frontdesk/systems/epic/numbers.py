"""Which of Epic's ids are ours, as a practice writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, text_like
from frontdesk.systems.epic.mapping import Numbers

_FHIR_ID = text_like(r"[A-Za-z0-9.\-]{1,256}", "a FHIR id of Epic's, such as eLoc1.Qx-7; capitals matter")
_CODE = text_like(r"\S+", 'the number of a visit type, in quotes, such as "95014"')


def read_numbers(written: Mapping[str, object], *, visit_types: str, contacts: str) -> Numbers:
    """Locations, practitioners and services, by our short names; the two systems are settings.

    Raises: DocumentWrong, with a line for each fault; Impossible (an id stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, _FHIR_ID)
    practitioners = top.each("practitioners", TEXT, _FHIR_ID)
    services = top.each("services", TEXT, _CODE)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        locations={LocationId(id): there for id, there in locations.items()},
        practitioners={PractitionerId(id): there for id, there in practitioners.items()},
        services={ServiceId(id): there for id, there in services.items()},
        visit_types=visit_types,
        contacts=contacts,
    )
