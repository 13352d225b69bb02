"""What is written about a client: clinical notes, contact logs, documents; and that they have come."""

import base64
import binascii

from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    client_by_id,
    existing,
    posting,
    staff_id_of,
    staff_name,
)
from frontdesk.systems.mindbody.simulator_clients import shown_client
from frontdesk.systems.mindbody.simulator_reading import (
    NUMBER,
    NUMBERS,
    SOME_WORDS,
    WHEN,
    WORDS,
    YES,
    Field,
    an_object,
    needed,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, documented, guess
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, shown
from frontdesk.systems.mindbody.simulator_site import Permission, Site

LARGEST_FILE = 4 * 1024 * 1024
MEDIA = (
    *("pdf", "jpg", "jpeg", "tif", "tiff", "png", "doc", "docx", "bmp", "txt"),
    *("rtf", "xlsx", "xls", "gif", "zip", "ppt", "pptx", "mov"),
)


def add_formula_note(site: Site, asked: Asked) -> Answer:
    """A clinical note of a client, or of one of their visits."""
    given = asked.body
    needed(given, "ClientId", "Note")
    client = client_by_id(site, given.text("ClientId"))
    visit = given.number("AppointmentId")
    if visit is not None:
        found = site.appointments.get(visit)
        if found is None or found["client"] != client["UniqueId"]:
            says = "The client has no such appointment."
            raise guess("note-of-another", Code.RESOURCE_DOES_NOT_EXIST, says)
    who = site.staff.get(staff_id_of(asked))
    row = site.formula_notes.add(
        {
            "ClientId": client["Id"],
            "AppointmentId": visit,
            "EntryDate": site.stamp(),
            "Note": given.text("Note"),
            "SiteId": site.world.site,
            "SiteName": site.world.name,
            "StaffFirstName": who["FirstName"] if who else "",
            "StaffLastName": who["LastName"] if who else "",
        }
    )
    return Answer(body=row)


def add_contact_log(site: Site, asked: Asked) -> Answer:
    """A line of the client's contact log, and a task where it is assigned. Guess [log-needs-text]."""
    given = asked.body
    needed(given, "ClientId", "Text")
    client = client_by_id(site, given.text("ClientId"))
    assigned = given.number("AssignedToStaffId")
    to = existing(site.staff, assigned, Code.STAFF_MEMBER_NOT_FOUND, "Staff member") if assigned is not None else None
    types: list[Json] = []
    for tag in given.rows("Types"):
        kinds = [one for one in site.world.contact_log_types if one["Id"] == tag.get("Id")]
        if not kinds:
            raise guess("log-type-unknown", Code.INVALID_PARAMETER, f"Contact log type {tag.get('Id')} does not exist.")
        types.append(shown(kinds[0]))
    by = site.staff.get(staff_id_of(asked))
    row: Row = {
        "Text": given.text("Text"),
        "CreatedDateTime": site.stamp(),
        "FollowupByDate": given.text("FollowupByDate"),
        "ContactMethod": given.text("ContactMethod") or "",
        "ContactName": given.text("ContactName") or "",
        "Client": shown_client(client),
        "CreatedBy": staff_name(by) if by else None,
        "AssignedTo": staff_name(to) if to else None,
        "Comments": [],
        "Types": types,
    }
    complete = given.yes("IsComplete") or False
    if given.yes("Test"):
        return Answer(body={"Id": 0, **row})
    return Answer(body=shown(site.contact_logs.add({**row, "complete": complete})))


def upload(site: Site, asked: Asked) -> Answer:
    """The name and size of a file, now with the client's documents. Documented [file-limits]."""
    given, file = asked.body, asked.body.within("File")
    needed(given, "ClientId", "File")
    needed(file, "FileName", "MediaType", "Buffer")
    client = client_by_id(site, given.text("ClientId"))
    kind = file.text("MediaType") or ""
    if kind not in MEDIA:
        raise documented("file-limits", Code.INVALID_FILE_FORMAT, f"MediaType must be one of: {', '.join(MEDIA)}.")
    try:
        content = base64.b64decode(file.text("Buffer") or "", validate=True)
    except binascii.Error:
        raise guess("not-base64", Code.INVALID_FILE_FORMAT, "Buffer must be base64.") from None
    if len(content) > LARGEST_FILE:
        raise documented("file-limits", Code.INVALID_FILE_FORMAT, "The file must not be larger than 4 MB.")
    row: Row = {"FileName": file.text("FileName"), "FileSize": len(content)}
    site.documents.add({**row, "client": number(client, "UniqueId"), "kind": kind})
    return Answer(body=row)


def add_arrival(site: Site, asked: Asked) -> Answer:
    """Whether the arrival is noted. Guess [arrival-beside-visits]: no visit becomes Arrived by it."""
    given = asked.body
    needed(given, "ClientId", "LocationId")
    client = client_by_id(site, given.text("ClientId"))
    place = existing(site.locations, given.number("LocationId"), Code.INVALID_LOCATION, "Location")
    if not given.yes("Test"):
        row: Row = {"client": client["UniqueId"], "location": place["Id"], "at": site.stamp()}
        site.arrivals.add({**row, "kind": given.number("ArrivalTypeId")})
    return Answer(body={"ArrivalAdded": True, "ClientService": None})


CALLS: tuple[Call, ...] = (
    posting(
        "/client/addclientformulanote",
        add_formula_note,
        Permission.VIEW_CLIENTS,
        body={"ClientId": SOME_WORDS, "Note": SOME_WORDS, "AppointmentId": NUMBER},
    ),
    posting(
        "/client/addcontactlog",
        add_contact_log,
        Permission.VIEW_CLIENTS,
        body={
            "ClientId": SOME_WORDS,
            "Text": SOME_WORDS,
            "AssignedToStaffId": NUMBER,
            "FollowupByDate": WHEN,
            "ContactMethod": WORDS,
            "ContactName": WORDS,
            "Types": Field(reads=an_object({"Id": NUMBER, "SubTypes": NUMBERS}), many=True),
            "IsComplete": YES,
            "Test": YES,
        },
    ),
    posting(
        "/client/uploadclientdocument",
        upload,
        Permission.UPLOAD_DOCUMENTS,
        body={
            "ClientId": SOME_WORDS,
            "File": Field(reads=an_object({"FileName": SOME_WORDS, "MediaType": WORDS, "Buffer": WORDS})),
        },
    ),
    posting(
        "/client/addarrival",
        add_arrival,
        Permission.LAUNCH_SIGN_IN_SCREEN,
        body={"ClientId": SOME_WORDS, "LocationId": NUMBER, "ArrivalTypeId": NUMBER, "Test": YES},
    ),
)
