"""Which of Unity's abbreviations are ours, as a practice writes them down, and what it corrects of our guesses."""

from collections.abc import Mapping

from frontdesk.domain.ids import LocationId, PractitionerId, ServiceId
from frontdesk.standards.document import DocumentWrong, Entry, Fault
from frontdesk.standards.forms import TEXT, text_like
from frontdesk.systems.allscripts.mapping import Numbers
from frontdesk.systems.allscripts.unpublished import ACTIONS, APPOINTMENT, PATIENT, SEARCH, Reference

_ELEMENT = text_like(r"|[A-Za-z_][A-Za-z0-9_.-]*", 'the name of an XML element, or "" to leave it out')
_WHY = text_like(r"patient|practice", '"patient" or "practice"')


def read_numbers(written: Mapping[str, object]) -> Numbers:
    """Scheduling locations, resources and appointment types, by our short names; reasons; the reference's words.

    Raises: DocumentWrong, with a line for each fault; Impossible (an abbreviation stands twice).
    """
    faults: list[Fault] = []
    top = Entry.of(written, place=("numbers",), faults=faults)
    locations = top.each("locations", TEXT, TEXT)
    resources = top.each("resources", TEXT, TEXT)
    types = top.each("types", TEXT, TEXT)
    reasons = top.each("reasons", _WHY, TEXT)
    confirmed = top.one_or("confirmed", TEXT, "")
    reference = _reference(top.entry("unity"))
    top.close()
    if faults or reference is None:
        raise DocumentWrong(faults)
    return Numbers(
        locations={LocationId(id): name for id, name in locations.items()},
        resources={PractitionerId(id): name for id, name in resources.items()},
        types={ServiceId(id): name for id, name in types.items()},
        reasons=reasons,
        confirmed=confirmed,
        reference=reference,
    )


def _reference(unity: Entry) -> Reference | None:
    actions = unity.each("actions", TEXT, TEXT)
    appointment = unity.each("appointment", TEXT, _ELEMENT)
    patient = unity.each("patient", TEXT, _ELEMENT)
    search = unity.each("search", TEXT, _ELEMENT)
    unity.close()
    return unity.build(
        lambda: Reference(
            actions={**ACTIONS, **actions},
            appointment=APPOINTMENT.renamed(appointment),
            patient=PATIENT.renamed(patient),
            search=SEARCH.renamed(search),
        )
    )
