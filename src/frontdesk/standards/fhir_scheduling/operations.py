"""The Parameters that `$find` and `$book` take: each value in the type that the server wants it in."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from frontdesk.domain.faults import Impossible
from frontdesk.standards.fhir_scheduling.dialect import Parameter, Takes
from frontdesk.standards.fhir_scheduling.reading import Resource
from frontdesk.standards.fhir_scheduling.times import instant_text
from frontdesk.standards.fhir_scheduling.values import Coding, Reference

Given = datetime | Reference | Coding | Resource | str


def given(parameter: Parameter | None, values: Sequence[Given]) -> list[dict[str, object]]:
    """A parameter once for each value; nothing where the server knows no such parameter.

    Raises: Impossible (a value does not fit the type that the dialect names).
    """
    return [] if parameter is None else [{"name": parameter.name, **_typed(parameter, value)} for value in values]


def parameters(sent: Iterable[dict[str, object]]) -> dict[str, object]:
    """The resource that carries them."""
    return {"resourceType": "Parameters", "parameter": list(sent)}


def _typed(parameter: Parameter, value: Given) -> dict[str, object]:
    match parameter.takes, value:
        case Takes.DATE_TIME, datetime():
            return {"valueDateTime": instant_text(value)}
        case Takes.CONCEPT, Coding():
            return {"valueCodeableConcept": {"coding": [value.as_json()]}}
        case Takes.TOKEN, Coding():
            return {"valueString": value.token}
        case Takes.REFERENCE, Reference():
            return {"valueReference": value.as_json()}
        case Takes.URI, Reference():
            return {"valueUri": value.written}
        case Takes.IDENTIFIER, Reference():
            return {"valueIdentifier": {"value": value.id}}
        case Takes.TEXT, str():
            return {"valueString": value}
        case Takes.RESOURCE, Reference():
            return {"resource": {"resourceType": value.type, "id": value.id}}
        case Takes.RESOURCE, dict():
            return {"resource": value}
        case _:
            raise Impossible(f"Dialect: {parameter.name} takes {parameter.takes.value}, which this value cannot be")
