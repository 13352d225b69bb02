"""What the vendor's reference says and nobody may publish: our guesses of it, all in one place, as data.

Members of the Veradigm Connect programme hold the reference. A practice's file of numbers can name another word for
each of these under `unity`, so that a wrong guess is corrected without a change of code.
Source of the guesses: a third party's integration of 2026 that holds the reference and had proven few of its calls.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from xml.sax.saxutils import escape

from frontdesk.domain.faults import Impossible

_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_ACTION = re.compile(r"[A-Za-z][A-Za-z0-9]*")
ROOT = "root"
"""The word under which a file of numbers names the outermost element."""

NOT_FOUND = ("not found", "does not exist")
"""A guess: an error with one of these says that what was asked for is not there. Any other is a no."""
ITS_ID = ("Patient_ID", "PatientID", "patientID", "ID")
"""A guess: under which of these SearchPatients and SavePatient name a patient. The first that is there counts."""
ITS_APPOINTMENT = ("AppointmentID", "Appointment_ID", "ID")
"""A guess: under which of these SaveAppointment names a visit."""

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "log in": "GetUserAuthentication",
        "server": "GetServerInfo",
        "locations": "GetSchedulingLocations",
        "resources": "GetResources",
        "practitioners": "GetPractitioners",
        "types": "GetAppointmentTypes",
        "open": "GetAvailableSchedule",
        "schedule": "GetSchedule",
        "schedule of": "GetScheduleByPatientID",
        "visit": "GetAppointmentById",
        "changed": "GetAppointmentsByChangeDTTM",
        "find": "SearchPatients",
        "patient": "GetPatientDemographics",
        "save patient": "SavePatient",
        "book": "SaveAppointment",
        "mark": "SetAppointmentStatus",
    }
)
"""By our word: the action. Their names are seen; that the app is certified for each is the programme's matter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """The XML of one parameter: its outermost element, and by our word the element of each value.

    An element named "" is left out.
    """

    root: str
    elements: Mapping[str, str]

    def __post_init__(self) -> None:
        for name in (self.root, *filter(None, self.elements.values())):
            if not _XML_NAME.fullmatch(name):
                raise Impossible(f'"{name}" is no name of an XML element')

    def filled(self, values: Mapping[str, str]) -> str:
        """The XML with these values, by our words, in the template's order."""
        unknown = values.keys() - self.elements.keys()
        if unknown:
            raise Impossible(f"The template {self.root} has no {', '.join(sorted(unknown))}")
        inside = "".join(
            f"<{name}>{escape(values[word])}</{name}>"
            for word, name in self.elements.items()
            if name and word in values
        )
        return f"<{self.root}>{inside}</{self.root}>"

    def renamed(self, names: Mapping[str, str]) -> "Template":
        """The same with other names for some words. Raises: Impossible (a word is none of the template's)."""
        unknown = names.keys() - self.elements.keys() - {ROOT}
        if unknown:
            known = ", ".join((ROOT, *self.elements))
            raise Impossible(f"{', '.join(sorted(unknown))}: this template's words are {known}")
        others = {word: name for word, name in names.items() if word != ROOT}
        return replace(self, root=names.get(ROOT, self.root), elements={**self.elements, **others})


APPOINTMENT = Template(
    root="appointment",
    elements=MappingProxyType(
        {
            "patient": "PatientID",
            "day": "AppointmentDate",
            "time": "AppointmentTime",
            "minutes": "Duration",
            "resource": "ProviderID",
            "location": "LocationID",
            "type": "AppointmentType",
            "notes": "Notes",
        }
    ),
)
PATIENT = Template(
    root="patient",
    elements=MappingProxyType(
        {
            "given": "FirstName",
            "family": "LastName",
            "middle": "MiddleName",
            "born": "DOB",
            "sex": "Gender",
            "ssn": "SSN",
            "record": "MRN",
            "street": "Address1",
            "street2": "Address2",
            "city": "City",
            "state": "State",
            "zip": "ZipCode",
            "home": "HomePhone",
            "work": "WorkPhone",
            "cell": "CellPhone",
            "email": "Email",
            "race": "Race",
            "ethnicity": "Ethnicity",
            "language": "Language",
            "marital": "MaritalStatus",
        }
    ),
)
SEARCH = Template(
    root="searchcriteria",
    elements=MappingProxyType({"family": "LastName", "given": "FirstName", "born": "DOB"}),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """The reference as far as it is known or guessed, with what a practice's file of numbers corrects of it."""

    actions: Mapping[str, str] = field(default_factory=lambda: ACTIONS)
    appointment: Template = APPOINTMENT
    patient: Template = PATIENT
    search: Template = SEARCH

    def __post_init__(self) -> None:
        unknown = self.actions.keys() - ACTIONS.keys()
        if unknown:
            raise Impossible(f"{', '.join(sorted(unknown))}: the words for actions are {', '.join(ACTIONS)}")
        for name in self.actions.values():
            if not _ACTION.fullmatch(name):
                raise Impossible(f'"{name}" is no name of an action')


GUESSED = Reference()
