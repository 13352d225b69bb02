"""The types of values that fields are made of: codes, numbers with their owner, names, places, telephones, addresses.

Names of the types and their components: HL7 v2.5.1 chapter 2A. What a sender deletes (`""`) reads as "" here; where the
difference matters, the field is asked for its `value`.
"""

import re
from dataclasses import dataclass

from frontdesk.standards.hl7.composing import Components
from frontdesk.standards.hl7.message import Field, Repetition

_NORTH_AMERICAN = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """CE, CWE: a code, what it stands for, and whose code it is."""

    id: str
    text: str = ""
    system: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.id, self.text, self.system)


NO_CODE = Code(id="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """EI: a number, and the application that gave it."""

    id: str
    given_by: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.id, self.given_by)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartId:
    """CX: a number of a patient, who gave it, and which kind it is (MR, PI, PT, AN...)."""

    id: str
    authority: str = ""
    type: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.id, "", "", self.authority, self.type)


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """XPN: a name. `kind` is its type, such as L for the legal one."""

    family: str
    given: str
    middle: str = ""
    suffix: str = ""
    prefix: str = ""
    kind: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.family, self.given, self.middle, self.suffix, self.prefix, "", self.kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """XCN: somebody who works there. `authority` is who gave the number, such as NPI."""

    id: str
    family: str = ""
    given: str = ""
    degree: str = ""
    authority: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.id, self.family, self.given, "", "", "", self.degree, "", self.authority)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """PL: a place in a clinic."""

    point: str = ""
    room: str = ""
    bed: str = ""
    facility: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.point, self.room, self.bed, self.facility)


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """XTN: a telephone number as it was written, digits and plus only where its parts were told apart.

    `use` and `equipment` are the sender's words, such as PRN and CP.
    """

    number: str
    use: str = ""
    equipment: str = ""

    @property
    def is_mobile(self) -> bool:
        """Whether the sender says that it is carried about."""
        return self.equipment in {"CP", "MOBILE", "CELL"} or self.use in {"MOBILE", "CELL"}

    @property
    def components(self) -> Components:
        """As it is written: a North American number in the form that versions before 2.5 want, and in its parts."""
        known = _NORTH_AMERICAN.fullmatch(self.number)
        if not known:
            return (self.number, self.use, self.equipment)
        area, exchange, line = known.groups()
        return (f"({area}){exchange}-{line}", self.use, self.equipment, "", "1", area, exchange + line)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """XTN once more: an e-mail address."""

    address: str

    @property
    def components(self) -> Components:
        """As it is written."""
        return ("", "NET", "Internet", self.address)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """XAD."""

    street: str = ""
    other: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""

    @property
    def components(self) -> Components:
        """As it is written."""
        return (self.street, self.other, self.city, self.state, self.postcode, self.country)


def code(field: Field) -> Code:
    """The code in a field; its `id` is "" where only a text is given, and both where nothing is."""
    return coded(field.first) or NO_CODE


def coded(one: Repetition) -> Code | None:
    """The code in a value; None where it is empty."""
    read = Code(id=one.text(1), text=one.text(2), system=one.text(3))
    return read if read.id or read.text else None


def number(field: Field) -> Number | None:
    """The number in a field; None where there is none."""
    first = field.first
    return Number(id=first.text(1), given_by=first.text(2)) if first.text(1) else None


def chart_ids(field: Field) -> tuple[ChartId, ...]:
    """The numbers of a patient in a field."""
    found = (ChartId(id=one.text(1), authority=one.text(4), type=one.text(5)) for one in field.repetitions)
    return tuple(one for one in found if one.id)


def names(field: Field) -> tuple[Name, ...]:
    """The names in a field that have a family or a given name."""
    read = (
        Name(
            family=one.text(1),
            given=one.text(2),
            middle=one.text(3),
            suffix=one.text(4),
            prefix=one.text(5),
            kind=one.text(7),
        )
        for one in field.repetitions
    )
    return tuple(one for one in read if one.family or one.given)


def staff(one: Repetition) -> Staff | None:
    """The person in a value; None where it is empty."""
    read = Staff(
        id=one.text(1), family=one.text(2), given=one.text(3), degree=one.text(7), authority=one.text(9) or one.text(8)
    )
    return read if read.id or read.family or read.given else None


def spot(one: Repetition) -> Spot | None:
    """The place in a value; None where it is empty."""
    read = Spot(point=one.text(1), room=one.text(2), bed=one.text(3), facility=one.text(4))
    return read if read != Spot() else None


def reached_by(field: Field) -> tuple[Phone | Mail, ...]:
    """The telephones and e-mail addresses in a field, however the sender tells the two apart."""
    return tuple(read for one in field.repetitions if (read := _reached_by(one)))


def address(field: Field) -> Address | None:
    """The first postal address in a field; None where there is none."""
    one = field.first
    read = Address(
        street=one.text(1),
        other=one.text(2),
        city=one.text(3),
        state=one.text(4),
        postcode=one.text(5),
        country=one.text(6),
    )
    return read if read != Address() else None


def _reached_by(one: Repetition) -> Phone | Mail | None:
    use, equipment = one.text(2).upper(), one.text(3).upper()
    for written in (one.text(4), one.text(1)):
        if "@" in written:
            return Mail(address=written)
    if use in {"NET", "EMAIL"} or equipment in {"INTERNET", "X.400"}:
        return None
    country, area, local = one.text(5).removeprefix("+"), one.text(6), one.text(7)
    parted = country + area + local
    is_parted = bool(area and local) and parted.isascii() and parted.isdecimal()
    shown = (f"+{parted}" if country else parted) if is_parted else one.text(1) or one.text(12)
    return Phone(number=shown, use=use, equipment=equipment) if shown else None
