"""Which of Millennium's ids are ours, as a practice writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, text_like
from frontdesk.systems.cerner.mapping import Numbers

_ID = text_like(r"[A-Za-z0-9.-]{1,64}", "an id of the domain, such as 21304876")


def read_numbers(written: Mapping[str, object], *, tenant: str) -> Numbers:
    """Locations, practitioners and appointment types (codes of set 14249) by our short names, and payers by theirs.

    Raises: DocumentWrong, with a line for each fault; Impossible (an id stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, _ID)
    practitioners = top.each("practitioners", TEXT, _ID)
    types = top.each("services", TEXT, _ID)
    payers = top.each("payers", TEXT, _ID)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        tenant=tenant,
        locations={LocationId(id): number for id, number in locations.items()},
        practitioners={PractitionerId(id): number for id, number in practitioners.items()},
        types={ServiceId(id): number for id, number in types.items()},
        payers=payers,
    )
