"""Clients: found, made and changed by the Admin API, or looking after themselves in the Client API."""

from frontdesk.systems.boulevard.simulator_business import client_row, existing, name_of
from frontdesk.systems.boulevard.simulator_calls import Caller, Fields, given, page
from frontdesk.systems.boulevard.simulator_refusals import Code, guess
from frontdesk.systems.boulevard.simulator_rows import Json, Row, text, texts, urn


def clients(caller: Caller, _: Row, arguments: Row) -> Json:
    """All clients, or those with one of these addresses. Seen [email-is-the-filter]: there is no other.

    Guess [email-in-any-case]: upper and lower case are one. Guess [inactive-listed]: who is inactive is listed too.
    """
    wanted = [one.lower() for one in texts(arguments, "emails")]
    every = arguments.get("emails") is None
    found = [row for row in caller.business.clients if every or str(row["email"] or "").lower() in wanted]
    return page(caller, found, arguments)


def client(caller: Caller, _: Row, arguments: Row) -> Json:
    """One client of the business; null where there is none."""
    return caller.business.clients.get(text(arguments, "id"))


def oneself(caller: Caller, _: Row, arguments: Row) -> Json:
    """The client whose token it is."""
    return existing(caller.business.clients, caller.known())


def create_client(caller: Caller, _: Row, arguments: Row) -> Json:
    """A new client. Seen [no-deduplication]: whoever else has the same name, address or phone.

    Guess [names-needed]: the two names are required, and not blank.
    """
    shop, who = caller.business, given(arguments)
    _check_names(who)
    row = shop.clients.put(client_row(shop, urn("Client", shop.clients.last + 1), who))
    shop.tell("CLIENT_CREATED", {"id": row["id"], **_node(row)})
    return {"client": row}


def update_client(caller: Caller, _: Row, arguments: Row) -> Json:
    """A client with some columns changed. Guess [admin-update-basics]: names, email and mobile phone, nothing else."""
    asked = given(arguments)
    row = existing(caller.business.clients, text(asked, "id"))
    return _changed(caller, row, {name: value for name, value in asked.items() if name != "id"})


def update_oneself(caller: Caller, _: Row, arguments: Row) -> Json:
    """Oneself, with some columns changed. Documented [client-updates-self]."""
    return _changed(caller, existing(caller.business.clients, caller.known()), given(arguments))


def create_client_note(caller: Caller, _: Row, arguments: Row) -> Json:
    """A note on oneself. Documented [note-types]. Guess [note-payload]: its id and time are the payload's own."""
    who, asked = caller.known(), given(arguments)
    if not text(asked, "text").strip():
        raise guess("note-blank", Code.INVALID, "text must not be blank.")
    note: Row = {"clientId": who, "text": asked["text"], "type": asked["type"], "insertedAt": caller.business.stamp()}
    return caller.business.notes.add(note)


def _changed(caller: Caller, row: Row, changes: Row) -> Json:
    _check_names({name: value for name, value in changes.items() if name in ("firstName", "lastName")})
    changed = caller.business.clients.change(text(row, "id"), changes)
    caller.business.tell("CLIENT_UPDATED", {"id": row["id"], **_node(changed)})
    return {"client": changed}


def _check_names(who: Row) -> None:
    for name in ("firstName", "lastName"):
        if name in who and not str(who[name] or "").strip():
            raise guess("names-needed", Code.INVALID, f"{name} can't be blank.")


def _node(row: Row) -> Row:
    return {name: row[name] for name in ("firstName", "lastName", "email", "mobilePhone")}


def _name(caller: Caller, source: Row, arguments: Row) -> Json:
    return name_of(source)


def _visits(caller: Caller, source: Row, arguments: Row) -> Json:
    """Guess [appointment-count]: every visit that is not called off."""
    return sum(row["clientId"] == source["id"] and row["cancelled"] is False for row in caller.business.appointments)


def _home(caller: Caller, source: Row, arguments: Row) -> Json:
    place = source["primaryLocationId"]
    return caller.business.locations.get(place) if isinstance(place, str) else None


def _tags(caller: Caller, source: Row, arguments: Row) -> Json:
    return [caller.business.tags.get(one) for one in texts(source, "tags")]


CLIENT: Fields = {
    "RootQueryType.client": oneself,
    "RootMutationType.updateClient": update_oneself,
    "RootMutationType.updateClientInfo": update_oneself,
    "RootMutationType.createClientNote": create_client_note,
    "Client.name": _name,
}
ADMIN: Fields = {
    "RootQueryType.clients": clients,
    "RootQueryType.client": client,
    "RootMutationType.createClient": create_client,
    "RootMutationType.updateClient": update_client,
    "Client.name": _name,
    "Client.appointmentCount": _visits,
    "Client.primaryLocation": _home,
    "Client.tags": _tags,
}
