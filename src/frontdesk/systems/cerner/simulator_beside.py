"""Beside the visit: insurance, and documents that are handed in."""

import base64
import binascii
from xml.etree import ElementTree

from frontdesk.standards.simulating.fhir_search import Kind, Parameter
from frontdesk.standards.simulating.fhir_values import (
    Json,
    Resource,
    element_at,
    elements_at,
    id_in,
    instant_of,
    text_at,
)
from frontdesk.standards.simulating.refusals import guess
from frontdesk.systems.cerner.simulator_calls import Answer, Asked, Call, Created, Listed, creating, searching
from frontdesk.systems.cerner.simulator_domain import Domain
from frontdesk.systems.cerner.simulator_fields import (
    a_text,
    check_kind,
    check_names,
    check_rules,
    only_one,
    reference,
    required,
)
from frontdesk.systems.cerner.simulator_patients import living_id
from frontdesk.systems.cerner.simulator_refusals import broken_rule, no_parameters, stands_in_the_way
from frontdesk.systems.cerner.simulator_world import EXTENSION

LOINC = "http://loinc.org"
COVERAGE = (
    *("resourceType", "status", "subscriber", "subscriberId", "beneficiary", "dependent", "relationship"),
    *("period", "payor", "class", "extension"),
)
DOCUMENT = ("resourceType", "status", "docStatus", "type", "subject", "author", "content", "context")
TYPES = ("application/pdf", "text/plain", "text/rtf", "text/html", "application/xml", "application/xhtml+xml")


def coverages(domain: Domain, asked: Asked) -> Answer:
    """The insurance of a patient. Documented [coverage-by-patient]."""
    if "patient" not in asked.search:
        raise no_parameters()
    ids = asked.search.ids("patient", "Patient")
    rows = domain.store.all("Coverage")
    return Listed(matches=[one for one in rows if id_in(text_at(one, "beneficiary", "reference"), "Patient") in ids])


def insure(domain: Domain, asked: Asked) -> Answer:
    """A patient's insurance. Documented [coverage-fields]; of a patient, since visits have no encounters here."""
    body = asked.body
    check_kind(body, "Coverage")
    check_rules(body)
    check_names(body, COVERAGE, "")
    if required(body, "status", "Coverage") != "active":
        raise broken_rule("coverage-fields", "status is active")
    for one in elements_at(body, "extension"):
        if one.get("url") == f"{EXTENSION}/coverage-encounter":
            raise guess("not-simulated", 501, "coverage of an encounter is published, and not simulated")
        raise broken_rule("coverage-fields", "this extension is not supported")
    subscriber = living_id(domain, reference(body, "subscriber", "Patient", "Coverage"))
    beneficiary = living_id(domain, reference(body, "beneficiary", "Patient", "Coverage"))
    payors = elements_at(body, "payor")
    if not payors:
        raise broken_rule("required-fields", "Coverage.payor is required")
    payor = reference({"payor": payors[0]}, "payor", "Organization", "Coverage")
    if domain.store.get("Organization", payor) is None:
        raise stands_in_the_way("unknown-reference", "there is no such organization")
    if "period" in body:
        _both_ends(body)
    for one in elements_at(body, "class"):
        if text_at(one, "type", "coding", 0, "code") not in ("plan", "group"):
            raise broken_rule("coverage-fields", "class.type is plan or group")
        a_text(required(one, "value", "class"), "class.value")
    # Documented [coverage-ids]: number, beneficiary and subscriber.
    return Created(resource=domain.store.put({**body, "id": f"{domain.store.new_id()}-{beneficiary}-{subscriber}"}))


def file_document(domain: Domain, asked: Asked) -> Answer:
    """A document in a patient's chart. Documented [document-fields]."""
    body = asked.body
    check_kind(body, "DocumentReference")
    check_rules(body)
    check_names(body, DOCUMENT, "")
    if required(body, "status", "DocumentReference") != "current":
        raise broken_rule("document-fields", "status is current")
    if required(body, "docStatus", "DocumentReference") not in ("final", "amended"):
        raise broken_rule("document-fields", "docStatus is final or amended")
    _check_document_type(body)
    living_id(domain, reference(body, "subject", "Patient", "DocumentReference"))
    for one in elements_at(body, "author"):
        author = reference({"author": one}, "author", "Practitioner", "DocumentReference")
        if domain.store.get("Practitioner", author) is None:
            raise stands_in_the_way("unknown-reference", "there is no such practitioner")
    _check_attachment(only_one(body, "content", "DocumentReference"))
    try:
        instant_of(text_at(body, "context", "period", "end"))
    except ValueError:
        raise broken_rule("document-fields", "context.period.end is required, with a time") from None
    if "encounter" in element_at(body, "context"):
        raise guess("not-simulated", 501, "encounters are published, and not simulated")
    return Created(resource=domain.store.create(body))


def _check_document_type(body: Resource) -> None:
    """Documented [document-type]: LOINC codings, or one proprietary coding, never both."""
    required(body, "type", "DocumentReference")
    systems = [text_at(one, "system") for one in elements_at(body, "type", "coding")]
    standard = [one for one in systems if one == LOINC]
    if not systems or (standard and len(standard) != len(systems)) or (not standard and len(systems) > 1):
        raise broken_rule("document-type", "type holds codings of LOINC, or one proprietary coding")


def _check_attachment(content: Resource) -> None:
    """Documented [document-types]: text with its charset, in base64. Documented [xhtml-well-formed]."""
    kind = a_text(required(_element(content, "attachment"), "contentType", "attachment"), "contentType")
    name, _, charset = kind.replace(" ", "").partition(";")
    if name not in TYPES or (name != "application/pdf" and not charset.startswith("charset=")):
        raise broken_rule("document-types", f"contentType is one of {', '.join(TYPES)}, text with its charset")
    sent = a_text(required(_element(content, "attachment"), "data", "attachment"), "attachment.data")
    try:
        held = base64.b64decode(sent, validate=True)
    except binascii.Error:
        raise broken_rule("document-types", "attachment.data is base64") from None
    if name == "application/xhtml+xml":
        try:
            ElementTree.fromstring(held)
        except ElementTree.ParseError:
            raise broken_rule("xhtml-well-formed", "the document is not well-formed") from None


def _both_ends(body: Resource) -> None:
    """Documented [coverage-period]: both ends, with a time."""
    for edge in ("start", "end"):
        try:
            instant_of(text_at(body, "period", edge))
        except ValueError:
            raise broken_rule("coverage-period", f"period.{edge} has a day and a time") from None


def _element(content: Resource, name: str) -> Resource:
    found: Json = content.get(name)
    if not isinstance(found, dict):
        raise broken_rule("required-fields", f"content.{name} is required")
    return found


CALLS: tuple[Call, ...] = (
    searching("Coverage", coverages, {"patient": Parameter(kind=Kind.REFERENCE, target="Patient")}),
    creating("Coverage", insure),
    creating("DocumentReference", file_document),
)
