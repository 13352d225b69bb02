"""What a front desk can do by the Unity of the EHR: read its schedule, find a patient, leave a task, file a document.

Visits are not booked there. Documented [no-booking-at-the-ehr].
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from xml.etree import ElementTree

from frontdesk.systems.allscripts.simulator_appointments import by_start, kind_of, scheduled
from frontdesk.systems.allscripts.simulator_calls import Action, Asked, Whose, reading, writing
from frontdesk.systems.allscripts.simulator_patients import FOUND, MOST
from frontdesk.systems.allscripts.simulator_practice import Practice
from frontdesk.systems.allscripts.simulator_reading import days, moment
from frontdesk.systems.allscripts.simulator_refusals import guess
from frontdesk.systems.allscripts.simulator_rows import (
    Json,
    Row,
    Shown,
    as_text,
    day_first,
    during,
    number,
    shown,
    text,
)

ITEMS = (
    *("documentCommand", "documentType", "offset", "bytesRead", "bDoneUpload", "documentVar", "documentID"),
    *("vendorFileName", "ahsEncounterDTTM", "ahsEncounterID", "ownerCode", "organizationName", "patientFirstName"),
    *("patientLastName", "Orientation", "auditCCDASummary"),
)
"""Seen [document-items]."""


def schedule(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The visits of a day or of some days, with words for their status. Seen [ehr-schedule].

    Parameter1 is a day, or two with "|"; Parameter2 a moment since which they changed; Parameter4 a user's name or
    All; Parameter5 kinds with "|". Guess [users-have-no-column]: a user's name finds nothing, for nobody's visits are
    theirs here. Guess [blank-is-all]: for Parameter4 and 5.
    """
    first, _, last = asked.parameter(1).partition("|")
    if not first:
        raise guess("days-needed", "A date is required.")
    begin, end = days(first, last or first)
    since = moment(asked.parameter(2)) if asked.parameter(2) else None
    if asked.parameter(3) not in ("", "Y", "N"):
        raise guess("schedule-filters", "Parameter3 must be Y or N.")
    kinds = [one for one in asked.parameter(5).split("|") if one]
    return [
        scheduled(practice, row, words=True)
        for row in by_start(practice)
        if begin <= during(row).start.date() <= end
        and asked.parameter(4) in ("", "All")
        and (since is None or since <= datetime.fromisoformat(text(row, "changed")))
        and (not kinds or text(kind_of(practice, row), "Abbreviation") in kinds)
    ]


def search(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The patients a plain text fits. Seen [ehr-search]: name, birth date, or part of an address.

    Guess [ehr-search-words]: each word must be in one of the three, in any case; a birth date is like 02/03/1990.
    """
    words = asked.parameter(1).lower().replace(",", " ").split()
    if not words:
        raise guess("search-needs-something", "Something to search for is required.")
    found = [row for row in practice.patients if all(_fits(row, word) for word in words)]
    found.sort(key=lambda row: (text(row, "Last_Name"), text(row, "First_Name"), number(row, "Patient_ID")))
    return [{**shown(row, FOUND), "DOB": day_first(text(row, "DOB"))} for row in found[:MOST]]


def save_task(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """The task's id. Seen [task-parameters]: type, target user, work object, comment, subject.

    Guess [task-needs]: a type and a target who is a user; the work object is not looked up. Guess [task-id].
    """
    if not asked.parameter(1) or not any(row["user"] == asked.parameter(2) for row in practice.users):
        raise guess("task-needs", "A task type and a user to whom it goes are required.")
    named = ("type", "target", "object", "comment", "subject")
    row: dict[str, Json] = {name: asked.parameter(place) for place, name in enumerate(named, start=1)}
    whose = asked.patient["Patient_ID"] if asked.patient else None
    saved = practice.tasks.add({**row, "Patient_ID": whose, "made": practice.stamp()})
    return [{"TaskID": as_text(saved["TaskID"])}]


def save_document(practice: Practice, asked: Asked) -> Sequence[Shown]:
    """A piece of a document, or its end. Seen [document-in-pieces]: pieces, then one more call with bDoneUpload true.

    The first piece is answered with a GUID, which the others name in documentVar, and the end with the document's id.
    Guess [document-answer]: under the names documentVar and documentID. Guess [document-insert-alone]: documentCommand
    i is played, u and e are not. Guess [pieces-in-order]: each begins where the one before it ended.
    """
    items = _items(asked.parameter(1))
    if items.get("documentCommand") != "i":
        raise guess("document-insert-alone", "documentCommand must be i.")
    if not items.get("documentType"):
        raise guess("document-needs-a-type", "documentType is required.")
    whose = asked.patient or {}
    open_one = next(
        (row for row in practice.documents if row["var"] == items.get("documentVar") and not row["done"]), None
    )
    if items.get("documentVar") and (open_one is None or open_one["Patient_ID"] != whose["Patient_ID"]):
        raise guess("document-unknown", "documentVar is not known.")
    if items.get("bDoneUpload") == "true":
        if open_one is None:
            raise guess("document-unknown", "documentVar is required.")
        practice.documents.change(number(open_one, "documentID"), {"done": True})
        return [{"documentID": as_text(open_one["documentID"])}]
    piece = _piece(asked.parameter(6))
    held = text(open_one, "content") if open_one else ""
    if items.get("offset") != str(len(held) // 2) or items.get("bytesRead") != str(len(piece)):
        raise guess("pieces-in-order", "offset and bytesRead do not fit what was sent.")
    if open_one is not None:
        practice.documents.change(number(open_one, "documentID"), {"content": held + piece.hex()})
        return [{"documentVar": text(open_one, "var")}]
    var = f"51AAA7ED-D0C0-4000-8000-{practice.documents.last + 1:012X}"
    row: Row = {"var": var, "content": piece.hex(), "done": False, "Patient_ID": whose["Patient_ID"]}
    practice.documents.add({**row, "type": items["documentType"], "name": items.get("vendorFileName", "")})
    return [{"documentVar": var}]


def _items(given: str) -> Mapping[str, str]:
    """Guess [document-xml]: `<doc>` holds elements `item` with the attributes name and value, each name once."""
    if "<!" in given:
        raise guess("document-xml", "The XML may hold no declarations.")
    try:
        tree = ElementTree.fromstring(given)
    except ElementTree.ParseError:
        raise guess("document-xml", "The XML could not be read.") from None
    items: dict[str, str] = {}
    for one in tree:
        name = one.get("name", "")
        if one.tag != "item" or set(one.attrib) != {"name", "value"} or name not in ITEMS or name in items:
            raise guess("document-xml", f"The item {name} is not expected.")
        items[name] = one.get("value", "")
    if tree.tag != "doc" or items.get("bDoneUpload", "false") not in ("true", "false"):
        raise guess("document-xml", "The XML must be one doc, and bDoneUpload true or false.")
    return items


def _piece(given: str) -> bytes:
    """Seen [bytes-as-base64]: in Parameter6. Guess [no-byte-array]: the other way, in Data, is not played."""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        raise guess("not-base64", "Parameter6 must be base64.") from None


def _fits(row: Row, word: str) -> bool:
    born = text(row, "DOB")
    written = f"{born[5:7]}/{born[8:10]}/{born[:4]}" if born else ""
    held = ("First_Name", "Last_Name", "Street1", "City")
    return word == written or any(word in text(row, name).lower() for name in held)


ACTIONS: tuple[Action, ...] = (
    reading("GetSchedule", schedule, takes=(1, 2, 3, 4, 5)),
    reading("SearchPatients", search, takes=(1,)),
    writing("SaveTask", save_task, takes=(1, 2, 3, 4, 5)),
    writing("SaveDocumentImage", save_document, takes=(1, 6), whose=Whose.ONE_PATIENTS),
)
