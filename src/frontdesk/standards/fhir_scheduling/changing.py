"""Changes asked for one by one or as one: create, update, patch, and a transaction in which all or nothing is done.

Source: FHIR R4 http.html (conditional create, version-aware updates, transactions); RFC 6902 for JSON Patch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.asking import Ask, Does, Said, etag, version_in
from frontdesk.standards.fhir_scheduling.outcomes import Trouble, trouble
from frontdesk.standards.fhir_scheduling.reading import Node, Resource, Unreadable, filled, version_of
from frontdesk.standards.fhir_scheduling.values import Identifier, Reference, reference_text, to

WHOLE = {"Prefer": "return=representation"}
"""Asks for the resource as it is now; some servers send an empty body all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of a transaction: a new resource (`only_if_none` has this identifier), or one in a known version."""

    resource: Resource = field(repr=False)
    version: str | None = None
    only_if_none: Identifier | None = None

    def as_entry(self) -> dict[str, object]:
        """The entry of a transaction Bundle. Raises: Impossible (the version is not known, or the id is not)."""
        type = str(self.resource["resourceType"])
        if self.version is None:
            query = None if self.only_if_none is None else _by_identifier(self.only_if_none)
            request = filled({"method": "POST", "url": type, "ifNoneExist": query})
        else:
            request = {"method": "PUT", "url": to(type, _id(self.resource)).path, "ifMatch": etag(self.version)}
        return {"resource": self.resource, "request": request}


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What was written: where it is, in which version, and the resource where the server sent it.

    `created` False: it was there already, or was changed.
    """

    at: Reference
    version: str
    created: bool
    resource: Resource | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Partly:
    """A server that did one part of a transaction and not another, against FHIR's rule: a person must look."""

    done: tuple[Written, ...]
    troubles: tuple[Trouble, ...]


def create(resource: Resource, *, only_if_none: Identifier | None = None) -> Ask:
    """Create a resource; with `only_if_none`, only where none has that identifier; else that one is told."""
    condition = {} if only_if_none is None else {"If-None-Exist": _by_identifier(only_if_none)}
    return Ask(
        method="POST",
        path=f"/{resource['resourceType']}",
        does=Does.ACTS,
        headers={**WHOLE, **condition},
        body=resource,
    )


def update(resource: Resource, version: str) -> Ask:
    """Replace a resource that nobody has changed since this version. Raises: Impossible (no version, no id)."""
    return Ask(
        method="PUT",
        path=f"/{resource['resourceType']}/{{id}}",
        ids={"id": _id(resource)},
        does=Does.ACTS,
        headers={**WHOLE, "If-Match": etag(version)},
        body=resource,
    )


def patch(reference: Reference, version: str, steps: Sequence[Resource]) -> Ask:
    """Change parts of a resource that nobody has changed since this version, by JSON Patch.

    Raises: Impossible (no version, nothing to change).
    """
    if not steps:
        raise Impossible("FHIR: a patch without a step changes nothing")
    return Ask(
        method="PATCH",
        path=f"/{reference.type}/{{id}}",
        ids={"id": reference.id},
        does=Does.ACTS,
        headers={**WHOLE, "If-Match": etag(version)},
        body=tuple(steps),
    )


def transaction(changes: Sequence[Change]) -> Ask:
    """Make several changes as one: all are done, or none is."""
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [one.as_entry() for one in changes]}
    return Ask(method="POST", path="/", does=Does.ACTS, headers=WHOLE, body=bundle)


def replace_step(path: str, value: object) -> Resource:
    """A step of JSON Patch that puts a value in the place of another."""
    return {"op": "replace", "path": path, "value": value}


def add_step(path: str, value: object) -> Resource:
    """A step that adds a value, or puts it in the place of the one that is there."""
    return {"op": "add", "path": path, "value": value}


def read_written(said: Said, type: str) -> Written | Trouble:
    """What became of one create, update or patch. Raises: Unreadable (it worked, and nothing says where it is)."""
    wrong = trouble(said)
    if wrong is not None:
        return wrong
    resource = said.body if isinstance(said.body, dict) and said.body.get("resourceType") == type else None
    location = said.headers.get("location") or said.headers.get("content-location", "")
    return _written(type, resource, location, version_in(said.headers.get("etag", "")), created=said.status == 201)


def read_transaction(ask: Ask, said: Said) -> tuple[Written, ...] | Trouble | Partly:
    """What became of each change that a transaction asked for, in their order.

    Raises: Unreadable (it worked, and the answer does not tell what became of each).
    """
    wrong = trouble(said)
    if wrong is not None:
        return wrong
    body = said.body if isinstance(said.body, dict) else {}
    node = Node(row="the transaction", fields=body)
    entries = node.nodes("entry")
    types = _types_in(ask)
    if body.get("type") != "transaction-response" or len(entries) != len(types):
        raise node.unreadable("entry", f"is {len(entries)} answers to {len(types)} changes")
    read = [_entry(entry, type) for entry, type in zip(entries, types, strict=True)]
    done = tuple(one for one in read if isinstance(one, Written))
    troubles = tuple(one for one in read if isinstance(one, Trouble))
    return Partly(done=done, troubles=troubles) if troubles else done


def is_transaction(ask: Ask) -> bool:
    """Whether several changes are asked for as one."""
    return isinstance(ask.body, Mapping) and ask.body.get("resourceType") == "Bundle"


def _types_in(ask: Ask) -> list[str]:
    """The type of each resource that a transaction writes."""
    asked = Node(row="the transaction", fields=ask.body if isinstance(ask.body, Mapping) else {})
    resources = (entry.node("resource") for entry in asked.nodes("entry"))
    return [one.text("resourceType") for one in resources if one is not None]


def _entry(entry: Node, type: str) -> Written | Trouble:
    response = entry.node("response")
    if response is None:
        raise entry.unreadable("response", "is empty")
    word = response.text("status")[:3]  # "201 Created"
    if not word.isdecimal():
        raise response.unreadable("status", "does not begin with a status of HTTP")
    wrong = trouble(Said(status=int(word), body=response.fields.get("outcome")))
    if wrong is not None:
        return wrong
    resource = entry.node("resource")
    fields = resource.fields if resource and resource.fields.get("resourceType") == type else None
    version = version_in(response.text_or_none("etag"))
    return _written(type, fields, response.text_or_none("location"), version, created=word == "201")


def _written(type: str, resource: Resource | None, location: str, version: str, *, created: bool) -> Written:
    at = reference_text(location)
    if resource is not None:
        node = Node.of(resource, type)
        at, version = to(type, node.text("id")), version or version_of(node)
    if at.type != type or not at.id:
        raise Unreadable(type, "Location", f"is missing: the server wrote a {type} and does not say which")
    return Written(at=to(type, at.id), version=version, created=created, resource=resource)


def _by_identifier(identifier: Identifier) -> str:
    """The condition as the query of a search, in letters that a header can carry."""
    return f"identifier={quote(identifier.token, safe=':/|')}"


def _id(resource: Resource) -> str:
    id = resource.get("id")
    if not isinstance(id, str) or not id:
        raise Impossible("FHIR: a resource that is to be replaced has an id")
    return id
