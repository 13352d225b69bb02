"""The booking page's vocabulary: offices, services and clinicians as its JSON:API gives them. Unofficial, read only."""

import json
from collections.abc import Callable, Iterable

from frontdesk.standards.simulating.http import Response
from frontdesk.standards.simulating.refusals import guess
from frontdesk.systems.simplepractice.simulator_calls import Asked, Call, Door
from frontdesk.systems.simplepractice.simulator_gate import JSON_API
from frontdesk.systems.simplepractice.simulator_practice import Practice
from frontdesk.systems.simplepractice.simulator_rows import Json, Row, number, numbers, text, yes

CLINICIAN, SERVICE = "filter[clinicianId]", "filter[cptCodeId]"
PAGE, SIZE = "page[number]", "page[size]"
USUAL_SIZE, LARGEST_SIZE = 10, 50
"""Seen [portal-pages]: ten to a page, at most fifty, and nowhere how many there are."""

Shown = Callable[[Row], dict[str, Json]]
"""The attributes of a row as they travel."""


def list_services(practice: Practice, asked: Asked) -> Response:
    """Services that are open for online booking. Seen [unknown-clinician]: none for a clinician who is not there."""
    who = asked.query.get(CLINICIAN)
    found = [
        row for row in practice.services if yes(row, "online") and (who is None or who in numbers(row, "clinicians"))
    ]
    return _page(practice, asked, "cpt-codes", found, _service)


def list_offices(practice: Practice, asked: Asked) -> Response:
    """Offices. Guess [offices-of-a-service]: with a filter, those where such a service is offered online."""
    who, what = asked.query.get(CLINICIAN), asked.query.get(SERVICE)
    found: Iterable[Row] = practice.offices
    if who is not None or what is not None:
        offered = [
            row
            for row in practice.services
            if yes(row, "online")
            and (who is None or who in numbers(row, "clinicians"))
            and (what is None or what == row["id"])
        ]
        there = {office for row in offered for office in numbers(row, "offices")}
        found = [row for row in practice.offices if row["id"] in there]
    return _page(practice, asked, "offices", found, _office)


def one_clinician(practice: Practice, asked: Asked) -> Response:
    """One clinician. Guess [no-such-clinician]: 404."""
    row = practice.clinicians.get(int(asked.id)) if asked.id.isdecimal() else None
    if row is None:
        raise guess("no-such-clinician", 404, "Record not found")
    return _answer({"data": _shown(practice, "clinicians", row, _clinician)})


def _page(practice: Practice, asked: Asked, path: str, found: Iterable[Row], shows: Shown) -> Response:
    """One page. Guess [page-out-of-range]; Guess [last-page]: `last` is the last page, of the same size."""
    page, size = asked.query.get(PAGE, 1), asked.query.get(SIZE, USUAL_SIZE)
    if page < 1 or not 1 <= size <= LARGEST_SIZE:
        raise guess("page-out-of-range", 400, f"{PAGE} begins at 1, {SIZE} is 1 to {LARGEST_SIZE}")
    rows = list(found)
    last = max(1, -(-len(rows) // size))
    link = f"https://{practice.world.host}{Door.PORTAL.value}{path}?page%5Bnumber%5D={{}}&page%5Bsize%5D={size}"
    return _answer(
        {
            "data": [_shown(practice, path, row, shows) for row in rows[(page - 1) * size : page * size]],
            "links": {"first": link.format(1), "last": link.format(last)},
        }
    )


def _shown(practice: Practice, path: str, row: Row, shows: Shown) -> dict[str, Json]:
    """A resource. Seen [two-namings]: dashes in the path, capitals in the type, and the id as text."""
    head, _, tail = path.partition("-")
    return {
        "id": str(row["id"]),
        "type": head + tail.capitalize(),
        "links": {"self": f"https://{practice.world.host}{Door.PORTAL.value}{path}/{row['id']}"},
        "attributes": shows(row),
    }


def _service(row: Row) -> dict[str, Json]:
    """Seen [text-for-truth]: callToBook is "true" or "false" as text, and money is text."""
    return {
        "description": text(row, "description"),
        "duration": number(row, "duration"),
        "rate": text(row, "rate"),
        "callToBook": "true" if yes(row, "callToBook") else "false",
        "requireCreditCardForNewClients": "unset",
    }


def _office(row: Row) -> dict[str, Json]:
    """Seen [address-of-an-office]: offices with an address carry it; the video office has none."""
    shown: dict[str, Json] = {
        "name": row["name"],
        "phone": row["phone"],
        "isVideo": row["isVideo"],
        "geolocation": {"lat": "0.0", "lng": "0.0"},
        "isPublic": row["isPublic"],
    }
    if yes(row, "isVideo"):
        return shown
    return {**shown, **{name: row[name] for name in ("street", "city", "state", "zip")}}


def _clinician(row: Row) -> dict[str, Json]:
    return {name: row[name] for name in ("firstName", "lastName", "middleName", "suffix", "phone")}


def _answer(body: Json) -> Response:
    return Response(status=200, headers={"content-type": JSON_API}, body=json.dumps(body))


CALLS = (
    Call(door=Door.PORTAL, path="/client-portal-api/cpt-codes", answer=list_services, query=(CLINICIAN, PAGE, SIZE)),
    Call(
        door=Door.PORTAL, path="/client-portal-api/offices", answer=list_offices, query=(CLINICIAN, SERVICE, PAGE, SIZE)
    ),
    Call(door=Door.PORTAL, path="/client-portal-api/clinicians/{id}", answer=one_clinician),
)
"""What the booking page's vocabulary is read by."""
