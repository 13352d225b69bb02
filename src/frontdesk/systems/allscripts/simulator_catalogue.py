"""What the practice has: departments, locations, resources, practitioners, kinds of visit and reasons."""

from collections.abc import Iterator, Sequence

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, named, reading
from frontdesk.systems.allscripts.simulator_practice import Practice
from frontdesk.systems.allscripts.simulator_rows import Row, Shown, number, numbers, shown, slashed, text

DEPARTMENT = (
    *("Scheduling_Department_ID", "Department_ID", "Abbreviation", "Description", "Street1", "Street2", "City"),
    *("State", "Zip_Code", "Country_Code", "Phone", "Phone_Ext"),
)
LOCATION = (
    *("Scheduling_Location_ID", "Abbreviation", "Description", "Location_ID", "Location_Name"),
    *("Location_Abbreviation", "Location_Street1", "Location_Street2", "Location_City", "Location_State"),
    *("Location_Zip", "Location_Phone", "Location_Fax", "Location_Email"),
)
RESOURCE = (
    *("Resource_ID", "Abbreviation", "Description", "Resource_Type", "Practitioner_ID", "Appointment_Group_ID"),
    "Default_Appointment_Type_ID",
)
PRACTITIONER = (
    *("Practitioner_ID", "Abbreviation", "First_Name", "Middle_Initial", "Last_Name", "Suffix", "FullName"),
    *("Specialty", "Specialty_ID", "Provider_NPI", "Is_Physician", "Is_Mid_Level", "Is_Non_Person"),
    *("Is_Org_Member", "Inactivation_Date", "Default_Department_Abbr", "Email_Address", "Phone"),
)
APPOINTMENT_TYPE = ("Appointment_Type_ID", "Abbreviation", "Description", "Duration")
PADDED = 10


def departments(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The scheduling departments. Seen [catalogue-columns]: these and no others, as in the lists that follow."""
    return [padded(shown(row, DEPARTMENT)) for row in practice.departments]


def locations(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The scheduling locations of a department, or all. Seen [locations-of-a-department]."""
    wanted = named(practice.departments, asked.parameter(2), "Department") if asked.parameter(2) else None
    return [
        padded(shown(row, LOCATION))
        for row in practice.locations
        if wanted is None or row["department"] == wanted["Abbreviation"]
    ]


def resources(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The columns of the book. Seen [resource-is-booked]: a room or a device has no Practitioner_ID."""
    return [padded(shown(row, RESOURCE)) for row in practice.resources]


def practitioners(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """Everybody, who left as well. Guess [inactive-listed]: they are known by their Inactivation_Date."""
    return [
        {**shown(row, PRACTITIONER), "Inactivation_Date": slashed(text(row, "Inactivation_Date"))}
        for row in practice.practitioners
    ]


def specialties(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The specialties there are. Guess [specialty-columns]: as a practitioner has them."""
    found = {text(row, "Specialty"): row for row in practice.practitioners}
    return [shown(row, ("Specialty_ID", "Specialty")) for row in found.values()]


def appointment_types(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The kinds of visit. Guess [type-columns]: named as in the other lists, and Duration in minutes."""
    return [padded(shown(row, APPOINTMENT_TYPE)) for row in practice.appointment_types]


def restrictions(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """Which kinds can be booked on which resource. Guess [restriction-columns]: one row for each pair that can."""

    def pairs() -> Iterator[Shown]:
        for row in practice.resources:
            for one in numbers(row, "types"):
                kind = practice.appointment_types.at(one)
                yield {
                    "Resource_ID": str(number(row, "Resource_ID")),
                    "Resource_Abbr": text(row, "Abbreviation"),
                    "Appointment_Type_ID": str(one),
                    "Appt_Type_Abbr": text(kind, "Abbreviation"),
                }

    return list(pairs())


def cancellation_reasons(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """Why a visit can be called off. Guess [reason-columns]: an id, an abbreviation and a description."""
    return [_reason(row, "Cancellation_Reason_ID") for row in practice.cancellation_reasons]


def confirmation_results(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """What a call to confirm brought."""
    return [_reason(row, "Confirmation_Result_ID") for row in practice.confirmation_results]


def _reason(row: Row, key: str) -> Shown:
    return shown(row, (key, "Abbreviation", "Description"))


def padded(row: Shown) -> Shown:
    """A row whose abbreviation is filled up with spaces. Seen [padded-codes]. Guess [which-are-padded]: these."""
    return {**row, "Abbreviation": row["Abbreviation"].ljust(PADDED)}


ACTIONS: tuple[Action, ...] = (
    reading("GetSchedulingDepartments", departments),
    reading("GetSchedulingLocations", locations, takes=(2,)),
    reading("GetResources", resources),
    reading("GetPractitioners", practitioners),
    reading("GetPractitionerSpecialties", specialties),
    reading("GetAppointmentTypes", appointment_types),
    reading("GetAppointmentRestrictions", restrictions),
    reading("GetAppointmentCancellationReasons", cancellation_reasons),
    reading("GetAppointmentConfirmationResults", confirmation_results),
)
