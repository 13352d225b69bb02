"""Which of athenaOne's numbers are ours, as a practice writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from
from frontdesk.systems.athenahealth.mapping import Numbers

_NUMBER = count_from(1)


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Departments, providers, appointment types and visit reasons, by our short names.

    Raises: DocumentWrong, with a line for each fault; Impossible (a number stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    departments = top.each("departments", TEXT, _NUMBER)
    providers = top.each("providers", TEXT, _NUMBER)
    types = top.each("types", TEXT, _NUMBER)
    reasons = top.each("reasons", TEXT, _NUMBER)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        departments={LocationId(id): number for id, number in departments.items()},
        providers={PractitionerId(id): number for id, number in providers.items()},
        types={ServiceId(id): number for id, number in types.items()},
        reasons={ServiceId(id): number for id, number in reasons.items()},
    )
