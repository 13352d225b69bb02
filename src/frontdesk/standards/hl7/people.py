"""A patient as a message tells of them: PID."""

from dataclasses import dataclass
from datetime import date

from frontdesk.standards.hl7.composing import Content, Repeated, segment
from frontdesk.standards.hl7.datatypes import (
    Address,
    ChartId,
    Mail,
    Name,
    Phone,
    address,
    chart_ids,
    names,
    reached_by,
)
from frontdesk.standards.hl7.findings import Findings
from frontdesk.standards.hl7.message import Field, Segment, Unsaid
from frontdesk.standards.hl7.notation import NULL, Notation
from frontdesk.standards.hl7.site import ChartNumber, Site
from frontdesk.standards.hl7.times import read_stamp

_DELETABLE = {5: "name", 7: "birth_date", 8: "sex", 11: "address", 13: "phones", 14: "business_phones", 15: "language"}
_SEXES = frozenset({"F", "M", "O", "U", "A", "N"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A patient. What a message does not say is empty; what it tells to delete is named in `deleted`.

    `chart` is the site's number of them, by its profile; `numbers` are all, with the field of PID each stands in.
    `sex` is a letter of table 0001, `language` the sender's word.
    """

    chart: str
    numbers: tuple[tuple[int, ChartId], ...]
    name: Name | None = None
    other_names: tuple[Name, ...] = ()
    birth_date: date | None = None
    sex: str = ""
    address: Address | None = None
    reached_by: tuple[Phone | Mail, ...] = ()
    language: str = ""
    account: str = ""
    deleted: frozenset[str] = frozenset()


def person(pid: Segment, site: Site, findings: Findings) -> Person:
    """The patient of a PID segment."""
    known = names(pid.field(5))
    legal = next((one for one in known if one.kind in {"L", ""}), known[0] if known else None)
    numbers = tuple((at, one) for at in (3, 2, 4) for one in chart_ids(pid.field(at)))
    chart = chart_of(numbers, site.chart)
    if not chart:
        findings.add("PID-3", "holds no number of the patient where this site's profile looks for it")
    return Person(
        chart=chart,
        numbers=numbers,
        name=legal,
        other_names=tuple(one for one in known if one is not legal),
        birth_date=_birth_date(pid.field(7), findings),
        sex=_sex(pid.field(8), findings),
        address=address(pid.field(11)),
        reached_by=(*reached_by(pid.field(13)), *reached_by(pid.field(14))),
        language=pid.text(15),
        account=pid.text(18),
        deleted=frozenset(name for at, name in _DELETABLE.items() if pid.field(at).raw == NULL),
    )


def chart_of(numbers: tuple[tuple[int, ChartId], ...], wanted: tuple[ChartNumber, ...]) -> str:
    """The first number that fits one of the wanted, in their order; "" where none does."""
    for one in wanted:
        for field, number in numbers:
            typed = one.type in {"", number.type} and one.authority in {"", number.authority}
            if field == one.at.field and typed:
                return number.id
    return ""


def pid_segment(about: Person, notation: Notation) -> Segment:
    """PID of a patient; e-mail goes into PID-13 beside the telephones, as the standard has it. Raises: Unwritable."""
    numbers = {at: [one.components for field, one in about.numbers if field == at] for at in (2, 3, 4)}
    fields: dict[int, Content] = {
        1: "1",
        2: Repeated(tuple(numbers[2][:1])),
        3: Repeated(tuple(numbers[3])),
        4: Repeated(tuple(numbers[4])),
        5: Repeated(tuple(one.components for one in (about.name, *about.other_names) if one)),
        7: f"{about.birth_date:%Y%m%d}" if about.birth_date else "",
        8: about.sex,
        11: about.address.components if about.address else "",
        13: Repeated(tuple(one.components for one in about.reached_by)),
        15: about.language,
        18: about.account,
    }
    deleted: dict[int, Content] = {at: Unsaid.NULL for at, name in _DELETABLE.items() if name in about.deleted}
    return segment("PID", fields | deleted, notation)


def _birth_date(field: Field, findings: Findings) -> date | None:
    written = field.first.text()
    if not written:
        return None
    stamp = read_stamp(written)
    if stamp is None or stamp.date is None:
        findings.add("PID-7", "is no day of birth")
        return None
    return stamp.date


def _sex(field: Field, findings: Findings) -> str:
    written = field.first.text()
    if written and written not in _SEXES:
        findings.unknown("PID-8", written, _SEXES, longest=2)  # a longer one may be a name that slipped
        return ""
    return written
