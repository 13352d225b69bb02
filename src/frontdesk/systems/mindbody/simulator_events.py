"""What the site tells its subscribers of a visit or a client. Seen [event-data]: these names, in this form."""

from datetime import timedelta

from frontdesk.systems.mindbody.simulator_hours import of
from frontdesk.systems.mindbody.simulator_rows import Json, Row, number, text, yes
from frontdesk.systems.mindbody.simulator_site import OFF, Site, resources_of

CLIENT_NAMES = {
    "clientId": "Id",
    "clientUniqueId": "UniqueId",
    "creationDateTime": "CreationDate",
    "status": "Status",
    "firstName": "FirstName",
    "lastName": "LastName",
    "email": "Email",
    "mobilePhone": "MobilePhone",
    "homePhone": "HomePhone",
    "workPhone": "WorkPhone",
    "addressLine1": "AddressLine1",
    "addressLine2": "AddressLine2",
    "city": "City",
    "state": "State",
    "postalCode": "PostalCode",
    "country": "Country",
    "birthDateTime": "BirthDate",
    "gender": "Gender",
}


def tell_of_visit(site: Site, row: Row, *, new: bool) -> None:
    """Tell that a visit was made, changed or called off. Seen [cancelled-by-id]: of the last only its id.

    Guess [event-times]: its times are the site's wall clock, as in the rest of the API. Guess [waitlist-untold]:
    nothing is told of an entry on the waitlist.
    """
    if yes(row, "IsWaitlist"):
        return
    if row["Status"] in OFF:
        site.tell("appointmentBooking.cancelled", {"appointmentId": row["Id"]})
        return
    client, who, whole = site.client_of(row), site.staff.get(number(row, "StaffId")), of(row)
    rooms = [site.resources.get(one) for one in resources_of(row)]
    data: dict[str, Json] = {
        "appointmentId": row["Id"],
        "status": row["Status"],
        "isConfirmed": yes(row, "confirmed"),
        "hasArrived": yes(row, "arrived"),
        "locationId": row["LocationId"],
        "clientId": client["Id"],
        "clientFirstName": client["FirstName"],
        "clientLastName": client["LastName"],
        "clientEmail": client["Email"],
        "clientPhone": client["MobilePhone"],
        "staffId": row["StaffId"],
        "staffFirstName": text(who, "FirstName") if who else "",
        "staffLastName": text(who, "LastName") if who else "",
        "startDateTime": row["StartDateTime"],
        "endDateTime": row["EndDateTime"],
        "durationMinutes": int((whole.end - whole.start) / timedelta(minutes=1)),
        "genderRequested": None if row["GenderPreference"] == "None" else row["GenderPreference"],
        "resources": [{"id": room["Id"], "name": room["Name"]} for room in rooms if room],
        "notes": row["Notes"],
        "formulaNotes": None,
        "icdCodes": [],
        "providerId": row["ProviderId"],
    }
    site.tell(f"appointmentBooking.{'created' if new else 'updated'}", data)


def tell_of_client(site: Site, row: Row, what: str, *, before: Row | None = None) -> None:
    """Tell that a client was "created", "updated" or "deactivated"."""
    previous = before["Email"] if before and before["Email"] != row["Email"] else None
    site.tell(
        f"client.{what}", {**{name: row[column] for name, column in CLIENT_NAMES.items()}, "previousEmail": previous}
    )


def tell_of_merger(site: Site, kept: Row, removed: Row) -> None:
    """Tell that two clients became one."""
    data = {"keptClientId": kept["Id"], "keptClientUniqueId": kept["UniqueId"]}
    site.tell("clientProfileMerger.created", {**data, "removedClientUniqueId": removed["UniqueId"]})
