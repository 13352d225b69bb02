"""What the desk knows already, as answers; and what a form tells of the patient, by FHIR's own element names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from frontdesk.domain.patient import Patient
from frontdesk.domain.questionnaire import Answers, Questionnaire, Value

GIVEN, FAMILY, BORN = "Patient.name.given", "Patient.name.family", "Patient.birthDate"
PHONE, EMAIL = "Patient.telecom:phone", "Patient.telecom:email"
STREET, CITY, STATE, POSTCODE = (f"Patient.address.{part}" for part in ("line", "city", "state", "postalCode"))
PAYER, MEMBER = "Coverage.payor", "Coverage.subscriberId"
CARD = "Coverage.contained"
"""A photo of the insurance card."""

ELEMENTS = frozenset({GIVEN, FAMILY, BORN, PHONE, EMAIL, STREET, CITY, STATE, POSTCODE, PAYER, MEMBER, CARD})
"""What an item's `definition` may name. Without a part after the colon FHIR's telecom could be either."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What may be shown to whoever holds the form's link; None for what is not known, or not theirs to see."""

    given: str = ""
    family: str = ""
    phone: str | None = None
    email: str | None = None
    born: date | None = None
    payer: str | None = None
    member: str | None = None


def prefilled(questionnaire: Questionnaire, answers: Answers, known: Known) -> dict[str, tuple[Value, ...]]:
    """The answers with those that the form begins with, and what is known, where nothing was answered yet."""
    facts = _facts(known)
    filled = dict(answers)
    for item in questionnaire.every_item():
        if not item.is_question or item.link_id in filled:
            continue
        fact = facts.get(item.definition)
        if fact is not None and (item.definition == BORN) is isinstance(fact, date):
            filled[item.link_id] = (fact,)
        elif item.initial:
            filled[item.link_id] = item.initial
    return filled


def told(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """What the answers tell of the patient and their coverage, by element."""
    return {
        item.definition: given[0]
        for item in questionnaire.every_item()
        if item.definition and (given := answers.get(item.link_id))
    }


def differs(told: Mapping[str, Value], patient: Patient) -> Iterator[str]:
    """The elements that a form tells otherwise than the record has them; a person decides which is right."""
    record: dict[str, object] = {
        GIVEN: patient.given,
        FAMILY: patient.family,
        PHONE: patient.phone,
        EMAIL: patient.email,
        BORN: patient.birth_date,
    }
    for element, on_record in record.items():
        said = told.get(element)
        if said is not None and on_record is not None and _plain(element, said) != _plain(element, on_record):
            yield element


def _facts(known: Known) -> dict[str, Value | None]:
    return {
        GIVEN: known.given or None,
        FAMILY: known.family or None,
        PHONE: known.phone,
        EMAIL: known.email,
        BORN: known.born,
        PAYER: known.payer,
        MEMBER: known.member,
    }


def _plain(element: str, value: object) -> str:
    text = str(value).strip().casefold()
    if element != PHONE:
        return " ".join(text.split())
    digits = "".join(one for one in text if one.isdigit())
    return digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
