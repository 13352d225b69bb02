"""FHIR's JSON written as FHIR's XML, for whoever forgets to ask for JSON."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from frontdesk.standards.simulating.fhir_values import Json, Resource

TYPE = "application/fhir+xml"


def as_xml(resource: Resource) -> str:
    """The resource. Guess [xml-without-accept]: Epic answers XML unless JSON is asked for.

    Elements stand in the order that they have in JSON.
    """
    return f'<?xml version="1.0" encoding="utf-8"?>{_resource(resource, namespace=True)}'


def _resource(resource: Resource, *, namespace: bool = False) -> str:
    kind = str(resource.get("resourceType"))
    inside = "".join(_element(name, value) for name, value in resource.items() if name != "resourceType")
    named = f'{kind} xmlns="http://hl7.org/fhir"' if namespace else kind
    return f"<{named}>{inside}</{kind}>"


def _element(name: str, value: Json) -> str:
    if isinstance(value, Mapping):
        if "resourceType" in value:
            return f"<{name}>{_resource(value)}</{name}>"
        return f"<{name}>{''.join(_element(inner, held) for inner, held in value.items())}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, one) for one in value)
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name} value={quoteattr(written)}/>"
