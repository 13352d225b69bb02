"""Patients: looking for them by demographics, matching with a score, and writing them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from frontdesk.standards.simulating.refusals import guess, seen
from frontdesk.systems.athenahealth.simulator_calls import Answer, Asked, Call, Rows, listing, reading, writing
from frontdesk.systems.athenahealth.simulator_errors import NOT_VALID, missing, no_patient, not_valid, says
from frontdesk.systems.athenahealth.simulator_practice import CANCELLED, OPEN, Practice, Rollout
from frontdesk.systems.athenahealth.simulator_reading import (
    Fields,
    Given,
    a_birth_date,
    a_number,
    a_phone,
    needed,
    one_of,
    or_declined,
    phone_to_search,
    up_to,
    words,
    yes_or_no,
)
from frontdesk.systems.athenahealth.simulator_rows import Row, Scalar, as_date, as_stamp, number, text

PHONES = ("mobilephone", "homephone", "workphone")
ENOUGH_TO_SEARCH = (
    *("guarantorfirstname", "dob", "firstname", "workphone", "departmentid", "guarantorsuffix", "guarantorlastname"),
    *("mobilephone", "middlename", "suffix", "guarantormiddlename", "lastname", "homephone", "anyphone"),
)
"""One of these a search needs. Seen [search-needs-one]: an e-mail alone is not enough."""

STATUSES = ("active", "inactive", "prospective", "deleted")
SAME_PERSON, WORTH_TELLING, TOP = 26, 16, 5
"""Documented [match-scores]: from 26 on it is taken for the same person; below 16 nobody is returned; top five."""

WEIGHTS = {"lastname": 9, "dob": 8, "firstname": 6, "phone": 4, "email": 3, "zip": 1, "suffix": 1, "preferredname": 1}
"""Guess [match-weights]: what each costs is not published, but that the three required ones give about 23 is."""

BLANK = (
    *("middlename", "suffix", "preferredname", "sex", "workphone", "address1", "address2", "city", "state", "zip"),
    *("maritalstatus", "notes"),
)
SHOWN = (
    *("firstname", "lastname", "middlename", "suffix", "preferredname", "dob", "sex", "homephone", "mobilephone"),
    *("workphone", "email", "address1", "address2", "city", "state", "zip", "maritalstatus", "notes", "status"),
)


def search(practice: Practice, asked: Asked) -> Answer:
    """Patients whose demographics are those asked for. Documented [search-is-exact]; case is not looked at (a guess).

    Guess [status-not-asked]: unless a
    status is asked for, all but deleted patients. Guess [order-of-patients]: by number.
    """
    given = asked.given
    if not any(given.values.get(name, "") != "" for name in ENOUGH_TO_SEARCH):
        wording = "Data for one or more of the fields listed above are required to successfully find a patient record."
        note = "Note: invalid phone numbers are ignored."
        raise seen("search-needs-one", 400, says(wording + note, fields=ENOUGH_TO_SEARCH))
    rows = [row for row in practice.patients if _fits(row, given)]
    if len(rows) > 1000:
        wording = "The given search parameters would produce a total data set larger than 1000 records."
        raise seen("thousand-matches", 400, says(wording + "Please refine your search and try again."))
    return Answer(body=Rows(plural="patients", rows=[shown(practice, row) for row in rows]))


def best_match(practice: Practice, asked: Asked) -> Answer:
    """Patients with a score, best first, in a bare array.

    Guess [best-match-alone]: without returnbestmatches only who is taken for the same person, and one at most; with
    minscore whoever reaches it.
    """
    needed(asked.given, "firstname", "lastname", "dob")
    best = asked.given.yes("returnbestmatches")
    least = max(WORTH_TELLING, asked.given.number("minscore") or (WORTH_TELLING if best else SAME_PERSON))
    ranked = [(score, row) for score, row in _ranked(practice, asked.given) if score >= least]
    return Answer(body=[{**shown(practice, row), "score": score} for score, row in ranked[: TOP if best else 1]])


def one_patient(practice: Practice, asked: Asked) -> Answer:
    """One patient, in an array. Guess [department-of-patient]: another department than the patient's finds nobody."""
    row, given = practice.patient(asked.number), asked.given
    if "departmentid" in given and given.number("departmentid") not in (
        row["departmentid"],
        row["primarydepartmentid"],
    ):
        raise no_patient()
    full = shown(practice, row)
    if given.yes("showinsurance"):
        full["insurances"] = insurances_of(practice, asked.number)
    if given.yes("showcustomfields"):
        full["customfields"] = [
            {"customfieldid": str(one["customfieldid"]), "customfieldvalue": one["value"]}
            for one in practice.tables["custom_values"]
            if one["of"] == "patient" and one["owner"] == asked.number
        ]
    return Answer(body=[full])


def create(practice: Practice, asked: Asked) -> Answer:
    """A patient's number: a new one, or that of whom the demographics match. Documented [create-finds-existing].

    Documented [match-told-when-asked]: only with showerrormessage. Guess [match-on-create]: as in the best match,
    from 26 on. Guess [phone-not-enforced]: a guide asks for a phone, the recorded refusal does not.
    """
    given = asked.given
    absent = [name for name in ("lastname", "dob", "firstname", "departmentid") if given.values.get(name, "") == ""]
    if absent:
        raise missing(*absent)
    columns = _columns(practice, given)
    matched = [] if given.yes("bypasspatientmatching") else _ranked(practice, given)
    if matched and matched[0][0] >= SAME_PERSON:
        told: dict[str, object] = {"patientid": str(matched[0][1]["patientid"])}
        if given.yes("showerrormessage"):
            told["errormessage"] = "The patient already exists."  # Guess [match-wording].
        return Answer(body=[told])
    department = given.number("departmentid")
    row: dict[str, Scalar] = {**dict.fromkeys((*BLANK, *PHONES, "email"), ""), "status": "active"}
    row |= {"primarydepartmentid": department, "primaryproviderid": 0, "registered": practice.now().isoformat()}
    made = practice.patients.add({**row, **columns})
    practice.notify("Patient.create", "patient", number(made, "patientid"), made)
    return Answer(body=[{"patientid": str(made["patientid"])}])


def update(practice: Practice, asked: Asked) -> Answer:
    """A patient's number, after some of the demographics were changed. Documented [delete-by-status]."""
    practice.patient(asked.number)
    if not asked.given.values:
        raise not_valid("patientid", "something to change is needed")
    for name in ("firstname", "lastname", "dob"):
        if asked.given.values.get(name) == "":
            raise missing(name)
    change_patient(practice, asked.number, _columns(practice, asked.given))
    return Answer(body=[{"patientid": str(asked.number)}])


def change_patient(practice: Practice, number_: int, changes: Row) -> None:
    """Change columns of a patient, and tell the webhooks."""
    changed = practice.patients.change(number_, changes)
    topic = "Patient.delete" if changes.get("status") == "deleted" else "Patient.update"
    practice.notify(topic, "patient", number_, changed)


def shown(practice: Practice, row: Row) -> dict[str, object]:
    """A patient as reads show one. Seen [nulls]: a phone or e-mail that is not there is null, other things are absent.

    Guess [first-and-last-visit]: the first and the last visit that was checked in, by their days.
    """
    of = number(row, "patientid")
    full: dict[str, object] = {"patientid": str(of)}
    for name in SHOWN:
        value = row.get(name, "")
        if name in (*PHONES, "email"):
            full[name] = value or None
        elif value != "":
            full[name] = as_date(str(value)) if name == "dob" else value
    full |= {name: str(row[name]) for name in ("departmentid", "primarydepartmentid")}
    full["primaryproviderid"] = str(row["primaryproviderid"] or "")
    full["registrationdate"] = as_stamp(text(row, "registered"))[:10]
    been = sorted(
        text(one, "day")
        for one in practice.appointments
        if one["patientid"] == of and one["status"] not in (OPEN, CANCELLED, "f")
    )
    if been:
        full |= {"firstappointment": as_date(been[0]), "lastappointment": as_date(been[-1])}
    return full


def insurances_of(practice: Practice, patient: int) -> list[dict[str, object]]:
    """A patient's insurances, the primary one first."""
    rows = [row for row in practice.tables["insurances"] if row["patientid"] == patient]
    rows.sort(key=lambda row: number(row, "sequencenumber"))
    return [insurance_shown(row) for row in rows]


def insurance_shown(row: Row) -> dict[str, object]:
    """An insurance as shown. Seen [insurance-fields]: new ones are "Unverified"."""
    full = {name: value for name, value in row.items() if name != "patientid" and value != ""}
    return {**full, "insuranceid": str(row["insuranceid"]), "eligibilitystatus": "Unverified"}


def _fits(row: Row, given: Given) -> bool:
    wanted = given.text("status")
    if (row["status"] != wanted) if wanted else (row["status"] == "deleted"):
        return False
    if "departmentid" in given:
        department = given.number("departmentid")
        if number(row, "primarydepartmentid") != (0 if department == -1 else department):
            return False
    if given.text("anyphone") and given.text("anyphone") not in [row.get(name, "") for name in PHONES]:
        return False
    same = ("firstname", "lastname", "middlename", "suffix", "dob", "email", "zip", *PHONES)
    return all(_same(row, name, given.text(name)) for name in same if given.text(name))


def _same(row: Row, name: str, wanted: str) -> bool:
    return str(row.get(name, "")).strip().lower() == wanted.strip().lower()


def _ranked(practice: Practice, given: Given) -> Sequence[tuple[int, Row]]:
    """Living patients with their scores, best first."""
    phones = {given.text(name) for name in PHONES} - {"", "declined"}
    ranked = []
    for row in practice.patients:
        if row["status"] == "deleted":
            continue
        score = sum(
            weight
            for name, weight in WEIGHTS.items()
            if name != "phone" and given.text(name) not in ("", "declined") and _same(row, name, given.text(name))
        )
        score += WEIGHTS["phone"] if phones & {str(row.get(name, "")) for name in PHONES} else 0
        ranked.append((score, row))
    return sorted(ranked, key=lambda one: (-one[0], number(one[1], "patientid")))


def _columns(practice: Practice, given: Given) -> Mapping[str, Scalar]:
    """What a caller sent, as columns. Raises: Refusal for a birth date to come, and for places that are not there."""
    if given.text("dob") > (practice.now() + timedelta(days=1)).date().isoformat():
        raise seen("improper-dob", 400, says("Improper DOB."))
    if "state" in given and len(given.text("state")) not in (0, 2):
        raise guess("two-letter-state", 400, says(NOT_VALID, invalidfields=["state"]))
    for name in ("departmentid", "primarydepartmentid"):
        if name in given:
            practice.department(given.number(name))
    if given.number("primaryproviderid"):
        practice.provider(given.number("primaryproviderid"))
    asides = ("showerrormessage", "bypasspatientmatching")
    return {name: value for name, value in given.values.items() if name not in asides and not isinstance(value, tuple)}


_ABOUT = ("appointment", "announcement", "billing", "lab")
_OTHERS = ("SPOUSE", "PARENT", "CHILD", "SIBLING", "FRIEND", "COUSIN", "GUARDIAN", "OTHER")
DEMOGRAPHICS: Fields = {
    **dict.fromkeys(("firstname", "middlename", "suffix", "preferredname", "altfirstname", "contactname"), up_to(20)),
    **dict.fromkeys(("assignedsexatbirth", "genderidentity", "preferredpronouns", "countrycode3166"), up_to(20)),
    **dict.fromkeys(("language6392code", "race", "ethnicitycode", "contactpreference", "notes"), words),
    **dict.fromkeys(("address1", "address2"), up_to(100)),
    **dict.fromkeys(("homephone", "workphone", "contacthomephone", "contactmobilephone"), a_phone),
    **dict.fromkeys(("state", "zip"), up_to(10)),
    **dict.fromkeys(("departmentid", "primarydepartmentid", "primaryproviderid", "referralsourceid"), a_number),
    **dict.fromkeys(("consenttocall", "consenttotext", "hasmobileyn"), yes_or_no),
    **{f"contactpreference_{what}_{how}": yes_or_no for what in _ABOUT for how in ("email", "sms", "phone")},
    "lastname": up_to(30),
    "city": up_to(30),
    "ssn": up_to(13),
    "dob": a_birth_date,
    "email": or_declined(up_to(50)),
    "mobilephone": or_declined(a_phone),
    "sex": one_of("M", "F"),
    "maritalstatus": one_of("D", "M", "S", "U", "W", "X", "P"),
    "contactrelationship": one_of(*_OTHERS),
    "status": one_of(*STATUSES),
    "guarantor*": words,
    "guardian*": words,
}
_SEARCH: Fields = {
    **dict.fromkeys(("firstname", "lastname", "middlename", "suffix", "email", "zip"), words),
    **dict.fromkeys(("anyphone", *PHONES), phone_to_search),
    **dict.fromkeys(("omitbalances", "omitdefaultpharmacy", "omitphotoinformation"), yes_or_no),
    "dob": a_birth_date,
    "departmentid": a_number,
    "status": one_of(*STATUSES),
}

CALLS: tuple[Call, ...] = (
    listing("/patients", search, _SEARCH),
    reading(
        "/patients/enhancedbestmatch",
        best_match,
        {
            **dict.fromkeys(("firstname", "lastname", "email", "zip", "suffix", "preferredname"), words),
            **dict.fromkeys(PHONES, phone_to_search),
            "dob": a_birth_date,
            "departmentid": a_number,
            "minscore": a_number,
            "returnbestmatches": yes_or_no,
        },
        rollout=Rollout.BEST_MATCH,
    ),
    reading(
        "/patients/{patientid}",
        one_patient,
        {"departmentid": a_number, "showinsurance": yes_or_no, "showcustomfields": yes_or_no},
    ),
    writing(
        "POST",
        "/patients",
        create,
        {**DEMOGRAPHICS, **dict.fromkeys(("showerrormessage", "bypasspatientmatching"), yes_or_no)},
        rollout=Rollout.CREATE_PATIENT,
    ),
    writing("PUT", "/patients/{patientid}", update, DEMOGRAPHICS),
)
