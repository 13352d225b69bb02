"""What an office has: clinics, providers, operatories, schedules, appointment types, picklists and preferences."""

from collections.abc import Iterable

from frontdesk.standards.simulating.refusals import guess
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, without
from frontdesk.systems.opendental.simulator_office import Office, sorted_by
from frontdesk.systems.opendental.simulator_reading import (
    Days,
    Field,
    a_day,
    a_moment,
    asked_days,
    number_in_query,
    one_of,
    words,
    yes_or_no,
)
from frontdesk.systems.opendental.simulator_rows import STAMP, Row, day, number, text

NUMBER = Field(reads=number_in_query)
KINDS_OF_SCHEDULE = ("Practice", "Provider", "Blockout", "Employee", "WebSchedASAP")


def list_clinics(office: Office, asked: Asked) -> Answer:
    """Clinics that are not hidden. Documented [no-clinics]: none at all where the office does not use the feature."""
    return Answer(body=[row for row in office.clinics if row["IsHidden"] == "false"])


def list_providers(office: Office, asked: Asked) -> Answer:
    """Providers, hidden ones too.

    Documented [providers-of-a-clinic]: with ClinicNum hidden ones are left out and the server's clock is blank.
    """
    clinic, since = asked.query.number("ClinicNum"), asked.query.text(STAMP)
    if clinic is not None and since is not None:
        raise guess("providers-by-two-filters", 400, "Filter by either ClinicNum or DateTStamp.")
    if clinic is None:
        rows = changed_after(office.providers, since)
        return Answer(body=[{**row, "serverDateTime": office.stamp()} for row in rows])
    existing_clinic(office, clinic)
    shown = [row for row in office.providers if row["IsHidden"] == "false"]
    return Answer(body=[{**row, "serverDateTime": ""} for row in shown])


def one_provider(office: Office, asked: Asked) -> Answer:
    """One provider."""
    row = existing(office.providers, asked.number, "Provider")
    return Answer(body={**row, "serverDateTime": office.stamp()})


def list_operatories(office: Office, asked: Asked) -> Answer:
    """Rooms and chairs, hidden ones too, in the office's order."""
    clinic = asked.query.number("ClinicNum")
    if clinic is not None:
        existing_clinic(office, clinic)
    rows = [row for row in office.operatories if clinic is None or row["ClinicNum"] == clinic]
    return Answer(body=[operatory_shown(office, row) for row in sorted_by(rows, "ItemOrder", "OperatoryNum")])


def one_operatory(office: Office, asked: Asked) -> Answer:
    """One room or chair."""
    return Answer(body=operatory_shown(office, existing(office.operatories, asked.number, "Operatory")))


def list_appointment_types(office: Office, asked: Asked) -> Answer:
    """Appointment types, hidden ones too."""
    return Answer(body=list(office.appointment_types))


def one_appointment_type(office: Office, asked: Asked) -> Answer:
    """One appointment type."""
    return Answer(body=existing(office.appointment_types, asked.number, "AppointmentType"))


def list_definitions(office: Office, asked: Asked) -> Answer:
    """Entries of the office's picklists. Documented [hidden-definitions]: hidden ones only when asked for."""
    category, hidden = asked.query.number("Category"), asked.query.text("includeHidden") == "true"
    rows = [row for row in office.definitions if hidden or row["isHidden"] == "false"]
    return Answer(body=[row for row in rows if category is None or row["Category"] == category])


def list_preferences(office: Office, asked: Asked) -> Answer:
    """What the office set. Guess [unknown-preference]: a name nobody set gives an empty list."""
    name = asked.query.text("PrefName")
    return Answer(body=[row for row in office.preferences if name is None or row["PrefName"] == name])


def list_schedules(office: Office, asked: Asked) -> Answer:
    """Hours, blockouts and notes by their start. Documented [schedules-today]: today's when no day is named."""
    days = asked_days(asked.query) or Days(first=office.wall().date(), last=office.wall().date())
    wanted = {
        "SchedType": asked.query.text("SchedType"),
        "BlockoutType": asked.query.number("BlockoutDefNum"),
        "ProvNum": asked.query.number("ProvNum"),
        "EmployeeNum": asked.query.number("EmployeeNum"),
    }
    rows = [
        row
        for row in office.schedules
        if days.has(day(row, "SchedDate"))
        and all(value is None or row[column] == value for column, value in wanted.items())
    ]
    # Documented [schedules-by-start]: the start is the order, not the day, so that a page mixes days.
    return Answer(body=[schedule_shown(office, row) for row in sorted_by(rows, "StartTime", "ScheduleNum")])


def one_schedule(office: Office, asked: Asked) -> Answer:
    """One entry of the schedule."""
    return Answer(body=schedule_shown(office, existing(office.schedules, asked.number, "Schedule")))


def list_schedule_links(office: Office, asked: Asked) -> Answer:
    """Which operatories an entry of the schedule is for. Documented [entries-without-operatories]: some have none."""
    schedule, operatory = asked.query.number("ScheduleNum"), asked.query.number("OperatoryNum")
    if schedule is not None and operatory is not None:
        raise guess("links-by-two-filters", 400, "Filter by either ScheduleNum or OperatoryNum.")
    links: list[Row] = []
    for row in office.schedules:
        for place, linked in enumerate(operatories_of(row), start=1):
            if schedule in (None, row["ScheduleNum"]) and operatory in (None, linked):
                link = number(row, "ScheduleNum") * 100 + place
                links.append({"ScheduleOpNum": link, "ScheduleNum": number(row, "ScheduleNum"), "OperatoryNum": linked})
    return Answer(body=links)


def operatories_of(schedule: Row) -> list[int]:
    """The operatories an entry of the schedule names; [] when it names none."""
    return [int(part) for part in text(schedule, "operatories").split(",") if part]


def existing_clinic(office: Office, clinic: int) -> None:
    """Nothing, for 0 and for a clinic that is there. Raises: Refusal for any other."""
    if clinic != 0:
        existing(office.clinics, clinic, "Clinic")


def changed_after(rows: Iterable[Row], since: str | None) -> list[Row]:
    """Rows stamped after a moment; all when it is None.

    Documented [changed-after]: strictly after, to the second, on the wall clock. A change within the second of the
    last `serverDateTime` is therefore missed, and so is the autumn hour that the clock shows twice.
    """
    return [row for row in rows if since is None or text(row, STAMP) > since]


def schedule_shown(office: Office, row: Row) -> Row:
    """An entry of the schedule as it travels. Documented [schedule-numbers-as-text]: its numbers are strings."""
    return {
        "ScheduleNum": str(row["ScheduleNum"]),
        "SchedDate": row["SchedDate"],
        "StartTime": row["StartTime"],
        "StopTime": row["StopTime"],
        "SchedType": row["SchedType"],
        "ProvNum": str(row["ProvNum"]),
        "BlockoutType": str(row["BlockoutType"]),
        "blockoutType": office.name_of(number(row, "BlockoutType")),
        "Note": row["Note"],
        "operatories": row["operatories"],
        "EmployeeNum": str(row["EmployeeNum"]),
        STAMP: row[STAMP],
    }


def operatory_shown(office: Office, row: Row) -> Row:
    """An operatory as it travels, with the name of its type."""
    named = {**row, "operatoryType": office.name_of(number(row, "OperatoryType"))}
    return without(named, STAMP)


def as_kept(office: Office, row: Row) -> Row:
    """A row that travels as it is kept."""
    return row


CALLS: tuple[Call, ...] = (
    reading("/clinics", list_clinics, query={}),
    reading("/providers", list_providers, query={"ClinicNum": NUMBER, STAMP: Field(reads=a_moment, since="21.3")}),
    reading("/providers/{ProvNum}", one_provider, since="24.4.17"),
    reading("/operatories", list_operatories, query={"ClinicNum": NUMBER}),
    reading("/operatories/{OperatoryNum}", one_operatory, since="24.1.10"),
    reading("/appointmenttypes", list_appointment_types, since="22.4.10", query={}),
    reading("/appointmenttypes/{AppointmentTypeNum}", one_appointment_type, since="22.4.10"),
    reading("/definitions", list_definitions, query={"Category": NUMBER, "includeHidden": Field(reads=yes_or_no)}),
    reading("/preferences", list_preferences, query={"PrefName": Field(reads=words)}),
    reading(
        "/schedules",
        list_schedules,
        since="22.1",
        query={
            "date": Field(reads=a_day),
            "dateStart": Field(reads=a_day),
            "dateEnd": Field(reads=a_day),
            "SchedType": Field(reads=one_of(*KINDS_OF_SCHEDULE)),
            "BlockoutDefNum": NUMBER,
            "ProvNum": NUMBER,
            "EmployeeNum": NUMBER,
        },
    ),
    reading("/schedules/{ScheduleNum}", one_schedule, since="22.1"),
    reading(
        "/scheduleops", list_schedule_links, since="23.2.27", query={"ScheduleNum": NUMBER, "OperatoryNum": NUMBER}
    ),
)
