"""Which of athenaOne's numbers are ours, as a practice writes them down."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, count_from, text_like
from frontdesk.systems.athenahealth.mapping import Numbers

_NUMBER = count_from(1)
_KIND = text_like(r"(type|reason) [1-9]\d*", 'an appointment type or a visit reason, such as "type 42" or "reason 541"')


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Departments, providers and services, by our short names.

    A service is a type or a reason, as the catalogue numbers them; `visit_types` tells the appointment type of one
    that is booked by its reason.
    Raises: DocumentWrong, with a line for each fault; Impossible (a number stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    departments = top.each("departments", TEXT, _NUMBER)
    providers = top.each("providers", TEXT, _NUMBER)
    services = {ServiceId(id): kind.split() for id, kind in top.each("services", TEXT, _KIND).items()}
    types = {ServiceId(id): number for id, number in top.each("visit_types", TEXT, _NUMBER).items()}
    for id in types:
        if services.get(id, ["", ""])[0] != "reason":
            top.wrong(f"{id} is not booked by a reason", "name it under `services` as one, or leave it out", at=id)
    top.close()
    if faults:
        raise DocumentWrong(faults)
    return Numbers(
        departments={LocationId(id): number for id, number in departments.items()},
        providers={PractitionerId(id): number for id, number in providers.items()},
        types={**types, **{id: int(number) for id, (kind, number) in services.items() if kind == "type"}},
        reasons={id: int(number) for id, (kind, number) in services.items() if kind == "reason"},
    )
