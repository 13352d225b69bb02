"""The rows a simulated practice starts with, each made with sane defaults and every column."""

from datetime import date, timedelta

from frontdesk.systems.athenahealth.simulator_rows import Row

LONG_AGO = "2026-01-05T14:00:00+00:00"


def department(
    number: int, name: str, *, zone: str, city: str, state: str, zip_code: str, phone: str, hidden: bool = False
) -> Row:
    """A place that can be booked. `zone` is the name it has in the zone database; `hidden` is in the portal."""
    return {
        "departmentid": number,
        "name": name.upper(),
        "patientdepartmentname": name,
        "address": "1 Test Street",
        "address2": "",
        "city": city,
        "state": state,
        "zip": zip_code,
        "phone": phone,
        "fax": "",
        "timezonename": zone,
        "providergroupid": "1",
        "chartsharinggroupid": "1",
        "servicedepartment": True,
        "hideinportal": hidden,
    }


def provider(number: int, first: str, last: str, *, kind: str = "MD", person: bool = True, new: bool = True) -> Row:
    """Somebody, or a room or device, that has slots."""
    return {
        "providerid": number,
        "displayname": f"{first} {last}, {kind}" if person else last,
        "firstname": first,
        "lastname": last,
        "schedulingname": f"{last}_{first}" if person else last,
        "entitytype": "Person" if person else "Non-Person",
        "providertype": kind,
        "providertypeid": kind,
        "specialty": "Family Medicine",
        "specialtyid": 8,
        "npi": 1999999900 + number,
        "sex": "F" if person else "",
        "acceptingnewpatients": new,
        "hideinportal": False,
        "supervisingproviderid": number,
    }


def kind(
    number: int,
    name: str,
    minutes: int,
    *,
    shown: str = "",
    generic: bool = False,
    template: bool = False,
    patient: bool = True,
) -> Row:
    """An appointment type; `shown` is what patients read."""
    return {
        "appointmenttypeid": number,
        "name": name,
        "shortname": name[:4].upper().strip(),
        "duration": minutes,
        "patient": patient,
        "patientdisplayname": shown or name,
        "generic": generic,
        "templatetypeonly": template,
        "createencounteroncheckin": patient and not template,
    }


def reason(number: int, name: str, *, of: str = "all", hours: int = 24, days: int = 90) -> Row:
    """A visit reason; `of` is new, existing or all."""
    return {
        "reasonid": number,
        "reason": name,
        "description": f"I would like: {name.lower()}.",
        "reasontype": of,
        "schedulingminhours": hours,
        "schedulingmaxdays": days,
    }


def mapping(number: int, *, reason: int, department: int, provider: int, kind: int) -> Row:
    """That a provider does a reason in a department, and by which type."""
    ids = {"mappingid": number, "reasonid": reason, "departmentid": department}
    return {**ids, "providerid": provider, "appointmenttypeid": kind}


def cancel_reason(number: int, name: str, *, missed: bool = False, reopens: bool = True) -> Row:
    """Why a visit is cancelled; `reopens` is whether its time can be booked again."""
    return {"appointmentcancelreasonid": number, "name": name, "noshow": missed, "slotavailable": reopens}


def custom_field(number: int, name: str, *, of: str, options: str = "", locked: bool = False) -> Row:
    """A field of a patient or an appointment that the practice added; `options` has commas between them."""
    return {"customfieldid": number, "name": name, "of": of, "options": options, "disallowupdate": locked}


def patient(
    number: int,
    first: str,
    last: str,
    *,
    born: str = "1980-01-01",
    phone: str = "",
    home: str = "",
    email: str = "",
    status: str = "active",
    department: int = 1,
    provider: int = 0,
) -> Row:
    """A patient. `phone` is the mobile one, `home` the one at home, ten digits each; `born` is yyyy-mm-dd."""
    return {
        "patientid": number,
        "firstname": first,
        "lastname": last,
        "dob": born,
        "mobilephone": phone,
        "homephone": home,
        "email": email,
        "departmentid": department,
        "primarydepartmentid": department,
        "primaryproviderid": provider,
        "status": status,
        "registered": LONG_AGO,
    }


def slot(
    number: int, *, department: int, provider: int, day: date, at: str, kind: int, minutes: int, opened: str = "web"
) -> Row:
    """An open slot. `opened` is "web" for everybody, "staff" with ignoreschedulablepermission, "nobody" for none."""
    return {
        "appointmentid": number,
        "departmentid": department,
        "providerid": provider,
        "day": day.isoformat(),
        "time": at,
        "duration": minutes,
        "appointmenttypeid": kind,
        "slottypeid": kind,
        "slot": number,
        "opened": opened,
        "status": "o",
        "frozen": False,
        "patientid": 0,
        "reasonid": 0,
        "made": LONG_AGO,
        "taken": "",
        "modifiedat": LONG_AGO,
        "modifiedby": "setup",
    }


def frozen(slot: Row) -> Row:
    """The same slot held by staff, which keeps it off the web: how a practice blocks time."""
    return {**slot, "frozen": True, "taken": LONG_AGO}


def visit(slot: Row, *, patient: int, kind: int = 0, reason: int = 0) -> Row:
    """The same slot with somebody in it."""
    booked: Row = {"status": "f", "patientid": patient, "reasonid": reason, "taken": LONG_AGO}
    return {
        **slot,
        **booked,
        "appointmenttypeid": kind or slot["appointmenttypeid"],
        "scheduledat": LONG_AGO,
        "scheduledby": "setup",
    }


def weekdays_from(monday: date, weeks: int) -> list[date]:
    """Mondays to Fridays of so many weeks."""
    days = (monday + timedelta(days=count) for count in range(7 * weeks))
    return [day for day in days if day.weekday() < 5]
