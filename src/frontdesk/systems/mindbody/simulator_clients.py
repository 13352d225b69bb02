"""Clients: found, compared, added and changed; and what they own."""

from collections.abc import Mapping

from frontdesk.systems.mindbody.simulator_calls import (
    Answer,
    Asked,
    Call,
    client_asked,
    client_by_id,
    existing,
    is_one_of,
    listing,
    posting,
    staff_id_of,
)
from frontdesk.systems.mindbody.simulator_events import tell_of_client
from frontdesk.systems.mindbody.simulator_reading import (
    ASKED_DAY,
    ASKED_NUMBER,
    ASKED_NUMBERS,
    ASKED_TEXTS,
    ASKED_WORDS,
    ASKED_YES,
    NUMBER,
    SOME_WORDS,
    WHEN,
    WORDS,
    YES,
    Field,
    Fields,
    Given,
    an_object,
    needed,
)
from frontdesk.systems.mindbody.simulator_refusals import Code, documented, guess
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, numbers, shown, text, written, yes
from frontdesk.systems.mindbody.simulator_site import Permission, Site

MOST_IDS = 20
RESERVED = range(100_000_000, 101_000_001)
EMERGENCY = tuple(f"EmergencyContactInfo{part}" for part in ("Name", "Email", "Phone", "Relationship"))
TEXTS = ("SendScheduleTexts", "SendAccountTexts", "SendPromotionalTexts")
"""Documented [text-flags-ignored]: they are taken, and nothing comes of them."""


def clients(site: Site, asked: Asked) -> Answer:
    """Clients in full. Documented [search-fields]: SearchText is looked for in first name, last name and e-mail alone.

    Guess [search-by-words]: each of its words must be in one of the three, in any case. Documented [active-only].
    Documented [modified-since]: on or after. Guess [modified-in-utc]: without an offset it is in UTC. Guess
    [order-of-clients]: by UniqueId.
    """
    query = asked.query
    ids, unique = query.texts("ClientIds"), query.numbers("UniqueIds")
    if ids is not None and len(ids) > MOST_IDS:
        raise documented("twenty-ids", Code.INVALID_PARAMETER, f"ClientIds takes {MOST_IDS} at most.")
    if unique is not None and (ids is not None or "SearchText" in query):
        raise documented("unique-ids-alone", Code.INVALID_PARAMETER, "UniqueIds goes without ClientIds or SearchText.")
    since, prospect = query.utc("LastModifiedDate"), query.yes("IsProspect")
    rows = [
        row
        for row in sorted(site.clients, key=lambda one: number(one, "UniqueId"))
        if is_one_of(row["Id"], ids)
        and is_one_of(row["UniqueId"], unique)
        and (yes(row, "Active") or query.yes("IncludeInactive"))
        and prospect in (None, row["IsProspect"])
        and (since is None or text(row, "LastModifiedDateTime") >= since.strftime("%Y-%m-%dT%H:%M:%SZ"))
        and _matches(row, query.text("SearchText") or "")
    ]
    return Answer(listed="Clients", rows=[shown_client(row) for row in rows])


def duplicates(site: Site, asked: Asked) -> Answer:
    """Clients of the same name and e-mail. Documented [all-three-match]: case does not count."""
    needed(asked.query, "FirstName", "LastName", "Email")
    same = [row for row in site.clients if _who(row) == _who(asked.query.values)]
    columns = ("Id", "UniqueId", "FirstName", "LastName", "Email")
    return Answer(listed="ClientDuplicates", rows=[{name: row[name] for name in columns} for row in same])


def add(site: Site, asked: Asked) -> Answer:
    """A new client. Guess [status-of-a-new-client]: Non-Member. Guess [default-id]: Id is UniqueId, as text.

    Documented [test-saves-nothing]. Guess [test-client-has-no-id].
    """
    given = asked.body
    needed(given, "FirstName", "LastName")
    _check_required(site, given, names=site.world.required)
    _check_duplicate(site, given.values, Code.INVALID_CLIENT_CREATION, "Client creation cannot result in duplicates.")
    row = {**blank_client(site), **_values(site, asked, given)}
    if given.yes("Test"):
        return Answer(body={"Client": shown_client({**row, "UniqueId": 0, "Id": ""})})
    made = site.clients.add({**row, "Id": str(site.clients.last + 1)})
    tell_of_client(site, made, "created")
    return Answer(body={"Client": shown_client(made)})


def update(site: Site, asked: Asked) -> Answer:
    """A client changed. Documented [id-not-unique-id]: named by Id. Documented [omitted-stays].

    Documented [edit-reactivates]: an inactive one becomes active unless Active is sent as false. Documented
    [new-id-free]: NewId must be free, and not of the range that Mindbody gives itself. Guess
    [required-stay]: what a new client must give cannot be emptied.
    """
    given, new = asked.body.within("Client"), asked.body.text("NewId")
    needed(asked.body, "Client")
    needed(given, "Id")
    before = client_by_id(site, given.text("Id"))
    sent = [name for name in site.world.required if name in given.values]
    _check_required(site, given, names=[*sent, *(name for name in ("FirstName", "LastName") if name in given.values)])
    row = {**before, "Active": True, **_values(site, asked, given), "Id": before["Id"]}
    _check_duplicate(site, row, Code.INVALID_CLIENT_UPDATE, "Client update cannot result in duplicates.")
    if new is not None:
        if any(one["Id"] == new for one in site.clients) or (new.isdigit() and int(new) in RESERVED):
            raise documented("new-id-free", Code.INVALID_CLIENT_UPDATE, "NewId is in use or reserved.")
        row["Id"] = new
    row["LastModifiedDateTime"] = site.utc_stamp()
    if not asked.body.yes("Test"):
        site.clients.put(row)
        gone = yes(before, "Active") and not yes(row, "Active")
        tell_of_client(site, row, "deactivated" if gone else "updated", before=before)
    return Answer(body={"Client": shown_client(row)})


def services_of(site: Site, asked: Asked) -> Answer:
    """Pricing options a client owns. Documented [owned-options]. Guess [owned-columns]."""
    query = asked.query
    unique = number(client_asked(site, query), "UniqueId")
    wanted, only = query.number("SessionTypeId"), query.yes("ShowActiveOnly")
    rows = [row for row in site.client_services if row["client"] == unique]
    rows = [row for row in rows if wanted is None or wanted in numbers(row, "session_types")]
    rows = [row for row in rows if not only or number(row, "Remaining") > 0]
    return Answer(listed="ClientServices", rows=[shown(row) for row in rows])


def shown_client(row: Row) -> Row:
    """A client as they travel."""
    return shown(row)


def blank_client(site: Site) -> dict[str, Json]:
    """A client nobody said anything of yet."""
    texts = ("MiddleName", "Email", "MobilePhone", "HomePhone", "WorkPhone", "WorkExtension", "AddressLine1")
    more = ("AddressLine2", "City", "State", "PostalCode", "Country", "ReferredBy", *EMERGENCY, "Notes", "RedAlert")
    return {
        **dict.fromkeys((*texts, *more, "YellowAlert"), ""),
        "BirthDate": None,
        "Gender": "None",
        "IsProspect": False,
        "Status": "Non-Member",
        "Active": True,
        "HomeLocation": None,
        "Liability": {"AgreementDate": None, "IsReleased": False, "ReleasedBy": None},
        "LastModifiedDateTime": site.utc_stamp(),
        "CreationDate": site.stamp(),
        "CustomClientFields": [],
        "ClientIndexes": [],
        "ClientRelationships": [],
        **dict.fromkeys(("SendScheduleEmails", "SendAccountEmails", "SendPromotionalEmails", *TEXTS), False),
    }


def _values(site: Site, asked: Asked, given: Given) -> dict[str, Json]:
    """What was sent, as the row keeps it. Documented [liability]. Guess [gender-of-the-site]: one the site knows."""
    values = {name: value for name, value in given.values.items() if name not in (*TEXTS, "Test", "LiabilityRelease")}
    if given.text("Gender") not in (None, *site.world.genders):
        raise guess("gender-of-the-site", Code.INVALID_PARAMETER, "The site does not know this gender option.")
    born = given.moment("BirthDate")
    if born is not None:
        values["BirthDate"] = written(born)
    if "HomeLocation" in given:
        place = existing(site.locations, given.within("HomeLocation").number("Id"), Code.INVALID_LOCATION, "Location")
        values["HomeLocation"] = {"Id": place["Id"], "Name": place["Name"]}
    if given.yes("LiabilityRelease") is not None:
        agreed = given.yes("LiabilityRelease") is True
        values["Liability"] = {
            "AgreementDate": site.stamp() if agreed else None,
            "IsReleased": agreed,
            "ReleasedBy": staff_id_of(asked) if agreed else None,
        }
    return values


def _check_required(site: Site, given: Given, *, names: "list[str] | tuple[str, ...]") -> None:
    """Documented [required-of-the-site]. Documented [all-four-for-emergencies]: EmergContact stands for four fields."""
    for name in names:
        for one in EMERGENCY if name == "EmergContact" else (name,):
            if given.values.get(one) in (None, ""):
                raise documented("required-of-the-site", Code.MISSING_REQUIRED_FIELDS, f"{one} is required.")


def _check_duplicate(site: Site, values: Mapping[str, Json], code: Code, says: str) -> None:
    """Documented [no-duplicates]. Guess [duplicate-needs-email]: without an e-mail nobody is a duplicate."""
    others = [row for row in site.clients if row["UniqueId"] != values.get("UniqueId")]
    if values.get("Email") and any(_who(row) == _who(values) for row in others):
        raise documented("no-duplicates", code, says)


def _who(row: Mapping[str, Json]) -> list[str]:
    return [str(row.get(name) or "").strip().lower() for name in ("FirstName", "LastName", "Email")]


def _matches(row: Row, wanted: str) -> bool:
    held = _who(row)
    return all(any(word in one for one in held) for word in wanted.lower().split())


_CLIENT: Fields = {
    **dict.fromkeys(("FirstName", "LastName", "MiddleName", "Email"), WORDS),
    **dict.fromkeys(("MobilePhone", "HomePhone", "WorkPhone", "WorkExtension"), WORDS),
    **dict.fromkeys(("AddressLine1", "AddressLine2", "City", "State", "PostalCode", "Country"), WORDS),
    **dict.fromkeys(("Gender", "ReferredBy", *EMERGENCY, "Notes", "RedAlert", "YellowAlert"), WORDS),
    **dict.fromkeys(("IsProspect", "Active", "LiabilityRelease", *TEXTS), YES),
    **dict.fromkeys(("SendScheduleEmails", "SendAccountEmails", "SendPromotionalEmails"), YES),
    "BirthDate": WHEN,
    "HomeLocation": Field(reads=an_object({"Id": NUMBER})),
}

CALLS: tuple[Call, ...] = (
    listing(
        "/client/clients",
        clients,
        Permission.VIEW_CLIENTS,
        query={
            "SearchText": ASKED_WORDS,
            "ClientIds": ASKED_TEXTS,
            "UniqueIds": ASKED_NUMBERS,
            "LastModifiedDate": ASKED_DAY,
            "IncludeInactive": ASKED_YES,
            "IsProspect": ASKED_YES,
        },
    ),
    listing(
        "/client/clientduplicates",
        duplicates,
        Permission.VIEW_CLIENTS,
        query={"FirstName": ASKED_WORDS, "LastName": ASKED_WORDS, "Email": ASKED_WORDS},
    ),
    listing(
        "/client/clientservices",
        services_of,
        Permission.VIEW_CLIENTS,
        query={
            "ClientId": ASKED_WORDS,
            "UniqueClientId": ASKED_NUMBER,
            "SessionTypeId": ASKED_NUMBER,
            "ShowActiveOnly": ASKED_YES,
        },
    ),
    posting("/client/addclient", add, Permission.EDIT_CLIENTS, body={**_CLIENT, "Test": YES}),
    posting(
        "/client/updateclient",
        update,
        Permission.EDIT_CLIENTS,
        body={
            "Client": Field(reads=an_object({**_CLIENT, "Id": SOME_WORDS})),
            "CrossRegionalUpdate": YES,
            "NewId": SOME_WORDS,
            "Test": YES,
        },
    ),
)
