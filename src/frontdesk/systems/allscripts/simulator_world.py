"""The rows a simulated practice starts with, each made with sane defaults and every column that was seen."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from frontdesk.systems.allscripts.simulator_rows import Row, stored

LONG_AGO = "2026-01-05T09:00:00"


def department(number: int, abbreviation: str, description: str) -> Row:
    """A scheduling department."""
    return {
        "Scheduling_Department_ID": number,
        "Department_ID": number,
        "Abbreviation": abbreviation,
        "Description": description,
        "Street1": "5 Test Street",
        "Street2": "",
        "City": "Provo",
        "State": "UT",
        "Zip_Code": "84601",
        "Country_Code": "US",
        "Phone": "8015550100",
        "Phone_Ext": "",
    }


def location(
    number: int, abbreviation: str, description: str, *, department: str, phone: str = "8015550100", street: str = ""
) -> Row:
    """A scheduling location, where visits take place. `department` is its department's abbreviation."""
    return {
        "Scheduling_Location_ID": number,
        "Abbreviation": abbreviation,
        "Description": description,
        "Location_ID": number + 700,
        "Location_Name": description,
        "Location_Abbreviation": abbreviation,
        "Location_Street1": street or f"{number} Test Street",
        "Location_Street2": "",
        "Location_City": "Provo",
        "Location_State": "UT",
        "Location_Zip": "84601",
        "Location_Phone": phone,
        "Location_Fax": "",
        "Location_Email": "",
        "department": department,
    }


def practitioner(
    number: int,
    abbreviation: str,
    first: str,
    last: str,
    *,
    suffix: str = "MD",
    specialty: str = "Family Medicine",
    physician: bool = True,
    inactive_since: str = "",
) -> Row:
    """Somebody who sees patients. The NPI is invented, and no valid one."""
    return {
        "Practitioner_ID": number,
        "Abbreviation": abbreviation,
        "First_Name": first,
        "Middle_Initial": "",
        "Last_Name": last,
        "Suffix": suffix,
        "FullName": f"{first} {last}, {suffix}",
        "Specialty": specialty,
        "Specialty_ID": 1,
        "Provider_NPI": f"00000000{number:02}",
        "Is_Physician": physician,
        "Is_Mid_Level": not physician,
        "Is_Non_Person": False,
        "Is_Org_Member": True,
        "Inactivation_Date": inactive_since,
        "Default_Department_Abbr": "",
        "Email_Address": f"{first.lower()}@example.com",
        "Phone": "",
    }


def resource(
    number: int,
    abbreviation: str,
    description: str,
    *,
    types: Sequence[int],
    practitioner: int | None = None,
    kind: str = "Provider",
) -> Row:
    """A column of the book: a practitioner, a room or a device. `types` are the appointment types it takes.

    Guess [resource-types]: the words of Resource_Type are Provider, Room and Equipment.
    """
    return {
        "Resource_ID": number,
        "Abbreviation": abbreviation,
        "Description": description,
        "Resource_Type": kind,
        "Practitioner_ID": practitioner,
        "Appointment_Group_ID": 1,
        "Default_Appointment_Type_ID": types[0],
        "types": list(types),
    }


def appointment_type(number: int, abbreviation: str, description: str, minutes: int) -> Row:
    """A kind of visit and how long it takes."""
    return {
        "Appointment_Type_ID": number,
        "Abbreviation": abbreviation,
        "Description": description,
        "Duration": minutes,
    }


def reason(column: str, number: int, abbreviation: str, description: str) -> Row:
    """A reason of a pick-list, under its id's column."""
    return {column: number, "Abbreviation": abbreviation, "Description": description}


def hours(number: int, day: date, start: time, end: time, *, resource: int, location: int) -> Row:
    """When a resource can be booked, and where."""
    return {**_stretch(number, day, start, end), "resource": resource, "location": location}


def block(number: int, day: date, start: time, end: time, *, resource: int, says: str) -> Row:
    """When a resource cannot be booked."""
    return {**_stretch(number, day, start, end), "resource": resource, "says": says}


def patient(
    number: int,
    first: str,
    last: str,
    *,
    born: str,
    sex: str = "U",
    home: str = "",
    cell: str = "",
    email: str = "",
    middle: str = "",
) -> Row:
    """A patient. `born` is a day like 1950-05-01, "" where it is not known."""
    blank = ("Suffix", "SSN", "Work_Phone", "Work_Phone_Ext", "Street1", "Street2", "City", "State", "Zip_Code")
    words = ("Race", "Ethnicity", "Language", "Marital_Status", "Usual_Provider_Abbr", "PCP_Abbr", "ReferringDr_Abbr")
    return {
        "Patient_ID": number,
        "Patient_Number": str(number - 32_000),
        "Patient_Enterprise_Number": "",
        "Patient_Med_Rec_No": f"M{number}",
        "First_Name": first,
        "Middle_Initial": middle,
        "Last_Name": last,
        "DOB": born,
        "Sex": sex,
        "HomePhone": home,
        "Cell_Phone": cell,
        "Email_Address": email,
        **dict.fromkeys((*blank, *words, "Emergency_Contact"), ""),
        "Account_ID": number + 10_000,
        "Account_Number": str(number - 32_000),
        "RelationToGuarantor": "Self",
        "Is_Guarantor": True,
    }


def appointment(
    number: int,
    *,
    patient: int,
    resource: int,
    location: int,
    type: int,
    at: datetime,
    minutes: int,
    status: str = "S",
    comments: str = "",
) -> Row:
    """A visit. `at` is the wall clock."""
    moments = ("confirmed", "cancelled", "no_show", "bumped", "checked_in", "checked_out")
    return {
        "Appointment_ID": number,
        "status": status,
        "start": stored(at),
        "minutes": minutes,
        "Patient_ID": patient,
        "Resource_ID": resource,
        "Scheduling_Location_ID": location,
        "Appointment_Type_ID": type,
        "reason": "",
        "comments": comments,
        **dict.fromkeys(moments, ""),
        **({"cancelled": LONG_AGO} if status == "X" else {}),
        "cancellation_reason": None,
        "confirmation": None,
        "scheduled": LONG_AGO,
        "changed": LONG_AGO,
        "taken": 0,
        "placer": "",
        "forced": False,
    }


def weekdays_from(monday: date, weeks: int) -> list[date]:
    """Mondays to Fridays of so many weeks."""
    days = (monday + timedelta(days=count) for count in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]


def _stretch(number: int, day: date, start: time, end: time) -> Row:
    first, last = datetime.combine(day, start), datetime.combine(day, end)
    return {"id": number, "start": stored(first), "minutes": int((last - first).total_seconds() // 60)}
