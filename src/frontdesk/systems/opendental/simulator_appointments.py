"""The appointment book as it is read: visits of every status, as they travel."""

from frontdesk.standards.simulating.refusals import documented
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, with_clock
from frontdesk.systems.opendental.simulator_catalogue import NUMBER, changed_after, existing_clinic
from frontdesk.systems.opendental.simulator_office import CONFIRMED, UNSCHEDULED, Office
from frontdesk.systems.opendental.simulator_reading import (
    Days,
    Field,
    Given,
    a_day,
    a_moment_or_day,
    asked_days,
    one_of,
)
from frontdesk.systems.opendental.simulator_rows import STAMP, Row, Scalar, day, number

SCHEDULED, COMPLETE, UNSCHED, BROKEN = "Scheduled", "Complete", "UnschedList", "Broken"
STATUSES = (SCHEDULED, COMPLETE, UNSCHED, "ASAP", BROKEN, "Planned", "PtNote", "PtNoteCompleted")


def list_appointments(office: Office, asked: Asked) -> Answer:
    """Visits of every status, the unscheduled and broken ones among them.

    Guess [order-of-appointments]: by AptNum. Guess [unscheduled-keeps-its-time]: a visit on the Unscheduled List
    still carries the day it had, and is found by it.
    """
    days = asked_days(asked.query) or Days(first=None, last=None)
    clinic, patient = asked.query.number("ClinicNum"), asked.query.number("PatNum")
    if clinic is not None:
        existing_clinic(office, clinic)
    if patient is not None:
        existing(office.patients, patient, "Patient")
    wanted: dict[str, Scalar | None] = {
        "PatNum": patient,
        "AptStatus": asked.query.text("AptStatus"),
        "Op": asked.query.number("Op"),
        "ClinicNum": clinic,
        "AppointmentTypeNum": asked.query.number("AppointmentTypeNum"),
    }
    rows = [
        with_clock(office, shown(office, row))
        for row in changed_after(office.appointments, asked.query.text(STAMP))
        if days.has(day(row, "AptDateTime"))
        and all(value is None or row[column] == value for column, value in wanted.items())
    ]
    return Answer(body=rows)


def list_asap(office: Office, asked: Asked) -> Answer:
    """Visits that would rather be sooner. Documented [asap-is-a-priority]: that is a Priority, not a status."""
    clinic, provider = asked.query.number("ClinicNum"), asked.query.number("ProvNum")
    if office.uses_clinics() and clinic is None:
        raise documented("asap-needs-clinic", 400, "ClinicNum is required.")
    rows = [row for row in office.appointments if row["Priority"] == "ASAP"]
    rows = [row for row in rows if clinic in (None, row["ClinicNum"]) and provider in (None, row["ProvNum"])]
    return Answer(body=[with_clock(office, shown(office, row)) for row in rows])


def one_appointment(office: Office, asked: Asked) -> Answer:
    """One visit."""
    return Answer(body=with_clock(office, shown(office, existing(office.appointments, asked.number, "Appointment"))))


def shown(office: Office, row: Row) -> Row:
    """A visit as it travels, with the names behind its numbers, in the published order."""
    named: dict[str, Scalar] = {}
    for column, value in row.items():
        if column == STAMP:
            continue
        named[column] = value
        if column == "Confirmed":
            named["confirmed"] = office.name_of(number(row, column))
        elif column == "ProvNum":
            named["provAbbr"] = office.abbreviation_of(number(row, column))
        elif column == "UnschedStatus":
            named["unschedStatus"] = office.name_of(number(row, column))
        elif column == "IsHygiene":
            named[STAMP] = row[STAMP]
    return named


def usable_patient(office: Office, patient: int) -> Row:
    """The patient's row. Raises: Refusal for one who is not there, or deleted. Documented [deleted-patient]."""
    row = existing(office.patients, patient, "Patient")
    if row["PatStatus"] == "Deleted":
        raise documented("deleted-patient", 400, "A deleted patient cannot be modified.")
    return row


def references(office: Office, given: Given) -> None:
    """Nothing, when every provider, clinic and definition named is there. Raises: Refusal for the first that is not."""
    for name in ("ProvNum", "ProvHyg"):
        if given.number(name):
            existing(office.providers, given.number(name) or 0, "Provider")
    existing_clinic(office, given.number("ClinicNum") or 0)
    for name, category in (("Confirmed", CONFIRMED), ("UnschedStatus", UNSCHEDULED)):
        wanted = given.number(name)
        if wanted is None or (name == "UnschedStatus" and wanted == 0):
            continue
        row = office.definitions.get(wanted)
        if row is None or row["Category"] != category:  # Documented [definition-of-category].
            raise documented("definition-of-category", 400, f"{name} must be a DefNum of category {category}.")


CALLS: tuple[Call, ...] = (
    reading(
        "/appointments",
        list_appointments,
        query={
            "PatNum": Field(reads=NUMBER.reads, since="21.4"),
            "AptStatus": Field(reads=one_of(*STATUSES), since="22.4.28"),
            "Op": Field(reads=NUMBER.reads, since="23.2.27"),
            "date": Field(reads=a_day),
            "dateStart": Field(reads=a_day),
            "dateEnd": Field(reads=a_day),
            "ClinicNum": NUMBER,
            STAMP: Field(reads=a_moment_or_day),
            "AppointmentTypeNum": Field(reads=NUMBER.reads, since="24.4.22"),
        },
    ),
    reading("/appointments/ASAP", list_asap, query={"ClinicNum": NUMBER, "ProvNum": NUMBER}),
    reading("/appointments/{AptNum}", one_appointment),
)
