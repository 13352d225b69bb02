"""FHIR's JSON as a simulated server holds it: resources, and how a text, a list or a reference is taken out of one."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeGuard

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]
Resource = Mapping[str, Json]
"""One resource, or one element that has parts, as it travels."""

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


_MAPPING, _SEQUENCE = (dict, Mapping), (list, Sequence)
"""A dictionary or a list is known for one at once; asking the abstract class takes several times as long."""


def part(value: Json, *path: str | int) -> Json:
    """What stands at a path of names and places in lists; None where there is nothing."""
    for step in path:
        if isinstance(step, str) and isinstance(value, _MAPPING):
            value = value.get(step)
        elif isinstance(step, int) and _is_list(value) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def text_at(value: Json, *path: str | int) -> str:
    """The text at a path; "" where there is none."""
    found = part(value, *path)
    return found if isinstance(found, str) else ""


def element_at(value: Json, *path: str | int) -> Resource:
    """The element at a path; {} where there is none."""
    found = part(value, *path)
    return found if isinstance(found, _MAPPING) else {}


def elements_at(value: Json, *path: str | int) -> list[Resource]:
    """The elements of the list at a path; [] where there is none."""
    found = part(value, *path)
    return [one for one in found if isinstance(one, _MAPPING)] if _is_list(found) else []


def texts_at(value: Json, *path: str | int) -> list[str]:
    """The texts of the list at a path; [] where there is none."""
    found = part(value, *path)
    return [one for one in found if isinstance(one, str)] if _is_list(found) else []


def identity(resource: Resource) -> tuple[str, str]:
    """A resource's type and id; "" for what it lacks."""
    kind, id = resource.get("resourceType"), resource.get("id")
    return kind if isinstance(kind, str) else "", id if isinstance(id, str) else ""


def reference_to(resource: Resource) -> str:
    """The relative reference to a resource, like "Patient/7"."""
    return "/".join(identity(resource))


def id_in(reference: str, kind: str) -> str:
    """The id in a reference to this type, relative or absolute or the bare id; "" where it refers to another type."""
    parts = reference.split("/")
    if len(parts) == 1:
        return reference
    return parts[-1] if parts[-2] == kind else ""


def instant_of(text: str) -> datetime:
    """An instant, in UTC. Raises: ValueError where seconds or the offset are missing."""
    if not INSTANT.fullmatch(text):
        raise ValueError("an instant needs seconds and an offset or Z")
    return datetime.fromisoformat(text).astimezone(UTC)


def as_instant(when: datetime) -> str:
    """An instant as FHIR writes it, in UTC with a Z."""
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def without(resource: Resource, *names: str) -> Resource:
    """The resource less these of its elements."""
    return {name: value for name, value in resource.items() if name not in names}


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, _SEQUENCE) and not isinstance(value, str)
