"""A resource as a server sent it, read with checks: what is not as FHIR promises is told by its place, never guessed.

The text of a fault is for a clinic's IT person: which resource, which field, what was found, and no patient in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from frontdesk.domain.time import Period
from frontdesk.ports.faults import Refused
from frontdesk.standards.fhir_scheduling.times import Moment, Unclear, read_instant, read_moment

Resource = Mapping[str, object]
"""A resource as JSON; what we do not know in it stays in it."""
T = TypeVar("T")

DATA_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_PLAIN_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}")
_PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,30}")


class Unreadable(Refused):
    """A resource holds something we do not understand, or lacks what it must have. `row` and `place` say where."""

    def __init__(self, row: str, place: str, says: str) -> None:
        super().__init__(f"{row}: {place} {says}.")
        self.row = row
        self.place = place


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A resource, or a part of one; `path` is the part's place, such as "participant[0]."."""

    row: str
    path: str = ""
    fields: Resource = field(repr=False)

    @staticmethod
    def of(raw: object, type: str) -> "Node":
        """A resource of a type, with its id. Raises: Unreadable."""
        if not isinstance(raw, dict):
            raise Unreadable(type, "the resource", f"is {kind_of(raw)}, and fields were wanted")
        found = raw.get("resourceType")
        if found != type:
            raise Unreadable(type, "resourceType", f"is {_shown(found)}, and {type} was wanted")
        id = raw.get("id")
        if not isinstance(id, str) or not id:
            raise Unreadable(type, "id", "is missing: without it nothing can be done with this resource")
        return Node(row=f"{type}/{id}" if _PLAIN_ID.fullmatch(id) else f"{type} with a strange id", fields=raw)

    def has(self, key: str) -> bool:
        """Whether the field is there and holds something."""
        return self.fields.get(key) not in (None, "", [], {})

    def text(self, key: str) -> str:
        """The text of a field that must be there."""
        value = self.fields.get(key)
        if not isinstance(value, str) or not value:
            raise self._unlike(key, "text")
        return value

    def text_or_none(self, key: str) -> str:
        """The text of a field; "" where there is none."""
        return self.text(key) if self.has(key) else ""

    def whole(self, key: str) -> int | None:
        """A whole number from 0 up; None where there is none."""
        if not self.has(key):
            return None
        value = self.fields[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._unlike(key, "a whole number")
        return value

    def yes(self, key: str) -> bool | None:
        """A yes or no; None where nothing is said."""
        value = self.fields.get(key)
        if value is not None and not isinstance(value, bool):
            raise self._unlike(key, "true or false")
        return value

    def word(self, key: str, words: Mapping[str, T]) -> T:
        """What a word stands for; one that is not in the table is reported."""
        value = self.text(key)
        if value not in words:
            raise self.unreadable(key, f"is {_shown(value)}; the words known are {', '.join(words)}")
        return words[value]

    def instant(self, key: str) -> datetime:
        """The UTC instant of a field."""
        return self._timed(key, read_instant)

    def moment(self, key: str) -> Moment | None:
        """A date or dateTime, as exact as it is; None where there is none."""
        return self._timed(key, read_moment) if self.has(key) else None

    def period(self) -> Period:
        """The time from `start` to `end`."""
        start, end = self.instant("start"), self.instant("end")
        if start >= end:
            raise self.unreadable("end", "does not come after start")
        return Period(start=start, end=end)

    def node(self, key: str) -> "Node | None":
        """A part with fields of its own; None where there is none."""
        return self._part(key, key, self.fields[key]) if self.has(key) else None

    def nodes(self, key: str) -> "list[Node]":
        """The parts of a list; [] where there is none."""
        if not self.has(key):
            return []
        value = self.fields[key]
        if not isinstance(value, list):
            raise self._unlike(key, "a list")
        return [self._part(key, f"{key}[{place}]", one) for place, one in enumerate(value)]

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list; () where there is none. A null keeps the place of an extension, and is left out."""
        if not self.has(key):
            return ()
        value = self.fields[key]
        if not isinstance(value, list) or any(not isinstance(one, str | None) for one in value):
            raise self._unlike(key, "a list of texts")
        return tuple(one for one in value if one)

    def extensions(self, url: str) -> "Iterator[Node]":
        """The extensions that a URL names."""
        return (one for one in self.nodes("extension") if one.fields.get("url") == url)

    def unreadable(self, key: str, says: str) -> Unreadable:
        """The fault of a field; `says` goes after its name."""
        return Unreadable(self.row, self.path + key, says)

    def _unlike(self, key: str, wanted: str) -> Unreadable:
        """The fault of a field that holds something else; one that the server withholds is told so."""
        if key in self.fields:
            return self.unreadable(key, f"is {kind_of(self.fields[key])}, and {wanted} was wanted")
        reason = _absent(self.fields.get(f"_{key}"))
        return self.unreadable(key, f"is withheld by the server ({reason})" if reason else "is missing")

    def _timed(self, key: str, read: Callable[[str], T]) -> T:
        text = self.text(key)
        try:
            return read(text)
        except Unclear as why:
            raise self.unreadable(key, str(why)) from None

    def _part(self, key: str, place: str, value: object) -> "Node":
        if not isinstance(value, dict):
            raise self.unreadable(key, f"holds {kind_of(value)}, and fields were wanted")
        return Node(row=self.row, path=f"{self.path}{place}.", fields=value)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadAll(Generic[T]):
    """What could be read of many, and why the others could not: one bad row does not hide the rest."""

    found: tuple[T, ...]
    faults: tuple[Unreadable, ...]


def read_all(resources: Iterable[Resource], read: Callable[[object], T]) -> ReadAll[T]:
    """Each resource as a value, or its fault."""
    found: list[T] = []
    faults: list[Unreadable] = []
    for resource in resources:
        try:
            found.append(read(resource))
        except Unreadable as why:
            faults.append(why)
    return ReadAll(found=tuple(found), faults=tuple(faults))


def version_of(node: Node) -> str:
    """meta.versionId, an opaque text by which a later change is locked; "" where the server gives none."""
    meta = node.node("meta")
    return "" if meta is None else meta.text_or_none("versionId")


def changed(resource: Resource, values: Mapping[str, object]) -> dict[str, object]:
    """The same resource with some fields replaced, or removed where the value is None; all else stays as it came.

    What an extension said of a replaced value (`_start` beside `start`) goes with that value.
    """
    gone = {*values, *(f"_{name}" for name in values)}
    kept = {name: value for name, value in resource.items() if name not in gone}
    return kept | filled(values)


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that hold something: FHIR knows no nulls, no empty texts and no empty lists."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], (), {})}


def kind_of(value: object) -> str:
    """What a value is, without showing it: it may be a patient's."""
    match value:
        case None | "":
            return "empty"
        case bool():
            return "a yes or no"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return f"a list of {len(value)}"
        case _:
            return "a group of fields"


def _shown(value: object) -> str:
    if isinstance(value, str) and _PLAIN_WORD.fullmatch(value):
        return f'"{value}"'
    return f"a text of {len(value)} letters" if isinstance(value, str) else kind_of(value)


def _absent(beside: object) -> str:
    """The code of data-absent-reason in what stands beside a primitive; "" where there is none."""
    extensions = beside.get("extension") if isinstance(beside, dict) else None
    for one in extensions if isinstance(extensions, list) else ():
        if isinstance(one, dict) and one.get("url") == DATA_ABSENT:
            return str(one.get("valueCode", "no reason given"))
    return ""
