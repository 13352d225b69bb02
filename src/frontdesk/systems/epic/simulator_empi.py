"""Charts by layer 2: looking a patient up, turning ids into others, opening a chart."""

from frontdesk.systems.epic.simulator_calls import Answer, Asked, Call, acting, asking
from frontdesk.systems.epic.simulator_errors import no_birth_date, not_layer2
from frontdesk.systems.epic.simulator_hospital import Hospital, name_of
from frontdesk.systems.epic.simulator_ids import PATIENT_IDS, department_by, patient_by, shown, typed
from frontdesk.systems.epic.simulator_reading import (
    Given,
    Shape,
    a_list,
    an_object,
    either_day,
    hyphens,
    needed,
    one_of,
    words,
)
from frontdesk.systems.epic.simulator_rows import Row, hyphened_day, slashed, text
from frontdesk.systems.epic.simulator_visits import register

SEXES = {"Female": "female", "Male": "male", "Other": "other", "Unknown": "unknown"}
"""Seen [gender-as-a-word]: "Female". Guess [other-gender-words]: the rest."""


def look_up(hospital: Hospital, asked: Asked) -> Answer:
    """The one patient that is meant. Seen [lookup-answer]: ids, name, birth date and addresses.

    Guess [lookup-finds-one]: an exception where nobody fits or several do. Guess [lookup-needs]: an id, or name and
    birth date; all that is sent has to fit. Guess [name-to-look-up]: "Family,Given".
    """
    given = asked.given
    if "PatientID" in given:
        return Answer(body=_shown(patient_by(hospital, *typed(given, "PatientID"))))
    needed(given, "Name", "DOB")
    rows = [row for row in hospital.patients if not row["mergedinto"] and _fits(row, given)]
    if len(rows) != 1:
        raise not_layer2("lookup-finds-one", "No patient fits." if not rows else "More than one patient fits.")
    return Answer(body=_shown(rows[0]))


def identifiers(hospital: Hospital, asked: Asked) -> Answer:
    """A patient's ids. Seen [identifiers-answer]: as `ID` and `IDType`."""
    patient = patient_by(hospital, *typed(asked.given, "PatientID"))
    ids = [{"ID": one["ID"], "IDType": one["Type"]} for one in shown(patient, PATIENT_IDS)]
    return Answer(body={"Identifiers": ids})


def create(hospital: Hospital, asked: Asked) -> Answer:
    """A new chart, or the one there is. Seen [zip-keys]: the zip goes by ZipCode or PostalCode.

    Seen [create-answer-in-layer-2]: EPI and ExternalKey, the birth date as M/D/YYYY, the sex as a word.
    Guess [create-needs]: a department, a name, a sex; the birth date's own error is the one that was seen.
    """
    given = asked.given
    department_by(hospital, *typed(given, "DepartmentID"))
    born = given.day("DateOfBirth")
    if born is None:
        raise no_birth_date()
    needed(given, "Name", "Gender")
    name, place = given.given("Name"), given.given("Address")
    needed(name, "First", "LastName")
    known = {
        "first": name.text("First"),
        "middle": name.text("Middle"),
        "last": name.text("LastName"),
        "born": born.isoformat(),
        "gender": SEXES[given.text("Gender")],
        "street": place.text("Street"),
        "street2": place.text("StreetLine2"),
        "city": place.text("City"),
        "state": place.text("State"),
        "zip": place.text("ZipCode") or place.text("PostalCode"),
        "county": place.text("County"),
        "country": place.text("Country"),
        "email": place.text("Email"),
        "ssn": given.text("NationalIdentifier"),
        "marital": given.text("MaritalStatus"),
        "race": given.text("Race"),
        "religion": given.text("Religion"),
    }
    for phone in place.many("Phones"):
        known["mobile" if phone.text("Type") == "Mobile" else "home"] = phone.text("Number")
    row = register(hospital, {name: value for name, value in known.items() if value})
    ids = [one for one in shown(row, PATIENT_IDS) if one["Type"] in ("EPI", "ExternalKey")]
    return Answer(body={"PatientIDs": ids, "DateOfBirth": _born(row), "Gender": given.text("Gender")})


def _fits(row: Row, given: Given) -> bool:
    family, _, first = (one.strip().casefold() for one in given.text("Name").partition(","))
    demographics = given.given("Demographics")
    phones = {one.text("Number") for one in demographics.many("Phones")}
    born, sex = given.day("DOB"), given.text("Gender")
    return (
        text(row, "last").casefold() == family
        and text(row, "first").casefold() == first
        and born is not None
        and row["born"] == born.isoformat()
        and (not sex or row["gender"] == SEXES[sex])
        and (not phones or bool(phones & {text(row, "mobile"), text(row, "home")}))
        and demographics.text("Email") in ("", row["email"])
    )


def _shown(row: Row) -> dict[str, object]:
    place = {"Street": [row["street"]], "City": row["city"], "State": row["state"], "ZipCode": row["zip"]}
    has_place = any(row[name] for name in ("street", "city", "zip"))
    ids = shown(row, PATIENT_IDS)
    return {"IDs": ids, "Name": name_of(row), "DOB": _born(row), "Addresses": [place] if has_place else []}


def _born(row: Row) -> str:
    born = hyphened_day(text(row, "born"))
    return slashed(born) if born else ""


PHONES = a_list(an_object({"Number": words, "Type": words}))
ADDRESS: Shape = {
    **dict.fromkeys(("Street", "StreetLine2", "City", "State", "ZipCode", "PostalCode", "County"), words),
    **dict.fromkeys(("Country", "Email"), words),
    "Phones": PHONES,
}
GENDER = one_of(*SEXES)

CALLS: tuple[Call, ...] = (
    asking(
        "/2017/EMPI/External/PatientLookup3/Patient/Lookup3",
        look_up,
        {
            **dict.fromkeys(("PatientID", "PatientIDType", "Name"), words),
            "DOB": either_day,
            "Gender": GENDER,
            "Demographics": an_object({"Phones": PHONES, "Email": words}),
        },
        "EMPI.read",
    ),
    asking(
        "/2015/Common/Patient/GetPatientIdentifiers/Patient/Identifiers",
        identifiers,
        dict.fromkeys(("PatientID", "PatientIDType", "UserID", "UserIDType"), words),
        "EMPI.read",
    ),
    acting(
        "/2012/EMPI/External/PatientCreate/Patient/Create",
        create,
        {
            **dict.fromkeys(("DepartmentID", "DepartmentIDType"), words),
            **dict.fromkeys(("NationalIdentifier", "MaritalStatus", "Race", "Religion"), words),
            "DateOfBirth": hyphens,
            "Gender": GENDER,
            "Name": an_object(dict.fromkeys(("First", "Middle", "LastName"), words)),
            "Address": an_object(ADDRESS),
        },
        "EMPI.write",
    ),
)
