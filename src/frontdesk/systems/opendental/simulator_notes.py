"""What is written beside a patient: communication log, popups for staff, and uploaded documents."""

import base64
import binascii

from frontdesk.standards.simulating.refusals import documented, guess
from frontdesk.systems.opendental.simulator_appointments import usable_patient
from frontdesk.systems.opendental.simulator_calls import Answer, Asked, Call, existing, reading, with_clock, writing
from frontdesk.systems.opendental.simulator_catalogue import NUMBER, changed_after
from frontdesk.systems.opendental.simulator_office import COMMLOGS, IMAGES, Office, Permission
from frontdesk.systems.opendental.simulator_reading import Field, a_day, a_moment, needed, one_of, some_words, words
from frontdesk.systems.opendental.simulator_reading import number as a_number
from frontdesk.systems.opendental.simulator_rows import STAMP, Row, number, text

WAYS = ("None", "Email", "Mail", "Phone", "In Person", "Text", "Email and Text", "Phone and Text")
DEFAULT_KIND = "Misc"
"""Documented [commlog-defaults]: Miscellaneous; the office's word for it is one of category 27."""


def list_commlogs(office: Office, asked: Asked) -> Answer:
    """Entries of the communication log."""
    patient = asked.query.number("PatNum")
    if patient is not None:
        existing(office.patients, patient, "Patient")
    rows = changed_after(office.commlogs, asked.query.text(STAMP))
    return Answer(body=[_shown(office, row) for row in rows if patient in (None, row["PatNum"])])


def one_commlog(office: Office, asked: Asked) -> Answer:
    """One entry of the communication log."""
    return Answer(body=_shown(office, existing(office.commlogs, asked.number, "Commlog")))


def log(office: Office, asked: Asked) -> Answer:
    """A new entry of a patient's communication log."""
    given = asked.body
    needed(given, "PatNum", "Note")
    patient = usable_patient(office, given.number("PatNum") or 0)
    row = office.add(
        office.commlogs,
        {
            "PatNum": number(patient, "PatNum"),
            "CommDateTime": given.text("CommDateTime") or office.stamp(),
            "CommType": _kind(office, given.number("CommType"), given.text("commType")),
            "Note": given.text("Note") or "",
            "Mode_": given.text("Mode_") or "Phone",
            "SentOrReceived": given.text("SentOrReceived") or "Sent",
            "UserNum": 0,
            "CommSource": "User",
            "ProgramNum": 0,
            "DateTEntry": office.stamp(),
            "ReferralNum": 0,
        },
    )
    return Answer(status=201, body=_shown(office, row))


def change_commlog(office: Office, asked: Asked) -> Answer:
    """An entry with another note. Documented [commlog-overwrites]."""
    row = existing(office.commlogs, asked.number, "Commlog")
    needed(asked.body, "Note")
    return Answer(body=_shown(office, office.change(office.commlogs, row, {"Note": asked.body.text("Note") or ""})))


def warn(office: Office, asked: Asked) -> Answer:
    """A popup that staff see when they open the patient. Guess [popup-answer]: the object comes back."""
    needed(asked.body, "PatNum", "Description", "PopupLevel")
    usable_patient(office, asked.body.number("PatNum") or 0)
    return Answer(status=201, body=office.add(office.popups, dict(asked.body.values)))


def upload(office: Office, asked: Asked) -> Answer:
    """A document in the patient's images. Guess [upload-answer]: the object comes back, without its content."""
    given = asked.body
    needed(given, "PatNum", "rawBase64", "extension")
    usable_patient(office, given.number("PatNum") or 0)
    folder = given.number("DocCategory")
    if folder is not None:
        row = office.definitions.get(folder)
        if row is None or row["Category"] != IMAGES:
            raise documented("definition-of-category", 400, f"DocCategory must be a DefNum of category {IMAGES}.")
    if given.number("ProvNum"):
        existing(office.providers, given.number("ProvNum") or 0, "Provider")
    try:
        size = len(base64.b64decode(given.text("rawBase64") or "", validate=True))
    except binascii.Error:
        raise guess("not-base64", 400, "rawBase64 is not a base64 string.") from None
    described = {name: value for name, value in given.values.items() if name != "rawBase64"}
    made = office.add(office.documents, {**described, "bytes": size})
    return Answer(status=201, body={name: value for name, value in made.items() if name != "bytes"})


def list_documents(office: Office, asked: Asked) -> Answer:
    """A patient's documents, without their content. Documented [documents-of-a-patient]: PatNum is required."""
    needed(asked.query, "PatNum")
    rows = [row for row in office.documents if row["PatNum"] == asked.query.number("PatNum")]
    return Answer(
        body=[
            with_clock(
                office,
                {
                    "DocNum": row["DocNum"],
                    "MountNum": 0,
                    "filePath": "",
                    "Description": row.get("Description", ""),
                    "Note": "",
                    "DateCreated": row.get("DateCreated", row[STAMP]),
                    STAMP: row[STAMP],
                },
            )
            for row in rows
        ]
    )


def _kind(office: Office, by_number: int | None, by_name: str | None) -> int:
    """The definition of an entry's kind. Documented [kind-by-name-first]: the name wins over the number."""
    kinds = office.definitions_of(COMMLOGS)
    if by_name is None and by_number is None:
        by_name = DEFAULT_KIND
    for row in kinds:
        if (by_name is not None and row["ItemName"] == by_name) or (by_name is None and row["DefNum"] == by_number):
            return number(row, "DefNum")
    raise documented("definition-of-category", 400, f"CommType must be a definition of category {COMMLOGS}.")


def _shown(office: Office, row: Row) -> Row:
    """An entry as it travels. Documented [commlog-kind-as-text]: CommType is a string here."""
    return {
        "CommlogNum": row["CommlogNum"],
        "PatNum": row["PatNum"],
        "CommDateTime": row["CommDateTime"],
        "CommType": str(row["CommType"]),
        "commType": office.name_of(number(row, "CommType")),
        "Note": text(row, "Note"),
        "Mode_": row["Mode_"],
        "SentOrReceived": row["SentOrReceived"],
        "UserNum": row["UserNum"],
        STAMP: row[STAMP],
        "CommSource": row["CommSource"],
        "ProgramNum": row["ProgramNum"],
        "DateTEntry": row["DateTEntry"],
        "ReferralNum": row["ReferralNum"],
    }


CALLS: tuple[Call, ...] = (
    reading("/commlogs", list_commlogs, query={"PatNum": NUMBER, STAMP: Field(reads=a_moment, since="25.1.13")}),
    reading("/commlogs/{CommlogNum}", one_commlog, since="25.1.13"),
    writing(
        "POST",
        "/commlogs",
        log,
        Permission.COMM,
        body={
            "PatNum": Field(reads=a_number),
            "Note": Field(reads=some_words),
            "CommDateTime": Field(reads=a_moment),
            "CommType": Field(reads=a_number),
            "commType": Field(reads=words),
            "Mode_": Field(reads=one_of(*WAYS)),
            "SentOrReceived": Field(reads=one_of("Neither", "Sent", "Received")),
        },
    ),
    writing(
        "PUT",
        "/commlogs/{CommlogNum}",
        change_commlog,
        Permission.ALL_OTHERS,
        since="25.2.21",
        body={"Note": Field(reads=some_words)},
    ),
    writing(
        "POST",
        "/popups",
        warn,
        Permission.COMM,
        body={
            "PatNum": Field(reads=a_number),
            "Description": Field(reads=some_words),
            # Guess [popup-levels]: the facts name the field, not its words.
            "PopupLevel": Field(reads=one_of("Patient", "Family", "SuperFamily")),
        },
    ),
    reading("/documents", list_documents, since="21.2", query={"PatNum": NUMBER}),
    writing(
        "POST",
        "/documents/Upload",
        upload,
        Permission.DOCUMENTS,
        body={
            "PatNum": Field(reads=a_number),
            "rawBase64": Field(reads=some_words),
            "extension": Field(reads=some_words),
            "Description": Field(reads=words),
            "DateCreated": Field(reads=a_day),
            "DocCategory": Field(reads=a_number),
            "ImgType": Field(reads=words),
            "ToothNumbers": Field(reads=words),
            "ProvNum": Field(reads=a_number),
            "PrintHeading": Field(reads=words),
        },
    ),
)
