"""A page of a form as its template shows it: every item with its words, its answer and what is the matter with it."""

from collections.abc import Mapping, Sequence
from datetime import date

from frontdesk.domain.questionnaire import Answers, Attached, Coded, Item, Kind, Questionnaire, Signed, Value
from frontdesk.intake.enabling import enabled
from frontdesk.intake.known import BORN, CITY, EMAIL, FAMILY, GIVEN, PHONE, POSTCODE, STATE, STREET
from frontdesk.intake.missing import Wrong, longest
from frontdesk.intake.parts import Part
from frontdesk.web.catalogue import Words

Shown = dict[str, object]
FEW = 8
"""More choices than that are a list that opens."""
COMPLETES = {
    GIVEN: "given-name",
    FAMILY: "family-name",
    PHONE: "tel",
    EMAIL: "email",
    STREET: "street-address",
    CITY: "address-level2",
    STATE: "address-level1",
    POSTCODE: "postal-code",
}
"""What a phone may fill in by itself, by WCAG 1.3.5."""
TYPES = {PHONE: "tel", EMAIL: "email"}


def shown_items(
    part: Part,
    answers: Answers,
    faults: Mapping[str, Wrong],
    typed: Mapping[str, Sequence[str]],
    words: Words,
) -> list[Shown]:
    """The items of a page in order; what is not asked comes hidden, so that it can appear while one answers.

    `typed` is what was just sent, and goes before what was kept: nobody should type it again.
    """
    asked = enabled(part.form, answers)
    return [_item(part.form, item, answers, asked, faults, typed, words) for item in part.group.items]


def _item(
    form: Questionnaire,
    item: Item,
    answers: Answers,
    asked: frozenset[str],
    faults: Mapping[str, Wrong],
    typed: Mapping[str, Sequence[str]],
    words: Words,
) -> Shown:
    given, language = answers.get(item.link_id, ()), words.language
    shown: Shown = {
        "id": item.link_id,
        "kind": "signature" if item.signature else item.kind.value,
        "text": form.text(item.texts, language),
        "prefix": item.prefix,
        "required": item.required,
        "read_only": item.read_only,
        "repeats": item.repeats,
        "hidden": item.link_id not in asked,
        "fault": _fault(item, faults, words),
        "most": longest(item),
        "completes": COMPLETES.get(item.definition, "off"),
        "type": TYPES.get(item.definition, "text"),
        "value": _plain(given),
    }
    if item.kind is Kind.GROUP:
        shown["items"] = [_item(form, one, answers, asked, faults, typed, words) for one in item.items]
    elif item.kind in {Kind.CHOICE, Kind.OPEN_CHOICE}:
        shown |= _choices(form, item, given, language)
    elif item.kind is Kind.DATE:
        day = given[0] if given and isinstance(given[0], date) else None
        names = ("month", "day", "year")
        sent = {name: "".join(typed.get(f"q.{item.link_id}.{name}", ())[:1]) for name in names}
        kept = {"month": f"{day.month:02}", "day": f"{day.day:02}", "year": str(day.year)} if day else {}
        shown["parts"] = {name: sent[name] or kept.get(name, "") for name in names}
        shown["of_birth"] = item.definition == BORN
    elif item.kind is Kind.ATTACHMENT:
        shown["files"] = [one for one in given if isinstance(one, Attached)]
    elif item.signature:
        shown["signed"] = given[0] if given and isinstance(given[0], Signed) else None
    elif item.kind is Kind.INTEGER and (sent_number := typed.get(f"q.{item.link_id}")):
        shown["value"] = sent_number[0]
    return shown


def _choices(form: Questionnaire, item: Item, given: tuple[Value, ...], language: str) -> Shown:
    chosen = {one for one in given if isinstance(one, Coded)}
    other = next((one for one in given if isinstance(one, str)), "")
    return {
        "choices": [
            {"number": number, "text": form.text(option.texts, language), "chosen": option.value in chosen}
            for number, option in enumerate(item.options)
        ],
        "opens": len(item.options) > FEW and not item.repeats and item.kind is Kind.CHOICE,
        "takes_other": item.kind is Kind.OPEN_CHOICE,
        "other": other,
    }


def _fault(item: Item, faults: Mapping[str, Wrong], words: Words) -> str:
    wrong = faults.get(item.link_id)
    return words(f"forms.wrong.{wrong.value}", most=str(longest(item))) if wrong else ""


def _plain(given: tuple[Value, ...]) -> str:
    if not given:
        return ""
    first = given[0]
    return str(first).lower() if isinstance(first, bool) else str(first) if isinstance(first, str | int) else ""
