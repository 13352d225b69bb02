"""Patients: found by name, birth date or record number, read, made, changed, and noted upon."""

import re
from collections.abc import Mapping, Sequence

from frontdesk.systems.allscripts.simulator_calls import Action, Asked, Whose, numbered, reading, writing
from frontdesk.systems.allscripts.simulator_notices import tell_of_patient
from frontdesk.systems.allscripts.simulator_practice import Practice
from frontdesk.systems.allscripts.simulator_reading import Elements, day, elements, positive
from frontdesk.systems.allscripts.simulator_refusals import guess
from frontdesk.systems.allscripts.simulator_rows import Json, Row, Shown, as_text, number, shown, slashed, text
from frontdesk.systems.allscripts.simulator_world import patient as new_patient

MOST = 100
"""Documented [hundred-at-most]: SearchPatients stops there, and does not say so."""

CRITERIA = ("LastName", "FirstName", "DOB", "MRN")
ELEMENTS = {
    "FirstName": "First_Name",
    "LastName": "Last_Name",
    "MiddleName": "Middle_Initial",
    "DOB": "DOB",
    "Gender": "Sex",
    "SSN": "SSN",
    "MRN": "Patient_Med_Rec_No",
    "Address1": "Street1",
    "Address2": "Street2",
    "City": "City",
    "State": "State",
    "ZipCode": "Zip_Code",
    "HomePhone": "HomePhone",
    "WorkPhone": "Work_Phone",
    "CellPhone": "Cell_Phone",
    "Email": "Email_Address",
    "Race": "Race",
    "Ethnicity": "Ethnicity",
    "Language": "Language",
    "MaritalStatus": "Marital_Status",
}
"""Guess [patient-elements]: the element names of SavePatient, an integrator's own guess, and the columns they fill."""

PATIENT = (
    *("Patient_ID", "Patient_Number", "Patient_Enterprise_Number", "Patient_Med_Rec_No", "First_Name"),
    *("Middle_Initial", "Last_Name", "Suffix", "DOB", "Sex", "SSN", "HomePhone", "Cell_Phone", "Work_Phone"),
    *("Work_Phone_Ext", "Email_Address", "Street1", "Street2", "City", "State", "Zip_Code", "Race", "Ethnicity"),
    *("Language", "Marital_Status", "Usual_Provider_Abbr", "PCP_Abbr", "ReferringDr_Abbr", "Emergency_Contact"),
    *("Account_ID", "Account_Number", "RelationToGuarantor", "Is_Guarantor"),
)
FOUND = (
    *("Patient_ID", "Patient_Number", "Patient_Med_Rec_No", "First_Name", "Middle_Initial", "Last_Name", "DOB"),
    *("Sex", "HomePhone", "Cell_Phone", "Street1", "City", "State", "Zip_Code"),
)


def search(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The first hundred that fit. Documented [search-in-xml]. Guess [search-elements]: an integrator's own guess.

    Guess [search-by-beginning]: names by how they begin, in any case; birth date and record number whole. Guess
    [search-columns]: some of the demographics'. Guess [search-needs-something]. Guess [search-order]: by name, then
    number.
    """
    given = elements(asked.parameter(1), "searchcriteria", CRITERIA)
    if not any(given.text(name) for name in CRITERIA):
        raise guess("search-needs-something", "At least one search criterion is required.")
    born = day(given.text("DOB")).isoformat() if given.text("DOB") else ""
    found = [row for row in practice.patients if _fits(row, given, born)]
    found.sort(key=lambda row: (text(row, "Last_Name"), text(row, "First_Name"), number(row, "Patient_ID")))
    return [{**shown(row, FOUND), "DOB": slashed(text(row, "DOB"))} for row in found[:MOST]]


def demographics(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """A patient in full. Seen [demographics-columns]. Guess [guarantor-columns]: those of Guarantor_ are left out."""
    row = asked.patient or {}
    return [{**shown(row, PATIENT), "DOB": slashed(text(row, "DOB"))}]


def save_patient(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The patient's id, new or not. Documented [inserts-and-updates].

    Guess [which-patient]: PatientID says whom to change, or else the record number of somebody; whoever else has the
    same name and birth date is not asked about. Guess [saved-id]: the id comes back named as NoteID is, as PatientID.
    """
    given = elements(asked.parameter(1), "patient", tuple(ELEMENTS))
    row = asked.patient or next(
        (one for one in practice.patients if given.text("MRN") and one["Patient_Med_Rec_No"] == given.text("MRN")), None
    )
    changes = _columns(given)
    if row is None:
        if not given.text("FirstName") or not given.text("LastName"):
            raise guess("names-needed", "FirstName and LastName are required.")
        fresh = new_patient(practice.patients.last + 1, "", "", born="")
        saved = practice.patients.put({**fresh, **changes})
        tell_of_patient(practice, saved, new=True)
    else:
        if changes.get("First_Name") == "" or changes.get("Last_Name") == "":
            raise guess("names-needed", "FirstName and LastName are required.")
        saved = practice.patients.change(number(row, "Patient_ID"), changes)
        tell_of_patient(practice, saved, new=False)
    return [{"PatientID": as_text(saved["Patient_ID"])}]


def save_note(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The note's id. Seen [note-saved]: text, subject, type and expiry as XML, and in Parameter2 a note to edit.

    Seen [note-elements]: `PatientNote` with Text, Subject, NoteTypeID and ExpDate, in the PatientNoteXML of the client
    that saved one. Guess [note-expiry]: MMDD, checked for its form. Guess [note-needs-text].
    """
    given = elements(asked.parameter(1), "PatientNote", ("Text", "Subject", "NoteTypeID", "ExpDate"))
    if not given.text("Text"):
        raise guess("note-needs-text", "Text is required.")
    if given.text("NoteTypeID"):
        positive(given.text("NoteTypeID"), "NoteTypeID")
    if given.text("ExpDate") and not re.fullmatch(r"(0[1-9]|1[0-2])([0-2][0-9]|3[01])", given.text("ExpDate")):
        raise guess("note-expiry", "ExpDate must be MMDD.")
    whose = asked.patient or {}
    note: dict[str, Json] = {"Patient_ID": whose["Patient_ID"], **given.values}
    if not asked.parameter(2):
        saved = practice.notes.add(note)
    else:
        old = numbered(practice.notes, asked.parameter(2).strip(), "Note")
        if old["Patient_ID"] != whose["Patient_ID"]:
            raise guess("note-of-another", "The note is another patient's.")
        saved = practice.notes.change(number(old, "NoteID"), note)
    return [{"NoteID": as_text(saved["NoteID"])}]


def _fits(row: Row, given: Elements, born: str) -> bool:
    return (
        text(row, "Last_Name").lower().startswith(given.text("LastName").lower())
        and text(row, "First_Name").lower().startswith(given.text("FirstName").lower())
        and born in ("", row["DOB"])
        and given.text("MRN") in ("", row["Patient_Med_Rec_No"])
    )


def _columns(given: Elements) -> Mapping[str, Json]:
    """Guess [element-changes]: an element that is sent replaces, empty too; one that is not leaves what there was.

    Guess [patient-values]: Gender is M, F or U; a phone is ten digits, however they are written.
    """
    found: dict[str, Json] = {ELEMENTS[name]: value for name, value in given.values.items()}
    if given.text("DOB"):
        found["DOB"] = day(given.text("DOB")).isoformat()
    if given.text("Gender") not in ("", "M", "F", "U"):
        raise guess("patient-values", "Gender must be M, F or U.")
    for name in ("HomePhone", "WorkPhone", "CellPhone"):
        digits = re.sub(r"[ ().-]", "", given.text(name))
        if given.text(name) and not re.fullmatch(r"[0-9]{10}", digits):
            raise guess("patient-values", f"{name} must have ten digits.")
        if name in given:
            found[ELEMENTS[name]] = digits
    if "MRN" in given and not given.text("MRN"):
        del found["Patient_Med_Rec_No"]
    return found


ACTIONS: tuple[Action, ...] = (
    reading("SearchPatients", search, takes=(1,)),
    reading("GetPatientDemographics", demographics, whose=Whose.ONE_PATIENTS),
    writing("SavePatient", save_patient, takes=(1,)),
    writing("SavePatientNote", save_note, takes=(1, 2), whose=Whose.ONE_PATIENTS),
)
