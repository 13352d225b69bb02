"""What FHIR's resources are made of: codes, identifiers, and references from one resource to another."""

import re
from dataclasses import dataclass

from frontdesk.standards.fhir_scheduling.reading import Node, filled

_REFERENCE = re.compile(
    r"(?:(?P<base>https?://[^?#]+)/)?(?P<type>[A-Z][A-Za-z]{2,60})/(?P<id>[A-Za-z0-9.\-]{1,256})(?:/_history/[^/]+)?"
)
_SEPARATES = re.compile(r"([\\,|$])")


@dataclass(frozen=True, kw_only=True, slots=True)
class Identifier:
    """A number that somebody gave. `kind` is its code of v2-0203, such as MR or MB; any part may be ""."""

    system: str = ""
    value: str
    kind: str = ""

    @property
    def token(self) -> str:
        """As a search compares it: system|value, or the value alone."""
        return token(self.system, self.value)

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        return filled({"system": self.system, "value": self.value})


@dataclass(frozen=True, kw_only=True, slots=True)
class Coding:
    """A code of a system of codes. `display` is for people."""

    system: str = ""
    code: str
    display: str = ""

    @property
    def token(self) -> str:
        """As a search compares it."""
        return token(self.system, self.code)

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        return filled({"system": self.system, "code": self.code, "display": self.display})


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept:
    """FHIR CodeableConcept: one meaning, in several codes and in words."""

    codings: tuple[Coding, ...] = ()
    text: str = ""

    @property
    def words(self) -> str:
        """What people call it; "" where nobody says."""
        return self.text or next((one.display for one in self.codings if one.display), "")

    def code_in(self, system: str) -> str:
        """Its code in a system; "" where it has none."""
        return next((one.code for one in self.codings if one.system == system), "")

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        return filled({"coding": [one.as_json() for one in self.codings], "text": self.text})


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Points at a resource, by type and id.

    `base` is the server that an absolute reference names, "" for the one that was asked. `contained` is an id inside
    the same resource. `other` is a reference in any other form (urn:uuid:...), as it was. With none of these it names
    by `identifier` or `display` alone.
    """

    type: str = ""
    id: str = ""
    base: str = ""
    contained: str = ""
    other: str = ""
    display: str = ""
    identifier: Identifier | None = None

    @property
    def path(self) -> str:
        """Type and id, such as "Slot/s10"; "" where it has none."""
        return f"{self.type}/{self.id}" if self.id else ""

    @property
    def written(self) -> str:
        """The text of `reference`, as it is written."""
        if self.id:
            return f"{self.base}/{self.path}" if self.base else self.path
        return f"#{self.contained}" if self.contained else self.other

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        identifier = self.identifier.as_json() if self.identifier else None
        return filled({"reference": self.written, "identifier": identifier, "display": self.display})


def to(type: str, id: str) -> Reference:
    """A reference to a resource of the server that is asked."""
    return Reference(type=type, id=id)


def token(system: str, code: str) -> str:
    """A code as a search compares it; what would separate values is escaped. Source: FHIR R4 search, 3.1.1.4.7."""
    return f"{_escaped(system)}|{_escaped(code)}" if system else _escaped(code)


def reference_text(text: str) -> Reference:
    """What the text of a reference points at."""
    found = _REFERENCE.fullmatch(text)
    if found:
        return Reference(type=found["type"], id=found["id"], base=found["base"] or "")
    return Reference(contained=text[1:]) if text.startswith("#") and len(text) > 1 else Reference(other=text)


def read_reference(node: Node) -> Reference:
    """One reference. Raises: Unreadable."""
    plain = reference_text(node.text_or_none("reference"))
    within = node.node("identifier")
    return Reference(
        type=plain.type,
        id=plain.id,
        base=plain.base,
        contained=plain.contained,
        other=plain.other,
        display=node.text_or_none("display"),
        identifier=_identifier(within) if within else None,
    )


def references(node: Node, key: str) -> tuple[Reference, ...]:
    """The references of a list."""
    return tuple(read_reference(one) for one in node.nodes(key))


def read_concept(node: Node) -> Concept:
    """One CodeableConcept. A code that is withheld (Oracle's data-absent-reason) is left out."""
    codings = tuple(
        Coding(system=one.text_or_none("system"), code=one.text("code"), display=one.text_or_none("display"))
        for one in node.nodes("coding")
        if one.has("code")
    )
    return Concept(codings=codings, text=node.text_or_none("text"))


def concepts(node: Node, key: str) -> tuple[Concept, ...]:
    """The CodeableConcepts of a list."""
    return tuple(read_concept(one) for one in node.nodes(key))


def concept(node: Node, key: str) -> Concept | None:
    """A CodeableConcept; None where there is none."""
    found = node.node(key)
    return None if found is None else read_concept(found)


def identifiers(node: Node) -> tuple[Identifier, ...]:
    """The identifiers that have a value: some servers send none, only who assigned it."""
    found = (_identifier(one) for one in node.nodes("identifier"))
    return tuple(one for one in found if one is not None)


def _identifier(node: Node) -> Identifier | None:
    if not node.has("value"):
        return None
    kind = concept(node, "type")
    codings = kind.codings if kind else ()
    return Identifier(
        system=node.text_or_none("system"), value=node.text("value"), kind=codings[0].code if codings else ""
    )


def _escaped(text: str) -> str:
    return _SEPARATES.sub(r"\\\1", text)
