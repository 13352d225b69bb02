"""Patients: looking for them as in the office's own search window, in full, and writing them."""

import re
from collections.abc import Mapping

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.opendental.simulator_appointments import usable_patient
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, with_clock, writing
from frontdesk.systems.opendental.simulator_catalogue import NUMBER, changed_after, existing_clinic
from frontdesk.systems.opendental.simulator_office import BILLING, Office, Permission
from frontdesk.systems.opendental.simulator_reading import (
    Field,
    Fields,
    Given,
    a_day,
    a_moment,
    needed,
    numbers_in_query,
    one_of,
    words,
    yes_or_no,
)
from frontdesk.systems.opendental.simulator_reading import number as a_number
from frontdesk.systems.opendental.simulator_rows import NO_DATE, STAMP, Row, Scalar, number, text, written

PHONES = ("HmPhone", "WkPhone", "WirelessPhone")
TEXTS = ("MiddleI", "Preferred", "SSN", "Address", "Address2", "City", "Email", "FamFinUrgNote", "Language")
METHODS = ("None", "DoNotCall", "HmPhone", "WkPhone", "WirelessPh", "Email", "SeeNotes", "Mail", "TextMessage")
STATUSES = ("Patient", "NonPatient", "Inactive", "Archived", "Deceased", "Prospective")
"""Documented [no-deleting]: "Deleted" is a status too, but only Open Dental itself can set it."""

IN_THE_WINDOW = (
    *("PatNum", "LName", "FName", "MiddleI", "Preferred", "PatStatus", "Birthdate", "SSN", "Address", "Address2"),
    *("City", "State", "Zip", "HmPhone", "WkPhone", "WirelessPhone", "Email", "priProvAbbr", "secProvAbbr"),
    *("BillingType", "ChartNumber", "ClinicNum", "clinicAbbr", "siteDesc", "TxtMsgOk"),
)
"""Documented [search-window-columns]: a search shows these; the rest takes one call a patient."""

ZIP = r"\d{5}|\d{5}-\d{4}|\d{9}|[A-Z]\d[A-Z] \d[A-Z]\d"


def search(office: Office, asked: Asked) -> Answer:
    """Patients as the Select Patient window shows them, by name.

    Documented [search-as-in-window]. Guess [window-leaves-out]: deleted ones never show, archived and deceased ones
    only with showArchived. Guess [order-of-patients]: by last name, first name, number.
    """
    given = asked.query
    rows = [row for row in office.patients if row["PatStatus"] != "Deleted" and _fits(row, given)]
    if given.text("showArchived") != "true":
        rows = [row for row in rows if row["PatStatus"] not in ("Archived", "Deceased")]
    if given.text("hideInactive") == "true":
        rows = [row for row in rows if row["PatStatus"] != "Inactive"]
    if given.text("guarOnly") == "true":
        rows = [row for row in rows if row["Guarantor"] == row["PatNum"]]
    rows.sort(key=lambda row: (text(row, "LName").lower(), text(row, "FName").lower(), number(row, "PatNum")))
    full = [shown(office, row) for row in rows]
    return Answer(body=[{column: row[column] for column in IN_THE_WINDOW} for row in full])


def search_simply(office: Office, asked: Asked) -> Answer:
    """Patients in full, by number, with the clock to ask again by. Documented [simple-search].

    Guess [deleted-in-simple]: a deleted patient shows here, with that status.
    """
    given = asked.query
    same = ("Birthdate", "PatStatus", "ClinicNum", "PriProv", "Gender", "Position", "Guarantor", "SuperFamily")
    rows = [
        with_clock(office, shown(office, row))
        for row in changed_after(office.patients, given.text(STAMP))
        if all(_has(row, name, given.text(name) or "") for name in ("LName", "FName"))
        and all(name not in given or row[name] == given.values[name] for name in same)
    ]
    return Answer(body=rows)


def one_patient(office: Office, asked: Asked) -> Answer:
    """One patient in full."""
    return Answer(body=shown(office, existing(office.patients, asked.number, "Patient")))


def create(office: Office, asked: Asked) -> Answer:
    """A new patient, unless the office has one of that name, birthdate and e-mail or phone."""
    given = asked.body
    needed(given, "LName", "FName")
    _checked(office, given)
    row = {**blank_patient(office), **_columns(given)}
    if _known_already(office, row):
        raise documented("duplicate-patient", 400, "A patient with the same name, birthdate and contact exists.")
    next_number = office.patients.last + 1
    guarantor = given.number("Guarantor") or next_number
    if given.text("FamFinUrgNote") and guarantor != next_number:
        raise documented("urgent-note-of-guarantor", 400, "FamFinUrgNote can only be set if a guarantor.")
    folder = re.sub(r"\W", "", f"{row['LName']}{row['FName']}")
    made = office.add(office.patients, {**row, "Guarantor": guarantor, "ImageFolder": f"{folder}{next_number}"})
    return Answer(status=201, body=shown(office, made), location=f"/patients/{made['PatNum']}")


def update(office: Office, asked: Asked) -> Answer:
    """A patient with some columns changed. Documented [blank-clears]: "" empties a column, but never a name."""
    row, given = usable_patient(office, asked.number), asked.body
    if not given.values:
        raise guess("nothing-to-change", 400, "At least one field is required.")
    _checked(office, given)
    guarantor = given.number("Guarantor")
    if guarantor not in (None, row["Guarantor"]) and row["Guarantor"] != row["PatNum"]:
        raise documented("guarantor-stays", 400, "Guarantor cannot be changed to a different family member.")
    if given.text("FamFinUrgNote") and (guarantor or row["Guarantor"]) != row["PatNum"]:
        raise documented("urgent-note-of-guarantor", 400, "FamFinUrgNote can only be set if a guarantor.")
    return Answer(body=shown(office, office.change(office.patients, row, _columns(given))))


def shown(office: Office, row: Row) -> Row:
    """A patient as they travel, with the names behind the numbers."""
    clinic = office.clinics.get(number(row, "ClinicNum"))
    named: dict[str, Scalar] = {}
    for column, value in row.items():
        named[column] = value
        if column in ("PriProv", "SecProv"):
            named["priProvAbbr" if column == "PriProv" else "secProvAbbr"] = office.abbreviation_of(number(row, column))
        elif column == "ClinicNum":
            named["clinicAbbr"] = text(clinic, "Abbr") if clinic else ""
    return named


def blank_patient(office: Office) -> Row:
    """A patient's columns before anything is said of them, in the published order.

    Documented [patient-defaults], but for two guesses: Guess [default-primary-provider]: the practice's, and Guess
    [default-billing-type]: the first of category 4.
    """
    billing = office.definitions_of(BILLING)
    return {
        **dict.fromkeys(("LName", "FName", "MiddleI", "Preferred"), ""),
        "PatStatus": "Patient",
        "Gender": "Unknown",
        "Position": "Single",
        "Birthdate": NO_DATE,
        **dict.fromkeys(("SSN", "Address", "Address2", "City", "State", "Zip", *PHONES), ""),
        "Guarantor": 0,
        "Email": "",
        "EstBalance": 0.0,
        "PriProv": office.default_provider(),
        "SecProv": 0,
        "FeeSched": 0,
        "BillingType": text(billing[0], "ItemName") if billing else "",
        **dict.fromkeys(("ImageFolder", "FamFinUrgNote", "ChartNumber", "MedicaidID"), ""),
        "BalTotal": 0.0,
        "EmployerNum": 0,
        "DateFirstVisit": NO_DATE,
        "ClinicNum": 0,
        "Premed": "false",
        "Ward": "",
        **dict.fromkeys(("PreferConfirmMethod", "PreferContactMethod", "PreferRecallMethod"), "None"),
        "Language": "",
        "AdmitDate": NO_DATE,
        "siteDesc": "",
        "SuperFamily": 0,
        "TxtMsgOk": "Unknown",
        "SecDateEntry": written(office.wall())[:10],
    }


def as_shown_to_staff(phone: str) -> str:
    """A phone as Open Dental keeps it. Documented [phones-formatted]: ten digits become "(555)555-0142".

    Guess [other-phones-as-sent]: anything else stays as it was sent.
    """
    digits = re.sub(r"\D", "", phone)
    return f"({digits[:3]}){digits[3:6]}-{digits[6:]}" if len(digits) == 10 else phone


def _columns(given: Given) -> Mapping[str, Scalar]:
    values = dict(given.values)
    values.update({name: as_shown_to_staff(given.text(name) or "") for name in PHONES if name in given})
    return values


def _fits(row: Row, given: Given) -> bool:
    """Whether a patient is one that was searched for. Documented [search-is-partial], [names-by-beginning].

    Guess [phone-by-digits]: Phone is compared by its digits with all three phones.
    """
    if any(not text(row, name).lower().startswith((given.text(name) or "").lower()) for name in ("LName", "FName")):
        return False
    parts = ("Address", "City", "State", "SSN", "ChartNumber", "Email")
    if any(not _has(row, name, given.text(name) or "") for name in parts):
        return False
    if "Phone" in given:
        wanted = re.sub(r"\D", "", given.text("Phone") or "")
        if not wanted or not any(wanted in re.sub(r"\D", "", text(row, name)) for name in PHONES):
            return False
    clinics = given.text("clinicNums")
    if clinics is not None and str(row["ClinicNum"]) not in clinics.split(","):
        return False
    return given.text("Birthdate") in (None, row["Birthdate"])


def _has(row: Row, column: str, part: str) -> bool:
    return part.lower() in text(row, column).lower()


def _known_already(office: Office, new: Row) -> bool:
    """Whether the office has such a patient. Documented [duplicate-patient]: name, birthdate, and e-mail or a phone."""
    phones = {re.sub(r"\D", "", text(new, name)) for name in PHONES} - {""}
    for row in office.patients:
        named = all(text(row, name).lower() == text(new, name).lower() for name in ("LName", "FName"))
        if named and row["Birthdate"] == new["Birthdate"] and row["PatStatus"] != "Deleted":
            theirs = {re.sub(r"\D", "", text(row, name)) for name in PHONES}
            if phones & theirs or (new["Email"] and new["Email"] == row["Email"]):
                return True
    return False


def _checked(office: Office, given: Given) -> None:
    """Nothing, when each value may stand. Raises: Refusal for the first that may not."""
    for name in ("LName", "FName"):
        if name in given and not (given.text(name) or "").strip():
            raise documented("names-not-blank", 400, f"{name} cannot be blank.")
    if given.text("Zip") and not re.fullmatch(ZIP, given.text("Zip") or ""):
        raise documented("zip-format", 400, "Zip must be in format 12345, 12345-1234, 123456789 or A0A 0A0.")
    if given.text("State") and not re.fullmatch("[A-Z]{2}", given.text("State") or ""):
        raise documented("state-format", 400, "State must be two capital characters.")
    if len(given.text("ChartNumber") or "") > 15:
        raise documented("chart-number-length", 400, "ChartNumber has a maximum of 15 characters.")
    if "Guarantor" in given and "SuperFamily" in given:
        raise documented("one-family-field", 400, "Only Guarantor or SuperFamily can be specified.")
    if "Ward" in given or "AdmitDate" in given:
        raise documented("hospitals-only", 400, "The Hospitals feature is not enabled.")
    if given.text("Language") and not re.fullmatch("[a-z]{3}", given.text("Language") or ""):
        raise guess("language-format", 400, "Language must be in ISO 639-2 format.")
    billing = [text(row, "ItemName") for row in office.definitions_of(BILLING)]
    if "BillingType" in given and given.text("BillingType") not in billing:
        raise documented("billing-type-by-name", 400, "BillingType must be a definition of category 4.")
    for name in ("PriProv", "SecProv"):
        if given.number(name):
            existing(office.providers, given.number(name) or 0, "Provider")
    for name in ("Guarantor", "SuperFamily"):
        if given.number(name):
            existing(office.patients, given.number(name) or 0, "Patient")
    existing_clinic(office, given.number("ClinicNum") or 0)


_ANY_PATIENT: Fields = {
    "LName": Field(reads=words),
    "FName": Field(reads=words),
    **dict.fromkeys(TEXTS, Field(reads=words)),
    "PatStatus": Field(reads=one_of(*STATUSES)),
    "Gender": Field(reads=one_of("Male", "Female", "Unknown", "Other")),
    "Position": Field(reads=one_of("Single", "Married", "Child", "Widowed", "Divorced")),
    "Birthdate": Field(reads=a_day),
    "State": Field(reads=words),
    "Zip": Field(reads=words),
    **dict.fromkeys(PHONES, Field(reads=words)),
    "Guarantor": Field(reads=a_number),
    "PriProv": Field(reads=a_number),
    "SecProv": Field(reads=a_number),
    "FeeSched": Field(reads=a_number, since="25.2.19"),
    "BillingType": Field(reads=words),
    "FamFinUrgNote": Field(reads=words, since="23.2.5"),
    "ChartNumber": Field(reads=words),
    "MedicaidID": Field(reads=words, since="24.4.13"),
    "EmployerNum": Field(reads=a_number, since="24.3.30"),
    "DateFirstVisit": Field(reads=a_day, since="22.4.42"),
    "ClinicNum": Field(reads=a_number),
    "Premed": Field(reads=yes_or_no, since="25.2.30"),
    "Ward": Field(reads=words, since="24.1.12"),
    "PreferConfirmMethod": Field(reads=one_of(*METHODS)),
    "PreferContactMethod": Field(reads=one_of(*METHODS)),
    "PreferRecallMethod": Field(reads=one_of(*METHODS), since="22.2"),
    "AdmitDate": Field(reads=a_day, since="24.1.12"),
    "SuperFamily": Field(reads=a_number, since="22.4.38"),
    "TxtMsgOk": Field(reads=one_of("Unknown", "Yes", "No")),
}

CALLS: tuple[Call, ...] = (
    reading(
        "/patients",
        search,
        query={
            **dict.fromkeys(
                ("LName", "FName", "Phone", "Email", "Address", "City", "State", "SSN", "ChartNumber"),
                Field(reads=words),
            ),
            "Birthdate": Field(reads=a_day),
            "clinicNums": Field(reads=numbers_in_query),
            **dict.fromkeys(("hideInactive", "guarOnly", "showArchived"), Field(reads=yes_or_no)),
        },
    ),
    reading(
        "/patients/Simple",
        search_simply,
        since="21.2",
        query={
            "LName": Field(reads=words),
            "FName": Field(reads=words),
            "Birthdate": Field(reads=a_day),
            "ClinicNum": NUMBER,
            "PatStatus": Field(reads=one_of(*STATUSES)),
            STAMP: Field(reads=a_moment),
            "PriProv": Field(reads=NUMBER.reads, since="21.3"),
            "Gender": Field(reads=one_of("Male", "Female", "Unknown", "Other"), since="22.3.6"),
            "Position": Field(reads=one_of("Single", "Married", "Child", "Widowed", "Divorced"), since="22.3.6"),
            "Guarantor": Field(reads=NUMBER.reads, since="22.4.19"),
            "SuperFamily": Field(reads=NUMBER.reads, since="22.4.38"),
        },
    ),
    reading("/patients/{PatNum}", one_patient),
    writing("POST", "/patients", create, Permission.PATIENTS, body=_ANY_PATIENT),
    writing("PUT", "/patients/{PatNum}", update, Permission.PATIENTS, body=_ANY_PATIENT, since="21.2"),
)
