"""A plain FHIR R4 scheduling server, no vendor's: what the standard itself says of create, read, update, search and
transaction, over the types that booking needs. Whatever is not in its tables is refused.

Sources: http://hl7.org/fhir/R4/http.html, http://hl7.org/fhir/R4/search.html, http://hl7.org/fhir/R4/appointment.html.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from frontdesk.standards.simulating.fhir_capabilities import Offered, capability_statement
from frontdesk.standards.simulating.fhir_outcomes import outcome_text
from frontdesk.standards.simulating.fhir_pages import searchset
from frontdesk.standards.simulating.fhir_search import (
    Kind,
    NotSearchable,
    Parameter,
    Search,
    any_fits,
    codings_of,
    read_search,
    within,
)
from frontdesk.standards.simulating.fhir_store import Store, etag, matches
from frontdesk.standards.simulating.fhir_values import (
    Resource,
    element_at,
    elements_at,
    id_in,
    instant_of,
    reference_to,
    text_at,
)
from frontdesk.standards.simulating.http import Message, Receive, Request, Response, Send, live, read_request
from frontdesk.standards.simulating.http import send_response as send_whole
from frontdesk.standards.simulating.waiting import Clock

_TOKENS = Parameter(kind=Kind.TOKEN, several=True)
_EVERYWHERE = {
    "_id": Parameter(kind=Kind.TOKEN, several=True),
    "_count": Parameter(kind=Kind.NUMBER),
    "_sort": Parameter(kind=Kind.TEXT, several=True, choices=frozenset({"start", "-start", "date", "-date"})),
    "identifier": _TOKENS,
}
_WHEN = Parameter(kind=Kind.DATE, times=2)
SEARCHES: Mapping[str, Mapping[str, Parameter]] = {
    "Organization": {},
    "Location": {},
    "Practitioner": {},
    "PractitionerRole": {},
    "HealthcareService": {},
    "Patient": {"birthdate": Parameter(kind=Kind.DATE)},
    "Schedule": {"actor": Parameter(kind=Kind.REFERENCE, target="Practitioner", typed=True), "date": _WHEN},
    "Slot": {
        "schedule": Parameter(kind=Kind.REFERENCE, target="Schedule", several=True),
        "status": _TOKENS,
        "service-type": _TOKENS,
        "start": _WHEN,
    },
    "Appointment": {
        "patient": Parameter(kind=Kind.REFERENCE, target="Patient"),
        "status": _TOKENS,
        "date": _WHEN,
    },
    "AppointmentResponse": {"appointment": Parameter(kind=Kind.REFERENCE, target="Appointment")},
    "Encounter": {"appointment": Parameter(kind=Kind.REFERENCE, target="Appointment")},
}
"""The types it keeps, and the parameters each search knows beside those that every search does."""
USUAL_PAGE = 100
_JSON = {"content-type": "application/fhir+json"}
_INTERACTIONS = ("read", "create", "update", "search-type")


class No(Exception):
    """An answer other than 2xx: its status, the kind of issue as FHIR names it, and what the caller reads."""

    def __init__(self, status: HTTPStatus, code: str, says: str) -> None:
        super().__init__(says)
        self.status, self.code, self.says = status, code, says


class PlainServer:
    """The server, an ASGI application. `base` is its address for the world, known once it is served."""

    def __init__(self, *, clock: Clock, keep: Path | None = None, seeds: Iterable[Resource] = ()) -> None:
        self.store = Store(seeds, clock=clock, keep=keep)
        self.base = ""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await live(receive, send)
            return
        request = await read_request(scope, receive)
        try:
            response = self._answered(request)
        except No as no:
            response = Response(status=no.status, body=outcome_text(no.code, no.says), headers=_JSON)
        await send_whole(send, response)

    def _answered(self, request: Request) -> Response:
        parts = [part for part in request.path.split("/") if part]
        match request.method, parts:
            case "GET", ["metadata"]:
                return _sent(HTTPStatus.OK, self._statement())
            case "POST", []:
                return _sent(HTTPStatus.OK, self._transacted(_resource(request)))
            case "GET", [kind] if kind in SEARCHES:
                return _sent(HTTPStatus.OK, self._found(kind, request.query))
            case "GET", [kind, id] if kind in SEARCHES:
                return _one(HTTPStatus.OK, self._existing(kind, id))
            case "POST", [kind] if kind in SEARCHES:
                status, made = self._created(kind, _resource(request), request.headers.get("if-none-exist", ""))
                return _one(status, made, base=self.base)
            case "PUT", [kind, id] if kind in SEARCHES:
                return _one(
                    HTTPStatus.OK, self._updated(kind, id, _resource(request), request.headers.get("if-match", ""))
                )
        raise No(HTTPStatus.NOT_FOUND, "not-supported", f"{request.method} /{'/'.join(parts)} is not offered")

    def _statement(self) -> Resource:
        offered = [
            Offered(type=kind, interactions=_INTERACTIONS, search={**_EVERYWHERE, **own})
            for kind, own in SEARCHES.items()
        ]
        return capability_statement(
            offered, url=self.base, name="Plain", date="2026-01-01", version="4.0.1", token_url=""
        )

    def _existing(self, kind: str, id: str) -> Resource:
        if (found := self.store.get(kind, id)) is None:
            raise No(HTTPStatus.NOT_FOUND, "not-found", f"there is no {kind}/{id}")
        return found

    def _found(self, kind: str, query: str) -> Resource:
        search = _read(query, kind)
        found = [one for one in self.store.all(kind) if _fits(one, search)]
        for way in reversed(search.texts("_sort")):
            found.sort(key=lambda one: text_at(one, "start"), reverse=way.startswith("-"))
        page = found[: search.number("_count", USUAL_PAGE)]
        return searchset(page, base=self.base, links={"self": f"{self.base}/{kind}?{query}"}, total=len(found))

    def _created(self, kind: str, resource: Resource, unless: str) -> tuple[HTTPStatus, Resource]:
        """The new one; or, with a condition, the one that meets it (200), or a refusal where several do."""
        _checked(kind, resource)
        if unless:
            search = _read(unless, kind)
            there = [one for one in self.store.all(kind) if _fits(one, search)]
            if len(there) > 1:
                raise No(HTTPStatus.PRECONDITION_FAILED, "multiple-matches", f"{len(there)} {kind} match {unless}")
            if there:
                return HTTPStatus.OK, there[0]
        return HTTPStatus.CREATED, self.store.create({name: value for name, value in resource.items() if name != "id"})

    def _updated(self, kind: str, id: str, resource: Resource, version: str) -> Resource:
        _checked(kind, resource)
        if text_at(resource, "id") != id:
            raise No(HTTPStatus.BAD_REQUEST, "invalid", "the id in the body is not that of the address")
        if version and not matches(version, self._existing(kind, id)):
            raise No(HTTPStatus.PRECONDITION_FAILED, "conflict", f"{kind}/{id} was changed meanwhile")
        self._existing(kind, id)  # an id of the caller's own making is not taken
        return self.store.put(resource)

    def _transacted(self, bundle: Resource) -> Resource:
        """All of a transaction or nothing of it: whatever can be refused is looked at before anything is kept."""
        if text_at(bundle, "resourceType") != "Bundle" or text_at(bundle, "type") != "transaction":
            raise No(HTTPStatus.BAD_REQUEST, "invalid", "a Bundle of type transaction is needed")
        entries = elements_at(bundle, "entry")
        for entry in entries:
            self._looked_at(entry)
        known: dict[str, str] = {}
        done: dict[int, Resource] = {}
        created_first = sorted(enumerate(entries), key=lambda each: text_at(each[1], "request", "method") != "POST")
        for place, entry in created_first:
            status, written = self._carried_out(entry, known)
            known[text_at(entry, "fullUrl")] = reference_to(written)
            done[place] = {"status": str(int(status)), "location": reference_to(written)}
        self._joined(known)
        answered = [self._as_it_stands(done[place]) for place in range(len(entries))]
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": answered}

    def _looked_at(self, entry: Resource) -> None:
        method, url = text_at(entry, "request", "method"), text_at(entry, "request", "url")
        kind, _, id = url.partition("/")
        if kind not in SEARCHES or (method, bool(id)) not in {("POST", False), ("PUT", True)}:
            raise No(HTTPStatus.BAD_REQUEST, "not-supported", f"{method} {url} is not taken in a transaction")
        _checked(kind, element_at(entry, "resource"))
        version = text_at(entry, "request", "ifMatch")
        if method == "PUT":
            there = self._existing(kind, id)
            if version and not matches(version, there):
                raise No(HTTPStatus.PRECONDITION_FAILED, "conflict", f"{url} was changed meanwhile")

    def _carried_out(self, entry: Resource, known: Mapping[str, str]) -> tuple[HTTPStatus, Resource]:
        kind, _, id = text_at(entry, "request", "url").partition("/")
        resource = _resolved(element_at(entry, "resource"), known)
        if id:
            return HTTPStatus.OK, self._updated(kind, id, resource, "")
        return self._created(kind, resource, text_at(entry, "request", "ifNoneExist"))

    def _joined(self, known: Mapping[str, str]) -> None:
        """References to entries that came later are put right, too."""
        for place in list(known.values()):
            kind, _, id = place.partition("/")
            one = self._existing(kind, id)
            mended = _resolved(one, known)
            if mended != one:
                self.store.put(mended)

    def _as_it_stands(self, response: Resource) -> Resource:
        kind, _, id = text_at(response, "location").partition("/")
        resource = self._existing(kind, id)
        return {"resource": resource, "response": {**response, "etag": etag(resource)}}


def _read(query: str, kind: str) -> Search:
    try:
        return read_search(query, {**_EVERYWHERE, **SEARCHES[kind]})
    except NotSearchable as fault:
        raise No(HTTPStatus.BAD_REQUEST, "not-supported", str(fault)) from None


def _fits(one: Resource, search: Search) -> bool:
    return all(_meets(one, name, search) for name in search.values if name not in {"_count", "_sort"})


def _meets(one: Resource, name: str, search: Search) -> bool:
    match name:
        case "_id":
            return text_at(one, "id") in search.texts(name)
        case "identifier":
            held = [(text_at(each, "system"), text_at(each, "value")) for each in elements_at(one, "identifier")]
            return any_fits(search.tokens(name), held)
        case "status":
            return any_fits(search.tokens(name), [("", text_at(one, "status"))])
        case "service-type":
            return any_fits(search.tokens(name), codings_of(one.get("serviceType")))
        case "schedule" | "appointment":
            return id_in(text_at(one, name, "reference"), name.capitalize()) in search.ids(name, name.capitalize())
        case "patient":
            actors = [text_at(each, "actor", "reference") for each in elements_at(one, "participant")]
            return any(f"Patient/{id}" in actors for id in search.ids(name, "Patient"))
        case "actor":
            return search.text(name) in [text_at(each, "reference") for each in elements_at(one, "actor")]
        case "birthdate":
            return text_at(one, "birthDate") == search.text(name).removeprefix("eq")
        case _:  # start of a slot, date of an appointment or of a schedule's horizon
            start = text_at(one, "start") or text_at(one, "planningHorizon", "start")
            return bool(start) and within(search.bounds(name), instant_of(start))


def _checked(kind: str, resource: Resource) -> None:
    """Raises: No for another type, and for what the standard itself demands of a slot and a visit (apt-2, apt-3)."""
    if text_at(resource, "resourceType") != kind:
        raise No(HTTPStatus.BAD_REQUEST, "invalid", f"a {kind} is needed")
    needed: Mapping[str, Sequence[str]] = {"Slot": ("start", "end", "status"), "Appointment": ("status",)}
    for name in needed.get(kind, ()):
        if not text_at(resource, name):
            raise No(HTTPStatus.UNPROCESSABLE_ENTITY, "required", f"{kind}.{name} is missing")
    for name in ("start", "end"):
        if text := text_at(resource, name):
            try:
                instant_of(text)
            except ValueError as fault:
                raise No(HTTPStatus.UNPROCESSABLE_ENTITY, "value", f"{kind}.{name}: {fault}") from None
    if kind == "Appointment" and bool(text_at(resource, "start")) != bool(text_at(resource, "end")):
        raise No(HTTPStatus.UNPROCESSABLE_ENTITY, "invariant", "either start and end are specified, or neither")
    if kind == "Appointment" and not elements_at(resource, "participant"):
        raise No(HTTPStatus.UNPROCESSABLE_ENTITY, "required", "Appointment.participant is missing")


def _resolved(resource: Resource, known: Mapping[str, str]) -> Resource:
    """The same with the references to a transaction's own entries put right."""
    text = json.dumps(resource)
    named = (one for one in known if one.startswith("urn:uuid:"))
    pattern = "|".join(re.escape(one) for one in named)
    if not pattern:
        return resource
    found: Resource = json.loads(re.sub(pattern, lambda met: known[met.group()], text))
    return found


def _resource(request: Request) -> Resource:
    if not request.headers.get("content-type", "").startswith(("application/fhir+json", "application/json")):
        raise No(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-supported", "application/fhir+json is needed")
    try:
        read = json.loads(request.body)
    except ValueError:
        raise No(HTTPStatus.BAD_REQUEST, "structure", "the body is no JSON") from None
    if not isinstance(read, dict):
        raise No(HTTPStatus.BAD_REQUEST, "structure", "one resource is needed")
    return read


def _one(status: HTTPStatus, resource: Resource, *, base: str = "") -> Response:
    place = {"location": f"{base}/{reference_to(resource)}"} if status is HTTPStatus.CREATED else {}
    return Response(status=status, body=json.dumps(resource), headers={**_JSON, "etag": etag(resource), **place})


def _sent(status: HTTPStatus, resource: Resource) -> Response:
    return Response(status=status, body=json.dumps(resource), headers=_JSON)
