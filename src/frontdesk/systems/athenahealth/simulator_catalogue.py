"""What the practice is made of: departments, providers, types, reasons, picklists, packages."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, Rows, listing, reading, writing
from frontdesk.systems.athenahealth.simulator_errors import not_valid
from frontdesk.systems.athenahealth.simulator_practice import CANCELLED, OPEN, Practice
from frontdesk.systems.athenahealth.simulator_reading import Given, a_number, needed, numbers, words, yes_or_no
from frontdesk.systems.athenahealth.simulator_rows import Row, number, text


def ping(practice: Practice, asked: Asked) -> Answer:
    """That it is there. Guess [ping-answer]: what it says is not published."""
    return Answer(body={"pong": "true"})


def practice_info(practice: Practice, asked: Asked) -> Answer:
    """The practices the app may see: this one."""
    row = {"practiceid": str(practice.world.practice_id), "name": practice.world.name}
    flags = {"hasclinicals": "true", "hascommunicator": "true", "golivedate": "01/05/2015"}
    return Answer(body=Rows(plural="practiceinfo", rows=[{**row, **flags}]))


def list_departments(practice: Practice, asked: Asked) -> Answer:
    """Departments. Documented [departments-hidden]: those hidden in the portal only with showalldepartments."""
    everything = asked.given.yes("showalldepartments")
    rows = [row for row in practice.tables["departments"] if everything or not row["hideinportal"]]
    return Answer(body=Rows(plural="departments", rows=[_department(practice, row, asked.given) for row in rows]))


def one_department(practice: Practice, asked: Asked) -> Answer:
    """One department. Seen [one-in-an-array]."""
    return Answer(body=[_department(practice, practice.department(asked.number), asked.given)])


def list_providers(practice: Practice, asked: Asked) -> Answer:
    """Providers. Guess [all-provider-ids]: those hidden in the portal show too; showallproviderids changes nothing."""
    return Answer(body=Rows(plural="providers", rows=[_provider(row) for row in practice.tables["providers"]]))


def one_provider(practice: Practice, asked: Asked) -> Answer:
    """One provider."""
    return Answer(body=[_provider(practice.provider(asked.number))])


def list_types(practice: Practice, asked: Asked) -> Answer:
    """Appointment types. Documented [non-patient-hidden]: those for no patient only with hidenonpatient=false.

    Guess [types-by-reason]: for providers or departments, those that a reason there leads to.
    """
    given = asked.given
    hides: dict[str, Callable[[Row], bool]] = {
        "hidegeneric": lambda row: bool(row["generic"]),
        "hidenongeneric": lambda row: not row["generic"],
        "hidetemplatetypeonly": lambda row: bool(row["templatetypeonly"]),
        "hidenonpatient": lambda row: not row["patient"],
    }
    hidden = [test for name, test in hides.items() if given.yes(name)]
    if "hidenonpatient" not in given:
        hidden.append(hides["hidenonpatient"])
    rows = [row for row in practice.tables["types"] if not any(test(row) for test in hidden)]
    for name, column in (("departmentids", "departmentid"), ("providerids", "providerid")):
        if name in given:
            led_to = {
                one["appointmenttypeid"] for one in practice.tables["mappings"] if one[column] in given.numbers(name)
            }
            rows = [row for row in rows if row["appointmenttypeid"] in led_to]
    return Answer(body=Rows(plural="appointmenttypes", rows=[_type(row) for row in rows]))


def one_type(practice: Practice, asked: Asked) -> Answer:
    """One appointment type."""
    return Answer(body=[_type(practice.type(asked.number))])


def list_mapping(practice: Practice, asked: Asked) -> Answer:
    """Which type goes with which provider in which department. Guess [mapping-fields]: no field name is published."""
    wanted = [name for name in ("appointmenttypeid", "departmentid", "providerid") if name in asked.given]
    rows: dict[tuple[object, ...], object] = {}
    for row in practice.tables["mappings"]:
        if all(row[name] == asked.given.number(name) for name in wanted):
            ids = {name: str(row[name]) for name in ("appointmenttypeid", "departmentid", "providerid")}
            rows[tuple(ids.values())] = {**ids, "enabled": "true"}
    return Answer(body={"totalcount": len(rows), "mapping": list(rows.values())})


def list_reasons(*kinds: str) -> Callable[[Practice, Asked], Answer]:
    """The answer to a list of visit reasons of these kinds. Documented [reasons-of-a-provider]."""

    def answer(practice: Practice, asked: Asked) -> Answer:
        needed(asked.given, "departmentid", "providerid")
        practice.department(asked.given.number("departmentid"))
        practice.provider(asked.given.number("providerid"))
        led = {
            row["reasonid"]
            for row in practice.tables["mappings"]
            if row["departmentid"] == asked.given.number("departmentid")
            and row["providerid"] == asked.given.number("providerid")
        }
        rows = [row for row in practice.tables["reasons"] if row["reasonid"] in led and row["reasontype"] in kinds]
        # Seen [as-recorded]: ids, hours and days are text here.
        texts = [{name: str(value) for name, value in row.items()} for row in rows]
        return Answer(body=Rows(plural="patientappointmentreasons", rows=texts))

    return answer


def list_cancel_reasons(practice: Practice, asked: Asked) -> Answer:
    """Why a visit may be cancelled. Guess [cancel-reason-fields]: named as the fields of a cancelled visit suggest."""
    rows = list(practice.tables["cancel_reasons"])
    if "slotavailable" in asked.given:
        rows = [row for row in rows if row["slotavailable"] == asked.given.yes("slotavailable")]
    shown = [{**row, "appointmentcancelreasonid": str(row["appointmentcancelreasonid"])} for row in rows]
    return Answer(body={"totalcount": len(shown), "appointmentcancelreasons": shown})


def list_confirmations(practice: Practice, asked: Asked) -> Answer:
    """The practice's confirmation statuses. Guess [confirmation-list]: the plural over `statusid` and `name`."""
    rows = [{"statusid": str(row["statusid"]), "name": row["name"]} for row in practice.tables["confirmations"]]
    return Answer(body={"totalcount": len(rows), "appointmentconfirmationstatuses": rows})


def list_custom_fields(practice: Practice, asked: Asked) -> Answer:
    """Custom fields of patients. Seen [custom-fields-bare]: a bare array."""
    return Answer(body=[_custom_field(row) for row in practice.tables["custom_fields"] if row["of"] == "patient"])


def list_appointment_custom_fields(practice: Practice, asked: Asked) -> Answer:
    """Custom fields of visits. Seen [appointment-custom-fields]: under a plural, with a total."""
    rows = [_custom_field(row) for row in practice.tables["custom_fields"] if row["of"] == "appointment"]
    return Answer(body={"totalcount": len(rows), "appointmentcustomfields": rows})


def check_in_required(practice: Practice, asked: Asked) -> Answer:
    """The fields of a patient that a department wants before check-in."""
    practice.department(asked.number)
    return Answer(body={"fieldlist": list(practice.world.required_at_check_in)})


def search_packages(practice: Practice, asked: Asked) -> Answer:
    """Insurance packages by plan name. Documented [package-search]: the member's number is needed to ask."""
    needed(asked.given, "memberid")
    name, state = asked.given.text("insuranceplanname").lower(), asked.given.text("stateofcoverage")
    rows = [
        {"insurancepackageid": str(row["insurancepackageid"]), "name": row["name"], "state": row["state"]}
        for row in practice.tables["packages"]
        if name in text(row, "name").lower() and state in ("", row["state"])
    ]
    return Answer(body=Rows(plural="insurancepackages", rows=rows))


def proper_json(practice: Practice, asked: Asked) -> Answer:
    """Nothing much; from now on the app gets proper types. Documented [proper-json-setting]: a setting of the app.

    Guess [proper-json-answer]: what it takes and says is not published.
    """
    practice.tables["settings"].add({"name": "properjsonencoding"})
    return Answer(body={"success": True})


def mapped_type(practice: Practice, *, reason: int, department: int, provider: int) -> int:
    """The appointment type a reason leads to there; 0 for none. Documented [reason-gives-type]."""
    for row in practice.tables["mappings"]:
        if (row["reasonid"], row["departmentid"], row["providerid"]) == (reason, department, provider):
            return number(row, "appointmenttypeid")
    return 0


def existing_reason(practice: Practice, reason: int) -> Row:
    """A visit reason. Raises: Refusal for none."""
    row = practice.tables["reasons"].get(reason)
    if row is None:
        raise not_valid("reasonid", f"there is no reason {reason}")
    return row


def _department(practice: Practice, row: Row, given: Given) -> dict[str, object]:
    """A department as shown. Documented [provider-lists]: those with booked visits there, or those set up there.

    Seen [zone-fields]: `timezoneoffset` is standard time's, `timezone` the present one, both in hours.
    """
    of = number(row, "departmentid")
    shown: dict[str, object] = {name: value for name, value in row.items() if name != "hideinportal"}
    here = practice.now().astimezone(practice.zone(of))
    winter, summer = (_hours(here.replace(month=month, day=15)) for month in (1, 7))
    shown |= {"departmentid": str(of), "timezone": _hours(here), "timezoneoffset": winter}
    shown["doesnotobservedst"] = str(winter == summer).lower()
    booked = (one["providerid"] for one in practice.appointments if one["departmentid"] == of and _takes_time(one))
    set_up = (one["providerid"] for one in practice.tables["mappings"] if one["departmentid"] == of)
    if given.yes("providerlist"):
        shown["providerlist"] = _ids(booked)
    if given.yes("fullproviderlist"):
        shown["providerlist"] = _ids(set_up)
    return shown


def _takes_time(row: Row) -> bool:
    return row["status"] not in (OPEN, CANCELLED)


def _ids(found: Iterable[object]) -> list[str]:
    return [str(one) for one in sorted(set(found), key=str)]


def _hours(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta(0)).total_seconds() // 3600)


def _provider(row: Row) -> dict[str, object]:
    """A provider as shown. Documented [non-persons]: rooms and devices are providers whose `entitytype` says so."""
    return {**row, "providergrouplist": ["1"], "billable": True}


def _type(row: Row) -> dict[str, object]:
    shown = {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}
    return {**shown, "appointmenttypeid": str(row["appointmenttypeid"])}


def _custom_field(row: Row) -> dict[str, object]:
    shown: dict[str, object] = {"customfieldid": str(row["customfieldid"]), "name": row["name"], "type": "TEXT"}
    options = [part for part in text(row, "options").split(",") if part]
    shown |= {"disallowupdate": row["disallowupdate"], "select": bool(options), "casesensitive": False}
    if options:
        shown["selectlist"] = [{"optionid": place, "optionvalue": one} for place, one in enumerate(options, 1)]
    return shown


_REASONS = {"departmentid": a_number, "providerid": a_number}

CALLS: tuple[Call, ...] = (
    reading("/ping", ping),
    listing("/practiceinfo", practice_info),
    listing(
        "/departments",
        list_departments,
        dict.fromkeys(("providerlist", "fullproviderlist", "showalldepartments"), yes_or_no),
    ),
    reading(
        "/departments/{departmentid}", one_department, dict.fromkeys(("providerlist", "fullproviderlist"), yes_or_no)
    ),
    reading("/departments/{departmentid}/checkinrequired", check_in_required),
    listing("/providers", list_providers, {"showallproviderids": yes_or_no}),
    reading("/providers/{providerid}", one_provider),
    listing(
        "/appointmenttypes",
        list_types,
        {
            **dict.fromkeys(("hidegeneric", "hidenongeneric", "hidenonpatient", "hidetemplatetypeonly"), yes_or_no),
            **dict.fromkeys(("departmentids", "providerids"), numbers),
        },
    ),
    reading("/appointmenttypes/{appointmenttypeid}", one_type),
    reading(
        "/appointments/appointmenttypedropdown/mapping",
        list_mapping,
        {
            **dict.fromkeys(("appointmenttypeid", "departmentid", "providerid"), a_number),
            "showenabledonly": yes_or_no,
        },
    ),
    listing("/patientappointmentreasons", list_reasons("new", "existing", "all"), _REASONS),
    listing("/patientappointmentreasons/newpatient", list_reasons("new", "all"), _REASONS),
    listing("/patientappointmentreasons/existingpatient", list_reasons("existing", "all"), _REASONS),
    reading("/appointmentcancelreasons", list_cancel_reasons, {"slotavailable": yes_or_no}),
    reading("/reference/appointmentconfirmationstatus", list_confirmations),
    reading("/customfields", list_custom_fields),
    reading("/appointments/customfields", list_appointment_custom_fields),
    listing(
        "/insurancepackages",
        search_packages,
        dict.fromkeys(("insuranceplanname", "memberid", "stateofcoverage"), words),
    ),
    writing("POST", "/misc/properjsonencoding", proper_json),
)
