"""Patient, Practitioner and PractitionerRole, as far as a front desk reads and writes them.

Source: FHIR R4, and US Core's shape of a Patient.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from frontdesk.standards.fhir_scheduling.reading import Node, Resource, changed, filled, version_of
from frontdesk.standards.fhir_scheduling.times import Moment
from frontdesk.standards.fhir_scheduling.values import (
    Concept,
    Identifier,
    Reference,
    concepts,
    identifiers,
    read_reference,
    references,
)

_US_NUMBER = re.compile(r"\+1([2-9][0-9]{2})([2-9][0-9]{2})([0-9]{4})")
_NAMES_IN_ORDER = ("official", "usual", "", "temp", "nickname", "anonymous", "maiden", "old")


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """A name. `use` is FHIR's word, such as official or maiden."""

    family: str = ""
    given: tuple[str, ...] = ()
    text: str = ""
    use: str = ""

    @property
    def words(self) -> str:
        """As people say it."""
        return self.text or " ".join((*self.given, self.family)).strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A phone number or e-mail address. `system` is phone, email, sms and the like; `use` home, work, mobile, old."""

    system: str = ""
    value: str
    use: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        return filled({"system": self.system, "value": self.value, "use": self.use})


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A postal address."""

    lines: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    text: str = ""
    use: str = ""

    def as_json(self) -> dict[str, object]:
        """As it is written."""
        parts = {"use": self.use, "text": self.text, "line": list(self.lines), "city": self.city}
        return filled(
            {**parts, "state": self.state, "postalCode": self.postal_code, "country": self.country},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """A person's chart. `born` may be a year or a month only. `replaced_by`: the chart that this one was merged into.

    `active` False, `deceased` and `replaced_by` are three reasons not to book on it.
    """

    id: str
    version: str
    active: bool
    names: tuple[Name, ...] = field(repr=False)
    contacts: tuple[Contact, ...] = field(default=(), repr=False)
    born: Moment | None = field(default=None, repr=False)
    gender: str = field(default="", repr=False)
    addresses: tuple[Address, ...] = field(default=(), repr=False)
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    languages: tuple[str, ...] = ()
    deceased: bool = False
    replaced_by: Reference | None = None
    source: Resource = field(repr=False)

    @property
    def name(self) -> Name | None:
        """The name to go by: the official one where there is one, never one that is old while another is there."""
        uses = {use: place for place, use in enumerate(_NAMES_IN_ORDER)}
        return min(self.names, key=lambda one: uses.get(one.use, len(uses)), default=None)

    def identifier_in(self, system: str) -> str:
        """The number that a system gave; "" where it gave none."""
        return next((one.value for one in self.identifiers if one.system == system), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Practitioner:
    """Somebody who treats patients."""

    id: str
    active: bool
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...] = ()
    source: Resource = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PractitionerRole:
    """What somebody does, and where."""

    id: str
    active: bool
    practitioner: Reference | None
    organization: Reference | None
    locations: tuple[Reference, ...] = ()
    services: tuple[Reference, ...] = ()
    roles: tuple[Concept, ...] = ()
    specialties: tuple[Concept, ...] = ()
    source: Resource = field(repr=False)


def read_patient(raw: object) -> Patient:
    """A Patient. Raises: Unreadable (no id, a birth date that is none)."""
    node = Node.of(raw, "Patient")
    deceased = node.yes("deceasedBoolean") is True or node.has("deceasedDateTime")
    spoken = [one.node("language") for one in node.nodes("communication")]
    codes = [code for one in spoken if one for code in (coding.text_or_none("code") for coding in one.nodes("coding"))]
    merged = (one.node("other") for one in node.nodes("link") if one.fields.get("type") == "replaced-by")
    return Patient(
        id=node.text("id"),
        version=version_of(node),
        active=node.yes("active") is not False,
        names=_names(node),
        contacts=contacts(node),
        born=node.moment("birthDate"),
        gender=node.text_or_none("gender"),
        addresses=tuple(address(one) for one in node.nodes("address")),
        identifiers=identifiers(node),
        languages=tuple(filter(None, codes)),
        deceased=deceased,
        replaced_by=next((read_reference(one) for one in merged if one), None),
        source=node.fields,
    )


def read_practitioner(raw: object) -> Practitioner:
    """A Practitioner. Raises: Unreadable."""
    node = Node.of(raw, "Practitioner")
    return Practitioner(
        id=node.text("id"),
        active=node.yes("active") is not False,
        names=_names(node),
        identifiers=identifiers(node),
        source=node.fields,
    )


def read_practitioner_role(raw: object) -> PractitionerRole:
    """A PractitionerRole. Raises: Unreadable."""
    node = Node.of(raw, "PractitionerRole")
    practitioner, organization = node.node("practitioner"), node.node("organization")
    return PractitionerRole(
        id=node.text("id"),
        active=node.yes("active") is not False,
        practitioner=read_reference(practitioner) if practitioner else None,
        organization=read_reference(organization) if organization else None,
        locations=references(node, "location"),
        services=references(node, "healthcareService"),
        roles=concepts(node, "code"),
        specialties=concepts(node, "specialty"),
        source=node.fields,
    )


def new_patient(
    *,
    family: str,
    given: Sequence[str],
    born: date | None = None,
    gender: str = "",
    contacts: Sequence[Contact] = (),
    addresses: Sequence[Address] = (),
    identifiers: Sequence[Identifier] = (),
    language: str = "",
) -> dict[str, object]:
    """A Patient to be created."""
    spoken = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]}}
    return filled(
        {
            "resourceType": "Patient",
            "identifier": [one.as_json() for one in identifiers],
            "name": [filled({"use": "official", "family": family, "given": list(given)})],
            "telecom": [one.as_json() for one in contacts],
            "gender": gender,
            "birthDate": born.isoformat() if born else None,
            "address": [one.as_json() for one in addresses],
            "communication": [spoken] if language else [],
        }
    )


def reached_at(patient: Patient, contact: Contact) -> dict[str, object]:
    """The resource with a new phone number or address of its kind and use; every other one stays as it was."""
    kept = patient.source.get("telecom")
    same = (contact.system, contact.use)
    others = [
        one
        for one in (kept if isinstance(kept, list) else [])
        if not (isinstance(one, dict) and (one.get("system", ""), one.get("use", "")) == same)
    ]
    return changed(patient.source, {"telecom": [*others, contact.as_json()]})


def phone_forms(number: str) -> tuple[str, ...]:
    """The ways in which a chart may hold an E.164 number: servers compare a phone letter by letter.

    The order and the choice are a guess from common American forms; a number of another country is tried as it is.
    """
    found = _US_NUMBER.fullmatch(number)
    if not found:
        return (number,)
    area, office, line = found.groups()
    return (number, f"{area}{office}{line}", f"{area}-{office}-{line}", f"({area}) {office}-{line}")


def contacts(node: Node) -> tuple[Contact, ...]:
    """The contacts that have a value."""
    return tuple(
        Contact(system=one.text_or_none("system"), value=one.text("value"), use=one.text_or_none("use"))
        for one in node.nodes("telecom")
        if one.has("value")
    )


def address(node: Node) -> Address:
    """One address."""
    return Address(
        lines=node.texts("line"),
        city=node.text_or_none("city"),
        state=node.text_or_none("state"),
        postal_code=node.text_or_none("postalCode"),
        country=node.text_or_none("country"),
        text=node.text_or_none("text"),
        use=node.text_or_none("use"),
    )


def _names(node: Node) -> tuple[Name, ...]:
    return tuple(
        Name(
            family=one.text_or_none("family"),
            given=one.texts("given"),
            text=one.text_or_none("text"),
            use=one.text_or_none("use"),
        )
        for one in node.nodes("name")
    )
