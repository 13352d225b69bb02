"""The rows a simulated office starts with, each made with sane defaults and every published column."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from frontdesk.systems.opendental.simulator_office import World
from frontdesk.systems.opendental.simulator_patients import as_shown_to_staff
from frontdesk.systems.opendental.simulator_rows import NO_DATE, NO_TIME, STAMP, Row, written

LONG_AGO = "2026-01-05 09:00:00"


def clinic(number: int, name: str, *, phone: str = "5125550100") -> Row:
    """A clinic; offices with one place usually have none at all."""
    return {
        "ClinicNum": number,
        "Description": name,
        "Address": "1 Test Street",
        "Address2": "",
        "City": "Austin",
        "State": "TX",
        "Zip": "78701",
        **{f"{kind}{part}": "" for kind in ("Billing", "PayTo") for part in _ADDRESS},
        "Phone": phone,
        "Abbr": name,
        "IsHidden": "false",
    }


def provider(number: int, abbr: str, first: str, last: str, *, hygienist: bool = False, hidden: bool = False) -> Row:
    """A dentist or hygienist."""
    return {
        "ProvNum": number,
        "Abbr": abbr,
        "LName": last,
        "FName": first,
        "MI": "",
        "Suffix": "",
        "FeeSched": 53,
        "Specialty": 264 if hygienist else 263,
        "SSN": "",
        "StateLicense": "",
        "IsSecondary": _text(hygienist),
        "provColor": "164,255,164",
        "IsHidden": _text(hidden),
        "UsingTIN": "false",
        "SigOnFile": "false",
        "NationalProvID": "",
        STAMP: LONG_AGO,
        "IsNotPerson": "false",
        "ProvStatus": "Active",
        "IsHiddenReport": "false",
        "Birthdate": NO_DATE,
        "SchedNote": "",
        "PreferredName": "",
    }


def operatory(
    number: int,
    name: str,
    *,
    dentist: int = 0,
    hygienist: int = 0,
    clinic: int = 0,
    hidden: bool = False,
    prospective: bool = False,
) -> Row:
    """A room or chair; the hygienist is its main provider where it has no dentist."""
    return {
        "OperatoryNum": number,
        "OpName": name,
        "Abbrev": f"OP-{number}",
        "ItemOrder": number - 1,
        "IsHidden": _text(hidden),
        "ProvDentist": dentist,
        "ProvHygienist": hygienist,
        "IsHygiene": _text(bool(hygienist and not dentist)),
        "ClinicNum": clinic,
        "SetProspective": _text(prospective),
        "IsWebSched": "false",
        "OperatoryType": 0,
        STAMP: LONG_AGO,
    }


def definition(number: int, category: int, group: str, name: str, *, value: str = "", hidden: bool = False) -> Row:
    """One entry of a picklist. `group` is the category's name, like "ApptConfirmed"."""
    return {
        "DefNum": number,
        "ItemName": name,
        "ItemValue": value,
        "Category": category,
        "category": group,
        "isHidden": _text(hidden),
    }


def preference(number: int, name: str, value: str) -> Row:
    """One thing the office set."""
    return {"PrefNum": number, "PrefName": name, "ValueString": value}


def appointment_type(number: int, name: str, pattern: str, *, codes: str = "", hidden: bool = False) -> Row:
    """A kind of visit; a blank pattern means its length comes from its procedures."""
    return {
        "AppointmentTypeNum": number,
        "AppointmentTypeName": name,
        "appointmentTypeColor": "93,54,220",
        "IsHidden": _text(hidden),
        "Pattern": pattern,
        "CodeStr": codes,
        "CodeStrRequired": "",
        "RequiredProcCodesNeeded": "None",
        "BlockoutTypes": "",
    }


def hours(number: int, day: date, start: time, stop: time, *, provider: int, operatories: Sequence[int] = ()) -> Row:
    """A provider's hours on a day; without operatories they are for those the provider is assigned to."""
    return _schedule(number, day, start, stop, "Provider", operatories) | {"ProvNum": provider}


def blockout(number: int, day: date, start: time, stop: time, *, kind: int, operatories: Sequence[int]) -> Row:
    """Time that is not for just any visit."""
    return _schedule(number, day, start, stop, "Blockout", operatories) | {"BlockoutType": kind}


def office_note(number: int, day: date, note: str) -> Row:
    """A note or holiday of the whole office."""
    return _schedule(number, day, time(0), time(0), "Practice", ()) | {"Note": note}


def staff_hours(number: int, day: date, start: time, stop: time, *, employee: int) -> Row:
    """An employee's hours, which nobody can book."""
    return _schedule(number, day, start, stop, "Employee", ()) | {"EmployeeNum": employee}


def patient(
    number: int,
    first: str,
    last: str,
    *,
    born: str = NO_DATE,
    phone: str = "",
    email: str = "",
    status: str = "Patient",
    guarantor: int = 0,
    clinic: int = 0,
    provider: int = 1,
) -> Row:
    """A patient. `phone` is the wireless one; `guarantor` is the patient themselves unless another is named."""
    return {
        "PatNum": number,
        "LName": last,
        "FName": first,
        **dict.fromkeys(("MiddleI", "Preferred"), ""),
        "PatStatus": status,
        "Gender": "Unknown",
        "Position": "Single",
        "Birthdate": born,
        **dict.fromkeys(("SSN", "Address", "Address2", "City", "State", "Zip", "HmPhone", "WkPhone"), ""),
        "WirelessPhone": as_shown_to_staff(phone),
        "Guarantor": guarantor or number,
        "Email": email,
        "EstBalance": 0.0,
        "PriProv": provider,
        "SecProv": 0,
        "FeeSched": 0,
        "BillingType": "Standard Account",
        "ImageFolder": f"{last}{first}{number}",
        **dict.fromkeys(("FamFinUrgNote", "ChartNumber", "MedicaidID"), ""),
        "BalTotal": 0.0,
        "EmployerNum": 0,
        "DateFirstVisit": NO_DATE,
        "ClinicNum": clinic,
        "Premed": "false",
        "Ward": "",
        **dict.fromkeys(("PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod"), "None"),
        "Language": "",
        "AdmitDate": NO_DATE,
        "siteDesc": "",
        "SuperFamily": 0,
        "TxtMsgOk": "Unknown",
        "SecDateEntry": LONG_AGO[:10],
        STAMP: LONG_AGO,
    }


def appointment(
    number: int,
    *,
    patient: int,
    operatory: int,
    at: datetime,
    pattern: str = "/XXXX/",
    provider: int = 1,
    hygienist: int = 0,
    confirmed: int = 0,
    status: str = "Scheduled",
    kind: int = 0,
    clinic: int = 0,
) -> Row:
    """A visit. `at` is the wall clock; the pattern gives the length, five minutes a character."""
    return {
        "AptNum": number,
        "PatNum": patient,
        "AptStatus": status,
        "Pattern": pattern,
        "Confirmed": confirmed,
        "TimeLocked": "false",
        "Op": operatory,
        "Note": "",
        "ProvNum": provider,
        "ProvHyg": hygienist,
        "AptDateTime": written(at),
        "NextAptNum": 0,
        "UnschedStatus": 0,
        "IsNewPatient": "false",
        "ProcDescript": "",
        "ClinicNum": clinic,
        "IsHygiene": _text(bool(hygienist)),
        **dict.fromkeys(("DateTimeArrived", "DateTimeSeated", "DateTimeDismissed"), NO_TIME),
        "InsPlan1": 0,
        "InsPlan2": 0,
        "DateTimeAskedToArrive": NO_TIME,
        "colorOverride": "0,0,0",
        "AppointmentTypeNum": kind,
        "SecUserNumEntry": 0,
        "SecDateTEntry": LONG_AGO,
        "Priority": "Normal",
        "PatternSecondary": "/" * len(pattern),
        "ItemOrderPlanned": 0,
        STAMP: LONG_AGO,
    }


def without_clinics(world: World) -> World:
    """The same office where the Clinics feature is off: no clinics, and 0 for every ClinicNum."""

    def outside(rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple({**row, "ClinicNum": 0} for row in rows)

    return replace(
        world,
        clinics=(),
        operatories=outside(world.operatories),
        patients=outside(world.patients),
        appointments=outside(world.appointments),
    )


def weekdays_from(monday: date, weeks: int) -> list[date]:
    """Mondays to Fridays of so many weeks."""
    days = (monday + timedelta(days=count) for count in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]


_ADDRESS = ("Address", "Address2", "City", "State", "Zip")


def _schedule(
    number: int, day: date, start: time, stop: time, kind: str, operatories: Sequence[int]
) -> dict[str, str | int | float]:
    return {
        "ScheduleNum": number,
        "SchedDate": day.isoformat(),
        "StartTime": start.isoformat("seconds"),
        "StopTime": stop.isoformat("seconds"),
        "SchedType": kind,
        "ProvNum": 0,
        "BlockoutType": 0,
        "Note": "",
        "operatories": ",".join(str(one) for one in operatories),
        "EmployeeNum": 0,
        STAMP: LONG_AGO,
    }


def _text(true: bool) -> str:
    return "true" if true else "false"
